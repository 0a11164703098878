"""Patient 3, rows that do not sum to 1, and the repairs that people try."""

import numpy as np

from helpers.exercises.cases import numbers
from helpers.exercises.declare import exercise
from helpers.exercises.lesson_10 import shared_properties as shared
from helpers.exercises.lesson_10 import softmax_repairs as steps
from helpers.tasks import clinic


@exercise(lesson=10, gives={"weights": "(..., n_queries, n_keys)"})
def repair_row_sums(scores):
    """Softmax of every row.

    scores: (..., n_queries, n_keys). Returns: the same shape.
    """
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


repair_row_sums.hints(
    "Sum the weights along both axes. Along which one do you get 1?",
    "Rows are queries, and a query shares out its 1 among the keys. Which axis are the keys?",
    "Take the maximum and the sum over the last axis, with keepdims, and nothing else changes.",
)


steps.ordinary_cases(repair_row_sums)


@repair_row_sums.case("a batch of heads")
def _(rng):
    return dict(scores=numbers(rng, 2, 3, 5, 7, size=1.5))


steps.large_cases(repair_row_sums)
repair_row_sums.brought_in(clinic.row_sums, "Who shares out 1: a query, or a key?")
weights = steps.weights.adapted(
    without=["softmax over the queries"],  # so it was brought in
    names={
        "softmax over axis 0": "axis 0",
        "softmax over axis 1": "axis 1",
        "softmax over everything": "over everything",
    },
)


@weights.wrong("rows divided afterwards", "Each column was stretched: does that undo itself?")
def _(scores):
    weights = clinic.row_sums(scores)
    return weights / weights.sum(axis=-1, keepdims=True)


@weights.wrong("the maximum of the row, the sum of the column", "Which line runs over queries?")
def _(exponentials):
    return exponentials / exponentials.sum(axis=-2, keepdims=True)


exponentials = steps.exponentials.adapted(
    names={"the largest of the column taken off": "the maximum of the column, the sum of the row"}
)
repair_row_sums.steps(exponentials, weights)
shared.rows_sum_to_1(repair_row_sums)
shared.keys_reorder(repair_row_sums)
shared.shift_is_free(repair_row_sums)
