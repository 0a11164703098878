"""Wrong answers to linear_attention, each under the name by which it is known."""

import numpy as np

from named_mistakes.answers import Answers

answers = Answers("linear_attention")


def phi(x):
    """elu(x) + 1."""
    return np.where(x > 0, x + 1, np.exp(np.minimum(x, 0)))


def table(query, key, value, seen=None):
    """Weights query · key where they may be seen, divided by their sum, times the values."""
    weights = query @ key.T
    weights = weights * (np.tri(len(query)) if seen is None else seen)
    return (weights / weights.sum(axis=1, keepdims=True)) @ value


@answers("not causal")
def _(query, key, value):
    return table(phi(query), phi(key), value, seen=1)


@answers("divided by everybody's sum")
def _(query, key, value):
    q, k = phi(query), phi(key)
    return ((q @ k.T) * np.tri(len(q))) @ value / (q @ k.sum(axis=0))[:, None]


@answers("everybody's state, the past's sum")
def _(query, key, value):
    q, k = phi(query), phi(key)
    return q @ (k.T @ value) / (q * np.cumsum(k, axis=0)).sum(axis=1, keepdims=True)


@answers("read before it is written")
def _(query, key, value):
    with np.errstate(all="ignore"):
        return table(phi(query), phi(key), value, np.tri(len(query), k=-1))


@answers("own place hidden, zeros first")
def _(query, key, value):
    q, k = phi(query), phi(key)
    weights = (q @ k.T) * np.tri(len(q), k=-1)
    total = weights.sum(axis=1, keepdims=True)
    return (weights / np.where(total == 0, 1, total)) @ value


@answers("from the back")
def _(query, key, value):
    return table(phi(query), phi(key), value, np.tri(len(query)).T)


@answers("state not accumulated")
def _(query, key, value):
    return value.copy()


@answers("product first, features after")
def _(query, key, value):
    weights = phi(query @ key.T) * np.tri(len(query))
    return (weights / weights.sum(axis=1, keepdims=True)) @ value


@answers("softmax attention")
def _(query, key, value):
    scores = np.where(np.tri(len(query)) > 0, query @ key.T / np.sqrt(query.shape[1]), -np.inf)
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return (weights / weights.sum(axis=1, keepdims=True)) @ value


@answers("divided by the root of d first")
def _(query, key, value):
    return table(phi(query / np.sqrt(query.shape[1])), phi(key), value)


@answers("not divided")
def _(query, key, value):
    return ((phi(query) @ phi(key).T) * np.tri(len(query))) @ value


@answers("divided by the number of words")
def _(query, key, value):
    count = np.arange(1, len(query) + 1)[:, None].astype(value.dtype)
    return ((phi(query) @ phi(key).T) * np.tri(len(query))) @ value / count


@answers("divided by the sum of the features")
def _(query, key, value):
    k = phi(key)
    mixed = ((phi(query) @ k.T) * np.tri(len(query))) @ value
    return mixed / np.cumsum(k.sum(axis=1))[:, None]


@answers("divided by the own product")
def _(query, key, value):
    q, k = phi(query), phi(key)
    return ((q @ k.T) * np.tri(len(q))) @ value / (q * k).sum(axis=1, keepdims=True)


@answers("query and key swapped")
def _(query, key, value):
    return table(phi(key), phi(query), value)


@answers("key used as query")
def _(query, key, value):
    return table(phi(key), phi(key), value)


@answers("plain mean of the past")
def _(query, key, value):
    return np.cumsum(value, axis=0) / np.arange(1, len(value) + 1)[:, None].astype(value.dtype)


@answers("weights returned")
def _(query, key, value):
    weights = (phi(query) @ phi(key).T) * np.tri(len(query))
    return weights / weights.sum(axis=1, keepdims=True)


@answers("state returned")
def _(query, key, value):
    return phi(key).T @ value


@answers("last word only")
def _(query, key, value):
    return table(phi(query), phi(key), value)[-1]


@answers("works in place")
def _(query, key, value):
    key[:] = phi(key)
    return table(phi(query), key, value)


@answers("cast to float32")
def _(query, key, value):
    return table(phi(query), phi(key), value).astype(np.float32)


@answers("without features")
def _(query, key, value):
    return table(query, key, value)


@answers("features of the queries only")
def _(query, key, value):
    return table(phi(query), key, value)


@answers("features of the keys only")
def _(query, key, value):
    return table(query, phi(key), value)


@answers("features of the values")
def _(query, key, value):
    return table(phi(query), phi(key), phi(value))


@answers("elu without the 1")
def _(query, key, value):
    return table(phi(query) - 1, phi(key) - 1, value)


@answers("1 added above 0 twice")
def _(query, key, value):
    q, k = (np.where(x > 0, x + 2, np.exp(np.minimum(x, 0))) for x in (query, key))
    return table(q, k, value)


@answers("1 added below 0 too")
def _(query, key, value):
    q, k = (np.where(x > 0, x, np.exp(np.minimum(x, 0)) - 1) + 2 for x in (query, key))
    return table(q, k, value)


@answers("x above 0, exp below")
def _(query, key, value):
    q, k = (np.where(x > 0, x, np.exp(np.minimum(x, 0))) for x in (query, key))
    return table(q, k, value)


@answers("above and below exchanged")
def _(query, key, value):
    with np.errstate(all="ignore"):
        q, k = (np.where(x > 0, np.exp(x), x + 1) for x in (query, key))
        return table(q, k, value)


@answers("relu")
def _(query, key, value):
    with np.errstate(all="ignore"):
        return table(np.maximum(query, 0), np.maximum(key, 0), value)


@answers("relu + 1")
def _(query, key, value):
    return table(np.maximum(query, 0) + 1, np.maximum(key, 0) + 1, value)


@answers("exp as features")
def _(query, key, value):
    with np.errstate(all="ignore"):
        return table(np.exp(query), np.exp(key), value)


@answers("exp that overflows where it is not used")
def _(query, key, value):
    def unguarded(x):
        high = (x > 0).astype(x.dtype)
        return high * (x + 1) + (1 - high) * np.exp(x)

    with np.errstate(all="ignore"):
        return table(unguarded(query), unguarded(key), value)


@answers("sigmoid as features")
def _(query, key, value):
    with np.errstate(all="ignore"):
        return table(1 / (1 + np.exp(-query)), 1 / (1 + np.exp(-key)), value)


@answers("softmax as features")
def _(query, key, value):
    q, k = (np.exp(x - x.max(axis=1, keepdims=True)) for x in (query, key))
    q, k = (x / x.sum(axis=1, keepdims=True) for x in (q, k))
    return table(q, k, value)


@answers("absolute value + 1")
def _(query, key, value):
    return table(np.abs(query) + 1, np.abs(key) + 1, value)


@answers("square as features")
def _(query, key, value):
    return table(query**2, key**2, value)
