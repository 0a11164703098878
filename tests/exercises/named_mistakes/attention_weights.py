"""Wrong answers to attention_weights, each under the name by which it is known."""

import numpy as np

from helpers import attention
from named_mistakes.answers import Answers

answers = Answers("attention_weights")


def softmax(scores):
    """Turn every row of scores into weights: positive, and 1 in sum."""
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@answers("scaled")
def _(query, key):
    return attention.softmax(query @ key.T / np.sqrt(key.shape[-1]))


@answers("divided by the width")
def _(query, key):
    return attention.softmax(query @ key.T / key.shape[-1])


@answers("no softmax")
def _(query, key):
    return query @ key.T


@answers("softmax over the queries")
def _(query, key):
    return attention.softmax(query @ key.T, axis=0)


@answers("softmax over everything")
def _(query, key):
    scores = query @ key.T
    return attention.softmax(scores.ravel()).reshape(scores.shape)


@answers("key not transposed")
def _(query, key):
    return attention.softmax(query @ key)


@answers("key reshaped")
def _(query, key):
    return attention.softmax(query @ key.reshape(key.shape[::-1]))


@answers("query transposed")
def _(query, key):
    return attention.softmax(query.T @ key)


@answers("element by element")
def _(query, key):
    return attention.softmax(query * key)


@answers("query and key exchanged")
def _(query, key):
    return attention.softmax(key @ query.T)


@answers("queries with themselves")
def _(query, key):
    return attention.softmax(query @ query.T)


@answers("keys with themselves")
def _(query, key):
    return attention.softmax(key @ key.T)


@answers("cosine")
def _(query, key):
    length = np.linalg.norm(query, axis=-1, keepdims=True) * np.linalg.norm(key, axis=-1)
    return attention.softmax(query @ key.T / length)


@answers("distance")
def _(query, key):
    return attention.softmax(-np.linalg.norm(query[:, None] - key, axis=-1))


@answers("squared distance")
def _(query, key):
    return attention.softmax(-((query[:, None] - key) ** 2).sum(axis=-1))


@answers("arg-max")
def _(query, key):
    scores = query @ key.T
    return (scores == scores.max(axis=-1, keepdims=True)).astype(scores.dtype)


@answers("no maximum taken off")
def _(query, key):
    exponentials = np.exp(query @ key.T)
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@answers("largest of everything taken off")
def _(query, key):
    scores = query @ key.T
    exponentials = np.exp(scores - scores.max())
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@answers("not normalised")
def _(query, key):
    return np.exp(query @ key.T)


@answers("no exponential")
def _(query, key):
    scores = query @ key.T
    return scores / scores.sum(axis=-1, keepdims=True)


@answers("sign turned")
def _(query, key):
    return attention.softmax(-(query @ key.T))


@answers("absolute scores")
def _(query, key):
    return attention.softmax(np.abs(query @ key.T))


@answers("softmax twice")
def _(query, key):
    return attention.softmax(attention.softmax(query @ key.T))
