"""Wrong answers to padding_mask, each under the name by which it is known."""

import numpy as np

from named_mistakes.answers import Answers

answers = Answers("padding_mask")


def _tokens(lengths, n_keys):
    """(b, n_keys): the right answer without its middle axis."""
    return np.arange(n_keys) < lengths[:, None]


@answers("inverted")
def _(lengths, n_keys):
    return ~_tokens(lengths, n_keys)[:, None]


@answers("one place too long")
def _(lengths, n_keys):
    return np.arange(n_keys) <= lengths[:, None, None]


@answers("one place too short")
def _(lengths, n_keys):
    return np.arange(n_keys) < lengths[:, None, None] - 1


@answers("counted from 1")
def _(lengths, n_keys):
    places = np.arange(n_keys)
    return (places >= 1) & (places <= lengths[:, None, None])


@answers("padding at the front")
def _(lengths, n_keys):
    return _tokens(lengths, n_keys)[:, None, ::-1]


@answers("middle axis missing")
def _(lengths, n_keys):
    return _tokens(lengths, n_keys)


@answers("padding on the query axis")
def _(lengths, n_keys):
    return _tokens(lengths, n_keys)[:, :, None]


@answers("axis for the queries in front")
def _(lengths, n_keys):
    return _tokens(lengths, n_keys)[None]


@answers("one axis too many")
def _(lengths, n_keys):
    return _tokens(lengths, n_keys)[:, None, None]


@answers("queries and keys")
def _(lengths, n_keys):
    tokens = _tokens(lengths, n_keys)
    return tokens[:, :, None] & tokens[:, None, :]


@answers("a row for each query")
def _(lengths, n_keys):
    return np.repeat(_tokens(lengths, n_keys)[:, None], n_keys, axis=1)


@answers("causal as well")
def _(lengths, n_keys):
    return _tokens(lengths, n_keys)[:, None] & np.tri(n_keys, dtype=bool)


@answers("as wide as the longest")
def _(lengths, n_keys):
    return np.arange(lengths.max()) < lengths[:, None, None]


@answers("the longest for all")
def _(lengths, n_keys):
    return np.broadcast_to(np.arange(n_keys) < lengths.max(), (len(lengths), 1, n_keys))


@answers("the shortest for all")
def _(lengths, n_keys):
    return np.broadcast_to(np.arange(n_keys) < lengths.min(), (len(lengths), 1, n_keys))


@answers("the last token alone")
def _(lengths, n_keys):
    return np.arange(n_keys) == lengths[:, None, None] - 1


@answers("nothing hidden")
def _(lengths, n_keys):
    return np.ones((len(lengths), 1, n_keys), bool)


@answers("lengths compared as they are")
def _(lengths, n_keys):
    return np.arange(n_keys) < lengths


@answers("numbers instead of truth")
def _(lengths, n_keys):
    return _tokens(lengths, n_keys)[:, None].astype(float)


@answers("whole numbers instead of truth")
def _(lengths, n_keys):
    return _tokens(lengths, n_keys)[:, None].astype(int)


@answers("something to add to the scores")
def _(lengths, n_keys):
    return np.where(_tokens(lengths, n_keys)[:, None], 0, -np.inf)
