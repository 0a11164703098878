"""Six heads of a model that was trained for real, and a few sentences that they have read.

The whole model weighs 91 MB. This kit weighs less than one: for every sentence what the layers were
given, and for every head its three matrices. From these the maps are computed anew, by the same
`helpers.attention` that the lessons build, so that nothing is hidden in a stored picture.

The heads (layer.head, both counted from 0):
    0.2   looks at the piece just before
    1.3   looks from a pronoun at the noun of the fitting kind (she: woman, he: boy)
    1.8   looks mostly at the piece just after
    3.1   looks from "it" at cat or mat, depending on the last word
    4.5   looks at [CLS], whatever is asked: a sink
    5.11  looks from "it" at cat, whatever the last word

Source: all-MiniLM-L6-v2, Apache-2.0, rounded to float16; see helpers/data/NOTICE.md.
"""

from dataclasses import dataclass

import numpy as np

from helpers import data
from helpers.attention import scaled_dot_product_attention


@dataclass(frozen=True)
class HeadReading:
    """One head reading one sentence of n pieces. Rows of weights are queries.

    words                   list of n pieces, [CLS] first and [SEP] last
    x                       (n, d_model)       what the layer was given
    query, key, value       (n, d_head)        x @ w_query + b_query, and so on
    weights                 (n, n)             from helpers.attention
    w_query, w_key, w_value (d_model, d_head)
    b_query, b_key, b_value (d_head,)
    """

    sentence: str
    layer: int
    head: int
    words: list
    x: np.ndarray
    query: np.ndarray
    key: np.ndarray
    value: np.ndarray
    weights: np.ndarray
    w_query: np.ndarray
    w_key: np.ndarray
    w_value: np.ndarray
    b_query: np.ndarray
    b_key: np.ndarray
    b_value: np.ndarray


def sentences():
    """The sentences that the kit holds, as a list; the running one comes first."""
    return [str(sentence) for sentence in _kit()["sentences"]]


def heads():
    """The heads that the kit holds, as a list of (layer, head)."""
    return [(int(layer), int(head)) for layer, head in _kit()["heads"]]


def read(sentence, layer, head):
    """What one head does with one sentence of the kit, in float64.

    Returns: HeadReading. Maps are within 6e-4 of those of the whole model.
    Raises ValueError for a sentence or a head that the kit does not hold.
    """
    if sentence not in sentences():
        raise ValueError(
            f"The kit does not hold the sentence {sentence!r}. It holds: "
            + "; ".join(sentences())
            + ". For any other, get the whole model: python start.py models"
        )
    if (layer, head) not in heads():
        known = ", ".join(f"{one}.{other}" for one, other in heads())
        raise ValueError(
            f"The kit does not hold head {layer}.{head}. It holds (layer.head): {known}. "
            "For any other, get the whole model: python start.py models"
        )
    kit = _kit()
    number = sentences().index(sentence)
    rows = slice(*kit["starts"][number : number + 2])
    x = _wide(kit[f"x_{layer}"][rows])  # (n, d_model)
    place = heads().index((layer, head))
    w, b = _wide(kit["w"][place]), _wide(kit["b"][place])  # (3, d_model, d_head), (3, d_head)
    query, key, value = (x @ matrix + bias for matrix, bias in zip(w, b, strict=True))
    _, weights = scaled_dot_product_attention(query, key, value)
    words = [str(word) for word in kit["words"][rows]]
    return HeadReading(sentence, layer, head, words, x, query, key, value, weights, *w, *b)


def _wide(array):
    """float16 keeps the file small; the arithmetic wants more."""
    return array.astype(np.float64)


def _kit():
    """The file's arrays: names as in tools/make_data/head_kit.py."""
    return data.load("head_kit.npz")
