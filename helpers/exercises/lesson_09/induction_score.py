"""induction_score: does a head find what came next last time? And how people miss it."""

import numpy as np

from helpers.exercises.cases import rows_of_weights
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise


@exercise(lesson=9, gives={"scores": "(h,)"})
def induction_score(weights, tokens):
    """How much each head looks at what followed the latest earlier occurrence of a token.

    weights: (h, n, n), rows are queries; tokens: (n,), numbers.
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


mistake = induction_score.mistake


def _weights_at(weights, tokens, place):
    """List of (h,): the weight at place(query, earlier places), where there are any."""
    found = []
    for query in range(len(tokens)):
        earlier = np.flatnonzero(tokens[:query] == tokens[query])
        if len(earlier):
            found.append(weights[:, query, place(query, earlier)])
    return found


def _right(weights, tokens):
    return _weights_at(weights, tokens, lambda query, earlier: earlier[-1] + 1)


@mistake(
    "the earlier occurrence itself", "What should a head read that wants to know what follows?"
)
def _(weights, tokens):
    return np.mean(_weights_at(weights, tokens, lambda query, earlier: earlier[-1]), axis=0)


@mistake("the token before the earlier occurrence", "Does what comes next stand before or after?")
def _(weights, tokens):
    return np.mean(
        _weights_at(weights, tokens, lambda query, earlier: max(earlier[-1] - 1, 0)), axis=0
    )


@mistake("first instead of latest", "A token may stand three times: which earlier one counts?")
def _(weights, tokens):
    return np.mean(_weights_at(weights, tokens, lambda query, earlier: earlier[0] + 1), axis=0)


@mistake("all earlier occurrences", "A token may stand three times: how many earlier ones count?")
def _(weights, tokens):
    found = _weights_at(weights, tokens, lambda query, earlier: earlier + 1)
    return np.mean([one.sum(axis=-1) for one in found], axis=0)


@mistake(
    "mean over earlier occurrences", "A token may stand three times: which earlier one counts?"
)
def _(weights, tokens):
    found = _weights_at(weights, tokens, lambda query, earlier: earlier + 1)
    return np.mean([one.mean(axis=-1) for one in found], axis=0)


@mistake("divided by all queries", "How many queries have seen their token before?")
def _(weights, tokens):
    return np.sum(_right(weights, tokens), axis=0) / len(tokens)


@mistake("sum instead of mean", "A score that grows with the length of the text compares nothing.")
def _(weights, tokens):
    return np.sum(_right(weights, tokens), axis=0)


@mistake("largest instead of mean", "One query that finds its token does not make the head do so.")
def _(weights, tokens):
    return np.max(_right(weights, tokens), axis=0)


@mistake("place 0 overlooked", "A token may have stood at place 0; what is 0 to an if?")
def _(weights, tokens):
    found = []
    for query in range(len(tokens)):
        earlier = np.flatnonzero(tokens[:query] == tokens[query])
        if len(earlier) and earlier[-1]:
            found.append(weights[:, query, earlier[-1] + 1])
    return np.mean(found, axis=0)


@mistake("any other occurrence, later ones too", "Only what has been read already can be repeated.")
def _(weights, tokens):
    n, found = len(tokens), []
    for query in range(n):
        other = [p for p in range(n) if tokens[p] == tokens[query] and p != query]
        if other:
            found.append(weights[:, query, min(other[-1] + 1, n - 1)])
    return np.mean(found, axis=0)


@mistake("the later occurrence", "Does the head look back or ahead?")
def _(weights, tokens):
    n, found = len(tokens), []
    for query in range(n):
        later = [p for p in range(query + 1, n) if tokens[p] == tokens[query] and p + 1 < n]
        if later:
            found.append(weights[:, query, later[0] + 1])
    return np.mean(found, axis=0)


@mistake("the query counts as its own earlier occurrence", "Where does “earlier” end?")
def _(weights, tokens):
    n, found = len(tokens), []
    for query in range(n - 1):
        earlier = np.flatnonzero(tokens[: query + 1] == tokens[query])
        found.append(weights[:, query, earlier[-1] + 1])
    return np.mean(found, axis=0)


@mistake("all other places with the same token", "That finds the token; what followed it?")
def _(weights, tokens):
    others = (tokens[:, None] == tokens) & ~np.eye(len(tokens), dtype=bool)
    return np.where(others, weights, 0)[:, others.any(axis=-1)].sum(axis=-1).mean(axis=-1)


@mistake("transposed", "Rows are queries: who looks, and at whom?")
def _(weights, tokens):
    return np.mean(_right(weights.swapaxes(-1, -2), tokens), axis=0)


@mistake("averaged over heads too", "Each head has a score of its own.")
def _(weights, tokens):
    return np.mean(_right(weights, tokens))


@mistake("averaged over heads only", "Which axis holds the heads, and which the queries?")
def _(weights, tokens):
    return np.mean(_right(weights, tokens), axis=1)


@mistake("not averaged", "One number a head is asked for.")
def _(weights, tokens):
    return np.stack(_right(weights, tokens), axis=-1)


@mistake("one distance for all", "Do all tokens come again after the same number of places?")
def _(weights, tokens):
    again = [q for q in range(len(tokens)) if tokens[q] in tokens[:q]]
    apart = again[0] - np.flatnonzero(tokens[: again[0]] == tokens[again[0]])[-1]
    return np.mean([weights[:, q, q - apart + 1] for q in again], axis=0)


@mistake("two places after", "How far behind the earlier occurrence is the token that followed it?")
def _(weights, tokens):
    return np.mean(
        _weights_at(weights, tokens, lambda query, earlier: min(earlier[-1] + 2, query)), axis=0
    )


@mistake("the previous token's occurrence", "Whose earlier occurrence is looked for?")
def _(weights, tokens):
    found = []
    for query in range(1, len(tokens)):
        earlier = np.flatnonzero(tokens[: query - 1] == tokens[query - 1])
        if len(earlier):
            found.append(weights[:, query, earlier[-1] + 1])
    return np.mean(found, axis=0)


@mistake("a token's number taken for its place", "Is tokens[i] a place, or what stands there?")
def _(weights, tokens):
    n = len(tokens)
    return np.mean(
        _weights_at(weights, tokens, lambda query, earlier: tokens[earlier[-1]] % n), axis=0
    )


@mistake("counted where it is largest", "How large the weight is counts, and not only its rank.")
def _(weights, tokens):
    found = []
    for query in range(len(tokens)):
        earlier = np.flatnonzero(tokens[:query] == tokens[query])
        if len(earlier):
            found.append(weights[:, query].argmax(axis=-1) == earlier[-1] + 1)
    return np.mean(found, axis=0)


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
