"""A few heads of SmolLM2-135M-Instruct, and what they were given for a few texts.

sentences, heads, words, starts, x_7, …    as in head_kit; x in float32
w    (n_heads, 3, d_head, bytes) query, key and value projections, 4 bits a number, as published
"""

import numpy as np

from helpers.models import pretrained
from helpers.models.pretrained.files import find
from helpers.models.pretrained.read_gguf import read_gguf
from helpers.tasks import SENTENCE
from tools.make_data.head_kit import on_texts

HEADS = ((7, 1), (16, 0), (17, 5), (18, 6))
SENTENCES = (
    "red lamp seven river quick stone paper bird red lamp seven river quick stone paper bird",
    "the fox met the owl in the wood and later the fox met the owl again",
    SENTENCE,
)

TOLERANCE = {"rtol": 1e-3, "atol": 1e-3}  # float32: the last bits differ between machines


def arrays():
    """What induction_kit.npz holds: dict name -> array."""
    decoder = pretrained.decoder()
    _, tensors = read_gguf(find(decoder.sizes.weights))
    readings = [decoder.read(sentence) for sentence in SENTENCES]
    inputs = {
        layer: [decoder.normed_input(reading, layer) for reading in readings] for layer, _ in HEADS
    }
    packed = [_packed(tensors, decoder, *head) for head in HEADS]
    return on_texts(SENTENCES, HEADS, readings, inputs, np.float32) | {"w": np.array(packed)}


def _packed(tensors, decoder, layer, head):
    """The bytes of one head's matrices, (3, d_head, bytes): its rows of each tensor."""
    shared = head // (decoder.n_heads // decoder.n_kv_heads)
    parts = []
    for name, place in (("attn_q", head), ("attn_k", shared), ("attn_v", shared)):
        tensor = tensors[f"blk.{layer}.{name}.weight"]
        rows = slice(place * decoder.d_head, (place + 1) * decoder.d_head)
        parts.append(tensor.data.reshape(tensor.shape[0], -1)[rows])
    return parts
