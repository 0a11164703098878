"""attention_weights: which word looks where (unscaled), and what people get wrong about it."""

import numpy as np

from helpers import attention
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


@attention_weights.mistake("scaled", "This lesson's scores are the plain dot products.")
def _(query, key):
    return attention.softmax(query @ key.T / np.sqrt(key.shape[-1]))


@attention_weights.mistake("divided by the width", "This lesson's scores are plain dot products.")
def _(query, key):
    return attention.softmax(query @ key.T / key.shape[-1])


@attention_weights.mistake("no softmax", "These are scores; what turns scores into weights?")
def _(query, key):
    return query @ key.T


@attention_weights.mistake("softmax over the queries", "Who shares out 1: a query, or a key?")
def _(query, key):
    return attention.softmax(query @ key.T, axis=0)


@attention_weights.mistake("softmax over everything", "Every query shares out a 1 of its own.")
def _(query, key):
    scores = query @ key.T
    return attention.softmax(scores.ravel()).reshape(scores.shape)


@attention_weights.mistake("key not transposed", "Write the shapes side by side: which axes meet?")
def _(query, key):
    return attention.softmax(query @ key)


@attention_weights.mistake("key reshaped", "A reshape keeps the order of the numbers; turn axes.")
def _(query, key):
    return attention.softmax(query @ key.reshape(key.shape[::-1]))


@attention_weights.mistake("query transposed", "Write the shapes side by side: which axes meet?")
def _(query, key):
    return attention.softmax(query.T @ key)


@attention_weights.mistake("element by element", "Every query meets every key, not only its own.")
def _(query, key):
    return attention.softmax(query * key)


@attention_weights.mistake("query and key exchanged", "Rows are queries: who asks here?")
def _(query, key):
    return attention.softmax(key @ query.T)


@attention_weights.mistake("queries with themselves", "Where does `key` come in?")
def _(query, key):
    return attention.softmax(query @ query.T)


@attention_weights.mistake("keys with themselves", "Where does `query` come in?")
def _(query, key):
    return attention.softmax(key @ key.T)


@attention_weights.mistake("cosine", "Here the lengths of query and key count too.")
def _(query, key):
    length = np.linalg.norm(query, axis=-1, keepdims=True) * np.linalg.norm(key, axis=-1)
    return attention.softmax(query @ key.T / length)


@attention_weights.mistake("distance", "A score is a product of query and key, not a distance.")
def _(query, key):
    return attention.softmax(-np.linalg.norm(query[:, None] - key, axis=-1))


@attention_weights.mistake("squared distance", "A score is a product, not a distance.")
def _(query, key):
    return attention.softmax(-((query[:, None] - key) ** 2).sum(axis=-1))


@attention_weights.mistake("arg-max", "Attention is soft: the second-best key gets something too.")
def _(query, key):
    scores = query @ key.T
    return (scores == scores.max(axis=-1, keepdims=True)).astype(scores.dtype)


@attention_weights.mistake("no maximum taken off", "How large may a score be before it overflows?")
def _(query, key):
    exponentials = np.exp(query @ key.T)
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@attention_weights.mistake("largest of everything taken off", "Each row has its own largest score.")
def _(query, key):
    scores = query @ key.T
    exponentials = np.exp(scores - scores.max())
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@attention_weights.mistake("not normalised", "What should the weights of one query come to?")
def _(query, key):
    return np.exp(query @ key.T)


@attention_weights.mistake(
    "no exponential", "A score below 0 should get a small weight, never a negative."
)
def _(query, key):
    scores = query @ key.T
    return scores / scores.sum(axis=-1, keepdims=True)


@attention_weights.mistake("sign turned", "Which key should weigh most: the best fit or the worst?")
def _(query, key):
    return attention.softmax(-(query @ key.T))


@attention_weights.mistake("absolute scores", "What should a score far below 0 weigh?")
def _(query, key):
    return attention.softmax(np.abs(query @ key.T))


@attention_weights.mistake("softmax twice", "Weights went through softmax a second time.")
def _(query, key):
    return attention.softmax(attention.softmax(query @ key.T))


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
