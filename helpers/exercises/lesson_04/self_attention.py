"""self_attention: a sequence that asks itself, and what people get wrong about it."""

import numpy as np

from helpers import attention
from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.lesson_03.scaled_dot_product_attention import scaled_dot_product_attention


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


mistake = self_attention.mistake


def _scores(x, w_query, w_key):
    return x @ w_query @ (x @ w_key).T


def _mixed(scores, value):
    """Output and weights of scores that are scaled already."""
    weights = attention.softmax(scores)
    return weights @ value, weights


def _right(x, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(x @ w_query, x @ w_key, x @ w_value)


@mistake("output only", "The weights are asked for as well.")
def _(x, w_query, w_key, w_value):
    return _right(x, w_query, w_key, w_value)[0]


@mistake("weights only", "The output is asked for as well.")
def _(x, w_query, w_key, w_value):
    return _right(x, w_query, w_key, w_value)[1]


@mistake("output and weights exchanged", "In which order are the two asked for?")
def _(x, w_query, w_key, w_value):
    return _right(x, w_query, w_key, w_value)[::-1]


@mistake("query, key and value returned", "The three are only the way in: what do they do next?")
def _(x, w_query, w_key, w_value):
    return x @ w_query, x @ w_key, x @ w_value


@mistake("nothing projected", "Which of the four inputs has no part in the result?")
def _(x, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(x, x, x)


@mistake("value left as it came", "The values are projected too.")
def _(x, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(x @ w_query, x @ w_key, x)


@mistake("matrix transposed", "Write the two shapes side by side: which axes must meet?")
def _(x, w_query, w_key, w_value):
    return _mixed(x @ w_query.T, x @ w_value.T)


@mistake("query left as it came", "Which matrix makes the queries?")
def _(x, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(x, x @ w_key, x @ w_value)


@mistake("key left as it came", "Which matrix makes the keys?")
def _(x, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(x @ w_query, x, x @ w_value)


@mistake("matrices passed instead of projections", "What do the three matrices act on?")
def _(x, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(w_query, w_key, w_value)


@mistake("query and key exchanged", "Rows are queries: which matrix makes what asks?")
def _(x, w_query, w_key, w_value):
    return _right(x, w_key, w_query, w_value)


@mistake("key from the query's matrix", "Which matrix makes the keys?")
def _(x, w_query, w_key, w_value):
    return _right(x, w_query, w_query, w_value)


@mistake("query from the key's matrix", "Which matrix makes the queries?")
def _(x, w_query, w_key, w_value):
    return _right(x, w_key, w_key, w_value)


@mistake("value from the key's matrix", "Which matrix makes the values?")
def _(x, w_query, w_key, w_value):
    return _right(x, w_query, w_key, w_key)


@mistake("value from the query's matrix", "Which matrix makes the values?")
def _(x, w_query, w_key, w_value):
    return _right(x, w_query, w_key, w_query)


@mistake("key and value exchanged", "What is searched, and what is found?")
def _(x, w_query, w_key, w_value):
    return _right(x, w_query, w_value, w_key)


@mistake("matrix in front", "Write the two shapes side by side: which axes must meet?")
def _(x, w_query, w_key, w_value):
    return _mixed(w_query @ x, w_value @ x)


@mistake("key transposed beforehand", "Who turns the keys, you or the function that you call?")
def _(x, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(x @ w_query, (x @ w_key).T, x @ w_value)


@mistake("no scale", "What did lesson 03 do to the scores before the softmax?")
def _(x, w_query, w_key, w_value):
    return _mixed(_scores(x, w_query, w_key), x @ w_value)


@mistake("divided by the root of the model's width", "Which axis does the dot product sum over?")
def _(x, w_query, w_key, w_value):
    return _mixed(_scores(x, w_query, w_key) / np.sqrt(x.shape[-1]), x @ w_value)


@mistake("divided by the root of the number of words", "Which axis does the dot product sum over?")
def _(x, w_query, w_key, w_value):
    return _mixed(_scores(x, w_query, w_key) / np.sqrt(len(x)), x @ w_value)


@mistake("divided by the root of the values' width", "Values take no part in the scores.")
def _(x, w_query, w_key, w_value):
    return _mixed(_scores(x, w_query, w_key) / np.sqrt(w_value.shape[-1]), x @ w_value)


@mistake("divided by the width", "The root of the width goes in once: how often do you divide?")
def _(x, w_query, w_key, w_value):
    return _mixed(_scores(x, w_query, w_key) / w_key.shape[-1], x @ w_value)


@mistake("multiplied by the root", "Which way should the scale change a score that is too large?")
def _(x, w_query, w_key, w_value):
    return _mixed(_scores(x, w_query, w_key) * np.sqrt(w_key.shape[-1]), x @ w_value)


@mistake("scores returned", "The second array holds scores; what are weights?")
def _(x, w_query, w_key, w_value):
    scores = _scores(x, w_query, w_key) / np.sqrt(w_key.shape[-1])
    return attention.softmax(scores) @ (x @ w_value), scores


@mistake("no softmax", "Scores are no weights yet: what do the weights of a word sum to?")
def _(x, w_query, w_key, w_value):
    scores = _scores(x, w_query, w_key) / np.sqrt(w_key.shape[-1])
    return scores @ (x @ w_value), scores


@mistake("softmax over the queries", "Who shares out 1: the word that asks, or the one it sees?")
def _(x, w_query, w_key, w_value):
    scores = _scores(x, w_query, w_key) / np.sqrt(w_key.shape[-1])
    weights = attention.softmax(scores, axis=0)
    return weights @ (x @ w_value), weights


@mistake("softmax over everything", "Every word that asks shares out a 1 of its own.")
def _(x, w_query, w_key, w_value):
    scores = _scores(x, w_query, w_key) / np.sqrt(w_key.shape[-1])
    weights = attention.softmax(scores.ravel()).reshape(scores.shape)
    return weights @ (x @ w_value), weights


@mistake("no maximum taken off", "How large may a score be before it overflows?")
def _(x, w_query, w_key, w_value):
    exponentials = np.exp(_scores(x, w_query, w_key) / np.sqrt(w_key.shape[-1]))
    weights = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return weights @ (x @ w_value), weights


@mistake("weights transposed", "Rows are queries, in the weights too.")
def _(x, w_query, w_key, w_value):
    output, weights = _right(x, w_query, w_key, w_value)
    return output, weights.T


@mistake("later words hidden", "Nothing is hidden in this lesson: the mask comes in lesson 06.")
def _(x, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(x @ w_query, x @ w_key, x @ w_value, causal=True)


@mistake("own word hidden", "May a word look at itself?")
def _(x, w_query, w_key, w_value):
    return attention.scaled_dot_product_attention(
        x @ w_query, x @ w_key, x @ w_value, mask=~np.eye(len(x), dtype=bool)
    )


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
