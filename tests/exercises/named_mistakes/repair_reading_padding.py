"""Wrong answers to repair_reading_padding, each under the name by which it is known."""

import numpy as np

from helpers.attention import softmax
from helpers.tasks import clinic
from named_mistakes.answers import Answers

answers = Answers("repair_reading_padding")


@answers("as it was brought in")
def _(scores, mask):
    return clinic.reading_padding(scores, mask)


@answers("mask left out")
def _(scores, mask):
    return softmax(scores)


@answers("hidden scores set to 0")
def _(scores, mask):
    return softmax(np.where(mask, scores, 0))


@answers("-10 put in place")
def _(scores, mask):
    return softmax(np.where(mask, scores, -10))


@answers("after softmax")
def _(scores, mask):
    return softmax(scores) * mask


@answers("1 minus the weights")
def _(scores, mask):
    return 1 - clinic.reading_padding(scores, mask)


@answers("plus infinity")
def _(scores, mask):
    return softmax(np.where(mask, scores, np.inf))
