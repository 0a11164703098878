"""attend: the values, mixed by weight (unscaled), and what people get wrong about it."""

import numpy as np

from helpers import attention
from helpers.exercises.cases import queries_keys_values
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.lesson_02.attention_weights import attention_weights


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


def _weights(query, key):
    return attention.softmax(query @ key.T)


@attend.mistake("keys instead of values", "What is mixed: what is searched, or what is found?")
def _(query, key, value):
    return _weights(query, key) @ key


@attend.mistake("weights returned", "These are the weights; what do they weigh?")
def _(query, key, value):
    return _weights(query, key)


@attend.mistake("output and weights returned", "Only the output is asked for.")
def _(query, key, value):
    return _weights(query, key) @ value, _weights(query, key)


@attend.mistake("weights and output returned", "Only the output is asked for.")
def _(query, key, value):
    return _weights(query, key), _weights(query, key) @ value


@attend.mistake("weights transposed", "Write the shapes side by side: which axes should meet?")
def _(query, key, value):
    return _weights(query, key).T @ value


@attend.mistake("value transposed", "Write the shapes side by side: which axes should meet?")
def _(query, key, value):
    return _weights(query, key) @ value.T


@attend.mistake("key not transposed", "Every query meets every key: which axes should meet?")
def _(query, key, value):
    return attention.softmax(query @ key) @ value


@attend.mistake("value in front", "Write the shapes side by side: which axes should meet?")
def _(query, key, value):
    return value @ _weights(query, key)


@attend.mistake("scaled", "This lesson's scores are the plain dot products.")
def _(query, key, value):
    return attention.scaled_dot_product_attention(query, key, value)[0]


@attend.mistake("no softmax", "Scores are no weights yet: what do the weights of a query sum to?")
def _(query, key, value):
    return query @ key.T @ value


@attend.mistake("not normalised", "What should the weights of one query come to?")
def _(query, key, value):
    return np.exp(query @ key.T) @ value


@attend.mistake("largest weight is 1", "What should the weights of one query come to?")
def _(query, key, value):
    scores = query @ key.T
    return np.exp(scores - scores.max(axis=-1, keepdims=True)) @ value


@attend.mistake("softmax over the queries", "Who shares out 1: a query, or a key?")
def _(query, key, value):
    return attention.softmax(query @ key.T, axis=0) @ value


@attend.mistake("softmax over everything", "Every query shares out a 1 of its own.")
def _(query, key, value):
    scores = query @ key.T
    return attention.softmax(scores.ravel()).reshape(scores.shape) @ value


@attend.mistake("softmax of the output", "Weights are made before the values come in.")
def _(query, key, value):
    return attention.softmax(query @ key.T @ value)


@attend.mistake("plain mean of the values", "Every value came in with the same weight.")
def _(query, key, value):
    return np.broadcast_to(value.mean(axis=0), (len(query), value.shape[-1]))


@attend.mistake("arg-max", "Attention is soft: the second-best key brings in its value too.")
def _(query, key, value):
    return value[(query @ key.T).argmax(axis=-1)]


@attend.mistake("divided by the number of keys", "The weights already sum to 1.")
def _(query, key, value):
    return _weights(query, key) @ value / len(key)


@attend.mistake("cosine", "Here the lengths of query and key count too.")
def _(query, key, value):
    length = np.linalg.norm(query, axis=-1, keepdims=True) * np.linalg.norm(key, axis=-1)
    return attention.softmax(query @ key.T / length) @ value


@attend.mistake("no maximum taken off", "How large may a score be before it overflows?")
def _(query, key, value):
    exponentials = np.exp(query @ key.T)
    return exponentials / exponentials.sum(axis=-1, keepdims=True) @ value


@attend.mistake("sign turned", "Which key should weigh most: the best fit, or the worst?")
def _(query, key, value):
    return attention.softmax(-(query @ key.T)) @ value


@attend.mistake("query added", "Nothing is added to the mix of the values in this lesson.")
def _(query, key, value):
    return _weights(query, key) @ value + query


@attend.mistake("result transposed", "Rows are queries: how many rows should there be?")
def _(query, key, value):
    return (_weights(query, key) @ value).T


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
