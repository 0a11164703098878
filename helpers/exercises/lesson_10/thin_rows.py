"""Patient 5, thin rows, and the repairs that people try."""

import numpy as np

from helpers.attention import softmax
from helpers.exercises.cases import numbers
from helpers.exercises.declare import exercise
from helpers.exercises.lesson_10 import shared_properties as shared
from helpers.tasks import clinic


@exercise(lesson=10, gives={"weights": "(..., n_queries, n_keys)"})
def repair_thin_rows(scores, mask):
    """Weights of what may be seen; every query may look somewhere.

    scores: (..., n_queries, n_keys); mask: boolean, broadcasts to it, True = may look.
    Returns: weights (..., n_queries, n_keys).
    """
    return softmax(np.where(mask, scores, -np.inf))


repair_thin_rows.hints(
    "Add up one row. Where did the rest of its 1 go?",
    "Softmax shared out 1 among all words, hidden ones too. When should it learn of the mask?",
    "Write minus infinity over the hidden scores first, and take softmax of that.",
)


@repair_thin_rows.case("one map")
def _(rng):
    return shared.masked_scores(rng, 4, 6)


@repair_thin_rows.case("several heads")
def _(rng):
    return shared.masked_scores(rng, 2, 3, 5)


# 3000, not more: float32 then still has three digits behind the point.
@repair_thin_rows.case("what is hidden scores 3000 more", extreme=True)
def _(rng):
    made = shared.masked_scores(rng, 3, 7)
    scores = numbers(rng, 3, 7, size=1.5) + np.where(made["mask"], 0, 3000.0)
    return dict(scores=scores, mask=made["mask"])


mistake = repair_thin_rows.mistake


repair_thin_rows.brought_in(clinic.thin_rows, "Who got the share that is missing: add up a row.")


@mistake("shared out again", "What is left to share if hidden words took it all?")
def _(scores, mask):
    weights = softmax(scores) * mask
    return weights / weights.sum(axis=-1, keepdims=True)


@mistake("shared out again, guarded", "Did hidden words take all before they went?")
def _(scores, mask):
    weights = softmax(scores) * mask
    return weights / (weights.sum(axis=-1, keepdims=True) + 1e-12)


@mistake("what is missing spread evenly", "Visible words share by their scores, not evenly.")
def _(scores, mask):
    weights = softmax(scores) * mask
    missing = 1 - weights.sum(axis=-1, keepdims=True)
    return weights + missing * mask / mask.sum(axis=-1, keepdims=True)


@mistake("multiplied into the scores", "A score of 0 is a score like any other: what has weight 0?")
def _(scores, mask):
    return softmax(scores * mask)


@mistake("softmax twice", "The second softmax gives every 0 a weight again.")
def _(scores, mask):
    return softmax(softmax(scores) * mask)


@mistake("-10 put in place", "How small is the exponential of that number: is it 0?")
def _(scores, mask):
    return softmax(np.where(mask, scores, -10))


@mistake("mask inverted", "True says that a query may look: which places does it keep?")
def _(scores, mask):
    return softmax(np.where(mask, -np.inf, scores))


shared.rows_sum_to_1(repair_thin_rows)
shared.hidden_has_nothing(repair_thin_rows)
shared.hidden_is_not_heard(repair_thin_rows)
