"""scaled_dot_product_attention: the whole mechanism, and what people get wrong about it."""

import numpy as np

from helpers import attention
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


mistake = scaled_dot_product_attention.mistake


def _scores(query, key):
    return query @ key.swapaxes(-1, -2)


def _mixed(scores, value):
    """Output and weights of scores that are scaled already."""
    weights = attention.softmax(scores)
    return weights @ value, weights


def _root(size):
    return np.sqrt(size)


@mistake("output only", "The weights are asked for as well.")
def _(query, key, value):
    return attention.scaled_dot_product_attention(query, key, value)[0]


@mistake("weights only", "The output is asked for as well.")
def _(query, key, value):
    return attention.scaled_dot_product_attention(query, key, value)[1]


@mistake("output and weights exchanged", "In which order are the two asked for?")
def _(query, key, value):
    return attention.scaled_dot_product_attention(query, key, value)[::-1]


@mistake("scores returned", "The second array holds scores; what are weights?")
def _(query, key, value):
    scores = _scores(query, key) / _root(query.shape[-1])
    return attention.softmax(scores) @ value, scores


@mistake("no softmax", "Scores are no weights yet: what do the weights of a query sum to?")
def _(query, key, value):
    scores = _scores(query, key) / _root(query.shape[-1])
    return scores @ value, scores


@mistake("softmax over the queries", "Who shares out 1: a query, or a key?")
def _(query, key, value):
    weights = attention.softmax(_scores(query, key) / _root(query.shape[-1]), axis=-2)
    return weights @ value, weights


@mistake("softmax over axis 0", "Count the axis from the end: which axis holds the keys?")
def _(query, key, value):
    weights = attention.softmax(_scores(query, key) / _root(query.shape[-1]), axis=0)
    return weights @ value, weights


@mistake("softmax over axis 1", "Count the axis from the end: which axis holds the keys?")
def _(query, key, value):
    weights = attention.softmax(_scores(query, key) / _root(query.shape[-1]), axis=1)
    return weights @ value, weights


@mistake("softmax over everything", "Every query shares out a 1 of its own.")
def _(query, key, value):
    scores = _scores(query, key) / _root(query.shape[-1])
    weights = attention.softmax(scores.ravel()).reshape(scores.shape)
    return weights @ value, weights


@mistake("softmax over each whole table", "Every query shares out a 1 of its own.")
def _(query, key, value):
    scores = _scores(query, key) / _root(query.shape[-1])
    flat = scores.reshape(*scores.shape[:-2], -1)
    weights = attention.softmax(flat).reshape(scores.shape)
    return weights @ value, weights


@mistake("no maximum taken off", "How large may a score be before it overflows?")
def _(query, key, value):
    exponentials = np.exp(_scores(query, key) / _root(query.shape[-1]))
    weights = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return weights @ value, weights


@mistake("largest of everything taken off", "Each row has its own largest score.")
def _(query, key, value):
    scores = _scores(query, key) / _root(query.shape[-1])
    exponentials = np.exp(scores - scores.max())
    weights = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return weights @ value, weights


@mistake("not normalised", "What should the weights of one query come to?")
def _(query, key, value):
    weights = np.exp(_scores(query, key) / _root(query.shape[-1]))
    return weights @ value, weights


@mistake("largest weight is 1", "What should the weights of one query come to?")
def _(query, key, value):
    scores = _scores(query, key) / _root(query.shape[-1])
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return weights @ value, weights


@mistake("key not transposed", "Every query meets every key: which axes should meet?")
def _(query, key, value):
    return _mixed(query @ key / _root(query.shape[-1]), value)


@mistake("all axes turned round", "Batch and heads stay in front: which two axes change places?")
def _(query, key, value):
    return _mixed(query @ key.T / _root(query.shape[-1]), value)


@mistake("key reshaped", "A reshape keeps the order of the numbers; which axes change places?")
def _(query, key, value):
    turned = key.reshape(*key.shape[:-2], key.shape[-1], key.shape[-2])
    return _mixed(query @ turned / _root(query.shape[-1]), value)


@mistake("query and key exchanged", "Rows are queries, columns are keys: who asks here?")
def _(query, key, value):
    return _mixed(_scores(key, query) / _root(query.shape[-1]), value)


@mistake("queries with themselves", "Where does `key` come in?", same_as="query and key exchanged")
def _(query, key, value):
    return _mixed(_scores(query, query) / _root(query.shape[-1]), value)


@mistake("keys with themselves", "Where does `query` come in?")
def _(query, key, value):
    return _mixed(_scores(key, key) / _root(query.shape[-1]), value)


@mistake("keys instead of values", "What is mixed: what is searched, or what is found?")
def _(query, key, value):
    return _mixed(_scores(query, key) / _root(query.shape[-1]), key)


@mistake("values instead of keys", "What does a query meet: what is searched, or what is found?")
def _(query, key, value):
    return _mixed(_scores(query, value) / _root(query.shape[-1]), value)


@mistake("arg-max", "Attention is soft: the second-best key brings in its value too.")
def _(query, key, value):
    scores = _scores(query, key)
    weights = (scores == scores.max(axis=-1, keepdims=True)).astype(scores.dtype)
    return weights @ value, weights


@mistake("cosine", "Lengths count here: the scale is the same for all queries and keys.")
def _(query, key, value):
    unit_query = query / np.linalg.norm(query, axis=-1, keepdims=True)
    unit_key = key / np.linalg.norm(key, axis=-1, keepdims=True)
    return _mixed(_scores(unit_query, unit_key), value)


@mistake("plain mean of the values", "Every key got the same weight, whatever the query asks.")
def _(query, key, value):
    return _mixed(0 * _scores(query, key), value)


@mistake("sign turned", "Which key should weigh most: the best fit, or the worst?")
def _(query, key, value):
    return _mixed(-_scores(query, key) / _root(query.shape[-1]), value)


@mistake("later keys hidden", "Nothing is hidden in this lesson: the mask comes in lesson 06.")
def _(query, key, value):
    return attention.scaled_dot_product_attention(query, key, value, causal=True)


@mistake("weights transposed", "Rows are queries, in the weights too.")
def _(query, key, value):
    output, weights = attention.scaled_dot_product_attention(query, key, value)
    return output, weights.swapaxes(-1, -2)


@mistake("output mixed without the scale", "Do the weights returned and the weights used agree?")
def _(query, key, value):
    right = attention.scaled_dot_product_attention(query, key, value)[1]
    return attention.softmax(_scores(query, key)) @ value, right


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
