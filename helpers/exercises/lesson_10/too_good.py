"""Patient 6, too good to be true, and the repairs that people try."""

import numpy as np

from helpers.attention import causal_mask, softmax
from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.lesson_10 import mask_repairs as steps
from helpers.exercises.lesson_10 import shared_properties as shared
from helpers.exercises.steps import step
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


# 3000, not more: float32 then still has three digits behind the point.
@repair_too_good.case("what is to come scores 3000 more", extreme=True)
def _(rng):
    scores = numbers(rng, 4, 7, size=1.5)
    return dict(scores=np.where(causal_mask(4, 7), scores, scores + 3000))


repair_too_good.brought_in(clinic.too_good, "How many queries see every key?")


@step
def mask(scores):
    """Every key up to the query's own place; the queries are the last of the keys."""
    return _up_to(scores, 0)


def _up_to(scores, more):
    """Every key up to so many places after the query's own."""
    n_queries, n_keys = scores.shape[-2:]
    return np.tri(n_queries, n_keys, n_keys - n_queries + more, dtype=bool)


def _of_scores(way):
    return lambda scores: way(scores)


LAST = "Who should see every key: the last query, or none?"
EVERY = "Everybody sees everything now: is that less of a leak?"
for name, sentence, way in [
    ("aligned to the first key", LAST, lambda s: np.tri(*s.shape[-2:], dtype=bool)),
    ("own place hidden", "May a word see itself?", lambda s: _up_to(s, -1)),
    ("no mask at all", EVERY, lambda s: np.ones(s.shape[-2:], dtype=bool)),
    ("the future kept", "Which side of the diagonal is the past?", lambda s: ~_up_to(s, -1)),
    (
        "strictly the future kept",
        "Which side of the diagonal is the past?",
        lambda s: ~_up_to(s, 0),
    ),
    ("two steps of the future", "Who sees every key: how many queries?", lambda s: _up_to(s, 2)),
    ("own place alone", "May a word see those before it?", lambda s: _up_to(s, 0) & ~_up_to(s, -1)),
    ("mask upside down", "Who has read most: the last query?", lambda s: _up_to(s, 0)[::-1]),
    ("mask from right to left", "Which key is the first?", lambda s: _up_to(s, 0)[:, ::-1]),
]:
    mask.wrong(name, sentence, _of_scores(way))


visible = steps.visible.adapted(
    reads={"looked": "mask"}, names={"multiplied into the scores": "hidden scores set to 0"}
)
weights = steps.weights.adapted(
    reads={"looked": "mask"}, names={"after softmax": "masked after softmax"}
)
repair_too_good.steps(mask, visible, weights)
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
