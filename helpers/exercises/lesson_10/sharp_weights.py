"""Patient 2, sharp weights, and the repairs that people try."""

import numpy as np

from helpers.attention import softmax
from helpers.exercises.declare import exercise
from helpers.exercises.lesson_10 import shared_properties as shared
from helpers.tasks import clinic


@exercise(lesson=10, gives={"weights": "(..., n_queries, n_keys)"})
def repair_sharp_weights(query, key):
    """Weights of scaled dot-product attention.

    query: (..., n_queries, d_key); key: (..., n_keys, d_key).
    Returns: (..., n_queries, n_keys).
    """
    scores = query @ key.swapaxes(-1, -2) / np.sqrt(query.shape[-1])
    return softmax(scores)


repair_sharp_weights.hints(
    "How widely do the scores spread, and how does that grow with the width?",
    "A score adds one product for each place of the width; lesson 03 measured what to divide by.",
    "Divide the scores by the root of the last axis of query, before softmax.",
)
shared.scaled_cases(repair_sharp_weights)
mistake = repair_sharp_weights.mistake


repair_sharp_weights.brought_in(
    clinic.sharp_weights, "How widely do the scores of a wide head spread?"
)


@mistake("divided by the width", "How does the spread of a sum of independent numbers grow?")
def _(query, key):
    return softmax(query @ key.swapaxes(-1, -2) / query.shape[-1])


@mistake("root of the number of keys", "Which axis did the products add up over?")
def _(query, key):
    return softmax(query @ key.swapaxes(-1, -2) / np.sqrt(key.shape[-2]))


@mistake("a constant of 8", "Is every head as wide as the one that this number fits?")
def _(query, key):
    return softmax(query @ key.swapaxes(-1, -2) / 8)


@mistake("divided by their own spread", "What if one text has large scores, and means it?")
def _(query, key):
    scores = query @ key.swapaxes(-1, -2)
    return softmax(scores / scores.std())


@mistake("scaled after softmax", "What do the rows sum to now?")
def _(query, key):
    return softmax(query @ key.swapaxes(-1, -2)) / np.sqrt(query.shape[-1])


@mistake("query and key both divided", "How often are the scores divided now?",
         same_as="divided by the width")  # fmt: skip
def _(query, key):
    root = np.sqrt(query.shape[-1])
    return softmax((query / root) @ (key / root).swapaxes(-1, -2))


@mistake("cosines", "A long key should be able to score more than a short one.")
def _(query, key):
    query = query / np.linalg.norm(query, axis=-1, keepdims=True)
    key = key / np.linalg.norm(key, axis=-1, keepdims=True)
    return softmax(query @ key.swapaxes(-1, -2))


shared.scale_holds(repair_sharp_weights)
