"""Wrong answers to softmax, each under the name by which it is known."""

import numpy as np

from helpers import attention
from named_mistakes.answers import Answers

answers = Answers("softmax")


def _exp(scores, axis=-1):
    return np.exp(scores - scores.max(axis=axis, keepdims=True))


def _over(scores, axis):
    return _exp(scores, axis) / _exp(scores, axis).sum(axis=axis, keepdims=True)


def softmax(scores):
    """Turn every row of scores into weights: positive, and 1 in sum."""
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@answers("over the queries")
def _(scores):
    return _over(scores, axis=0)


@answers("over the last axis but one")
def _(scores):
    return _over(scores, axis=-2)


@answers("axis 1, whatever the shape")
def _(scores):
    return _over(scores, axis=1)


@answers("over everything")
def _(scores):
    exponentials = np.exp(scores - scores.max())
    return exponentials / exponentials.sum()


@answers("no maximum taken off")
def _(scores):
    exponentials = np.exp(scores)
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@answers("largest of everything taken off")
def _(scores):
    exponentials = np.exp(scores - scores.max())
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@answers("smallest taken off")
def _(scores):
    exponentials = np.exp(scores - scores.min(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@answers("mean taken off")
def _(scores):
    exponentials = np.exp(scores - scores.mean(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@answers("axis lost")
def _(scores):
    exponentials = np.exp(scores - scores.max(axis=-1))
    return exponentials / exponentials.sum(axis=-1)


@answers("row by row along the first axis")
def _(scores):
    return np.array([np.exp(r - r.max()) / np.exp(r - r.max()).sum() for r in scores])


@answers("not normalised")
def _(scores):
    return np.exp(scores)


@answers("largest is 1")
def _(scores):
    return _exp(scores)


@answers("divided by the mean")
def _(scores):
    return _exp(scores) / _exp(scores).mean(axis=-1, keepdims=True)


@answers("divided by the length")
def _(scores):
    return _exp(scores) / np.linalg.norm(_exp(scores), axis=-1, keepdims=True)


@answers("no exponential")
def _(scores):
    return scores / scores.sum(axis=-1, keepdims=True)


@answers("absolute values")
def _(scores):
    return np.abs(scores) / np.abs(scores).sum(axis=-1, keepdims=True)


@answers("squares")
def _(scores):
    return scores**2 / (scores**2).sum(axis=-1, keepdims=True)


@answers("log of the weights")
def _(scores):
    return np.log(_exp(scores) / _exp(scores).sum(axis=-1, keepdims=True))


@answers("base 2")
def _(scores):
    powers = 2.0 ** (scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


@answers("sigmoid")
def _(scores):
    return 1 / (1 + np.exp(-scores))


@answers("arg-max")
def _(scores):
    return (scores == scores.max(axis=-1, keepdims=True)).astype(scores.dtype)


@answers("sign turned")
def _(scores):
    return attention.softmax(-scores)


@answers("softmax twice")
def _(scores):
    return attention.softmax(attention.softmax(scores))


@answers("works in place")
def _(scores):
    scores -= scores.max(axis=-1, keepdims=True)
    return np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)


@answers("cast to float32")
def _(scores):
    return attention.softmax(scores.astype(np.float32))
