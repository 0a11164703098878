"""Wrong answers to repair_too_good, each under the name by which it is known."""

import numpy as np

from helpers.attention import causal_mask, softmax
from helpers.tasks import clinic
from named_mistakes.answers import Answers

answers = Answers("repair_too_good")


def _through(scores, mask):
    return softmax(np.where(mask, scores, -np.inf))


def _tri(scores, more):
    """The triangle that begins at the first key, so many diagonals further."""
    return np.tri(*scores.shape[-2:], k=more, dtype=bool)


@answers("as it was brought in")
def _(scores):
    return clinic.too_good(scores)


@answers("aligned to the first key")
def _(scores):
    return _through(scores, _tri(scores, 0))


@answers("own place hidden")
def _(scores):
    return _through(scores, _tri(scores, scores.shape[-1] - scores.shape[-2] - 1))


@answers("no mask at all")
def _(scores):
    return softmax(scores)


@answers("the future kept")
def _(scores):
    mask = ~_tri(scores, scores.shape[-1] - scores.shape[-2] - 1)
    return _through(scores, mask)


@answers("masked after softmax")
def _(scores):
    return softmax(scores) * causal_mask(*scores.shape[-2:])


@answers("hidden scores set to 0")
def _(scores):
    return softmax(scores * causal_mask(*scores.shape[-2:]))
