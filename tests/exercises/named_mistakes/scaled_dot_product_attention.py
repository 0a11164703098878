"""Wrong answers to scaled_dot_product_attention, each under the name by which it is known."""

import numpy as np

from helpers import attention
from named_mistakes.answers import Answers

answers = Answers("scaled_dot_product_attention")


def scaled_dot_product_attention(query, key, value):
    """softmax(query · keyᵀ / √d_key) · value: the output, and the weights it was mixed with."""
    scores = query @ key.swapaxes(-1, -2) / np.sqrt(query.shape[-1])
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return weights @ value, weights


def _root(size):
    return np.sqrt(size)


def _scores(query, key):
    return query @ key.swapaxes(-1, -2)


def _mixed(scores, value):
    """Output and weights of scores that are scaled already."""
    weights = attention.softmax(scores)
    return weights @ value, weights


@answers("output only")
def _(query, key, value):
    return attention.scaled_dot_product_attention(query, key, value)[0]


@answers("weights only")
def _(query, key, value):
    return attention.scaled_dot_product_attention(query, key, value)[1]


@answers("output and weights exchanged")
def _(query, key, value):
    return attention.scaled_dot_product_attention(query, key, value)[::-1]


@answers("scores returned")
def _(query, key, value):
    scores = _scores(query, key) / _root(query.shape[-1])
    return attention.softmax(scores) @ value, scores


@answers("no softmax")
def _(query, key, value):
    scores = _scores(query, key) / _root(query.shape[-1])
    return scores @ value, scores


@answers("softmax over the queries")
def _(query, key, value):
    weights = attention.softmax(_scores(query, key) / _root(query.shape[-1]), axis=-2)
    return weights @ value, weights


@answers("softmax over axis 0")
def _(query, key, value):
    weights = attention.softmax(_scores(query, key) / _root(query.shape[-1]), axis=0)
    return weights @ value, weights


@answers("softmax over axis 1")
def _(query, key, value):
    weights = attention.softmax(_scores(query, key) / _root(query.shape[-1]), axis=1)
    return weights @ value, weights


@answers("softmax over everything")
def _(query, key, value):
    scores = _scores(query, key) / _root(query.shape[-1])
    weights = attention.softmax(scores.ravel()).reshape(scores.shape)
    return weights @ value, weights


@answers("softmax over each whole table")
def _(query, key, value):
    scores = _scores(query, key) / _root(query.shape[-1])
    flat = scores.reshape(*scores.shape[:-2], -1)
    weights = attention.softmax(flat).reshape(scores.shape)
    return weights @ value, weights


@answers("no maximum taken off")
def _(query, key, value):
    exponentials = np.exp(_scores(query, key) / _root(query.shape[-1]))
    weights = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return weights @ value, weights


@answers("largest of everything taken off")
def _(query, key, value):
    scores = _scores(query, key) / _root(query.shape[-1])
    exponentials = np.exp(scores - scores.max())
    weights = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return weights @ value, weights


@answers("not normalised")
def _(query, key, value):
    weights = np.exp(_scores(query, key) / _root(query.shape[-1]))
    return weights @ value, weights


@answers("largest weight is 1")
def _(query, key, value):
    scores = _scores(query, key) / _root(query.shape[-1])
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return weights @ value, weights


@answers("key not transposed")
def _(query, key, value):
    return _mixed(query @ key / _root(query.shape[-1]), value)


@answers("all axes turned round")
def _(query, key, value):
    return _mixed(query @ key.T / _root(query.shape[-1]), value)


@answers("key reshaped")
def _(query, key, value):
    turned = key.reshape(*key.shape[:-2], key.shape[-1], key.shape[-2])
    return _mixed(query @ turned / _root(query.shape[-1]), value)


@answers("query and key exchanged")
def _(query, key, value):
    return _mixed(_scores(key, query) / _root(query.shape[-1]), value)


@answers("queries with themselves", same_as="query and key exchanged")
def _(query, key, value):
    return _mixed(_scores(query, query) / _root(query.shape[-1]), value)


@answers("keys with themselves")
def _(query, key, value):
    return _mixed(_scores(key, key) / _root(query.shape[-1]), value)


@answers("keys instead of values")
def _(query, key, value):
    return _mixed(_scores(query, key) / _root(query.shape[-1]), key)


@answers("values instead of keys")
def _(query, key, value):
    return _mixed(_scores(query, value) / _root(query.shape[-1]), value)


@answers("arg-max")
def _(query, key, value):
    scores = _scores(query, key)
    weights = (scores == scores.max(axis=-1, keepdims=True)).astype(scores.dtype)
    return weights @ value, weights


@answers("cosine")
def _(query, key, value):
    unit_query = query / np.linalg.norm(query, axis=-1, keepdims=True)
    unit_key = key / np.linalg.norm(key, axis=-1, keepdims=True)
    return _mixed(_scores(unit_query, unit_key), value)


@answers("plain mean of the values")
def _(query, key, value):
    return _mixed(0 * _scores(query, key), value)


@answers("sign turned")
def _(query, key, value):
    return _mixed(-_scores(query, key) / _root(query.shape[-1]), value)


@answers("later keys hidden")
def _(query, key, value):
    return attention.scaled_dot_product_attention(query, key, value, causal=True)


@answers("weights transposed")
def _(query, key, value):
    output, weights = attention.scaled_dot_product_attention(query, key, value)
    return output, weights.swapaxes(-1, -2)


@answers("output mixed without the scale")
def _(query, key, value):
    right = attention.scaled_dot_product_attention(query, key, value)[1]
    return attention.softmax(_scores(query, key)) @ value, right


@answers("no scale")
def _(query, key, value):
    return _mixed(_scores(query, key), value)


@answers("divided by the width")
def _(query, key, value):
    return _mixed(_scores(query, key) / key.shape[-1], value)


@answers("divided by the root of the number of keys")
def _(query, key, value):
    return _mixed(_scores(query, key) / _root(key.shape[-2]), value)


@answers("divided by the root of the number of queries")
def _(query, key, value):
    return _mixed(_scores(query, key) / _root(query.shape[-2]), value)


@answers("divided by the root of the values' width")
def _(query, key, value):
    return _mixed(_scores(query, key) / _root(value.shape[-1]), value)


@answers("width read from axis 1")
def _(query, key, value):
    return _mixed(_scores(query, key) / _root(query.shape[1]), value)


@answers("width read from axis 0")
def _(query, key, value):
    return _mixed(_scores(query, key) / _root(len(key)), value)


@answers("divided by the root of the size")
def _(query, key, value):
    return _mixed(_scores(query, key) / _root(query.size), value)


@answers("divided by 8")
def _(query, key, value):
    return _mixed(_scores(query, key) / 8, value)


@answers("multiplied by the root")
def _(query, key, value):
    return _mixed(_scores(query, key) * _root(query.shape[-1]), value)


@answers("square instead of root")
def _(query, key, value):
    return _mixed(_scores(query, key) / query.shape[-1] ** 2, value)


@answers("scaled after the softmax")
def _(query, key, value):
    weights = attention.softmax(_scores(query, key)) / _root(query.shape[-1])
    return weights @ value, weights


@answers("output scaled")
def _(query, key, value):
    output, weights = _mixed(_scores(query, key), value)
    return output / _root(query.shape[-1]), weights
