"""softmax: scores to weights, and what people get wrong about it."""

import numpy as np

from helpers import attention
from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise


@exercise(lesson=2, gives={"weights": "(..., n)"})
def softmax(scores):
    """Turn every row of scores into shares.

    scores: (..., n).
    Returns: the same shape; every row of the last axis sums to 1.
    """
    largest = scores.max(axis=-1, keepdims=True)
    exponentials = np.exp(scores - largest)  # at most exp(0) = 1: no overflow
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


softmax.hints(
    "Two steps: make every score positive, then share out a 1 among its row. For [0, 0] both "
    "words fit equally well, so each gets a half.",
    "np.exp makes every score positive, and a division by the sum of its row makes a row sum to "
    "1. Try a score of 1000: np.exp overflows, so first take off what changes no weight.",
    "exponentials = exp(scores - the largest score of the row); weights = exponentials / the sum "
    "of the row. Both with axis=-1 and keepdims=True.",
)


@softmax.case("a table of scores")
def _(rng):
    return dict(scores=numbers(rng, 4, 6, size=1.5))


@softmax.case("a single row")
def _(rng):
    return dict(scores=numbers(rng, 5, size=1.5))


@softmax.case("several tables at once")
def _(rng):
    return dict(scores=numbers(rng, 2, 3, 7, size=1.5))


@softmax.case("scores near 1000, near -1000, and far apart", extreme=True)
def _(rng):
    rows = numbers(rng, 4, 5)
    return dict(scores=rows + [[1000], [-1000], [0], [0]] + rows * [[0], [0], [0], [600]])


def _exp(scores, axis=-1):
    return np.exp(scores - scores.max(axis=axis, keepdims=True))


def _over(scores, axis):
    return _exp(scores, axis) / _exp(scores, axis).sum(axis=axis, keepdims=True)


@softmax.mistake("over the queries", "The sum ran over the queries; which axis holds the keys?")
def _(scores):
    return _over(scores, axis=0)


@softmax.mistake("over the last axis but one", "Which axis holds the keys, in every shape?")
def _(scores):
    return _over(scores, axis=-2)


@softmax.mistake("axis 1, whatever the shape", "Count the axis from the end: which one is a row?")
def _(scores):
    return _over(scores, axis=1)


@softmax.mistake("over everything", "Every row shares out a 1 of its own.")
def _(scores):
    exponentials = np.exp(scores - scores.max())
    return exponentials / exponentials.sum()


@softmax.mistake("no maximum taken off", "How large may a number be before np.exp overflows?")
def _(scores):
    exponentials = np.exp(scores)
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@softmax.mistake("largest of everything taken off", "One row's largest score can dwarf another's.")
def _(scores):
    exponentials = np.exp(scores - scores.max())
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@softmax.mistake("smallest taken off", "What is then the largest number that goes into np.exp?")
def _(scores):
    exponentials = np.exp(scores - scores.min(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@softmax.mistake("mean taken off", "What is then the largest number that goes into np.exp?")
def _(scores):
    exponentials = np.exp(scores - scores.mean(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@softmax.mistake("axis lost", "After a sum the axis is gone: how do you keep it for the division?")
def _(scores):
    exponentials = np.exp(scores - scores.max(axis=-1))
    return exponentials / exponentials.sum(axis=-1)


@softmax.mistake("row by row along the first axis", "A row may lie deeper than one level down.")
def _(scores):
    return np.array([np.exp(r - r.max()) / np.exp(r - r.max()).sum() for r in scores])


@softmax.mistake("not normalised", "The numbers are positive; what makes a row share out 1?")
def _(scores):
    return np.exp(scores)


@softmax.mistake("largest is 1", "What should a whole row come to, not its largest number?")
def _(scores):
    return _exp(scores)


@softmax.mistake("divided by the mean", "What should a whole row come to?")
def _(scores):
    return _exp(scores) / _exp(scores).mean(axis=-1, keepdims=True)


@softmax.mistake("divided by the length", "Length squares the numbers first; a share does not.")
def _(scores):
    return _exp(scores) / np.linalg.norm(_exp(scores), axis=-1, keepdims=True)


@softmax.mistake("no exponential", "A score below 0 should get a small weight, never a negative.")
def _(scores):
    return scores / scores.sum(axis=-1, keepdims=True)


@softmax.mistake("absolute values", "A low score should weigh less than a high one.")
def _(scores):
    return np.abs(scores) / np.abs(scores).sum(axis=-1, keepdims=True)


@softmax.mistake("squares", "A low score should weigh less than a high one.")
def _(scores):
    return scores**2 / (scores**2).sum(axis=-1, keepdims=True)


@softmax.mistake("log of the weights", "These are logarithms: undo one step.")
def _(scores):
    return np.log(_exp(scores) / _exp(scores).sum(axis=-1, keepdims=True))


@softmax.mistake("base 2", "Which number does softmax raise to the power of a score?")
def _(scores):
    powers = 2.0 ** (scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


@softmax.mistake("sigmoid", "Each score was treated alone; the words of a row share one 1.")
def _(scores):
    return 1 / (1 + np.exp(-scores))


@softmax.mistake("arg-max", "Softmax is soft: the second-best word gets something too.")
def _(scores):
    return (scores == scores.max(axis=-1, keepdims=True)).astype(scores.dtype)


@softmax.mistake("sign turned", "Which word should weigh most: the one with the highest score?")
def _(scores):
    return attention.softmax(-scores)


@softmax.mistake("softmax twice", "Weights went through it a second time.")
def _(scores):
    return attention.softmax(attention.softmax(scores))


@softmax.mistake("works in place", "Which line writes into `scores` itself?")
def _(scores):
    scores -= scores.max(axis=-1, keepdims=True)
    return np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)


@softmax.mistake("cast to float32", "Which step throws digits away?")
def _(scores):
    return attention.softmax(scores.astype(np.float32))


@softmax.holds("every row sums to 1")
def _(weights):
    return same(weights.sum(axis=-1), np.ones(weights.shape[:-1]))


@softmax.holds("no weight is negative")
def _(weights):
    return bool((weights >= 0).all())


@softmax.holds("a higher score never gets a smaller weight")
def _(weights, scores):
    in_order = np.take_along_axis(weights, scores.argsort(axis=-1), axis=-1)
    return bool((np.diff(in_order, axis=-1) >= -1e-6).all())


@softmax.holds("adding the same number to all scores of a row changes nothing")
def _(call, weights, scores):
    return same(call(scores=scores + 3), weights)


@softmax.holds("reordering the scores of a row reorders its weights alike")
def _(call, weights, scores):
    return same(call(scores=scores[..., ::-1].copy()), weights[..., ::-1])


@softmax.holds("the weights of a row depend on that row alone")
def _(call, weights, scores):
    if scores.ndim == 1:
        return True
    scores[0] += np.linspace(0, 4, scores.shape[-1])
    return same(call(scores=scores)[1:], weights[1:])


@softmax.holds("equal scores get equal weights")
def _(call, scores):
    return same(call(scores=np.full_like(scores, 2)), np.full_like(scores, 1 / scores.shape[-1]))
