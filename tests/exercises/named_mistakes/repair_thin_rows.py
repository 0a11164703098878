"""Wrong answers to repair_thin_rows, each under the name by which it is known."""

import numpy as np

from helpers.attention import softmax
from helpers.tasks import clinic
from named_mistakes.answers import Answers

answers = Answers("repair_thin_rows")


@answers("as it was brought in")
def _(scores, mask):
    return clinic.thin_rows(scores, mask)


@answers("shared out again")
def _(scores, mask):
    weights = softmax(scores) * mask
    return weights / weights.sum(axis=-1, keepdims=True)


@answers("shared out again, guarded")
def _(scores, mask):
    weights = softmax(scores) * mask
    return weights / (weights.sum(axis=-1, keepdims=True) + 1e-12)


@answers("what is missing spread evenly")
def _(scores, mask):
    weights = softmax(scores) * mask
    missing = 1 - weights.sum(axis=-1, keepdims=True)
    return weights + missing * mask / mask.sum(axis=-1, keepdims=True)


@answers("multiplied into the scores")
def _(scores, mask):
    return softmax(scores * mask)


@answers("softmax twice")
def _(scores, mask):
    return softmax(softmax(scores) * mask)


@answers("-10 put in place")
def _(scores, mask):
    return softmax(np.where(mask, scores, -10))


@answers("mask inverted")
def _(scores, mask):
    return softmax(np.where(mask, -np.inf, scores))
