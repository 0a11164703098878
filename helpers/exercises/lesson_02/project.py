"""project: the words to queries, keys and values, and what people get wrong about it."""

import numpy as np

from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.projection_steps import of_itself, projected
from helpers.exercises.steps import step


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


@step
def returned(query, key, value):
    """The three, in this order."""
    return query, key, value


@returned.wrong("one array of all", "Three arrays are asked for, side by side in a return.")
def _(query, key, value):
    return np.concatenate([query, key, value], axis=-1)


project.steps(of_itself(projected), returned)


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
