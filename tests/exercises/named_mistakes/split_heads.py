"""Wrong answers to split_heads, each under the name by which it is known."""

import numpy as np

from named_mistakes.answers import Answers

answers = Answers("split_heads")


def _parts(x, n_heads):
    """(..., n, n_heads, d_head)."""
    return x.reshape(*x.shape[:-1], n_heads, x.shape[-1] // n_heads)


@answers("reshaped without transposing")
def _(x, n_heads):
    *leading, n, d_model = x.shape
    return x.reshape(*leading, n_heads, n, d_model // n_heads)


@answers("heads left behind the words")
def _(x, n_heads):
    return _parts(x, n_heads)


@answers("interleaved")
def _(x, n_heads):
    *leading, n, d_model = x.shape
    return np.moveaxis(x.reshape(*leading, n, d_model // n_heads, n_heads), -1, -3)


@answers("words and widths exchanged")
def _(x, n_heads):
    return np.moveaxis(_parts(x, n_heads), -3, -1)


@answers("number of heads taken for their width")
def _(x, n_heads):
    *leading, n, d_model = x.shape
    return x.reshape(*leading, n, d_model // n_heads, n_heads).swapaxes(-2, -3)


@answers("every head gets the same slice")
def _(x, n_heads):
    d_head = x.shape[-1] // n_heads
    return np.stack([x[..., :d_head]] * n_heads, axis=-3)


@answers("every head gets everything")
def _(x, n_heads):
    return np.stack([x] * n_heads, axis=-3)


@answers("axes 0 and 1 swapped")
def _(x, n_heads):
    return _parts(x, n_heads).swapaxes(0, 1)


@answers("axes 1 and 2 swapped")
def _(x, n_heads):
    return _parts(x, n_heads).swapaxes(1, 2)


@answers("heads before the batch")
def _(x, n_heads):
    return np.stack(np.split(x, n_heads, axis=-1))


@answers("all axes turned round")
def _(x, n_heads):
    return _parts(x, n_heads).T


@answers("turned, then reshaped")
def _(x, n_heads):
    *leading, n, d_model = x.shape
    return x.swapaxes(-1, -2).reshape(*leading, n_heads, n, d_model // n_heads)


@answers("heads in reverse order")
def _(x, n_heads):
    return _parts(x, n_heads).swapaxes(-2, -3)[..., ::-1, :, :]


@answers("batch and words run together")
def _(x, n_heads):
    return _parts(x.reshape(-1, x.shape[-1]), n_heads).swapaxes(0, 1)


@answers("words cut as well")
def _(x, n_heads):
    size = x.shape[-1] // n_heads
    parts = [x[..., : x.shape[-2] // 2, i * size : (i + 1) * size] for i in range(n_heads)]
    return np.stack(parts, axis=-3)
