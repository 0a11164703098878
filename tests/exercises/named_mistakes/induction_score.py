"""Wrong answers to induction_score, each under the name by which it is known."""

import numpy as np

from named_mistakes.answers import Answers

answers = Answers("induction_score")


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


@answers("the earlier occurrence itself")
def _(weights, tokens):
    return np.mean(_weights_at(weights, tokens, lambda query, earlier: earlier[-1]), axis=0)


@answers("the token before the earlier occurrence")
def _(weights, tokens):
    return np.mean(
        _weights_at(weights, tokens, lambda query, earlier: max(earlier[-1] - 1, 0)), axis=0
    )


@answers("first instead of latest")
def _(weights, tokens):
    return np.mean(_weights_at(weights, tokens, lambda query, earlier: earlier[0] + 1), axis=0)


@answers("all earlier occurrences")
def _(weights, tokens):
    found = _weights_at(weights, tokens, lambda query, earlier: earlier + 1)
    return np.mean([one.sum(axis=-1) for one in found], axis=0)


@answers("mean over earlier occurrences")
def _(weights, tokens):
    found = _weights_at(weights, tokens, lambda query, earlier: earlier + 1)
    return np.mean([one.mean(axis=-1) for one in found], axis=0)


@answers("divided by all queries")
def _(weights, tokens):
    return np.sum(_right(weights, tokens), axis=0) / len(tokens)


@answers("sum instead of mean")
def _(weights, tokens):
    return np.sum(_right(weights, tokens), axis=0)


@answers("largest instead of mean")
def _(weights, tokens):
    return np.max(_right(weights, tokens), axis=0)


@answers("place 0 overlooked")
def _(weights, tokens):
    found = []
    for query in range(len(tokens)):
        earlier = np.flatnonzero(tokens[:query] == tokens[query])
        if len(earlier) and earlier[-1]:
            found.append(weights[:, query, earlier[-1] + 1])
    return np.mean(found, axis=0)


@answers("any other occurrence, later ones too")
def _(weights, tokens):
    n, found = len(tokens), []
    for query in range(n):
        other = [p for p in range(n) if tokens[p] == tokens[query] and p != query]
        if other:
            found.append(weights[:, query, min(other[-1] + 1, n - 1)])
    return np.mean(found, axis=0)


@answers("the later occurrence")
def _(weights, tokens):
    n, found = len(tokens), []
    for query in range(n):
        later = [p for p in range(query + 1, n) if tokens[p] == tokens[query] and p + 1 < n]
        if later:
            found.append(weights[:, query, later[0] + 1])
    return np.mean(found, axis=0)


@answers("the query counts as its own earlier occurrence")
def _(weights, tokens):
    n, found = len(tokens), []
    for query in range(n - 1):
        earlier = np.flatnonzero(tokens[: query + 1] == tokens[query])
        found.append(weights[:, query, earlier[-1] + 1])
    return np.mean(found, axis=0)


@answers("all other places with the same token")
def _(weights, tokens):
    others = (tokens[:, None] == tokens) & ~np.eye(len(tokens), dtype=bool)
    return np.where(others, weights, 0)[:, others.any(axis=-1)].sum(axis=-1).mean(axis=-1)


@answers("transposed")
def _(weights, tokens):
    return np.mean(_right(weights.swapaxes(-1, -2), tokens), axis=0)


@answers("averaged over heads too")
def _(weights, tokens):
    return np.mean(_right(weights, tokens))


@answers("averaged over heads only")
def _(weights, tokens):
    return np.mean(_right(weights, tokens), axis=1)


@answers("not averaged")
def _(weights, tokens):
    return np.stack(_right(weights, tokens), axis=-1)


@answers("one distance for all")
def _(weights, tokens):
    again = [q for q in range(len(tokens)) if tokens[q] in tokens[:q]]
    apart = again[0] - np.flatnonzero(tokens[: again[0]] == tokens[again[0]])[-1]
    return np.mean([weights[:, q, q - apart + 1] for q in again], axis=0)


@answers("two places after")
def _(weights, tokens):
    return np.mean(
        _weights_at(weights, tokens, lambda query, earlier: min(earlier[-1] + 2, query)), axis=0
    )


@answers("the previous token's occurrence")
def _(weights, tokens):
    found = []
    for query in range(1, len(tokens)):
        earlier = np.flatnonzero(tokens[: query - 1] == tokens[query - 1])
        if len(earlier):
            found.append(weights[:, query, earlier[-1] + 1])
    return np.mean(found, axis=0)


@answers("a token's number taken for its place")
def _(weights, tokens):
    n = len(tokens)
    return np.mean(
        _weights_at(weights, tokens, lambda query, earlier: tokens[earlier[-1]] % n), axis=0
    )


@answers("counted where it is largest")
def _(weights, tokens):
    found = []
    for query in range(len(tokens)):
        earlier = np.flatnonzero(tokens[:query] == tokens[query])
        if len(earlier):
            found.append(weights[:, query].argmax(axis=-1) == earlier[-1] + 1)
    return np.mean(found, axis=0)
