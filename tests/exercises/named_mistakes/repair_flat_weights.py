"""Wrong answers to repair_flat_weights, each under the name by which it is known."""

import numpy as np

from helpers.attention import softmax
from helpers.tasks import clinic
from named_mistakes.answers import Answers

answers = Answers("repair_flat_weights")


@answers("as it was brought in")
def _(query, key):
    return clinic.flat_weights(query, key)


@answers("both divisions gone")
def _(query, key):
    return softmax(query @ key.swapaxes(-1, -2))


@answers("one division turned round")
def _(query, key):
    d = query.shape[-1]
    return softmax((query / np.sqrt(d)) @ key.swapaxes(-1, -2) * d)


@answers("multiplied twice")
def _(query, key):
    return softmax(query @ key.swapaxes(-1, -2) * query.shape[-1])


@answers("root of the number of keys")
def _(query, key):
    return softmax(query @ key.swapaxes(-1, -2) / np.sqrt(key.shape[-2]))


@answers("a constant of 8")
def _(query, key):
    return softmax(query @ key.swapaxes(-1, -2) / 8)


@answers("scaled after softmax")
def _(query, key):
    return softmax(query @ key.swapaxes(-1, -2)) / np.sqrt(query.shape[-1])
