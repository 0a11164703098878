"""Wrong answers to cross_attention, each under the name by which it is known."""

import numpy as np

from helpers import attention
from named_mistakes.answers import Answers

answers = Answers("cross_attention")


def scaled_dot_product_attention(query, key, value):
    """softmax(query · keyᵀ / √d_key) · value: the output, and the weights it was mixed with."""
    scores = query @ key.swapaxes(-1, -2) / np.sqrt(query.shape[-1])
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return weights @ value, weights


def _right(x, context, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(x @ w_query, context @ w_key, context @ w_value)


def _mixed(scores, value):
    """Output and weights of scores that are scaled already."""
    weights = attention.softmax(scores)
    return weights @ value, weights


def _scores(x, context, w_query, w_key):
    return x @ w_query @ (context @ w_key).T


def _attend(asks, keeps, gives, w_query, w_key, w_value):
    """Attention with queries, keys and values from three sequences that may be any."""
    return attention.scaled_dot_product_attention(asks @ w_query, keeps @ w_key, gives @ w_value)


def _in_full(asks, keeps, gives, w_query, w_key, w_value):
    """The same, written out: where lengths do not fit, another error says so."""
    query, key, value = asks @ w_query, keeps @ w_key, gives @ w_value
    weights = attention.softmax(query @ key.T / np.sqrt(key.shape[-1]))
    return weights @ value, weights


@answers("output only")
def _(x, context, w_query, w_key, w_value):
    return _right(x, context, w_query, w_key, w_value)[0]


@answers("weights only")
def _(x, context, w_query, w_key, w_value):
    return _right(x, context, w_query, w_key, w_value)[1]


@answers("output and weights exchanged")
def _(x, context, w_query, w_key, w_value):
    return _right(x, context, w_query, w_key, w_value)[::-1]


@answers("query, key and value returned")
def _(x, context, w_query, w_key, w_value):
    return x @ w_query, context @ w_key, context @ w_value


@answers("matrices of query and key exchanged")
def _(x, context, w_query, w_key, w_value):
    return _right(x, context, w_key, w_query, w_value)


@answers("key from the query's matrix")
def _(x, context, w_query, w_key, w_value):
    return _right(x, context, w_query, w_query, w_value)


@answers("query from the key's matrix")
def _(x, context, w_query, w_key, w_value):
    return _right(x, context, w_key, w_key, w_value)


@answers("value from the key's matrix")
def _(x, context, w_query, w_key, w_value):
    return _right(x, context, w_query, w_key, w_key)


@answers("key and value exchanged")
def _(x, context, w_query, w_key, w_value):
    return _right(x, context, w_query, w_value, w_key)


@answers("nothing projected")
def _(x, context, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(x, context, context)


@answers("matrices passed instead of projections")
def _(x, context, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(w_query, w_key, w_value)


@answers("value left as it came")
def _(x, context, w_query, w_key, w_value):
    weights = _right(x, context, w_query, w_key, w_value)[1]
    return weights @ context, weights


@answers("matrix transposed")
def _(x, context, w_query, w_key, w_value):
    return _mixed(x @ w_query.T, context @ w_value.T)


@answers("matrix in front")
def _(x, context, w_query, w_key, w_value):
    return _mixed(w_query @ x, w_value @ context)


@answers("key transposed beforehand")
def _(x, context, w_query, w_key, w_value):
    key = (context @ w_key).T
    return attention.scaled_dot_product_attention(x @ w_query, key, context @ w_value)


@answers("query left as it came")
def _(x, context, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(x, context @ w_key, context @ w_value)


@answers("key left as it came")
def _(x, context, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(x @ w_query, context, context @ w_value)


@answers("no scale")
def _(x, context, w_query, w_key, w_value):
    return _mixed(_scores(x, context, w_query, w_key), context @ w_value)


@answers("divided by the root of the model's width")
def _(x, context, w_query, w_key, w_value):
    scores = _scores(x, context, w_query, w_key) / np.sqrt(x.shape[-1])
    return _mixed(scores, context @ w_value)


@answers("divided by the root of the context's width")
def _(x, context, w_query, w_key, w_value):
    scores = _scores(x, context, w_query, w_key) / np.sqrt(context.shape[-1])
    return _mixed(scores, context @ w_value)


@answers("divided by the root of the number of keys")
def _(x, context, w_query, w_key, w_value):
    scores = _scores(x, context, w_query, w_key) / np.sqrt(len(context))
    return _mixed(scores, context @ w_value)


@answers("divided by the width")
def _(x, context, w_query, w_key, w_value):
    scores = _scores(x, context, w_query, w_key) / w_key.shape[-1]
    return _mixed(scores, context @ w_value)


@answers("multiplied by the root")
def _(x, context, w_query, w_key, w_value):
    scores = _scores(x, context, w_query, w_key) * np.sqrt(w_key.shape[-1])
    return _mixed(scores, context @ w_value)


@answers("scores returned")
def _(x, context, w_query, w_key, w_value):
    scores = _scores(x, context, w_query, w_key) / np.sqrt(w_key.shape[-1])
    return attention.softmax(scores) @ (context @ w_value), scores


@answers("no softmax")
def _(x, context, w_query, w_key, w_value):
    scores = _scores(x, context, w_query, w_key) / np.sqrt(w_key.shape[-1])
    return scores @ (context @ w_value), scores


@answers("softmax over the queries")
def _(x, context, w_query, w_key, w_value):
    scores = _scores(x, context, w_query, w_key) / np.sqrt(w_key.shape[-1])
    weights = attention.softmax(scores, axis=0)
    return weights @ (context @ w_value), weights


@answers("softmax over everything")
def _(x, context, w_query, w_key, w_value):
    scores = _scores(x, context, w_query, w_key) / np.sqrt(w_key.shape[-1])
    weights = attention.softmax(scores.ravel()).reshape(scores.shape)
    return weights @ (context @ w_value), weights


@answers("no maximum taken off")
def _(x, context, w_query, w_key, w_value):
    exponentials = np.exp(_scores(x, context, w_query, w_key) / np.sqrt(w_key.shape[-1]))
    weights = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return weights @ (context @ w_value), weights


@answers("weights transposed")
def _(x, context, w_query, w_key, w_value):
    output, weights = _right(x, context, w_query, w_key, w_value)
    return output, weights.T


@answers("later keys hidden")
def _(x, context, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(
        x @ w_query, context @ w_key, context @ w_value, causal=True
    )


@answers("self where cross was asked")
def _(x, context, w_query, w_key, w_value):
    return _attend(x, x, x, w_query, w_key, w_value)


@answers("the context asks itself")
def _(x, context, w_query, w_key, w_value):
    return _attend(context, context, context, w_query, w_key, w_value)


@answers("x and context exchanged")
def _(x, context, w_query, w_key, w_value):
    return _attend(context, x, x, w_query, w_key, w_value)


@answers("keys from x")
def _(x, context, w_query, w_key, w_value):
    return _attend(x, x, context, w_query, w_key, w_value)


@answers("keys from x, written out")
def _(x, context, w_query, w_key, w_value):
    return _in_full(x, x, context, w_query, w_key, w_value)


@answers("values from x")
def _(x, context, w_query, w_key, w_value):
    return _attend(x, context, x, w_query, w_key, w_value)


@answers("values from x, written out")
def _(x, context, w_query, w_key, w_value):
    return _in_full(x, context, x, w_query, w_key, w_value)


@answers("queries and keys from the context")
def _(x, context, w_query, w_key, w_value):
    return _attend(context, context, x, w_query, w_key, w_value)


@answers("queries and keys from the context, written out")
def _(x, context, w_query, w_key, w_value):
    return _in_full(context, context, x, w_query, w_key, w_value)


@answers("queries and values from the context")
def _(x, context, w_query, w_key, w_value):
    return _attend(context, x, context, w_query, w_key, w_value)


@answers("queries and values from the context, written out")
def _(x, context, w_query, w_key, w_value):
    return _in_full(context, x, context, w_query, w_key, w_value)


@answers("x among the keys too")
def _(x, context, w_query, w_key, w_value):
    both = np.concatenate([x, context])
    return _attend(x, both, both, w_query, w_key, w_value)


@answers("x and context added")
def _(x, context, w_query, w_key, w_value):
    both = x + context
    return _attend(both, both, both, w_query, w_key, w_value)


@answers("context averaged")
def _(x, context, w_query, w_key, w_value):
    mean = context.mean(axis=0, keepdims=True)
    return _attend(x, mean, mean, w_query, w_key, w_value)
