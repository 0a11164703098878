"""Wrong answers to causal_mask, each under the name by which it is known."""

import numpy as np

from named_mistakes.answers import Answers

answers = Answers("causal_mask")


def _sizes(n_queries, n_keys):
    return n_queries, n_queries if n_keys is None else n_keys


def _places(n_queries, n_keys):
    """Places of the queries, as a column, and of the keys."""
    n_queries, n_keys = _sizes(n_queries, n_keys)
    return n_keys - n_queries + np.arange(n_queries)[:, None], np.arange(n_keys)


def _right(n_queries, n_keys):
    query, key = _places(n_queries, n_keys)
    return key <= query


@answers("inverted")
def _(n_queries, n_keys=None):
    return ~_right(n_queries, n_keys)


@answers("future only")
def _(n_queries, n_keys=None):
    query, key = _places(n_queries, n_keys)
    return key >= query


@answers("transposed")
def _(n_queries, n_keys=None):
    return _right(n_queries, n_keys).T


@answers("upper triangle")
def _(n_queries, n_keys=None):
    n_queries, n_keys = _sizes(n_queries, n_keys)
    return np.triu(np.ones((n_queries, n_keys), bool))


@answers("own place hidden")
def _(n_queries, n_keys=None):
    query, key = _places(n_queries, n_keys)
    return key < query


@answers("one step of the future")
def _(n_queries, n_keys=None):
    query, key = _places(n_queries, n_keys)
    return key <= query + 1


@answers("aligned at the start")
def _(n_queries, n_keys=None):
    n_queries, n_keys = _sizes(n_queries, n_keys)
    return np.tri(n_queries, n_keys, dtype=bool)


@answers("aligned at the start, own place hidden")
def _(n_queries, n_keys=None):
    n_queries, n_keys = _sizes(n_queries, n_keys)
    return np.tri(n_queries, n_keys, -1, dtype=bool)


@answers("shifted the wrong way")
def _(n_queries, n_keys=None):
    n_queries, n_keys = _sizes(n_queries, n_keys)
    return np.tri(n_queries, n_keys, n_queries - n_keys, dtype=bool)


@answers("one row too far down")
def _(n_queries, n_keys=None):
    n_queries, n_keys = _sizes(n_queries, n_keys)
    shift = n_keys - n_queries
    return np.tri(n_queries, n_keys, shift - 1 if shift else 0, dtype=bool)


@answers("shift cut off at 0")
def _(n_queries, n_keys=None):
    n_queries, n_keys = _sizes(n_queries, n_keys)
    return np.tri(n_queries, n_keys, max(0, n_keys - n_queries), dtype=bool)


@answers("n_keys not used")
def _(n_queries, n_keys=None):
    return np.tri(n_queries, dtype=bool)


@answers("square over all keys")
def _(n_queries, n_keys=None):
    return np.tri(_sizes(n_queries, n_keys)[1], dtype=bool)


@answers("n_keys has to be given")
def _(n_queries, n_keys=None):
    return np.arange(n_keys) <= n_keys - n_queries + np.arange(n_queries)[:, None]


@answers("what was read before is hidden")
def _(n_queries, n_keys=None):
    n_queries, n_keys = _sizes(n_queries, n_keys)
    return _right(n_queries, n_keys) & (np.arange(n_keys) >= n_keys - n_queries)


@answers("own place only")
def _(n_queries, n_keys=None):
    query, key = _places(n_queries, n_keys)
    return key == query


@answers("all open")
def _(n_queries, n_keys=None):
    return np.ones(_sizes(n_queries, n_keys), bool)


@answers("rows upside down")
def _(n_queries, n_keys=None):
    return _right(n_queries, n_keys)[::-1]


@answers("numbers instead of truth")
def _(n_queries, n_keys=None):
    return _right(n_queries, n_keys).astype(float)


@answers("whole numbers instead of truth")
def _(n_queries, n_keys=None):
    return _right(n_queries, n_keys).astype(int)


@answers("something to add to the scores")
def _(n_queries, n_keys=None):
    return np.where(_right(n_queries, n_keys), 0, -np.inf)
