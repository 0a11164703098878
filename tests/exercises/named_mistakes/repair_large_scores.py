"""Wrong answers to repair_large_scores, each under the name by which it is known."""

import numpy as np

from helpers.attention import softmax
from helpers.tasks import clinic
from named_mistakes.answers import Answers

answers = Answers("repair_large_scores")


def _exp(scores):
    exponentials = np.exp(scores)
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@answers("as it was brought in")
def _(scores):
    return clinic.large_scores(scores)


@answers("NaN replaced by 0")
def _(scores):
    return np.nan_to_num(clinic.large_scores(scores))


@answers("clipped")
def _(scores):
    return _exp(np.clip(scores, -80, 80))


@answers("divided by the largest")
def _(scores):
    return softmax(scores / np.abs(scores).max(axis=-1, keepdims=True))


@answers("the largest of all rows taken off")
def _(scores):
    return _exp(scores - scores.max())


@answers("the mean taken off")
def _(scores):
    return _exp(scores - scores.mean(axis=-1, keepdims=True))


@answers("the largest of the column taken off")
def _(scores):
    return _exp(scores - scores.max(axis=-2, keepdims=True))


@answers("something added to the sum", same_as="as it was brought in")
def _(scores):
    exponentials = np.exp(scores)
    return exponentials / (exponentials.sum(axis=-1, keepdims=True) + 1e-12)
