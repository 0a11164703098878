"""Patient 1, flat weights, and the repairs that people try."""

import numpy as np

from helpers.attention import softmax
from helpers.exercises.declare import exercise
from helpers.exercises.lesson_10 import scaled_steps as steps
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
repair_flat_weights.brought_in(
    clinic.flat_weights, "By what are the scores divided in all, from query to softmax?"
)


scaled = steps.scaled.adapted(
    without=["divided by the width"],  # twice by the root: so it was brought in
    names={
        "no scale": "both divisions gone",
        "multiplied by the root": "one division turned round",
        "multiplied by the width": "multiplied twice",
    },
    sentences={
        "no scale": "How widely do scores spread now, for a wide head?",
        "multiplied by the root": "Which of your two steps undoes the other?",
    },
)
repair_flat_weights.steps(steps.scores, scaled, steps.weights)
shared.scale_holds(repair_flat_weights)
