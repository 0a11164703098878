"""Patient 8, large scores, and the repairs that people try."""

import numpy as np

from helpers.attention import softmax
from helpers.exercises.cases import numbers
from helpers.exercises.declare import AS_BROUGHT, exercise
from helpers.exercises.lesson_10 import shared_properties as shared
from helpers.tasks import clinic


@exercise(lesson=10, gives={"weights": "(..., n_queries, n_keys)"})
def repair_large_scores(scores):
    """Softmax of every row, whatever the size of the scores.

    scores: (..., n_queries, n_keys). Returns: the same shape.
    """
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


repair_large_scores.hints(
    "What is exp(1000)? And how often do you need the exponential of a large number at all?",
    "Softmax looks at differences only: a number taken off all scores of a row changes nothing.",
    "Take off the largest score of each row first, so that no exponent is above 0.",
)


@repair_large_scores.case("one map")
def _(rng):
    return dict(scores=numbers(rng, 4, 6, size=1.5))


@repair_large_scores.case("several heads")
def _(rng):
    return dict(scores=numbers(rng, 2, 3, 5, size=1.5))


@repair_large_scores.case("rows near 1000, near -1000 and near 0", extreme=True,
                          dtypes=("float64",))  # fmt: skip
def _(rng):
    return dict(scores=numbers(rng, 3, 6) + np.array([[1000.0], [-1000], [0]]))


@repair_large_scores.case("scores up to 300 apart", extreme=True)
def _(rng):
    return dict(scores=numbers(rng, 4, 7, size=100))


mistake = repair_large_scores.mistake


def _exp(scores):
    exponentials = np.exp(scores)
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


repair_large_scores.brought_in(
    clinic.large_scores, "What is the exponential of a score of a thousand?"
)


@mistake("NaN replaced by 0", "The row with the largest score looks at nothing now: is that so?")
def _(scores):
    return np.nan_to_num(clinic.large_scores(scores))


@mistake("clipped", "Which of two scores beyond the edge is the larger one now?")
def _(scores):
    return _exp(np.clip(scores, -80, 80))


@mistake("divided by the largest", "Softmax keeps differences, not ratios: are these the same?")
def _(scores):
    return softmax(scores / np.abs(scores).max(axis=-1, keepdims=True))


@mistake("the largest of all rows taken off", "What becomes of a row far below the largest of all?")
def _(scores):
    return _exp(scores - scores.max())


@mistake("the mean taken off", "How far above the mean may the largest score lie?")
def _(scores):
    return _exp(scores - scores.mean(axis=-1, keepdims=True))


@mistake("the largest of the column taken off", "Taking a number off must be fair within a row.")
def _(scores):
    return _exp(scores - scores.max(axis=-2, keepdims=True))


@mistake("something added to the sum", "Is infinity divided by a little more than infinity 1?",
         same_as=AS_BROUGHT)  # fmt: skip
def _(scores):
    exponentials = np.exp(scores)
    return exponentials / (exponentials.sum(axis=-1, keepdims=True) + 1e-12)


shared.rows_sum_to_1(repair_large_scores)
shared.keys_reorder(repair_large_scores)
shared.shift_is_free(repair_large_scores)
