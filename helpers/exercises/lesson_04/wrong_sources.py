"""Which sequence people take for queries, keys and values: the wrong ways to cross."""

import numpy as np

from helpers import attention
from helpers.exercises.lesson_04.cross_attention import cross_attention

mistake = cross_attention.mistake


def _attend(asks, keeps, gives, w_query, w_key, w_value):
    """Attention with queries, keys and values from three sequences that may be any."""
    return attention.scaled_dot_product_attention(asks @ w_query, keeps @ w_key, gives @ w_value)


def _in_full(asks, keeps, gives, w_query, w_key, w_value):
    """The same, written out: where lengths do not fit, another error says so."""
    query, key, value = asks @ w_query, keeps @ w_key, gives @ w_value
    weights = attention.softmax(query @ key.T / np.sqrt(key.shape[-1]))
    return weights @ value, weights


@mistake("self where cross was asked", "Here x asks itself: what does the context do?")
def _(x, context, w_query, w_key, w_value):
    return _attend(x, x, x, w_query, w_key, w_value)


@mistake("the context asks itself", "One row comes out for each row that asks: which are they?")
def _(x, context, w_query, w_key, w_value):
    return _attend(context, context, context, w_query, w_key, w_value)


@mistake("x and context exchanged", "Who asks, and who answers?")
def _(x, context, w_query, w_key, w_value):
    return _attend(context, x, x, w_query, w_key, w_value)


@mistake("keys from x", "A key and its value belong together: whose are they?")
def _(x, context, w_query, w_key, w_value):
    return _attend(x, x, context, w_query, w_key, w_value)


@mistake("keys from x, written out", "A key and its value belong together: whose are they?")
def _(x, context, w_query, w_key, w_value):
    return _in_full(x, x, context, w_query, w_key, w_value)


@mistake("values from x", "A key and its value belong together: whose are they?")
def _(x, context, w_query, w_key, w_value):
    return _attend(x, context, x, w_query, w_key, w_value)


@mistake("values from x, written out", "A key and its value belong together: whose are they?")
def _(x, context, w_query, w_key, w_value):
    return _in_full(x, context, x, w_query, w_key, w_value)


@mistake("queries and keys from the context", "Who asks here?")
def _(x, context, w_query, w_key, w_value):
    return _attend(context, context, x, w_query, w_key, w_value)


@mistake("queries and keys from the context, written out", "Who asks here?")
def _(x, context, w_query, w_key, w_value):
    return _in_full(context, context, x, w_query, w_key, w_value)


@mistake("queries and values from the context", "Who asks here?")
def _(x, context, w_query, w_key, w_value):
    return _attend(context, x, context, w_query, w_key, w_value)


@mistake("queries and values from the context, written out", "Who asks here?")
def _(x, context, w_query, w_key, w_value):
    return _in_full(context, x, context, w_query, w_key, w_value)


@mistake("x among the keys too", "There are more keys than the context has rows: whose are they?")
def _(x, context, w_query, w_key, w_value):
    both = np.concatenate([x, context])
    return _attend(x, both, both, w_query, w_key, w_value)


@mistake("x and context added", "The two differ in length: does every row have a partner?")
def _(x, context, w_query, w_key, w_value):
    both = x + context
    return _attend(both, both, both, w_query, w_key, w_value)


@mistake("context averaged", "Every row of the context is a key of its own.")
def _(x, context, w_query, w_key, w_value):
    mean = context.mean(axis=0, keepdims=True)
    return _attend(x, mean, mean, w_query, w_key, w_value)
