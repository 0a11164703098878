"""Wrong answers to merge_heads, each under the name by which it is known."""

import numpy as np

from named_mistakes.answers import Answers

answers = Answers("merge_heads")


def _shape(x):
    """(..., n, d_model)."""
    *leading, n_heads, n, d_head = x.shape
    return (*leading, n, n_heads * d_head)


def _words_first(x):
    """(..., n, n_heads, d_head)."""
    return x.swapaxes(-2, -3)


@answers("reshaped without transposing back")
def _(x):
    return x.reshape(_shape(x))


@answers("not joined")
def _(x):
    return _words_first(x)


@answers("interleaved")
def _(x):
    return np.moveaxis(x, -3, -1).reshape(_shape(x))


@answers("averaged")
def _(x):
    return x.mean(axis=-3)


@answers("summed")
def _(x):
    return x.sum(axis=-3)


@answers("largest of the heads")
def _(x):
    return x.max(axis=-3)


@answers("averaged, and repeated")
def _(x):
    mean = x.mean(axis=-3)
    return np.concatenate([mean] * x.shape[-3], axis=-1)


@answers("first head only")
def _(x):
    return x[..., 0, :, :]


@answers("first head repeated")
def _(x):
    return np.concatenate([x[..., 0, :, :]] * x.shape[-3], axis=-1)


@answers("heads below each other")
def _(x):
    *leading, n_heads, n, d_head = x.shape
    return x.reshape(*leading, n_heads * n, d_head)


@answers("axes 0 and 1 swapped")
def _(x):
    return x.swapaxes(0, 1).reshape(_shape(x))


@answers("axes 1 and 2 swapped")
def _(x):
    return x.swapaxes(1, 2).reshape(_shape(x))


@answers("words last")
def _(x):
    return _words_first(x).reshape(_shape(x)).swapaxes(-1, -2)


@answers("heads in reverse order")
def _(x):
    return _words_first(x)[..., ::-1, :].reshape(_shape(x))


@answers("batch and words run together")
def _(x):
    merged = _words_first(x).reshape(_shape(x))
    return merged.reshape(-1, merged.shape[-1])


@answers("everything in one row")
def _(x):
    return _words_first(x).reshape(*x.shape[:-3], -1)
