"""Wrong answers to project, each under the name by which it is known."""

import numpy as np

from helpers import attention
from named_mistakes.answers import Answers

answers = Answers("project")


@answers("query and key exchanged")
def _(x, w_query, w_key, w_value):
    return x @ w_key, x @ w_query, x @ w_value


@answers("key and value exchanged")
def _(x, w_query, w_key, w_value):
    return x @ w_query, x @ w_value, x @ w_key


@answers("value first")
def _(x, w_query, w_key, w_value):
    return x @ w_value, x @ w_key, x @ w_query


@answers("one matrix for all")
def _(x, w_query, w_key, w_value):
    return x @ w_query, x @ w_query, x @ w_query


@answers("key from the query's matrix")
def _(x, w_query, w_key, w_value):
    return x @ w_query, x @ w_query, x @ w_value


@answers("query from the key's matrix")
def _(x, w_query, w_key, w_value):
    return x @ w_key, x @ w_key, x @ w_value


@answers("value from the key's matrix")
def _(x, w_query, w_key, w_value):
    return x @ w_query, x @ w_key, x @ w_key


@answers("value left as it came")
def _(x, w_query, w_key, w_value):
    return x @ w_query, x @ w_key, x


@answers("matrix transposed")
def _(x, w_query, w_key, w_value):
    return x @ w_query.T, x @ w_key.T, x @ w_value.T


@answers("matrix in front")
def _(x, w_query, w_key, w_value):
    return w_query @ x, w_key @ x, w_value @ x


@answers("rows are widths")
def _(x, w_query, w_key, w_value):
    return w_query.T @ x.T, w_key.T @ x.T, w_value.T @ x.T


@answers("element by element")
def _(x, w_query, w_key, w_value):
    return x * w_query, x * w_key, x * w_value


@answers("one array of all")
def _(x, w_query, w_key, w_value):
    return np.concatenate([x @ w_query, x @ w_key, x @ w_value], axis=-1)


@answers("input added")
def _(x, w_query, w_key, w_value):
    return x + x @ w_query, x + x @ w_key, x + x @ w_value


@answers("softmax too early")
def _(x, w_query, w_key, w_value):
    return tuple(attention.softmax(x @ w) for w in (w_query, w_key, w_value))


@answers("scaled")
def _(x, w_query, w_key, w_value):
    return tuple(x @ w / np.sqrt(x.shape[-1]) for w in (w_query, w_key, w_value))


@answers("rows of length 1")
def _(x, w_query, w_key, w_value):
    made = (x @ w_query, x @ w_key, x @ w_value)
    return tuple(part / np.linalg.norm(part, axis=-1, keepdims=True) for part in made)


@answers("negative numbers cut off")
def _(x, w_query, w_key, w_value):
    return tuple(np.maximum(x @ w, 0) for w in (w_query, w_key, w_value))
