"""Patient 8, large scores, and the repairs that people try."""

import numpy as np

from helpers.exercises.declare import exercise
from helpers.exercises.lesson_10 import shared_properties as shared
from helpers.exercises.lesson_10 import softmax_repairs as steps
from helpers.exercises.softmax_steps import softmax
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


steps.ordinary_cases(repair_large_scores)
steps.large_cases(repair_large_scores)
repair_large_scores.brought_in(
    clinic.large_scores, "What is the exponential of a score of a thousand?"
)
weights = steps.weights.adapted(without=["no maximum taken off"])  # so it was brought in


@weights.wrong("NaN replaced by 0", "The row with the largest score looks at nothing: is that so?")
def _(scores):
    return np.nan_to_num(clinic.large_scores(scores))


@weights.wrong("divided by the largest", "Softmax keeps differences, not ratios: are these alike?")
def _(scores):
    return softmax(scores / np.abs(scores).max(axis=-1, keepdims=True))


@weights.wrong("something added to the sum", "Is infinity over a little more than infinity 1?")
def _(scores):
    return np.exp(scores) / (np.exp(scores).sum(axis=-1, keepdims=True) + 1e-12)


repair_large_scores.steps(steps.exponentials, weights)
shared.rows_sum_to_1(repair_large_scores)
shared.keys_reorder(repair_large_scores)
shared.shift_is_free(repair_large_scores)
