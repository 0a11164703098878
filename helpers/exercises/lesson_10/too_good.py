"""Patient 6, too good to be true, and the repairs that people try."""

import numpy as np

from helpers.attention import causal_mask, softmax
from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.lesson_10 import shared_properties as shared
from helpers.tasks import clinic


@exercise(lesson=10, gives={"weights": "(..., n_queries, n_keys)"}, any_size=False)
def repair_too_good(scores):
    """Causal weights; the queries are the last of the keys.

    scores: (..., n_queries, n_keys); the last query sees every key, as in lesson 06.
    Returns: weights (..., n_queries, n_keys).
    """
    n_queries, n_keys = scores.shape[-2:]
    mask = np.tri(n_queries, n_keys, k=n_keys - n_queries, dtype=bool)
    return softmax(np.where(mask, scores, -np.inf))


repair_too_good.hints(
    "Print the mask for 3 queries and 5 keys. How many keys does the first query see?",
    "The last query should be the only one that sees every key. Count diagonals from there.",
    "np.tri(rows, columns, k) is True up to the k-th diagonal; where rows and columns are as many, "
    "k is 0.",
)


@repair_too_good.case("fewer queries than keys")
def _(rng):
    return dict(scores=numbers(rng, 4, 6, size=1.5))


@repair_too_good.case("several heads")
def _(rng):
    return dict(scores=numbers(rng, 2, 3, 7, size=1.5))


@repair_too_good.case("a batch of heads")
def _(rng):
    return dict(scores=numbers(rng, 2, 3, 4, 5, size=1.5))


mistake = repair_too_good.mistake


def _through(scores, mask):
    return softmax(np.where(mask, scores, -np.inf))


def _tri(scores, more):
    """The triangle that begins at the first key, so many diagonals further."""
    return np.tri(*scores.shape[-2:], k=more, dtype=bool)


repair_too_good.brought_in(clinic.too_good, "How many queries see every key?")


@mistake("aligned to the first key", "Who should see every key: the last query, or none?")
def _(scores):
    return _through(scores, _tri(scores, 0))


@mistake("own place hidden", "May a word see itself?")
def _(scores):
    return _through(scores, _tri(scores, scores.shape[-1] - scores.shape[-2] - 1))


@mistake("no mask at all", "Everybody sees everything now: is that less of a leak?")
def _(scores):
    return softmax(scores)


@mistake("the future kept", "Which side of the diagonal is the past?")
def _(scores):
    mask = ~_tri(scores, scores.shape[-1] - scores.shape[-2] - 1)
    return _through(scores, mask)


@mistake("masked after softmax", "Who got the share that is missing: add up a row.")
def _(scores):
    return softmax(scores) * causal_mask(*scores.shape[-2:])


@mistake("hidden scores set to 0", "A score of 0 is a score like any other: what has weight 0?")
def _(scores):
    return softmax(scores * causal_mask(*scores.shape[-2:]))


shared.rows_sum_to_1(repair_too_good)


@repair_too_good.holds("changing the last key changes the last query only")
def _(call, weights, scores):
    other = scores.copy()
    other[..., -1] += 5
    return same(call(scores=other)[..., :-1, :], weights[..., :-1, :])


@repair_too_good.holds("the last query sees every key")
def _(weights):
    return bool((weights[..., -1, :] > 0).all())


@repair_too_good.holds("every query sees one key more than the query before")
def _(weights):
    return bool((np.diff((weights > 0).sum(axis=-1), axis=-1) == 1).all())
