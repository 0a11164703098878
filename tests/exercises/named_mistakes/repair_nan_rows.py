"""Wrong answers to repair_nan_rows, each under the name by which it is known."""

import numpy as np

from helpers.attention import softmax
from helpers.tasks import clinic
from named_mistakes.answers import Answers

answers = Answers("repair_nan_rows")


def _guarded(scores, mask, hidden):
    """Softmax with another number than -inf at hidden places."""
    return softmax(np.where(mask, scores, hidden))


@answers("as it was brought in")
def _(scores, mask):
    return clinic.nan_rows(scores, mask)


@answers("a billion instead of infinity")
def _(scores, mask):
    return _guarded(scores, mask, -1e9)


@answers("the lowest number of the type", same_as="a billion instead of infinity")
def _(scores, mask):
    return _guarded(scores, mask, np.finfo(scores.dtype).min)


@answers("-10 instead of infinity")
def _(scores, mask):
    return _guarded(scores, mask, -10)


@answers("the first key shown to everybody")
def _(scores, mask):
    mask = mask.copy()
    mask[..., 0] |= ~mask.any(axis=-1)
    return softmax(np.where(mask, scores, -np.inf))


@answers("only the division guarded", same_as="as it was brought in")
def _(scores, mask):
    scores = np.where(mask, scores, -np.inf)
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    total = exponentials.sum(axis=-1, keepdims=True)
    return exponentials / np.where(total == 0, 1, total)


@answers("no maximum taken off")
def _(scores, mask):
    exponentials = np.where(mask, np.exp(scores), 0)
    total = exponentials.sum(axis=-1, keepdims=True)
    return exponentials / np.where(total == 0, 1, total)


@answers("mask dropped in empty rows")
def _(scores, mask):
    return softmax(np.where(mask | ~mask.any(axis=-1, keepdims=True), scores, -np.inf))
