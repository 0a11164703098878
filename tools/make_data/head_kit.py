"""A few heads of all-MiniLM-L6-v2, and what they were given for a few sentences.

sentences, heads    the texts, and the heads as (n_heads, 2) of layer, head
words, starts       the pieces of all texts in a row; text i starts at starts[i]
x_0, x_1, ...       (n_pieces, d_model) what the heads of that layer were given, float16
w                   (n_heads, 3, d_model, d_head) query, key and value projections, float16
b                   (n_heads, 3, d_head), float16
"""

import numpy as np

from helpers.models import pretrained
from helpers.tasks import SENTENCE

HEADS = ((0, 2), (1, 3), (1, 8), (3, 1), (4, 5), (5, 11))
SENTENCES = (
    SENTENCE,
    SENTENCE.replace("tired", "soft"),
    SENTENCE.replace("tired", "raining"),
    "the woman saw the boy before she left",
    "the woman saw the boy before he left",
    "the old clock in the hall stopped at noon and nobody noticed",
    "tired the on was mat cat it because sat the",  # the running sentence, shuffled
)

TOLERANCE = {}  # float64, rounded to float16: every machine gives the same


def arrays():
    """What head_kit.npz holds: dict name -> array."""
    encoder = pretrained.encoder(np.float64)
    readings = [encoder.read(sentence) for sentence in SENTENCES]
    inputs = {layer: [reading.hidden[layer] for reading in readings] for layer, _ in HEADS}
    projections = [encoder.projections(*head) for head in HEADS]
    found = on_texts(SENTENCES, HEADS, readings, inputs, np.float16)
    w, b = (np.array(part).astype(np.float16) for part in zip(*projections, strict=True))
    return found | {"w": w, "b": b}


def on_texts(sentences, heads, readings, inputs, dtype):
    """What a kit holds of its texts: dict name -> array. inputs: layer -> one array a text."""
    lengths = [len(reading.words) for reading in readings]
    return {
        "sentences": np.array(sentences),
        "heads": np.array(heads, dtype=np.int64),
        "words": np.array([word for reading in readings for word in reading.words]),
        "starts": np.cumsum([0, *lengths], dtype=np.int64),
        **{f"x_{layer}": np.concatenate(x).astype(dtype) for layer, x in inputs.items()},
    }
