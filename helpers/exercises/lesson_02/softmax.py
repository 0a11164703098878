"""softmax: scores to weights, and what people get wrong about it."""

import numpy as np

from helpers.exercises import softmax_steps
from helpers.exercises.attention_steps import unit
from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise


@exercise(lesson=2, gives={"weights": "(..., n)"}, whole_numbers=True)
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


@softmax.case("some scores of minus infinity, as a mask makes them", extreme=True)
def _(rng):
    scores = numbers(rng, 3, 6, size=1.5)
    scores[[0, 0, 2], [1, 4, 0]] = -np.inf
    return dict(scores=scores)


weights = softmax_steps.weights.adapted(
    reads={"scaled": "scores"},
    without=[
        "no softmax",
        "later keys hidden",
        "scaled after the softmax",
        "plain mean of the values",
    ],
    names={
        "softmax over axis 0": "over the queries",
        "softmax over the queries": "over the last axis but one",
        "softmax over axis 1": "axis 1, whatever the shape",
        "softmax over everything": "over everything",
        "largest weight is 1": "largest is 1",
    },
    sentences={
        "softmax over axis 0": "The sum ran over the queries; which axis holds the keys?",
        "softmax over the queries": "Which axis holds the keys, in every shape?",
        "softmax over axis 1": "Count the axis from the end: which one is a row?",
        "softmax over everything": "Every row shares out a 1 of its own.",
        "largest of everything taken off": "One row's largest score can dwarf another's.",
        "not normalised": "The numbers are positive; what makes a row share out 1?",
        "largest weight is 1": "What should a whole row come to, not its largest number?",
        "arg-max": "Softmax is soft: the second-best word gets something too.",
    },
)


@weights.wrong("smallest taken off", "What is then the largest number that goes into np.exp?")
def _(scores):
    exponentials = np.exp(scores - scores.min(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@weights.wrong("mean taken off", "What is then the largest number that goes into np.exp?")
def _(scores):
    exponentials = np.exp(scores - scores.mean(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@weights.wrong("row by row along the first axis", "A row may lie deeper than one level down.")
def _(scores):
    return np.array([np.exp(r - r.max()) / np.exp(r - r.max()).sum() for r in scores])


@weights.also("over the queries")
def _(scores):
    return (np.exp(scores).T / np.exp(scores).sum(axis=0)).T


@weights.wrong("divided by the mean", "What should a whole row come to?")
def _(scores):
    return softmax_steps.softmax(scores) * scores.shape[-1]


@weights.wrong("divided by the length", "Length squares the numbers first; a share does not.")
def _(scores):
    return unit(softmax_steps.softmax(scores))


@weights.wrong("absolute values", "A low score should weigh less than a high one.")
def _(scores):
    return np.abs(scores) / np.abs(scores).sum(axis=-1, keepdims=True)


@weights.wrong("squares", "A low score should weigh less than a high one.")
def _(scores):
    return scores**2 / (scores**2).sum(axis=-1, keepdims=True)


@weights.wrong("log of the weights", "These are logarithms: undo one step.")
def _(scores):
    return np.log(softmax_steps.softmax(scores))


@weights.wrong("sign turned", "Which word should weigh most: the one with the highest score?")
def _(scores):
    return softmax_steps.softmax(-scores)


@weights.wrong("works in place", "Which line writes into `scores` itself?")
def _(scores):
    scores -= scores.max(axis=-1, keepdims=True)
    return np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)


@weights.wrong("cast to float32", "Which step throws digits away?")
def _(scores):
    return softmax_steps.softmax(scores.astype(np.float32))


@weights.family("scores multiplied", "Whose scores are {constant} times these?", over=(1e-2, 1e2))
def _(scores, constant):
    return softmax_steps.softmax(scores * constant)


softmax.steps(weights)


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
