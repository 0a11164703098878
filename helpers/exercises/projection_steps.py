"""From words to query, key and value, and what people get wrong about it."""

import numpy as np

from helpers.exercises.attention_steps import MEET, turned, unit
from helpers.exercises.softmax_steps import softmax
from helpers.exercises.steps import step


@step("query", "key", "value")
def projected(x, w_query, w_key, w_value):
    """What asks, what is searched and what is found, each by its own matrix."""
    return x @ w_query, x @ w_key, x @ w_value


def _each(project):
    """All three projections made in one wrong way."""
    return lambda x, w_query, w_key, w_value: tuple(
        project(x, w) for w in (w_query, w_key, w_value)
    )


@projected.wrong("query and key exchanged", "Which matrix belongs to which name?")
def _(x, w_query, w_key, w_value):
    return x @ w_key, x @ w_query, x @ w_value


@projected.wrong("key and value exchanged", "In which order are the three asked for?")
def _(x, w_query, w_key, w_value):
    return x @ w_query, x @ w_value, x @ w_key


@projected.wrong("value first", "In which order are the three asked for?")
def _(x, w_query, w_key, w_value):
    return x @ w_value, x @ w_key, x @ w_query


@projected.wrong("one matrix for all", "Each of the three has a matrix of its own.")
def _(x, w_query):
    return x @ w_query, x @ w_query, x @ w_query


@projected.also("one matrix for all")
def _(x, w_key):
    return x @ w_key, x @ w_key, x @ w_key


@projected.also("one matrix for all")
def _(x, w_value):
    return x @ w_value, x @ w_value, x @ w_value


@projected.wrong("key from the query's matrix", "Which matrix makes the keys?")
def _(x, w_query, w_value):
    return x @ w_query, x @ w_query, x @ w_value


@projected.wrong("query from the key's matrix", "Which matrix makes the queries?")
def _(x, w_key, w_value):
    return x @ w_key, x @ w_key, x @ w_value


@projected.wrong("value from the key's matrix", "Which matrix makes the values?")
def _(x, w_query, w_key):
    return x @ w_query, x @ w_key, x @ w_key


@projected.wrong("value from the query's matrix", "Which matrix makes the values?")
def _(x, w_query, w_key):
    return x @ w_query, x @ w_key, x @ w_query


@projected.wrong("query left as it came", "Which matrix makes the queries?")
def _(x, w_key, w_value):
    return x, x @ w_key, x @ w_value


@projected.wrong("key left as it came", "Which matrix makes the keys?")
def _(x, w_query, w_value):
    return x @ w_query, x, x @ w_value


@projected.wrong("value left as it came", "The values are projected too.")
def _(x, w_query, w_key):
    return x @ w_query, x @ w_key, x


@projected.wrong("matrix transposed", MEET)
def _(x, w_query, w_key, w_value):
    return x @ w_query.T, x @ w_key.T, x @ w_value.T


projected.wrong("matrix in front", MEET, _each(lambda x, w: w @ x))
projected.wrong("rows are widths", "One row a word: which axis is the words'?",
                _each(lambda x, w: w.T @ turned(x)))  # fmt: skip
projected.wrong("element by element", "Which product sums over the width of the model?",
                _each(lambda x, w: x * w))  # fmt: skip
projected.wrong("input added", "Nothing is added here: a projection is the product alone.",
                _each(lambda x, w: x + x @ w))  # fmt: skip
projected.wrong("softmax too early", "A projection is the product alone; weights come later.",
                _each(lambda x, w: softmax(x @ w)))  # fmt: skip
projected.wrong("scaled", "A projection is the product alone; the scale comes in lesson 03.",
                _each(lambda x, w: x @ w / np.sqrt(x.shape[-1])))  # fmt: skip
projected.wrong("rows of length 1", "A projection is the product alone: lengths stay.",
                _each(lambda x, w: unit(x @ w)))  # fmt: skip
projected.wrong("negative numbers cut off", "A projection is linear: numbers below 0 stay.",
                _each(lambda x, w: np.maximum(x @ w, 0)))  # fmt: skip
