"""From words to query, key and value, and what people get wrong about it.

    asks → query, keeps → key, gives → value

Three sequences, which may be one: `of_itself` projects a single x three times.
"""

import numpy as np

from helpers.exercises.attention_steps import MEET, turned, unit
from helpers.exercises.softmax_steps import softmax
from helpers.exercises.steps import step


@step("query", "key", "value")
def projected(asks, keeps, gives, w_query, w_key, w_value):
    """What asks, what is searched and what is found, each by its own matrix."""
    return asks @ w_query, keeps @ w_key, gives @ w_value


def _each(project):
    """All three projections made in one wrong way."""
    return lambda asks, keeps, gives, w_query, w_key, w_value: (
        project(asks, w_query),
        project(keeps, w_key),
        project(gives, w_value),
    )


@projected.wrong("query and key exchanged", "Which matrix belongs to which name?")
def _(asks, keeps, gives, w_query, w_key, w_value):
    return asks @ w_key, keeps @ w_query, gives @ w_value


@projected.wrong("key and value exchanged", "In which order are the three asked for?")
def _(asks, keeps, gives, w_query, w_key, w_value):
    return asks @ w_query, keeps @ w_value, gives @ w_key


@projected.wrong("value first", "In which order are the three asked for?")
def _(asks, keeps, gives, w_query, w_key, w_value):
    return asks @ w_value, keeps @ w_key, gives @ w_query


@projected.wrong("one matrix for all", "Each of the three has a matrix of its own.")
def _(asks, keeps, gives, w_query):
    return asks @ w_query, keeps @ w_query, gives @ w_query


@projected.also("one matrix for all")
def _(asks, keeps, gives, w_key):
    return asks @ w_key, keeps @ w_key, gives @ w_key


@projected.also("one matrix for all")
def _(asks, keeps, gives, w_value):
    return asks @ w_value, keeps @ w_value, gives @ w_value


@projected.wrong("key from the query's matrix", "Which matrix makes the keys?")
def _(asks, keeps, gives, w_query, w_value):
    return asks @ w_query, keeps @ w_query, gives @ w_value


@projected.wrong("query from the key's matrix", "Which matrix makes the queries?")
def _(asks, keeps, gives, w_key, w_value):
    return asks @ w_key, keeps @ w_key, gives @ w_value


@projected.wrong("value from the key's matrix", "Which matrix makes the values?")
def _(asks, keeps, gives, w_query, w_key):
    return asks @ w_query, keeps @ w_key, gives @ w_key


@projected.wrong("value from the query's matrix", "Which matrix makes the values?")
def _(asks, keeps, gives, w_query, w_key):
    return asks @ w_query, keeps @ w_key, gives @ w_query


@projected.wrong("query left as it came", "Which matrix makes the queries?")
def _(asks, keeps, gives, w_key, w_value):
    return asks, keeps @ w_key, gives @ w_value


@projected.wrong("key left as it came", "Which matrix makes the keys?")
def _(asks, keeps, gives, w_query, w_value):
    return asks @ w_query, keeps, gives @ w_value


@projected.wrong("value left as it came", "The values are projected too.")
def _(asks, keeps, gives, w_query, w_key):
    return asks @ w_query, keeps @ w_key, gives


projected.wrong("matrix transposed", MEET, _each(lambda x, w: x @ w.T))
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

# Where attention follows, more can be handed on than projections.
in_attention = projected.adapted(
    without=["rows are widths", "input added"],
    names={"element by element": "projected element by element"},
    sentences={
        "query and key exchanged": "Rows are queries: which matrix makes what asks?",
        "key and value exchanged": "What is searched, and what is found?",
        "softmax too early": "A projection is the product alone: softmax has its place later.",
        "scaled": "A projection is the product alone: what is scaled comes later.",
    },
)


@in_attention.wrong("nothing projected", "Which of the inputs have no part in the result?")
def _(asks, keeps, gives):
    return asks, keeps, gives


@in_attention.wrong("matrices passed instead of projections", "What do the three matrices act on?")
def _(w_query, w_key, w_value):
    return w_query, w_key, w_value


@in_attention.wrong("key transposed beforehand", "Who turns the keys: you, or what comes next?")
def _(asks, keeps, gives, w_query, w_key, w_value):
    return asks @ w_query, turned(keeps @ w_key), gives @ w_value


def of_itself(step):
    """The step where one sequence, x, asks, keeps and gives."""
    return step.adapted(reads=dict.fromkeys(("asks", "keeps", "gives"), "x"))
