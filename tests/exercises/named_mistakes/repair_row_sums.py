"""Wrong answers to repair_row_sums, each under the name by which it is known."""

import numpy as np

from helpers.attention import softmax
from helpers.tasks import clinic
from named_mistakes.answers import Answers

answers = Answers("repair_row_sums")


@answers("as it was brought in")
def _(scores):
    return clinic.row_sums(scores)


@answers("rows divided afterwards")
def _(scores):
    weights = clinic.row_sums(scores)
    return weights / weights.sum(axis=-1, keepdims=True)


@answers("axis 1")
def _(scores):
    return softmax(scores, axis=1)


@answers("axis 0")
def _(scores):
    return softmax(scores, axis=0)


@answers("over everything")
def _(scores):
    return softmax(scores.ravel()).reshape(scores.shape)


@answers("the maximum of the row, the sum of the column")
def _(scores):
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-2, keepdims=True)


@answers("the maximum of the column, the sum of the row", same_as="rows divided afterwards")
def _(scores):
    exponentials = np.exp(scores - scores.max(axis=-2, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@answers("divided by the number of keys")
def _(scores):
    return np.exp(scores - scores.max(axis=-1, keepdims=True)) / scores.shape[-1]
