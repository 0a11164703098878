"""merge_heads: heads side by side again, and what people get wrong about it."""

import numpy as np

from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise


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


mistake = merge_heads.mistake


def _words_first(x):
    """(..., n, n_heads, d_head)."""
    return x.swapaxes(-2, -3)


def _shape(x):
    """(..., n, d_model)."""
    *leading, n_heads, n, d_head = x.shape
    return (*leading, n, n_heads * d_head)


@mistake("reshaped without transposing back", "The first row mixes several words: whose is it?")
def _(x):
    return x.reshape(_shape(x))


@mistake("not joined", "The heads of a word stand side by side in one row: which axes become one?")
def _(x):
    return _words_first(x)


@mistake("interleaved", "A head's numbers stand side by side: whose are neighbours here?")
def _(x):
    return np.moveaxis(x, -3, -1).reshape(_shape(x))


@mistake("averaged", "A mean forgets which head said what: put them side by side.")
def _(x):
    return x.mean(axis=-3)


@mistake("summed", "A sum forgets which head said what: put them side by side.")
def _(x):
    return x.sum(axis=-3)


@mistake("largest of the heads", "Every head's numbers are kept: put them side by side.")
def _(x):
    return x.max(axis=-3)


@mistake("averaged, and repeated", "Every head says something of its own: where has it gone?")
def _(x):
    mean = x.mean(axis=-3)
    return np.concatenate([mean] * x.shape[-3], axis=-1)


@mistake("first head only", "What about the other heads?")
def _(x):
    return x[..., 0, :, :]


@mistake("first head repeated", "What about the other heads?")
def _(x):
    return np.concatenate([x[..., 0, :, :]] * x.shape[-3], axis=-1)


@mistake("heads below each other", "Is a row of the result a word of one head, or of all heads?")
def _(x):
    *leading, n_heads, n, d_head = x.shape
    return x.reshape(*leading, n_heads * n, d_head)


@mistake("axes 0 and 1 swapped", "Count axes from the end: with a batch in front, which are they?")
def _(x):
    return x.swapaxes(0, 1).reshape(_shape(x))


@mistake("axes 1 and 2 swapped", "Count axes from the end: without a batch, which are they?")
def _(x):
    return x.swapaxes(1, 2).reshape(_shape(x))


@mistake("words last", "Rows are words: what are they here?")
def _(x):
    return _words_first(x).reshape(_shape(x)).swapaxes(-1, -2)


@mistake("heads in reverse order", "Which head's numbers come first in a row?")
def _(x):
    return _words_first(x)[..., ::-1, :].reshape(_shape(x))


@mistake("batch and words run together", "The batch has an axis of its own in the result.")
def _(x):
    merged = _words_first(x).reshape(_shape(x))
    return merged.reshape(-1, merged.shape[-1])


@mistake("everything in one row", "Every word has a row of its own.")
def _(x):
    return _words_first(x).reshape(*x.shape[:-3], -1)


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
