"""Patient 4, reading padding, and the repairs that people try."""

import numpy as np

from helpers.attention import softmax
from helpers.exercises.declare import exercise
from helpers.exercises.lesson_10 import mask_repairs as steps
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


shared.masked_cases(repair_reading_padding)
repair_reading_padding.brought_in(clinic.reading_padding, "What does True mean in this mask?")
looked = steps.looked.adapted(
    without=["mask inverted"],  # so it was brought in
    names={"mask not used": "mask left out"},
)
visible = steps.visible.adapted(names={"multiplied into the scores": "hidden scores set to 0"})
repair_reading_padding.steps(looked, visible, steps.weights)
shared.rows_sum_to_1(repair_reading_padding)
shared.hidden_has_nothing(repair_reading_padding)
shared.hidden_is_not_heard(repair_reading_padding)
