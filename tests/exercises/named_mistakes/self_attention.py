"""Wrong answers to self_attention, each under the name by which it is known."""

import numpy as np

from helpers import attention
from named_mistakes.answers import Answers

answers = Answers("self_attention")


def scaled_dot_product_attention(query, key, value):
    """softmax(query · keyᵀ / √d_key) · value: the output, and the weights it was mixed with."""
    scores = query @ key.swapaxes(-1, -2) / np.sqrt(query.shape[-1])
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return weights @ value, weights


def _right(x, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(x @ w_query, x @ w_key, x @ w_value)


def _mixed(scores, value):
    """Output and weights of scores that are scaled already."""
    weights = attention.softmax(scores)
    return weights @ value, weights


def _scores(x, w_query, w_key):
    return x @ w_query @ (x @ w_key).T


@answers("output only")
def _(x, w_query, w_key, w_value):
    return _right(x, w_query, w_key, w_value)[0]


@answers("weights only")
def _(x, w_query, w_key, w_value):
    return _right(x, w_query, w_key, w_value)[1]


@answers("output and weights exchanged")
def _(x, w_query, w_key, w_value):
    return _right(x, w_query, w_key, w_value)[::-1]


@answers("query, key and value returned")
def _(x, w_query, w_key, w_value):
    return x @ w_query, x @ w_key, x @ w_value


@answers("nothing projected")
def _(x, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(x, x, x)


@answers("value left as it came")
def _(x, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(x @ w_query, x @ w_key, x)


@answers("matrix transposed")
def _(x, w_query, w_key, w_value):
    return _mixed(x @ w_query.T, x @ w_value.T)


@answers("query left as it came")
def _(x, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(x, x @ w_key, x @ w_value)


@answers("key left as it came")
def _(x, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(x @ w_query, x, x @ w_value)


@answers("matrices passed instead of projections")
def _(x, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(w_query, w_key, w_value)


@answers("query and key exchanged")
def _(x, w_query, w_key, w_value):
    return _right(x, w_key, w_query, w_value)


@answers("key from the query's matrix")
def _(x, w_query, w_key, w_value):
    return _right(x, w_query, w_query, w_value)


@answers("query from the key's matrix")
def _(x, w_query, w_key, w_value):
    return _right(x, w_key, w_key, w_value)


@answers("value from the key's matrix")
def _(x, w_query, w_key, w_value):
    return _right(x, w_query, w_key, w_key)


@answers("value from the query's matrix")
def _(x, w_query, w_key, w_value):
    return _right(x, w_query, w_key, w_query)


@answers("key and value exchanged")
def _(x, w_query, w_key, w_value):
    return _right(x, w_query, w_value, w_key)


@answers("matrix in front")
def _(x, w_query, w_key, w_value):
    return _mixed(w_query @ x, w_value @ x)


@answers("key transposed beforehand")
def _(x, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(x @ w_query, (x @ w_key).T, x @ w_value)


@answers("no scale")
def _(x, w_query, w_key, w_value):
    return _mixed(_scores(x, w_query, w_key), x @ w_value)


@answers("divided by the root of the model's width")
def _(x, w_query, w_key, w_value):
    return _mixed(_scores(x, w_query, w_key) / np.sqrt(x.shape[-1]), x @ w_value)


@answers("divided by the root of the number of words")
def _(x, w_query, w_key, w_value):
    return _mixed(_scores(x, w_query, w_key) / np.sqrt(len(x)), x @ w_value)


@answers("divided by the root of the values' width")
def _(x, w_query, w_key, w_value):
    return _mixed(_scores(x, w_query, w_key) / np.sqrt(w_value.shape[-1]), x @ w_value)


@answers("divided by the width")
def _(x, w_query, w_key, w_value):
    return _mixed(_scores(x, w_query, w_key) / w_key.shape[-1], x @ w_value)


@answers("multiplied by the root")
def _(x, w_query, w_key, w_value):
    return _mixed(_scores(x, w_query, w_key) * np.sqrt(w_key.shape[-1]), x @ w_value)


@answers("scores returned")
def _(x, w_query, w_key, w_value):
    scores = _scores(x, w_query, w_key) / np.sqrt(w_key.shape[-1])
    return attention.softmax(scores) @ (x @ w_value), scores


@answers("no softmax")
def _(x, w_query, w_key, w_value):
    scores = _scores(x, w_query, w_key) / np.sqrt(w_key.shape[-1])
    return scores @ (x @ w_value), scores


@answers("softmax over the queries")
def _(x, w_query, w_key, w_value):
    scores = _scores(x, w_query, w_key) / np.sqrt(w_key.shape[-1])
    weights = attention.softmax(scores, axis=0)
    return weights @ (x @ w_value), weights


@answers("softmax over everything")
def _(x, w_query, w_key, w_value):
    scores = _scores(x, w_query, w_key) / np.sqrt(w_key.shape[-1])
    weights = attention.softmax(scores.ravel()).reshape(scores.shape)
    return weights @ (x @ w_value), weights


@answers("no maximum taken off")
def _(x, w_query, w_key, w_value):
    exponentials = np.exp(_scores(x, w_query, w_key) / np.sqrt(w_key.shape[-1]))
    weights = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return weights @ (x @ w_value), weights


@answers("weights transposed")
def _(x, w_query, w_key, w_value):
    output, weights = _right(x, w_query, w_key, w_value)
    return output, weights.T


@answers("later words hidden")
def _(x, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(x @ w_query, x @ w_key, x @ w_value, causal=True)


@answers("own word hidden")
def _(x, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(
        x @ w_query, x @ w_key, x @ w_value, mask=~np.eye(len(x), dtype=bool)
    )
