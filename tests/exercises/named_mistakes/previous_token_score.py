"""Wrong answers to previous_token_score, each under the name by which it is known."""

import numpy as np

from named_mistakes.answers import Answers

answers = Answers("previous_token_score")


def _line(weights, offset):
    """(h, n - |offset|): the cells so far right of the diagonal."""
    return np.diagonal(weights, offset, axis1=-2, axis2=-1)


@answers("next instead of previous")
def _(weights):
    return _line(weights, 1).mean(axis=-1)


@answers("transposed", same_as="next instead of previous")
def _(weights):
    return _line(weights.swapaxes(-1, -2), -1).mean(axis=-1)


@answers("the diagonal")
def _(weights):
    return _line(weights, 0).mean(axis=-1)


@answers("two tokens back")
def _(weights):
    return _line(weights, -2).mean(axis=-1)


@answers("the first query looks at the last key")
def _(weights):
    place = np.arange(weights.shape[-1])
    return weights[:, place, place - 1].mean(axis=-1)


@answers("divided by n")
def _(weights):
    return _line(weights, -1).sum(axis=-1) / weights.shape[-1]


@answers("the first query looks at itself")
def _(weights):
    return (_line(weights, -1).sum(axis=-1) + weights[:, 0, 0]) / weights.shape[-1]


@answers("sum instead of mean")
def _(weights):
    return _line(weights, -1).sum(axis=-1)


@answers("largest instead of mean")
def _(weights):
    return _line(weights, -1).max(axis=-1)


@answers("median instead of mean")
def _(weights):
    return np.median(_line(weights, -1), axis=-1)


@answers("counted where it is largest")
def _(weights):
    n = weights.shape[-1]
    return np.mean(weights[:, 1:].argmax(axis=-1) == np.arange(n - 1), axis=-1)


@answers("not averaged")
def _(weights):
    return _line(weights, -1)


@answers("averaged over heads too")
def _(weights):
    return _line(weights, -1).mean()


@answers("averaged over heads only")
def _(weights):
    return _line(weights, -1).mean(axis=0)


@answers("diagonal of the wrong axes")
def _(weights):
    return np.diagonal(weights, -1).mean(axis=-1)


@answers("first query with a say left out")
def _(weights):
    return _line(weights, -1)[:, 1:].mean(axis=-1)


@answers("last query left out")
def _(weights):
    return _line(weights, -1)[:, :-1].mean(axis=-1)


@answers("everything before")
def _(weights):
    return np.tril(weights, -1)[:, 1:].sum(axis=-1).mean(axis=-1)


@answers("both neighbours")
def _(weights):
    both = _line(weights, -1).sum(axis=-1) + _line(weights, 1).sum(axis=-1)
    return both / (weights.shape[-1] - 1)


@answers("first token")
def _(weights):
    return weights[:, 1:, 0].mean(axis=-1)
