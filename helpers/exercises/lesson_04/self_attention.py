"""self_attention: a sequence that asks itself, and what people get wrong about it."""

import numpy as np

from helpers.exercises import attention_steps as steps
from helpers.exercises import softmax_steps
from helpers.exercises.attention_steps import for_one_table
from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.lesson_03.scaled_dot_product_attention import scaled_dot_product_attention
from helpers.exercises.projection_steps import in_attention, of_itself


@exercise(lesson=4, gives={"output": "(n, d_value)", "weights": "(n, n)"})
def self_attention(x, w_query, w_key, w_value):
    """Attention of a sequence to itself.

    x: (n, d_model); w_query, w_key: (d_model, d_k); w_value: (d_model, d_v).
    Returns: output (n, d_v) and weights (n, n).
    """
    return scaled_dot_product_attention(x @ w_query, x @ w_key, x @ w_value)


self_attention.hints(
    "How many sequences come in? Who asks, and who answers?",
    "Lesson 02 made query, key and value of the same rows with three products. Lesson 03's "
    "function does the rest, and gives back two arrays already.",
    "query, key and value are x times w_query, w_key and w_value; hand the three to "
    "scaled_dot_product_attention and return what it returns.",
)


def made(rng, n, d_model, d_key, d_value, size=1.0):
    """Inputs whose scores stay moderate, whatever the widths are."""
    return dict(
        x=numbers(rng, n, d_model),
        w_query=numbers(rng, d_model, d_key, size=size / np.sqrt(d_model)),
        w_key=numbers(rng, d_model, d_key, size=size / np.sqrt(d_model)),
        w_value=numbers(rng, d_model, d_value),
    )


@self_attention.case("six words")
def _(rng):
    return made(rng, n=6, d_model=5, d_key=3, d_value=4, size=1.3)


@self_attention.case("keys wider than the model")
def _(rng):
    return made(rng, n=4, d_model=3, d_key=7, d_value=6, size=1.3)


@self_attention.case("more words than numbers a word")
def _(rng):
    return made(rng, n=9, d_model=6, d_key=4, d_value=2, size=1.4)


# In float64 only: at this size, scores in float32 are right to three digits at best.
@self_attention.case("scores in the thousands", dtypes=("float64",), extreme=True)
def _(rng):
    return made(rng, n=5, d_model=4, d_key=3, d_value=7, size=60)


scores = for_one_table(steps.scores).adapted(
    without=[
        "key not transposed",  # what a key that was transposed beforehand comes to
        "query and key exchanged",
        "queries with themselves",
        "keys with themselves",
        "values instead of keys",
    ]
)
scaled = for_one_table(steps.scaled).adapted(
    without=["divided by the root of the number of queries"],
    names={
        "divided by the root of the number of keys": "divided by the root of the number of words"
    },
)


@scaled.wrong("divided by the root of the model's width", steps.SUMMED)
def _(scores, x):
    return scores / np.sqrt(x.shape[-1])


weights = for_one_table(softmax_steps.weights).adapted(
    names={"later keys hidden": "later words hidden"}
)


@weights.wrong("own word hidden", "May a word look at itself?")
def _(scaled):
    return softmax_steps.softmax(np.where(np.eye(len(scaled), dtype=bool), -np.inf, scaled))


output = steps.output.adapted(without=["keys instead of values", "queries instead of values"])


@output.wrong("input added", "Nothing is added here: what comes out is the mix of the values.")
def _(weights, value, x):
    return weights @ value + x


returned = steps.returned.adapted()


@returned.wrong("query, key and value returned", steps.ONLY_THE_WAY_IN)
def _(query, key, value):
    return query, key, value


self_attention.steps(of_itself(in_attention), scores, scaled, weights, output, returned)


holds = self_attention.holds


@holds("the weights of every word sum to 1")
def _(weights):
    return same(weights.sum(axis=-1), np.ones(len(weights)))


@holds("no weight is negative")
def _(weights):
    return bool((weights >= 0).all())


@holds("the output is the weights times the projected values")
def _(output, weights, x, w_value):
    return same(output, weights @ (x @ w_value))


@holds("words in another order give the same rows in that order")
def _(call, x, output):
    return same(call(x=x[::-1].copy())[0], output[::-1])


@holds("with a query matrix of zeros every word gets the mean of the values")
def _(call, x, w_query, w_value, output):
    mean = (x @ w_value).mean(axis=0)
    return same(call(w_query=0 * w_query)[0], np.broadcast_to(mean, output.shape))


@holds("twice the query's matrix and half of the key's change nothing")
def _(call, w_query, w_key, weights):
    return same(call(w_query=2 * w_query, w_key=w_key / 2)[1], weights)


@holds("twice the value's matrix gives twice the output")
def _(call, w_value, output):
    return same(call(w_value=2 * w_value)[0], 2 * output)
