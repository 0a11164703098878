"""merge_heads: heads side by side again, and what people get wrong about it."""

import numpy as np

from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.head_steps import merged


@exercise(lesson=5, gives={"merged": "(..., n, d_model)"})
def merge_heads(x):
    """Put the heads side by side again.

    x: (..., n_heads, n, d_head).
    Returns: (..., n, d_model), where d_model is n_heads · d_head.
    """
    *leading, n_heads, n, d_head = x.shape
    return x.swapaxes(-2, -3).reshape(*leading, n, n_heads * d_head)


merge_heads.hints(
    "Take the first word. In which places of the input do its numbers stand, head by head?",
    "Undo split_heads in reverse order: it reshaped first and swapped two axes last.",
    "swap the axis of the heads with the axis of the words, so that it is (..., n, n_heads, "
    "d_head); then reshape the last two axes into one.",
)


@merge_heads.case("one sentence")
def _(rng):
    return dict(x=numbers(rng, 3, 5, 4))


@merge_heads.case("a batch of sentences")
def _(rng):
    return dict(x=numbers(rng, 2, 4, 5, 3))


@merge_heads.case("two leading axes")
def _(rng):
    return dict(x=numbers(rng, 3, 2, 4, 7, 5))


merge_heads.steps(merged.adapted(reads={"heads": "x"}))


holds = merge_heads.holds


@holds("the first columns of every word come from the first head")
def _(merged, x):
    return same(merged[..., : x.shape[-1]], x[..., 0, :, :])


@holds("the last columns of every word come from the last head")
def _(merged, x):
    return same(merged[..., -x.shape[-1] :], x[..., -1, :, :])


@holds("no number is lost or changed")
def _(merged, x):
    return same(np.sort(merged.ravel()), np.sort(x.ravel()))


@holds("reordering the words reorders the rows in the same way")
def _(call, merged, x):
    return same(call(x=x[..., ::-1, :].copy()), merged[..., ::-1, :])


@holds("one head stays as it is")
def _(call, x):
    return same(call(x=x[..., :1, :, :].copy()), x[..., 0, :, :])
