"""split_heads: cutting the width into heads, and what people get wrong about it."""

import numpy as np

from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise


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


mistake = split_heads.mistake


def _parts(x, n_heads):
    """(..., n, n_heads, d_head)."""
    return x.reshape(*x.shape[:-1], n_heads, x.shape[-1] // n_heads)


@mistake("reshaped without transposing", "The first head holds whole words: what should it hold?")
def _(x, n_heads):
    *leading, n, d_model = x.shape
    return x.reshape(*leading, n_heads, n, d_model // n_heads)


@mistake("heads left behind the words", "Each head needs its words side by side: which axes swap?")
def _(x, n_heads):
    return _parts(x, n_heads)


@mistake("interleaved", "Is a head made of neighbouring columns, or of every n-th one?")
def _(x, n_heads):
    *leading, n, d_model = x.shape
    return np.moveaxis(x.reshape(*leading, n, d_model // n_heads, n_heads), -1, -3)


@mistake("words and widths exchanged", "In every head, rows are words: what are they here?")
def _(x, n_heads):
    return np.moveaxis(_parts(x, n_heads), -3, -1)


@mistake("number of heads taken for their width", "How wide is a head, when n_heads share d_model?")
def _(x, n_heads):
    *leading, n, d_model = x.shape
    return x.reshape(*leading, n, d_model // n_heads, n_heads).swapaxes(-2, -3)


@mistake("every head gets the same slice", "Which columns should the second head get?")
def _(x, n_heads):
    d_head = x.shape[-1] // n_heads
    return np.stack([x[..., :d_head]] * n_heads, axis=-3)


@mistake("every head gets everything", "The heads share the width; none gets all of it.")
def _(x, n_heads):
    return np.stack([x] * n_heads, axis=-3)


@mistake("axes 0 and 1 swapped", "Count axes from the end: with a batch in front, which are they?")
def _(x, n_heads):
    return _parts(x, n_heads).swapaxes(0, 1)


@mistake("axes 1 and 2 swapped", "Count axes from the end: without a batch, which are they?")
def _(x, n_heads):
    return _parts(x, n_heads).swapaxes(1, 2)


@mistake("heads before the batch", "What stands in front of the words stays in front of the heads.")
def _(x, n_heads):
    return np.stack(np.split(x, n_heads, axis=-1))


@mistake("all axes turned round", "Only two axes change places; the batch stays in front.")
def _(x, n_heads):
    return _parts(x, n_heads).T


@mistake("turned, then reshaped", "A reshape keeps the order of the numbers: which order is that?")
def _(x, n_heads):
    *leading, n, d_model = x.shape
    return x.swapaxes(-1, -2).reshape(*leading, n_heads, n, d_model // n_heads)


@mistake("heads in reverse order", "Which head gets the first columns?")
def _(x, n_heads):
    return _parts(x, n_heads).swapaxes(-2, -3)[..., ::-1, :, :]


@mistake("batch and words run together", "The batch has an axis of its own in the result.")
def _(x, n_heads):
    return _parts(x.reshape(-1, x.shape[-1]), n_heads).swapaxes(0, 1)


@mistake("words cut as well", "Every head reads every word: how many rows should it have?")
def _(x, n_heads):
    size = x.shape[-1] // n_heads
    parts = [x[..., : x.shape[-2] // 2, i * size : (i + 1) * size] for i in range(n_heads)]
    return np.stack(parts, axis=-3)


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
