"""Patient 4, reading padding, and the repairs that people try."""

import numpy as np

from helpers.attention import softmax
from helpers.exercises.declare import exercise
from helpers.exercises.lesson_10 import shared_properties as shared
from helpers.tasks import clinic


@exercise(lesson=10, gives={"weights": "(..., n_queries, n_keys)"})
def repair_reading_padding(scores, mask):
    """Weights of what may be seen.

    scores: (..., n_queries, n_keys); mask: boolean, broadcasts to it, True = may look.
    Returns: weights (..., n_queries, n_keys).
    """
    return softmax(np.where(mask, scores, -np.inf))


repair_reading_padding.hints(
    "Put a mask of one True into it: which place gets the weight?",
    "What does True mean in the mask, and what does the line with np.where make of it?",
    "np.where takes its second argument where the mask is True: those are the scores.",
)


@repair_reading_padding.case("one map")
def _(rng):
    return shared.masked_scores(rng, 4, 6)


@repair_reading_padding.case("several heads")
def _(rng):
    return shared.masked_scores(rng, 2, 3, 5)


mistake = repair_reading_padding.mistake


repair_reading_padding.brought_in(clinic.reading_padding, "What does True mean in this mask?")


@mistake("mask left out", "Everything is seen now: where does the mask come in?")
def _(scores, mask):
    return softmax(scores)


@mistake("hidden scores set to 0", "A score of 0 is a score like any other: what has weight 0?")
def _(scores, mask):
    return softmax(np.where(mask, scores, 0))


@mistake("-10 put in place", "How small is the exponential of that number: is it 0?")
def _(scores, mask):
    return softmax(np.where(mask, scores, -10))


@mistake("after softmax", "Who got the share that is missing: add up a row.")
def _(scores, mask):
    return softmax(scores) * mask


@mistake("1 minus the weights", "What do the rows sum to now?")
def _(scores, mask):
    return 1 - clinic.reading_padding(scores, mask)


@mistake("plus infinity", "What does softmax make of a score that is infinitely large?")
def _(scores, mask):
    return softmax(np.where(mask, scores, np.inf))


shared.rows_sum_to_1(repair_reading_padding)
shared.hidden_has_nothing(repair_reading_padding)
shared.hidden_is_not_heard(repair_reading_padding)
