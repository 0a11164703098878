"""previous_token_score: how much a head looks one token back, and what people get wrong."""

import numpy as np

from helpers.exercises.cases import rows_of_weights
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise


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


mistake = previous_token_score.mistake


def _line(weights, offset):
    """(h, n - |offset|): the cells so far right of the diagonal."""
    return np.diagonal(weights, offset, axis1=-2, axis2=-1)


@mistake("next instead of previous", "Rows are queries: is the key before or after the query?")
def _(weights):
    return _line(weights, 1).mean(axis=-1)


@mistake("transposed", "Who asks, rows or columns?", same_as="next instead of previous")
def _(weights):
    return _line(weights.swapaxes(-1, -2), -1).mean(axis=-1)


@mistake("the diagonal", "These are weights of tokens on themselves.")
def _(weights):
    return _line(weights, 0).mean(axis=-1)


@mistake("two tokens back", "How many places back is the token just before?")
def _(weights):
    return _line(weights, -2).mean(axis=-1)


@mistake("the first query looks at the last key", "What is key -1 to NumPy, and to a sentence?")
def _(weights):
    place = np.arange(weights.shape[-1])
    return weights[:, place, place - 1].mean(axis=-1)


@mistake("divided by n", "How many queries have a token before them?")
def _(weights):
    return _line(weights, -1).sum(axis=-1) / weights.shape[-1]


@mistake("the first query looks at itself", "Query 0 has no token before it: does it count?")
def _(weights):
    return (_line(weights, -1).sum(axis=-1) + weights[:, 0, 0]) / weights.shape[-1]


@mistake("sum instead of mean", "A score that grows with the length of the text compares nothing.")
def _(weights):
    return _line(weights, -1).sum(axis=-1)


@mistake("largest instead of mean", "One query that looks back does not make the head do so.")
def _(weights):
    return _line(weights, -1).max(axis=-1)


@mistake("median instead of mean", "The mean is asked for: every query counts with its weight.")
def _(weights):
    return np.median(_line(weights, -1), axis=-1)


@mistake("counted where it is largest", "How large the weight is counts, and not only its rank.")
def _(weights):
    n = weights.shape[-1]
    return np.mean(weights[:, 1:].argmax(axis=-1) == np.arange(n - 1), axis=-1)


@mistake("not averaged", "One number a head is asked for.")
def _(weights):
    return _line(weights, -1)


@mistake("averaged over heads too", "Each head has a score of its own.")
def _(weights):
    return _line(weights, -1).mean()


@mistake("averaged over heads only", "Which axis holds the heads, and which the queries?")
def _(weights):
    return _line(weights, -1).mean(axis=0)


@mistake("diagonal of the wrong axes", "Which two axes of weights make a map?")
def _(weights):
    return np.diagonal(weights, -1).mean(axis=-1)


@mistake("first query with a say left out", "Which is the first query that has a token before it?")
def _(weights):
    return _line(weights, -1)[:, 1:].mean(axis=-1)


@mistake("last query left out", "The last token has one before it, too.")
def _(weights):
    return _line(weights, -1)[:, :-1].mean(axis=-1)


@mistake("everything before", "The token just before is one key, and not all earlier ones.")
def _(weights):
    return np.tril(weights, -1)[:, 1:].sum(axis=-1).mean(axis=-1)


@mistake("both neighbours", "The token after does not count here.")
def _(weights):
    both = _line(weights, -1).sum(axis=-1) + _line(weights, 1).sum(axis=-1)
    return both / (weights.shape[-1] - 1)


@mistake("first token", "Where does a query look that looks one place back?")
def _(weights):
    return weights[:, 1:, 0].mean(axis=-1)


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
