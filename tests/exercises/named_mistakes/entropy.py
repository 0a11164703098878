"""Wrong answers to entropy, each under the name by which it is known."""

import numpy as np

from named_mistakes.answers import Answers

answers = Answers("entropy")


def _with(log, weights):
    return -(weights * log(np.where(weights > 0, weights, 1))).sum(axis=-1)


@answers("nats")
def _(weights):
    return _with(np.log, weights)


@answers("base 10")
def _(weights):
    return _with(np.log10, weights)


@answers("no minus")
def _(weights):
    return -_with(np.log2, weights)


@answers("zeros give NaN")
def _(weights):
    return -(weights * np.log2(weights)).sum(axis=-1)


@answers("zeros give infinity")
def _(weights):
    return -np.log2(weights).sum(axis=-1)


@answers("logarithms unweighted")
def _(weights):
    return -np.log2(np.where(weights > 0, weights, 1)).sum(axis=-1)


@answers("something small added")
def _(weights):
    return -(weights * np.log2(weights + 1e-5)).sum(axis=-1)


@answers("something small added, 1e-6")
def _(weights):
    return -(weights * np.log2(weights + 1e-6)).sum(axis=-1)


@answers("sum over everything")
def _(weights):
    return _with(np.log2, weights.ravel())


@answers("mean over everything")
def _(weights):
    return _with(np.log2, weights).mean()


@answers("mean instead of sum")
def _(weights):
    return _with(np.log2, weights) / weights.shape[-1]


@answers("over the queries")
def _(weights):
    return -(weights * np.log2(np.where(weights > 0, weights, 1))).sum(axis=0)


@answers("over the last axis but one")
def _(weights):
    return -(weights * np.log2(np.where(weights > 0, weights, 1))).sum(axis=-2)


@answers("axis 1, whatever the shape")
def _(weights):
    return -(weights * np.log2(np.where(weights > 0, weights, 1))).sum(axis=1)


@answers("kept the axis")
def _(weights):
    return _with(np.log2, weights)[..., None]


@answers("not summed")
def _(weights):
    return -(weights * np.log2(np.where(weights > 0, weights, 1)))


@answers("number of words, not bits")
def _(weights):
    return 2 ** _with(np.log2, weights)


@answers("share of the largest possible")
def _(weights):
    return _with(np.log2, weights) / np.log2(weights.shape[-1])


@answers("largest weight only")
def _(weights):
    return -np.log2(weights.max(axis=-1))


@answers("logarithm of a square")
def _(weights):
    return -np.log2((weights**2).sum(axis=-1))


@answers("no logarithm")
def _(weights):
    return 1 - (weights**2).sum(axis=-1)


@answers("logarithm of 1 + weight")
def _(weights):
    return _with(np.log1p, weights)


@answers("softmax first")
def _(weights):
    exponentials = np.exp(weights)
    return _with(np.log2, exponentials / exponentials.sum(axis=-1, keepdims=True))
