"""induction_score: does a head find what came next last time? And how people miss it."""

import numpy as np

from helpers.exercises.cases import rows_of_weights
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.lesson_09 import score_steps
from helpers.exercises.steps import step


@exercise(lesson=9, gives={"scores": "(h,)"})
def induction_score(weights, tokens):
    """How much each head looks at what followed the latest earlier occurrence of a token.

    weights: (h, n, n), rows are queries; tokens: (n,), whole numbers from 0.
    Returns: (h,), the mean over the queries whose token has stood before.
    """
    found = []
    for query in range(len(tokens)):
        earlier = np.flatnonzero(tokens[:query] == tokens[query])
        if len(earlier):
            found.append(weights[:, query, earlier[-1] + 1])
    return np.mean(found, axis=0)


induction_score.hints(
    "Read A B C A aloud. Which place should the second A look at, and which queries have no such "
    "place?",
    "For every query, look for its token among tokens[:query]. If it is there, take the last place "
    "where it is; the key that counts comes one place later.",
    "for each query with an earlier occurrence: add weights[:, query, latest + 1] to a list; then "
    "the mean over the list, head by head.",
)

# Place 0 is the latest occurrence for one query, some tokens stand three times, some once, and
# distances differ from token to token.
TOKENS = (
    [4, 7, 2, 9, 7, 4, 3, 7, 2, 5],
    [1, 8, 1, 6, 8, 0, 6, 1, 9],
    [3, 5, 2, 6, 3, 5, 2, 6, 3, 5, 2],
    [5, 5, 2, 7, 2, 2, 5, 3],
)


@induction_score.case("tokens that come again")
def _(rng):
    return dict(weights=rows_of_weights(rng, 3, 10, 10), tokens=np.array(TOKENS[0]))


@induction_score.case("more of them")
def _(rng):
    return dict(weights=rows_of_weights(rng, 4, 9, 9), tokens=np.array(TOKENS[1]))


@induction_score.case("a block said again, by causal heads")
def _(rng):
    weights = np.tril(rows_of_weights(rng, 2, 11, 11))
    weights /= weights.sum(axis=-1, keepdims=True)
    return dict(weights=weights, tokens=np.array(TOKENS[2]))


@induction_score.case("tokens said twice in a row")
def _(rng):
    return dict(weights=rows_of_weights(rng, 5, 8, 8), tokens=np.array(TOKENS[3]))


@step
def places(tokens):
    """(query, keys to look at) of every query whose token has stood before: a list."""
    return _at(tokens, lambda query, earlier: earlier[-1] + 1)


def _at(tokens, place):
    """(query, place(query, earlier places of its token)), where there are any."""
    found = []
    for query in range(len(tokens)):
        earlier = np.flatnonzero(tokens[:query] == tokens[query])
        if len(earlier):
            found.append((query, place(query, earlier)))
    return found


EARLIER = "Only what has been read already can be repeated."
SEVERAL = "A token may stand three times: which earlier one counts?"


@places.wrong(
    "the earlier occurrence itself", "What should a head read that wants to know what follows?"
)
def _(tokens):
    return _at(tokens, lambda query, earlier: earlier[-1])


@places.also("the earlier occurrence itself")
def _(tokens):
    return _at(tokens, lambda query, earlier: earlier[0])


@places.wrong(
    "the token before the earlier occurrence", "Does what comes next stand before or after?"
)
def _(tokens):
    return _at(tokens, lambda query, earlier: max(earlier[-1] - 1, 0))


@places.wrong(
    "two places after", "How far behind the earlier occurrence is the token that followed it?"
)
def _(tokens):
    return _at(tokens, lambda query, earlier: min(earlier[-1] + 2, query))


# fmt: off
places.wrong("first instead of latest", SEVERAL,
             lambda tokens: _at(tokens, lambda query, earlier: earlier[0] + 1))
places.wrong("all earlier occurrences", SEVERAL,
             lambda tokens: _at(tokens, lambda query, earlier: earlier + 1))
places.wrong("place 0 overlooked", "A token may have stood at place 0; what is 0 to an if?",
             lambda tokens: [(query, key) for query, key in places.right(tokens) if key > 1])
places.wrong("from query 2 on", "May query 1 not have seen its token before?",
             lambda tokens: [(query, key) for query, key in places.right(tokens) if query > 1])
# fmt: on


@places.wrong("second half only", "Which queries have a say: those of one half, or all that know?")
def _(tokens):
    return [(query, key) for query, key in places.right(tokens) if query >= len(tokens) // 2]


@places.wrong("last query left out", "Has the last query seen its token before?")
def _(tokens):
    return [(query, key) for query, key in places.right(tokens) if query < len(tokens) - 1]


@places.wrong(
    "queries without an occurrence counted", "What can a query find that has seen nothing like it?"
)
def _(tokens):
    found = dict(places.right(tokens))
    return [(query, found.get(query, 0)) for query in range(len(tokens))]


@places.wrong("any other occurrence, later ones too", EARLIER)
def _(tokens):
    n, found = len(tokens), []
    for query in range(n):
        other = [p for p in range(n) if tokens[p] == tokens[query] and p != query]
        if other:
            found.append((query, min(other[-1] + 1, n - 1)))
    return found


@places.wrong("the later occurrence", "Does the head look back or ahead?")
def _(tokens):
    n, found = len(tokens), []
    for query in range(n):
        later = [p for p in range(query + 1, n) if tokens[p] == tokens[query] and p + 1 < n]
        if later:
            found.append((query, later[0] + 1))
    return found


@places.wrong("the query counts as its own earlier occurrence", "Where does “earlier” end?")
def _(tokens):
    return [(query, query + 1) for query in range(len(tokens) - 1)]


@places.wrong("all other places with the same token", "That finds the token; what followed it?")
def _(tokens):
    others = (tokens[:, None] == tokens) & ~np.eye(len(tokens), dtype=bool)
    return [(query, np.flatnonzero(row)) for query, row in enumerate(others) if row.any()]


@places.wrong("the previous token's occurrence", "Whose earlier occurrence is looked for?")
def _(tokens):
    return [(query + 1, key) for query, key in places.right(tokens) if query + 1 < len(tokens)]


# fmt: off
places.wrong("the previous token", "Where stands what followed: before the query, or further back?",
             lambda tokens: [(query, query - 1) for query in range(1, len(tokens))])
places.wrong("a token's number taken for its place", "Is tokens[i] a place, or what stands there?",
             lambda tokens: _at(tokens, lambda query, earlier: tokens[earlier[-1]] % len(tokens)))
# fmt: on


ONE_DISTANCE = "Do all tokens come again after the same number of places?"


@places.wrong("one distance for all", ONE_DISTANCE)
def _(tokens):
    first, key = places.right(tokens)[0]
    return [(query, query - first + key) for query, _ in places.right(tokens)]


def _half(tokens, more):
    """The diagonal of a text that is a block said twice, so many keys further."""
    half = len(tokens) // 2 - more
    return [(query, query - half) for query in range(half, len(tokens))]


places.also("one distance for all", lambda tokens: _half(tokens, 1))
places.wrong(
    "one distance for all, the token itself", ONE_DISTANCE, lambda tokens: _half(tokens, 0)
)


@step(said="counted weights")
def looks(weights, places):
    """What each of these queries gives to those keys: (n_asking, h)."""
    return _looks(weights, places, np.sum)


def _looks(weights, places, several):
    """several: np.sum or np.mean, where a query looks at several keys."""
    rows = [several(weights[:, query, np.atleast_1d(key)], axis=-1) for query, key in places]
    return np.array(rows)


@looks.wrong("transposed", "Rows are queries: who looks, and at whom?")
def _(weights, places):
    return _looks(weights.swapaxes(-1, -2), places, np.sum)


@looks.wrong("mean over earlier occurrences", SEVERAL)
def _(weights, tokens):
    return _looks(weights, _at(tokens, lambda query, earlier: earlier + 1), np.mean)


@looks.wrong(
    "counted where it is largest", "How large the weight is counts, and not only its rank."
)
def _(weights, places):
    return np.array([weights[:, query].argmax(axis=-1) == key for query, key in places])


induction_score.steps(places, looks, score_steps.scores)


holds = induction_score.holds


def _perfect(weights, tokens):
    """Maps of a perfect induction head; it looks at the first token where there is none."""
    made = np.zeros_like(weights)
    for query in range(len(tokens)):
        earlier = np.flatnonzero(tokens[:query] == tokens[query])
        made[:, query, earlier[-1] + 1 if len(earlier) else 0] = 1
    return made


@holds("a head that always finds what followed has score 1")
def _(call, weights, tokens):
    return same(call(weights=_perfect(weights, tokens)), np.ones(len(weights)))


@holds("a head that looks at all n tokens alike has score 1 / n")
def _(call, weights):
    n = weights.shape[-1]
    return same(call(weights=np.full_like(weights, 1 / n)), np.full(len(weights), 1 / n))


@holds("queries that see their token for the first time change nothing")
def _(call, scores, weights, tokens):
    changed = weights.copy()
    for query in range(len(tokens)):
        if tokens[query] not in tokens[:query]:
            changed[:, query] = changed[:, query, ::-1]
    return same(call(weights=changed), scores)


@holds("other names for the tokens change nothing")
def _(call, scores, tokens):
    return same(call(tokens=100 - 3 * tokens), scores)


@holds("heads in another order give the same scores in that order")
def _(call, scores, weights):
    return same(call(weights=weights[::-1].copy()), scores[::-1])
