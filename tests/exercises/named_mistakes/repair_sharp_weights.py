"""Wrong answers to repair_sharp_weights, each under the name by which it is known."""

import numpy as np

from helpers.attention import softmax
from helpers.tasks import clinic
from named_mistakes.answers import Answers

answers = Answers("repair_sharp_weights")


@answers("as it was brought in")
def _(query, key):
    return clinic.sharp_weights(query, key)


@answers("divided by the width")
def _(query, key):
    return softmax(query @ key.swapaxes(-1, -2) / query.shape[-1])


@answers("root of the number of keys")
def _(query, key):
    return softmax(query @ key.swapaxes(-1, -2) / np.sqrt(key.shape[-2]))


@answers("a constant of 8")
def _(query, key):
    return softmax(query @ key.swapaxes(-1, -2) / 8)


@answers("divided by their own spread")
def _(query, key):
    scores = query @ key.swapaxes(-1, -2)
    return softmax(scores / scores.std())


@answers("scaled after softmax")
def _(query, key):
    return softmax(query @ key.swapaxes(-1, -2)) / np.sqrt(query.shape[-1])


@answers("query and key both divided", same_as="divided by the width")
def _(query, key):
    root = np.sqrt(query.shape[-1])
    return softmax((query / root) @ (key / root).swapaxes(-1, -2))


@answers("cosines")
def _(query, key):
    query = query / np.linalg.norm(query, axis=-1, keepdims=True)
    key = key / np.linalg.norm(key, axis=-1, keepdims=True)
    return softmax(query @ key.swapaxes(-1, -2))
