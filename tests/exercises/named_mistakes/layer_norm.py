"""Wrong answers to layer_norm, each under the name by which it is known."""

import numpy as np

from named_mistakes.answers import Answers

answers = Answers("layer_norm")


def _mean(x, axis=-1):
    return x.mean(axis=axis, keepdims=True)


def _variance(x, axis=-1):
    return x.var(axis=axis, keepdims=True)


def _normal(x, eps, axis=-1):
    return (x - _mean(x, axis)) / np.sqrt(_variance(x, axis) + eps)


@answers("no eps")
def _(x, gain, bias, eps=1e-5):
    return _normal(x, 0) * gain + bias


@answers("eps outside the root")
def _(x, gain, bias, eps=1e-5):
    return (x - _mean(x)) / (np.sqrt(_variance(x)) + eps) * gain + bias


@answers("eps subtracted")
def _(x, gain, bias, eps=1e-5):
    with np.errstate(invalid="ignore"):
        return _normal(x, -eps) * gain + bias


@answers("eps added to the result")
def _(x, gain, bias, eps=1e-5):
    return (_normal(x, 0) + eps) * gain + bias


@answers("eps hard-coded")
def _(x, gain, bias, eps=1e-5):
    return _normal(x, 1e-5) * gain + bias


@answers("divided by the variance")
def _(x, gain, bias, eps=1e-5):
    return (x - _mean(x)) / (_variance(x) + eps) * gain + bias


@answers("divided by n - 1")
def _(x, gain, bias, eps=1e-5):
    variance = x.var(axis=-1, keepdims=True, ddof=1)
    return (x - _mean(x)) / np.sqrt(variance + eps) * gain + bias


@answers("sum of squares")
def _(x, gain, bias, eps=1e-5):
    centred = x - _mean(x)
    return centred / np.sqrt((centred**2).sum(axis=-1, keepdims=True) + eps) * gain + bias


@answers("over the words")
def _(x, gain, bias, eps=1e-5):
    return _normal(x, eps, axis=-2) * gain + bias


@answers("over the first axis")
def _(x, gain, bias, eps=1e-5):
    return _normal(x, eps, axis=0) * gain + bias


@answers("over everything")
def _(x, gain, bias, eps=1e-5):
    return _normal(x, eps, axis=None) * gain + bias


@answers("over each sentence")
def _(x, gain, bias, eps=1e-5):
    return _normal(x, eps, axis=(-2, -1)) * gain + bias


@answers("not centred")
def _(x, gain, bias, eps=1e-5):
    return x / np.sqrt(_variance(x) + eps) * gain + bias


@answers("root mean square")
def _(x, gain, bias, eps=1e-5):
    return x / np.sqrt(_mean(x**2) + eps) * gain + bias


@answers("variance around 0")
def _(x, gain, bias, eps=1e-5):
    return (x - _mean(x)) / np.sqrt(_mean(x**2) + eps) * gain + bias


@answers("mean taken away after dividing")
def _(x, gain, bias, eps=1e-5):
    return (x / np.sqrt(_variance(x) + eps) - _mean(x)) * gain + bias


@answers("centred only")
def _(x, gain, bias, eps=1e-5):
    return (x - _mean(x)) * gain + bias


@answers("root of the numbers too")
def _(x, gain, bias, eps=1e-5):
    with np.errstate(invalid="ignore"):
        return np.sqrt((x - _mean(x)) / (_variance(x) + eps)) * gain + bias


@answers("from 0 to 1")
def _(x, gain, bias, eps=1e-5):
    low, high = x.min(axis=-1, keepdims=True), x.max(axis=-1, keepdims=True)
    return (x - low) / (high - low + eps) * gain + bias


@answers("gain and bias exchanged")
def _(x, gain, bias, eps=1e-5):
    return _normal(x, eps) * bias + gain


@answers("gain forgotten")
def _(x, gain, bias, eps=1e-5):
    return _normal(x, eps) + bias


@answers("bias forgotten")
def _(x, gain, bias, eps=1e-5):
    return _normal(x, eps) * gain


@answers("gain and bias forgotten")
def _(x, gain, bias, eps=1e-5):
    return _normal(x, eps)


@answers("bias multiplied by the gain")
def _(x, gain, bias, eps=1e-5):
    return (_normal(x, eps) + bias) * gain


@answers("gain counted from 1")
def _(x, gain, bias, eps=1e-5):
    return _normal(x, eps) * (1 + gain) + bias


@answers("gain and bias before the norm")
def _(x, gain, bias, eps=1e-5):
    return _normal(x * gain + bias, eps)


@answers("axis lost")
def _(x, gain, bias, eps=1e-5):
    return (x - x.mean(axis=-1)) / np.sqrt(x.var(axis=-1) + eps) * gain + bias
