"""Patient 1, flat weights, and the repairs that people try."""

import numpy as np

from helpers.attention import softmax
from helpers.exercises.declare import exercise
from helpers.exercises.lesson_10 import shared_properties as shared
from helpers.tasks import clinic


@exercise(lesson=10, gives={"weights": "(..., n_queries, n_keys)"})
def repair_flat_weights(query, key):
    """Weights of scaled dot-product attention.

    query: (..., n_queries, d_key); key: (..., n_keys, d_key).
    Returns: (..., n_queries, n_keys).
    """
    scores = query @ key.swapaxes(-1, -2) / np.sqrt(query.shape[-1])
    return softmax(scores)


repair_flat_weights.hints(
    "Divide a typical score by what it should be: which number of the head do you find?",
    "The scores are divided in two places. How often should they be?",
    "Leave query and key as they are; divide their products once by the root of the width.",
)
shared.scaled_cases(repair_flat_weights)
mistake = repair_flat_weights.mistake


repair_flat_weights.brought_in(
    clinic.flat_weights, "By what are the scores divided in all, from query to softmax?"
)


@mistake("both divisions gone", "How widely do scores spread now, for a wide head?")
def _(query, key):
    return softmax(query @ key.swapaxes(-1, -2))


@mistake("one division turned round", "Which of your two steps undoes the other?")
def _(query, key):
    d = query.shape[-1]
    return softmax((query / np.sqrt(d)) @ key.swapaxes(-1, -2) * d)


@mistake("multiplied twice", "In which direction does the scale go now?")
def _(query, key):
    return softmax(query @ key.swapaxes(-1, -2) * query.shape[-1])


@mistake("root of the number of keys", "Which axis did the products add up over?")
def _(query, key):
    return softmax(query @ key.swapaxes(-1, -2) / np.sqrt(key.shape[-2]))


@mistake("a constant of 8", "Is every head as wide as the one that this number fits?")
def _(query, key):
    return softmax(query @ key.swapaxes(-1, -2) / 8)


@mistake("scaled after softmax", "What do the rows sum to now?")
def _(query, key):
    return softmax(query @ key.swapaxes(-1, -2)) / np.sqrt(query.shape[-1])


shared.scale_holds(repair_flat_weights)
