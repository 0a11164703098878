"""attend: the values, mixed by weight (unscaled), and what people get wrong about it."""

import numpy as np

from helpers.exercises import attention_steps as steps
from helpers.exercises import softmax_steps
from helpers.exercises.attention_steps import for_one_table
from helpers.exercises.cases import queries_keys_values
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.lesson_02.attention_weights import attention_weights
from helpers.exercises.steps import step


@exercise(lesson=2, gives={"output": "(n_queries, d_value)"})
def attend(query, key, value):
    """Attention, unscaled: each query's mixture of the values.

    query: (n_queries, d_key), key: (n_keys, d_key), value: (n_keys, d_value).
    Returns: output (n_queries, d_value).
    """
    return attention_weights(query, key) @ value


attend.hints(
    "A query that looks at one key only should get that key's value, unchanged.",
    "The output of a query is the mean of the values, each weighted by the query's weight for it.",
    "weights = attention_weights(query, key), (n_queries, n_keys); the output is their matrix "
    "product with value, (n_keys, d_value).",
)


@attend.case("three queries, six keys")
def _(rng):
    return queries_keys_values(rng, n_queries=3, n_keys=6, d_key=4, d_value=5, size=0.8)


@attend.case("more queries than keys")
def _(rng):
    return queries_keys_values(rng, n_queries=7, n_keys=5, d_key=2, d_value=3)


@attend.case("a single query")
def _(rng):
    return queries_keys_values(rng, n_queries=1, n_keys=4, d_key=3, d_value=6)


# In float64 only: at this size, scores in float32 are right to three digits at best.
@attend.case("scores in the thousands", dtypes=("float64",), extreme=True)
def _(rng):
    return queries_keys_values(rng, n_queries=2, n_keys=5, d_key=3, d_value=4, size=40)


output = steps.output.adapted(
    names={"weights transposed before mixing": "weights transposed"},
)


@output.wrong("divided by the number of keys", "The weights already sum to 1.")
def _(weights, value):
    return weights @ value / len(value)


@output.wrong("softmax of the output", "Weights are made before the values come in.")
def _(scores, value):
    return softmax_steps.softmax(scores @ value)


@step
def returned(output):
    """The output alone."""
    return output


@returned.wrong("weights returned", "These are the weights; what do they weigh?")
def _(weights):
    return weights


@returned.wrong("output and weights returned", "Only the output is asked for.")
def _(output, weights):
    return output, weights


@returned.wrong("weights and output returned", "Only the output is asked for.")
def _(output, weights):
    return weights, output


@returned.wrong("result transposed", "Rows are queries: how many rows should there be?")
def _(output):
    return output.T


attend.steps(
    *map(for_one_table, (steps.scores, steps.unscaled, softmax_steps.weights)), output, returned
)


@attend.holds("values that are all alike come back unchanged")
def _(call, value, query):
    return same(call(value=np.ones_like(value)), np.ones((len(query), value.shape[-1])))


@attend.holds("reordering keys and values together changes nothing")
def _(call, key, value, output):
    return same(call(key=key[::-1].copy(), value=value[::-1].copy()), output)


@attend.holds("twice the values give twice the output")
def _(call, value, output):
    return same(call(value=2 * value), 2 * output)


@attend.holds("a query of zeros gets the mean of the values")
def _(call, query, value):
    mean = value.mean(axis=0)
    return same(call(query=0 * query), np.broadcast_to(mean, (len(query), len(mean))))


@attend.holds("a query's output does not depend on the other queries")
def _(call, query, output):
    return same(call(query=query[:1]), output[:1])
