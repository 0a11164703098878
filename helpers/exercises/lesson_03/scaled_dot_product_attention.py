"""scaled_dot_product_attention: the whole mechanism, and what people get wrong about it."""

import numpy as np

from helpers.exercises import attention_steps as steps
from helpers.exercises import softmax_steps
from helpers.exercises.cases import queries_keys_values
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.lesson_02.softmax import softmax


@exercise(
    lesson=3,
    gives={"output": "(..., n_queries, d_value)", "weights": "(..., n_queries, n_keys)"},
)
def scaled_dot_product_attention(query, key, value):
    """Attention as in the paper: softmax(query · keyᵀ / √d_key) · value.

    query: (..., n_queries, d_key), key: (..., n_keys, d_key), value: (..., n_keys, d_value).
    Returns: output (..., n_queries, d_value) and weights (..., n_queries, n_keys).
    """
    scores = query @ np.swapaxes(key, -1, -2) / np.sqrt(query.shape[-1])
    weights = softmax(scores)
    return weights @ value, weights


scaled_dot_product_attention.hints(
    "A dot product of 64 random numbers has a spread of 8. Which number brings the spread to 1?",
    "Lesson 02's attend, with two changes: the scores are divided before the softmax, and the "
    "last two axes of the key are swapped, whatever stands in front of them.",
    "scores = query @ key with its last two axes swapped, divided by the root of the last axis of "
    "query; weights = softmax of the scores, row by row; return weights @ value, and weights.",
)


@scaled_dot_product_attention.case("one table")
def _(rng):
    return queries_keys_values(rng, n_queries=3, n_keys=7, d_key=5, d_value=4, size=0.9)


@scaled_dot_product_attention.case("several heads")
def _(rng):
    return queries_keys_values(rng, 2, n_queries=4, n_keys=5, d_key=7, d_value=6)


@scaled_dot_product_attention.case("a batch of heads")
def _(rng):
    return queries_keys_values(rng, 2, 3, n_queries=4, n_keys=6, d_key=5, d_value=7)


# In float64 only: at this size, scores in float32 are right to three digits at best.
@scaled_dot_product_attention.case("scores in the thousands", dtypes=("float64",), extreme=True)
def _(rng):
    return queries_keys_values(rng, n_queries=4, n_keys=5, d_key=3, d_value=2, size=60)


output = steps.output.adapted(names={"weights transposed before mixing": "mixed by columns"})


@output.wrong("output mixed without the scale", "Do the weights returned and those used agree?")
def _(scores, value):
    return softmax_steps.softmax(scores) @ value


scaled_dot_product_attention.steps(
    steps.scores, steps.scaled, softmax_steps.weights, output, steps.returned
)


@scaled_dot_product_attention.mistake(
    "output scaled", "Where must the scale act for the weights to change?"
)
def _(query, key, value):
    weights = softmax_steps.softmax(query @ steps.turned(key))
    return weights @ value / np.sqrt(query.shape[-1]), weights


holds = scaled_dot_product_attention.holds


@holds("the weights of every query sum to 1")
def _(weights):
    return same(weights.sum(axis=-1), np.ones(weights.shape[:-1]))


@holds("no weight is negative")
def _(weights):
    return bool((weights >= 0).all())


@holds("the output is the weights times the values")
def _(output, weights, value):
    return same(output, weights @ value)


@holds("reordering keys and values together leaves the output as it is")
def _(call, key, value, output):
    return same(call(key=key[..., ::-1, :].copy(), value=value[..., ::-1, :].copy())[0], output)


@holds("a query's output does not depend on the other queries")
def _(call, query, output):
    return same(call(query=query[..., :1, :])[0], output[..., :1, :])


@holds("a query of zeros gets the mean of the values")
def _(call, query, value, output):
    mean = value.mean(axis=-2, keepdims=True)
    return same(call(query=0 * query)[0], np.broadcast_to(mean, output.shape))


@holds("every table of a batch is treated alone")
def _(call, query, key, value, output):
    if query.ndim == 2:
        return True
    return same(call(query=query[0], key=key[0], value=value[0])[0], output[0])


@holds("widths of zeros added to query and key change the weights by the scale alone")
def _(call, query, key, weights):
    wide = [
        np.concatenate([x, np.zeros_like(x), np.zeros_like(x), np.zeros_like(x)], axis=-1)
        for x in (query, key)
    ]
    # Four times the width halves the scale; twice the query makes up for it.
    return same(call(query=2 * wide[0], key=wide[1])[1], weights)
