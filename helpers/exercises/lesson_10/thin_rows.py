"""Patient 5, thin rows, and the repairs that people try."""

import numpy as np

from helpers.attention import softmax
from helpers.exercises.declare import exercise
from helpers.exercises.lesson_10 import mask_repairs as steps
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


shared.masked_cases(repair_thin_rows)
repair_thin_rows.brought_in(clinic.thin_rows, "Who got the share that is missing: add up a row.")
weights = steps.weights.adapted(
    without=["after softmax"],  # so it was brought in
    names={"after softmax, shared out again": "shared out again"},
)
repair_thin_rows.steps(steps.looked, steps.visible, weights)
shared.rows_sum_to_1(repair_thin_rows)
shared.hidden_has_nothing(repair_thin_rows)
shared.hidden_is_not_heard(repair_thin_rows)
