"""project: the words to queries, keys and values, and what people get wrong about it."""

import numpy as np

from helpers import attention
from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise


@exercise(lesson=2, gives={"query": "(n, d_key)", "key": "(n, d_key)", "value": "(n, d_value)"})
def project(x, w_query, w_key, w_value):
    """Query, key and value of every word.

    x: (n, d_model); w_query, w_key: (d_model, d_key); w_value: (d_model, d_value).
    Returns: query (n, d_key), key (n, d_key), value (n, d_value).
    """
    return x @ w_query, x @ w_key, x @ w_value


project.hints(
    "x has one row a word. What is the shape of the queries, and which matrix has d_key columns?",
    "A projection is a matrix product: (n, d_model) times (d_model, d_key) gives (n, d_key).",
    "Three products, x with each of the matrices, returned in the order query, key, value.",
)


@project.case("six words")
def _(rng):
    return dict(
        x=numbers(rng, 6, 5),
        w_query=numbers(rng, 5, 3),
        w_key=numbers(rng, 5, 3),
        w_value=numbers(rng, 5, 4),
    )


@project.case("two words, wider keys than values")
def _(rng):
    return dict(
        x=numbers(rng, 2, 4),
        w_query=numbers(rng, 4, 7),
        w_key=numbers(rng, 4, 7),
        w_value=numbers(rng, 4, 3),
    )


@project.mistake("query and key exchanged", "Which matrix belongs to which name?")
def _(x, w_query, w_key, w_value):
    return x @ w_key, x @ w_query, x @ w_value


@project.mistake("key and value exchanged", "In which order are the three asked for?")
def _(x, w_query, w_key, w_value):
    return x @ w_query, x @ w_value, x @ w_key


@project.mistake("value first", "In which order are the three asked for?")
def _(x, w_query, w_key, w_value):
    return x @ w_value, x @ w_key, x @ w_query


@project.mistake("one matrix for all", "Each of the three has a matrix of its own.")
def _(x, w_query, w_key, w_value):
    return x @ w_query, x @ w_query, x @ w_query


@project.mistake("key from the query's matrix", "Which matrix makes the keys?")
def _(x, w_query, w_key, w_value):
    return x @ w_query, x @ w_query, x @ w_value


@project.mistake("query from the key's matrix", "Which matrix makes the queries?")
def _(x, w_query, w_key, w_value):
    return x @ w_key, x @ w_key, x @ w_value


@project.mistake("value from the key's matrix", "Which matrix makes the values?")
def _(x, w_query, w_key, w_value):
    return x @ w_query, x @ w_key, x @ w_key


@project.mistake("value left as it came", "The values are projected too.")
def _(x, w_query, w_key, w_value):
    return x @ w_query, x @ w_key, x


@project.mistake("matrix transposed", "Write the two shapes side by side: which axes must meet?")
def _(x, w_query, w_key, w_value):
    return x @ w_query.T, x @ w_key.T, x @ w_value.T


@project.mistake("matrix in front", "Write the two shapes side by side: which axes must meet?")
def _(x, w_query, w_key, w_value):
    return w_query @ x, w_key @ x, w_value @ x


@project.mistake("rows are widths", "One row a word: which axis is the words'?")
def _(x, w_query, w_key, w_value):
    return w_query.T @ x.T, w_key.T @ x.T, w_value.T @ x.T


@project.mistake("element by element", "Which product sums over the width of the model?")
def _(x, w_query, w_key, w_value):
    return x * w_query, x * w_key, x * w_value


@project.mistake("one array of all", "Three arrays are asked for, side by side in a return.")
def _(x, w_query, w_key, w_value):
    return np.concatenate([x @ w_query, x @ w_key, x @ w_value], axis=-1)


@project.mistake("input added", "Nothing is added here: a projection is the product alone.")
def _(x, w_query, w_key, w_value):
    return x + x @ w_query, x + x @ w_key, x + x @ w_value


@project.mistake("softmax too early", "A projection is the product alone; weights come later.")
def _(x, w_query, w_key, w_value):
    return tuple(attention.softmax(x @ w) for w in (w_query, w_key, w_value))


@project.mistake("scaled", "A projection is the product alone; the scale comes in lesson 03.")
def _(x, w_query, w_key, w_value):
    return tuple(x @ w / np.sqrt(x.shape[-1]) for w in (w_query, w_key, w_value))


@project.mistake("rows of length 1", "A projection is the product alone: lengths stay.")
def _(x, w_query, w_key, w_value):
    made = (x @ w_query, x @ w_key, x @ w_value)
    return tuple(part / np.linalg.norm(part, axis=-1, keepdims=True) for part in made)


@project.mistake("negative numbers cut off", "A projection is linear: numbers below 0 stay.")
def _(x, w_query, w_key, w_value):
    return tuple(np.maximum(x @ w, 0) for w in (w_query, w_key, w_value))


@project.holds("twice the input gives twice the output")
def _(call, x, query, key, value):
    return all(map(same, call(x=2 * x), (2 * query, 2 * key, 2 * value)))


@project.holds("a matrix of zeros gives zeros, and only its own output")
def _(call, w_key, query, key, value):
    return all(map(same, call(w_key=0 * w_key), (query, 0 * key, value)))


@project.holds("a word's query, key and value depend on that word alone")
def _(call, x, query, key, value):
    x[0] += np.arange(x.shape[-1])
    made = zip(call(x=x), (query, key, value), strict=True)
    return all(same(new[1:], old[1:]) for new, old in made)


@project.holds("the identity as a matrix gives the input back")
def _(call, x):
    width = x.shape[-1]
    identity = np.eye(width, dtype=x.dtype)
    made = call(w_query=identity, w_key=identity, w_value=identity)
    return all(same(part, x) for part in made)
