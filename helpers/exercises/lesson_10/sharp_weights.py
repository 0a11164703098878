"""Patient 2, sharp weights, and the repairs that people try."""

import numpy as np

from helpers.attention import softmax
from helpers.exercises.attention_steps import turned, unit
from helpers.exercises.declare import exercise
from helpers.exercises.lesson_10 import scaled_steps as steps
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
repair_sharp_weights.brought_in(
    clinic.sharp_weights, "How widely do the scores of a wide head spread?"
)


scaled = steps.scaled.adapted(
    without=["no scale"],  # so it was brought in
    sentences={
        "divided by the width": "How does the spread of a sum of independent numbers grow?",
    },
)


@scaled.wrong("cosines", "A long key should be able to score more than a short one.")
def _(query, key):
    return unit(query) @ turned(unit(key))


repair_sharp_weights.steps(steps.scores, scaled, steps.weights)
shared.scale_holds(repair_sharp_weights)
