"""split_heads: cutting the width into heads, and what people get wrong about it."""

import numpy as np

from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.head_steps import heads


@exercise(lesson=5, gives={"heads": "(..., n_heads, n, d_head)"})
def split_heads(x, n_heads):
    """Cut the width into heads.

    x: (..., n, d_model), d_model is a multiple of n_heads.
    Returns: (..., n_heads, n, d_head).
    """
    *leading, n, d_model = x.shape
    parts = x.reshape(*leading, n, n_heads, d_model // n_heads)
    return parts.swapaxes(-2, -3)


split_heads.hints(
    "Take one word of width 6 and three heads. Which of its six numbers should the first head get?",
    "A reshape cuts the last axis in two, and leaves every word's numbers beside that word. Then "
    "two axes have to change places.",
    "reshape to (..., n, n_heads, d_head), where d_head is d_model // n_heads; then swap the axis "
    "of the words with the axis of the heads, counted from the end.",
)


@split_heads.case("one sentence")
def _(rng):
    return dict(x=numbers(rng, 5, 12), n_heads=3)


@split_heads.case("a batch of sentences")
def _(rng):
    return dict(x=numbers(rng, 2, 5, 12), n_heads=4)


@split_heads.case("two leading axes")
def _(rng):
    return dict(x=numbers(rng, 3, 2, 7, 20), n_heads=4)


split_heads.steps(heads)


holds = split_heads.holds


@holds("the first head holds the first columns of every word")
def _(heads, x):
    return same(heads[..., 0, :, :], x[..., : heads.shape[-1]])


@holds("the last head holds the last columns of every word")
def _(heads, x):
    return same(heads[..., -1, :, :], x[..., -heads.shape[-1] :])


@holds("no number is lost or changed")
def _(heads, x):
    return same(np.sort(heads.ravel()), np.sort(x.ravel()))


@holds("reordering the words reorders every head in the same way")
def _(call, heads, x):
    return same(call(x=x[..., ::-1, :].copy()), heads[..., ::-1, :])


@holds("one head gets everything")
def _(call, x):
    return same(call(n_heads=1), x[..., None, :, :])
