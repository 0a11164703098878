"""previous_token_score: how much a head looks one token back, and what people get wrong."""

import numpy as np

from helpers.exercises.cases import rows_of_weights
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.lesson_09 import score_steps
from helpers.exercises.steps import step


@exercise(lesson=9, gives={"scores": "(h,)"})
def previous_token_score(weights):
    """How much each head looks at the token just before.

    weights: (h, n, n), rows are queries.
    Returns: (h,), the mean over queries 1 to n - 1.
    """
    before = np.diagonal(weights, -1, axis1=1, axis2=2)  # (h, n - 1)
    return before.mean(axis=-1)


previous_token_score.hints(
    "Which query has no token before it, and so no say in the mean?",
    "Query i looks back at key i - 1. In a map, these cells lie on a line just below the diagonal: "
    "np.diagonal takes an offset and two axes.",
    "for every head: the mean of weights[head, i, i - 1] over i = 1 … n - 1.",
)


@previous_token_score.case("three heads")
def _(rng):
    return dict(weights=rows_of_weights(rng, 3, 5, 5))


@previous_token_score.case("more heads than tokens")
def _(rng):
    return dict(weights=rows_of_weights(rng, 7, 4, 4))


@previous_token_score.case("causal heads")
def _(rng):
    weights = np.tril(rows_of_weights(rng, 4, 6, 6))
    return dict(weights=weights / weights.sum(axis=-1, keepdims=True))


@step(said="counted weights")
def looks(weights):
    """What every query but the first gives to the token before it: (n - 1, h)."""
    return _line(weights, -1)


def _line(weights, offset):
    """(n - |offset|, h): the cells so far right of the diagonal."""
    return np.diagonal(weights, offset, axis1=-2, axis2=-1).T


# fmt: off
looks.wrong("next instead of previous", "Rows are queries: is the key before or after the query?",
            lambda weights: _line(weights, 1))
looks.wrong("transposed", "Who asks, rows or columns?",
            lambda weights: _line(weights.swapaxes(-1, -2), -1), same_as="next instead of previous")
looks.wrong("the diagonal", "These are weights of tokens on themselves.",
            lambda weights: _line(weights, 0))
# fmt: on


@looks.family(
    "further back",
    "That is {constant} places back: how far back is the token just before?",
    over=[2, 3],
)
def _(weights, constant):
    return _line(weights, -constant)


@looks.wrong("the first query looks at the last key", "What is key -1 to NumPy, and to a sentence?")
def _(weights):
    place = np.arange(weights.shape[-1])
    return weights[:, place, place - 1].T


@looks.wrong("the first query looks at itself", "Query 0 has no token before it: does it count?")
def _(weights):
    return np.concatenate([weights[:, 0, :1].T, _line(weights, -1)])


@looks.wrong(
    "counted where it is largest", "How large the weight is counts, and not only its rank."
)
def _(weights):
    largest = weights[:, 1:].argmax(axis=-1)
    return (largest == np.arange(weights.shape[-1] - 1)).T


@looks.wrong("diagonal of the wrong axes", "Which two axes of weights make a map?")
def _(weights):
    return np.diagonal(weights, -1).T


@looks.wrong(
    "first query with a say left out", "Which is the first query that has a token before it?"
)
def _(weights):
    return _line(weights, -1)[1:]


# fmt: off
looks.wrong("last query left out", "The last token has one before it, too.",
            lambda weights: _line(weights, -1)[:-1])
looks.wrong("everything before", "The token just before is one key, and not all earlier ones.",
            lambda weights: np.tril(weights, -1)[:, 1:].sum(axis=-1).T)
looks.wrong("both neighbours", "The token after does not count here.",
            lambda weights: _line(weights, -1) + _line(weights, 1))
looks.wrong("first token", "Where does a query look that looks one place back?",
            lambda weights: weights[:, 1:, 0].T)
looks.wrong("last row of the map", "Every query has its own row: which cell of each counts?",
            lambda weights: weights[:, -1, :-1].T)
# fmt: on


previous_token_score.steps(
    looks, score_steps.scores.adapted(names={"divided by all queries": "divided by n"})
)


holds = previous_token_score.holds


def _looking(weights, offset):
    """Maps of heads that look so far to the right, and nowhere else; the first keys where they
    cannot."""
    n = weights.shape[-1]
    made = np.zeros_like(weights)
    made[:, np.arange(n), np.clip(np.arange(n) + offset, 0, n - 1)] = 1
    return made


@holds("a head that looks one token back has score 1")
def _(call, weights):
    return same(call(weights=_looking(weights, -1)), np.ones(len(weights)))


@holds("a head that looks at all n tokens alike has score 1 / n")
def _(call, weights):
    n = weights.shape[-1]
    return same(call(weights=np.full_like(weights, 1 / n)), np.full(len(weights), 1 / n))


@holds("what query 0 does changes nothing")
def _(call, scores, weights):
    changed = weights.copy()
    changed[:, 0] = changed[:, 0, ::-1]
    return same(call(weights=changed), scores)


@holds("heads in another order give the same scores in that order")
def _(call, scores, weights):
    return same(call(weights=weights[::-1].copy()), scores[::-1])


@holds("no score lies outside 0 to 1")
def _(scores):
    return bool(np.all((scores > -1e-6) & (scores < 1 + 1e-6)))
