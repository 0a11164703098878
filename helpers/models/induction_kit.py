"""Heads of a trained decoder that, together, copy: seen A B once, after the next A expect B.

A head of layer 16 looks at the piece just before, so that every place knows what it follows. Heads
of layers 17 and 18 then look for the place that follows what stands here: the induction heads of
Olsson et al. 2022, "In-context learning and induction heads".

The heads (layer.head, both counted from 0):
    7.1   looks at the first piece, whatever is asked: a sink
    16.0  looks at the piece just before
    17.5  on a second copy, looks at the piece that came next in the first
    18.6  does the same

As in `head_kit`, the maps are computed anew, by `helpers.attention`, from what the layers were
given. Two things differ: the decoder looks only back (a causal mask), and it marks positions by
turning queries and keys (Su et al. 2021, "RoFormer").

Source: SmolLM2-135M-Instruct, Apache-2.0, a small part of it; see
helpers/data/NOTICE.md. The matrices keep the 4 bits a number that the model is published in, so
nothing is rounded a second time.
"""

import numpy as np

from helpers import data
from helpers.attention import scaled_dot_product_attention
from helpers.models.head_kit import HeadReading
from helpers.models.pretrained.configurations import SMOLLM2
from helpers.models.pretrained.decoder_layer import rotate, rotations
from helpers.models.pretrained.read_gguf import BLOCK_BYTES, Q4_1, unpack_q4_1


def sentences():
    """The texts that the kit holds, as a list; the repeated one comes first."""
    return [str(sentence) for sentence in _kit()["sentences"]]


def heads():
    """The heads that the kit holds, as a list of (layer, head)."""
    return [(int(layer), int(head)) for layer, head in _kit()["heads"]]


def read(sentence, layer, head):
    """What one head does with one text of the kit.

    Returns: HeadReading, as in `head_kit`, in float64. x is what the layer was given, after its
    norm; query and key are turned by position already, so softmax(query @ key.T / 8) under a
    causal mask gives the weights; this model has no biases, so b_query and so on are zeros. Maps
    are within 1e-5 of those of the whole model.
    Raises ValueError for a text or a head that the kit does not hold.
    """
    if sentence not in sentences() or (layer, head) not in heads():
        known = ", ".join(f"{one}.{other}" for one, other in heads())
        raise ValueError(
            f"The kit holds heads (layer.head) {known} and the texts {'; '.join(sentences())}, and "
            f"was asked for head {layer}.{head} on {sentence!r}. "
            "For any other, get the whole model: python start.py models"
        )
    kit = _kit()
    number = sentences().index(sentence)
    rows = slice(*kit["starts"][number : number + 2])
    x = kit[f"x_{layer}"][rows].astype(np.float64)  # (n, d_model)
    w = _unpack(kit["w"][heads().index((layer, head))])  # (3, d_model, d_head)
    query, key, value = x @ w  # each (n, d_head)
    query, key = _turn(query), _turn(key)
    _, weights = scaled_dot_product_attention(query, key, value, causal=True)
    words = [str(word) for word in kit["words"][rows]]
    none = np.zeros((3, w.shape[-1]))
    return HeadReading(sentence, layer, head, words, x, query, key, value, weights, *w, *none)


def _unpack(packed):
    """Three matrices as the file has them: (3, d_head, bytes) -> (3, d_model, d_head)."""
    numbers = unpack_q4_1(packed.reshape(-1, BLOCK_BYTES[Q4_1])).astype(np.float64)
    return numbers.reshape(*packed.shape[:2], -1).swapaxes(1, 2)


def _turn(rows):
    """Turn every row by its position. (n, d_head) -> (n, d_head)."""
    turns = rotations(np.arange(len(rows)), SMOLLM2)
    return rotate(rows[:, None].astype(np.float32), turns)[:, 0].astype(np.float64)


def _kit():
    """The file's arrays: names as in tools/make_data/induction_kit.py."""
    return data.load("induction_kit.npz")
