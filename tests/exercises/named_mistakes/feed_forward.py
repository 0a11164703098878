"""Wrong answers to feed_forward, each under the name by which it is known."""

import math

import numpy as np

from helpers.attention import softmax
from named_mistakes.answers import Answers

answers = Answers("feed_forward")


def _relu(x):
    return np.maximum(x, 0)


def _bent(bend, x, w_in, b_in, w_out, b_out):
    return (bend(x @ w_in + b_in) @ w_out + b_out).astype(x.dtype, copy=False)


@answers("no ReLU")
def _(x, w_in, b_in, w_out, b_out):
    return (x @ w_in + b_in) @ w_out + b_out


@answers("ReLU after the second matrix")
def _(x, w_in, b_in, w_out, b_out):
    return _relu((x @ w_in + b_in) @ w_out + b_out)


@answers("ReLU after both matrices")
def _(x, w_in, b_in, w_out, b_out):
    return _relu(_bent(_relu, x, w_in, b_in, w_out, b_out))


@answers("ReLU before the first matrix")
def _(x, w_in, b_in, w_out, b_out):
    return (_relu(x) @ w_in + b_in) @ w_out + b_out


@answers("ReLU before the bias")
def _(x, w_in, b_in, w_out, b_out):
    return (_relu(x @ w_in) + b_in) @ w_out + b_out


@answers("the positive cut away")
def _(*inputs):
    return _bent(lambda h: np.minimum(h, 0), *inputs)


@answers("np.max for np.maximum")
def _(x, w_in, b_in, w_out, b_out):
    return np.max(x @ w_in + b_in, 0) @ w_out + b_out if x.ndim > 1 else (
        np.max(x @ w_in + b_in, 0) * w_out + b_out
    )  # fmt: skip


@answers("largest of everything")
def _(x, w_in, b_in, w_out, b_out):
    hidden = x @ w_in + b_in
    return np.full_like(hidden, max(hidden.max(), 0)) @ w_out + b_out


@answers("absolute value")
def _(*inputs):
    return _bent(np.abs, *inputs)


@answers("step")
def _(x, *others):
    return _bent(lambda h: (h > 0).astype(x.dtype), x, *others)


@answers("leaky ReLU")
def _(*inputs):
    return _bent(lambda h: np.where(h > 0, h, 0.01 * h), *inputs)


@answers("GELU")
def _(*inputs):
    erf = np.vectorize(math.erf)
    return _bent(lambda h: h * (1 + erf(h / np.sqrt(2))) / 2, *inputs)


@answers("GELU by tanh")
def _(*inputs):
    root = math.sqrt(2 / math.pi)
    return _bent(lambda h: h * (1 + np.tanh(root * (h + 0.044715 * h**3))) / 2, *inputs)


@answers("SiLU")
def _(*inputs):
    return _bent(lambda h: h / (1 + np.exp(-h)), *inputs)


@answers("sigmoid")
def _(*inputs):
    return _bent(lambda h: 1 / (1 + np.exp(-h)), *inputs)


@answers("tanh")
def _(*inputs):
    return _bent(np.tanh, *inputs)


@answers("softmax")
def _(*inputs):
    return _bent(softmax, *inputs)


@answers("b_in forgotten")
def _(x, w_in, b_in, w_out, b_out):
    return _relu(x @ w_in) @ w_out + b_out


@answers("b_out forgotten")
def _(x, w_in, b_in, w_out, b_out):
    return _relu(x @ w_in + b_in) @ w_out


@answers("both biases forgotten")
def _(x, w_in, b_in, w_out, b_out):
    return _relu(x @ w_in) @ w_out


@answers("hidden numbers returned")
def _(x, w_in, b_in, w_out, b_out):
    return _relu(x @ w_in + b_in)


@answers("biases exchanged")
def _(x, w_in, b_in, w_out, b_out):
    return _relu(x @ w_in + b_out) @ w_out + b_in


@answers("matrices exchanged")
def _(x, w_in, b_in, w_out, b_out):
    return _relu(x @ w_out + b_out) @ w_in + b_in


@answers("matrices transposed", same_as="matrices exchanged")
def _(x, w_in, b_in, w_out, b_out):
    return _relu(x @ w_in.T + b_in) @ w_out.T + b_out


@answers("input added")
def _(x, *others):
    return x + _bent(_relu, x, *others)
