"""Cutting a width into heads, putting heads side by side, and what people get wrong about it.

(..., n, d_model) → heads (..., n_heads, n, d_head) → merged (..., n, d_model)
"""

import numpy as np

from helpers.exercises.steps import step

FROM_THE_END = "Count axes from the end: with a batch in front, which are they?"
WHICH_COLUMNS = "Is a head made of neighbouring columns, or of every n-th one?"
SIDE_BY_SIDE = "Merging puts heads side by side, so that each keeps what it said."


def parts(x, n_heads):
    """(..., n, d_model) → (..., n, n_heads, d_head)."""
    return x.reshape(*x.shape[:-1], n_heads, x.shape[-1] // n_heads)


def width(heads):
    """(..., n, n_heads · d_head), the shape of heads that are merged."""
    *leading, n_heads, n, d_head = heads.shape
    return *leading, n, n_heads * d_head


@step
def heads(x, n_heads):
    """Every head with its own columns of every word."""
    return parts(x, n_heads).swapaxes(-2, -3)


@heads.wrong(
    "reshaped without transposing", "The first head holds whole words: what should it hold?"
)
def _(x, n_heads):
    *leading, n, d_model = x.shape
    return x.reshape(*leading, n_heads, n, d_model // n_heads)


@heads.wrong(
    "heads left behind the words", "Each head needs its words side by side: which axes swap?"
)
def _(x, n_heads):
    return parts(x, n_heads)


@heads.wrong("interleaved", WHICH_COLUMNS)
def _(x, n_heads):
    *leading, n, d_model = x.shape
    return np.moveaxis(x.reshape(*leading, n, d_model // n_heads, n_heads), -1, -3)


@heads.wrong("words and widths exchanged", "In every head, rows are words: what are they here?")
def _(x, n_heads):
    return np.moveaxis(parts(x, n_heads), -3, -1)


@heads.wrong(
    "number of heads taken for their width", "How wide is a head, when n_heads share d_model?"
)
def _(x, n_heads):
    *leading, n, d_model = x.shape
    return x.reshape(*leading, n, d_model // n_heads, n_heads).swapaxes(-2, -3)


@heads.wrong("every head gets the same slice", "Which columns should the second head get?")
def _(x, n_heads):
    return np.stack([x[..., : x.shape[-1] // n_heads]] * n_heads, axis=-3)


@heads.wrong("every head gets everything", "The heads share the width; none gets all of it.")
def _(x, n_heads):
    return np.stack([x] * n_heads, axis=-3)


@heads.wrong("axes 0 and 1 swapped", FROM_THE_END)
def _(x, n_heads):
    return parts(x, n_heads).swapaxes(0, 1)


@heads.wrong("axes 1 and 2 swapped", "Count axes from the end: without a batch, which are they?")
def _(x, n_heads):
    return parts(x, n_heads).swapaxes(1, 2)


@heads.wrong(
    "heads before the batch", "What stands in front of the words stays in front of the heads."
)
def _(x, n_heads):
    return np.stack(np.split(x, n_heads, axis=-1))


@heads.wrong("all axes turned round", "Only two axes change places; the batch stays in front.")
def _(x, n_heads):
    return parts(x, n_heads).T


@heads.wrong("turned, then reshaped", "A reshape keeps the order of the numbers: which order?")
def _(x, n_heads):
    *leading, n, d_model = x.shape
    return x.swapaxes(-1, -2).reshape(*leading, n_heads, n, d_model // n_heads)


@heads.wrong("heads in reverse order", "Which head gets the first columns?")
def _(x, n_heads):
    return parts(x, n_heads).swapaxes(-2, -3)[..., ::-1, :, :]


@heads.wrong("batch and words run together", "The batch has an axis of its own in the result.")
def _(x, n_heads):
    return parts(x.reshape(-1, x.shape[-1]), n_heads).swapaxes(0, 1)


@heads.wrong("words cut as well", "Every head reads every word: how many rows should it have?")
def _(x, n_heads):
    return parts(x, n_heads).swapaxes(-2, -3)[..., : x.shape[-2] // 2, :]


@step
def merged(heads):
    """The heads of every word side by side in one row."""
    return heads.swapaxes(-2, -3).reshape(width(heads))


@merged.wrong(
    "reshaped without transposing back", "The first row mixes several words: whose is it?"
)
def _(heads):
    return heads.reshape(width(heads))


@merged.wrong("other axes turned back", "Heads and words change places: which two did here?")
def _(heads):
    return heads.swapaxes(-1, -2).reshape(width(heads))


@merged.wrong(
    "not joined", "The heads of a word stand side by side in one row: which axes become one?"
)
def _(heads):
    return heads.swapaxes(-2, -3)


@merged.wrong("interleaved", "A head's numbers stand side by side: whose are neighbours here?")
def _(heads):
    return np.moveaxis(heads, -3, -1).reshape(width(heads))


@merged.wrong("averaged", "A mean forgets which head said what: put them side by side.")
def _(heads):
    return heads.mean(axis=-3)


@merged.wrong("summed", "A sum forgets which head said what: put them side by side.")
def _(heads):
    return heads.sum(axis=-3)


@merged.wrong("largest of the heads", "Every head's numbers are kept: put them side by side.")
def _(heads):
    return heads.max(axis=-3)


@merged.wrong("averaged, and repeated", "Every head says something of its own: where is it?")
def _(heads):
    return np.concatenate([heads.mean(axis=-3)] * heads.shape[-3], axis=-1)


@merged.wrong("summed, and repeated", "Every head says something of its own: where is it?")
def _(heads):
    return np.concatenate([heads.sum(axis=-3)] * heads.shape[-3], axis=-1)


@merged.wrong("first head only", "What about the other heads?")
def _(heads):
    return heads[..., 0, :, :]


@merged.wrong("first head repeated", "What about the other heads?")
def _(heads):
    return np.concatenate([heads[..., 0, :, :]] * heads.shape[-3], axis=-1)


@merged.wrong(
    "heads below each other", "Is a row of the result a word of one head, or of all heads?"
)
def _(heads):
    *leading, n_heads, n, d_head = heads.shape
    return heads.reshape(*leading, n_heads * n, d_head)


@merged.wrong("axes 0 and 1 swapped", FROM_THE_END)
def _(heads):
    return heads.swapaxes(0, 1).reshape(width(heads))


@merged.wrong("axes 1 and 2 swapped", "Count axes from the end: without a batch, which are they?")
def _(heads):
    return heads.swapaxes(1, 2).reshape(width(heads))


@merged.wrong("words last", "Rows are words: what are they here?")
def _(heads):
    return heads.swapaxes(-2, -3).reshape(width(heads)).swapaxes(-1, -2)


@merged.wrong("heads in reverse order", "Which head's numbers come first in a row?")
def _(heads):
    return heads.swapaxes(-2, -3)[..., ::-1, :].reshape(width(heads))


@merged.wrong("batch and words run together", "The batch has an axis of its own in the result.")
def _(heads):
    return heads.swapaxes(-2, -3).reshape(-1, width(heads)[-1])


@merged.wrong("everything in one row", "Every word has a row of its own.")
def _(heads):
    return heads.swapaxes(-2, -3).reshape(*heads.shape[:-3], -1)
