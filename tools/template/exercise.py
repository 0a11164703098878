"""my_exercise: what it asks for in a line, and what people get wrong about it."""

import numpy as np

from helpers.exercises.cases import rows_of_weights
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise


# The exercise's one source. A learner is given signature and docstring; the solved notebook and
# `reveal` show the whole.
@exercise(lesson=99, gives={"largest": "(n_queries,)"})
def my_exercise(weights):
    """Largest weight of every query.

    weights: (n_queries, n_keys), every row sums to 1.
    Returns: (n_queries,).
    """
    return weights.max(axis=-1)


my_exercise.hints(
    "How many numbers should come out: one for each query, or one for each key?",
    "Rows are queries, so look for the largest number along each row, which is the last axis.",
    "largest = the maximum of weights over its last axis, the one that counts the keys.",
)


# Inputs on which functions are compared. All sizes of a case differ, so that a mistaken axis shows.
@my_exercise.case("four queries, six keys")
def _(rng):
    return dict(weights=rows_of_weights(rng, 4, 6))


@my_exercise.case("more queries than keys")
def _(rng):
    return dict(weights=rows_of_weights(rng, 7, 3))


# What people write instead, each with a sentence that explains it and does not give it away.
@my_exercise.mistake("over the queries", "Who asks: a row, or a column?")
def _(weights):
    return weights.max(axis=0)


@my_exercise.mistake("largest of all", "Every query has a largest weight of its own.")
def _(weights):
    return weights.max()


@my_exercise.mistake("the place of the largest", "Is a weight asked for, or where it stands?")
def _(weights):
    return weights.argmax(axis=-1)


@my_exercise.mistake("smallest weight", "Which end of the row is asked for?")
def _(weights):
    return weights.min(axis=-1)


@my_exercise.mistake("mean of the row", "A mean hides what one key alone gets.")
def _(weights):
    return weights.mean(axis=-1)


# What is true of every right answer, whatever the inputs.
@my_exercise.holds("no weight is larger")
def _(largest, weights):
    return bool((weights <= largest[:, None] + 1e-6).all())


@my_exercise.holds("of n keys, the largest weight is at least 1/n")
def _(largest, weights):
    return bool((largest >= 1 / weights.shape[-1] - 1e-6).all())


@my_exercise.holds("the order of the keys does not matter")
def _(call, largest, weights):
    return same(call(weights=np.ascontiguousarray(weights[:, ::-1])), largest)
