"""The steps of the patients whose softmax is written out, 3 and 8, and data that tries it."""

import numpy as np

from helpers.exercises import softmax_steps
from helpers.exercises.cases import numbers
from helpers.exercises.steps import step


def ordinary_cases(declared):
    """Scores of moderate size."""

    @declared.case("one map")
    def _(rng):
        return dict(scores=numbers(rng, 4, 6, size=1.5))

    @declared.case("several heads")
    def _(rng):
        return dict(scores=numbers(rng, 2, 3, 5, size=1.5))


def large_cases(declared):
    """Rows that overflow where their own largest score is not taken off."""

    @declared.case("rows near 1000, near -1000 and near 0", extreme=True, dtypes=("float64",))
    def _(rng):
        return dict(scores=numbers(rng, 3, 6) + np.array([[1000.0], [-1000], [0]]))

    @declared.case("scores up to 300 apart", extreme=True)
    def _(rng):
        return dict(scores=numbers(rng, 4, 7, size=100))


@step
def exponentials(scores):
    """Of every score, counted from the largest of its row."""
    return np.exp(scores - scores.max(axis=-1, keepdims=True))


# fmt: off
exponentials.wrong("the largest of all rows taken off", "What becomes of a row far below it?",
                   lambda scores: np.exp(scores - scores.max()))
exponentials.wrong("the mean taken off", "How far above the mean may the largest score lie?",
                   lambda scores: np.exp(scores - scores.mean(axis=-1, keepdims=True)))
exponentials.wrong("the smallest taken off", "How far above the smallest may the largest lie?",
                   lambda scores: np.exp(scores - scores.min(axis=-1, keepdims=True)))
exponentials.wrong("the largest of the column taken off", "What is fair within a row?",
                   lambda scores: np.exp(scores - scores.max(axis=-2, keepdims=True)))
# fmt: on


@exponentials.family("clipped", "Which of two scores beyond {constant} is the larger one now?",
                     over=[10, 20, 50, 80, 88, 100, 500, 700, 709])  # fmt: skip
def _(scores, constant):
    return np.exp(np.clip(scores, -constant, constant))


@exponentials.family("scores divided by a constant", "Softmax keeps differences: how large are "
                     "they, divided by {constant}?", over=(1.01, 1e4))  # fmt: skip
def _(scores, constant):
    return np.exp((scores - scores.max(axis=-1, keepdims=True)) / constant)


weights = softmax_steps.weights.adapted(
    reads={"scaled": "scores"},
    right=lambda exponentials: exponentials / exponentials.sum(axis=-1, keepdims=True),
    without=[
        "later keys hidden", "largest of everything taken off", "scaled after the softmax",
    ],
)  # fmt: skip


@weights.wrong("divided by the number of keys", softmax_steps.SHARE)
def _(exponentials):
    return exponentials / exponentials.shape[-1]
