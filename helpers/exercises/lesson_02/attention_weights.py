"""attention_weights: which word looks where (unscaled), and what people get wrong about it."""

import numpy as np

from helpers.exercises import attention_steps as steps
from helpers.exercises import softmax_steps
from helpers.exercises.attention_steps import for_one_table
from helpers.exercises.cases import queries_keys_values
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.lesson_02.softmax import softmax


@exercise(lesson=2, gives={"weights": "(n_queries, n_keys)"})
def attention_weights(query, key):
    """How much every query looks at every key, unscaled.

    query: (n_queries, d_key), key: (n_keys, d_key).
    Returns: weights (n_queries, n_keys).
    """
    return softmax(query @ key.T)


attention_weights.hints(
    "Every query meets every key. How many scores are there for 3 queries and 5 keys?",
    "A score is the dot product of one query with one key. One matrix product makes all of them, "
    "if the widths of queries and keys meet in the middle.",
    "scores = query times the transposed key, (n_queries, n_keys); weights = softmax of each row.",
)


@attention_weights.case("three queries, six keys")
def _(rng):
    return queries_keys_values(rng, n_queries=3, n_keys=6, d_key=4, size=0.8)


@attention_weights.case("more queries than keys")
def _(rng):
    return queries_keys_values(rng, n_queries=7, n_keys=5, d_key=2)


@attention_weights.case("a single query")
def _(rng):
    return queries_keys_values(rng, n_queries=1, n_keys=4, d_key=3)


# In float64 only: at this size, scores in float32 are right to three digits at best.
@attention_weights.case("scores in the thousands", dtypes=("float64",), extreme=True)
def _(rng):
    return queries_keys_values(rng, n_queries=2, n_keys=5, d_key=3, size=40)


scores = for_one_table(steps.scores).adapted(without=["values instead of keys"])
unscaled = for_one_table(steps.unscaled).adapted(
    without=["divided by the root of the values' width"]
)
weights = for_one_table(softmax_steps.weights).adapted(
    without=["plain mean of the values", "softmax in float32"]
)

attention_weights.steps(scores, unscaled, weights)


@attention_weights.holds("the weights of every query sum to 1")
def _(weights):
    return same(weights.sum(axis=-1), np.ones(len(weights)))


@attention_weights.holds("no weight is negative")
def _(weights):
    return bool((weights >= 0).all())


@attention_weights.holds("reordering the keys reorders the columns alike")
def _(call, key, weights):
    return same(call(key=key[::-1].copy()), weights[:, ::-1])


@attention_weights.holds("a query's weights do not depend on the other queries")
def _(call, query, weights):
    return same(call(query=query[:1]), weights[:1])


@attention_weights.holds("a query of zeros looks at all keys alike")
def _(call, query, key):
    return same(call(query=0 * query), np.full((len(query), len(key)), 1 / len(key)))


@attention_weights.holds("a query twice as long gives the weights of keys twice as long")
def _(call, query, key):
    return same(call(query=2 * query), call(key=2 * key))
