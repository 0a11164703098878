"""Wrong answers to repair_half_precision, each under the name by which it is known."""

import numpy as np

from helpers.attention import softmax
from helpers.tasks import clinic
from named_mistakes.answers import Answers

answers = Answers("repair_half_precision")


def _cast(*arrays):
    return [array.astype(np.float16) for array in arrays]


@answers("as it was brought in")
def _(query, key):
    return clinic.half_precision(query, key)


@answers("divided first, still in 16 bits")
def _(query, key):
    half_query, half_key = _cast(query / np.sqrt(query.shape[-1]), key)
    return softmax((half_query @ half_key.swapaxes(-1, -2)).astype(query.dtype))


@answers("NaN replaced by 0")
def _(query, key):
    half_query, half_key = _cast(query, key)
    scores = (half_query @ half_key.swapaxes(-1, -2)).astype(query.dtype)
    scores = scores / np.sqrt(query.shape[-1])
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.nan_to_num(exponentials / exponentials.sum(axis=-1, keepdims=True))


@answers("clipped at the largest float16")
def _(query, key):
    half_query, half_key = _cast(query, key)
    scores = np.clip(half_query @ half_key.swapaxes(-1, -2), -65504, 65504).astype(query.dtype)
    return softmax(scores / np.sqrt(query.shape[-1]))


@answers("divided by the width")
def _(query, key):
    return softmax(query @ key.swapaxes(-1, -2) / query.shape[-1])


@answers("scale lost on the way")
def _(query, key):
    return softmax(query @ key.swapaxes(-1, -2))
