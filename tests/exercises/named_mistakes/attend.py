"""Wrong answers to attend, each under the name by which it is known."""

import numpy as np

from helpers import attention
from named_mistakes.answers import Answers

answers = Answers("attend")


def _weights(query, key):
    return attention.softmax(query @ key.T)


@answers("keys instead of values")
def _(query, key, value):
    return _weights(query, key) @ key


@answers("weights returned")
def _(query, key, value):
    return _weights(query, key)


@answers("output and weights returned")
def _(query, key, value):
    return _weights(query, key) @ value, _weights(query, key)


@answers("weights and output returned")
def _(query, key, value):
    return _weights(query, key), _weights(query, key) @ value


@answers("weights transposed")
def _(query, key, value):
    return _weights(query, key).T @ value


@answers("value transposed")
def _(query, key, value):
    return _weights(query, key) @ value.T


@answers("key not transposed")
def _(query, key, value):
    return attention.softmax(query @ key) @ value


@answers("value in front")
def _(query, key, value):
    return value @ _weights(query, key)


@answers("scaled")
def _(query, key, value):
    return attention.scaled_dot_product_attention(query, key, value)[0]


@answers("no softmax")
def _(query, key, value):
    return query @ key.T @ value


@answers("not normalised")
def _(query, key, value):
    return np.exp(query @ key.T) @ value


@answers("largest weight is 1")
def _(query, key, value):
    scores = query @ key.T
    return np.exp(scores - scores.max(axis=-1, keepdims=True)) @ value


@answers("softmax over the queries")
def _(query, key, value):
    return attention.softmax(query @ key.T, axis=0) @ value


@answers("softmax over everything")
def _(query, key, value):
    scores = query @ key.T
    return attention.softmax(scores.ravel()).reshape(scores.shape) @ value


@answers("softmax of the output")
def _(query, key, value):
    return attention.softmax(query @ key.T @ value)


@answers("plain mean of the values")
def _(query, key, value):
    return np.broadcast_to(value.mean(axis=0), (len(query), value.shape[-1]))


@answers("arg-max")
def _(query, key, value):
    return value[(query @ key.T).argmax(axis=-1)]


@answers("divided by the number of keys")
def _(query, key, value):
    return _weights(query, key) @ value / len(key)


@answers("cosine")
def _(query, key, value):
    length = np.linalg.norm(query, axis=-1, keepdims=True) * np.linalg.norm(key, axis=-1)
    return attention.softmax(query @ key.T / length) @ value


@answers("no maximum taken off")
def _(query, key, value):
    exponentials = np.exp(query @ key.T)
    return exponentials / exponentials.sum(axis=-1, keepdims=True) @ value


@answers("sign turned")
def _(query, key, value):
    return attention.softmax(-(query @ key.T)) @ value


@answers("query added")
def _(query, key, value):
    return _weights(query, key) @ value + query


@answers("result transposed")
def _(query, key, value):
    return (_weights(query, key) @ value).T
