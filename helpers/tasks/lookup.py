"""Look-up by content: a query is a noisy copy of one of the keys; which, and what stands there?

The width d is free, which is what makes the task good for measuring what the scale does: the
scores of random vectors grow as the root of d.

>>> rng = np.random.default_rng(0)
>>> query, key, value, match, answer = lookup_batch(1, rng, d=64, n_keys=6, n_queries=2)
>>> print(query.shape, key.shape, value.shape, match[0])
(1, 2, 64) (1, 6, 64) (1, 6) [0 1]
>>> print("scores of the first query:", (key[0] @ query[0, 0]).round().astype(int))
scores of the first query: [50 -5 -2  0 -9  3]
"""

from typing import NamedTuple

import numpy as np

from helpers.tasks._arguments import need_rng, need_size


class Lookup(NamedTuple):
    """query (n, n_queries, d), key (n, n_keys, d), value (n, n_keys) labels; the solution:
    match (n, n_queries) indices of keys and answer (n, n_queries) labels."""

    query: np.ndarray
    key: np.ndarray
    value: np.ndarray
    match: np.ndarray
    answer: np.ndarray


def lookup_batch(n, rng, *, d, n_keys=16, n_queries=5, n_values=7, noise=0.5):
    """Random keys with labels, and queries that are copies of some keys plus noise.

    d: width of keys and queries; their entries have standard deviation 1. noise: standard
    deviation of what is added to a query, which is then divided by sqrt(1 + noise^2).
    Returns: Lookup(query (n, n_queries, d), key (n, n_keys, d), value (n, n_keys),
    match (n, n_queries), answer (n, n_queries)); float64, labels 0 to n_values - 1.
    """
    need_rng(rng)
    n, d, n_keys = need_size("n", n), need_size("d", d), need_size("n_keys", n_keys)
    n_queries, n_values = need_size("n_queries", n_queries), need_size("n_values", n_values)
    if not (np.isfinite(noise) and noise >= 0):
        raise ValueError(f"noise is {noise}, expected a finite number of 0 or more.")
    key = rng.normal(size=(n, n_keys, d))
    value = rng.integers(n_values, size=(n, n_keys))
    match = rng.integers(n_keys, size=(n, n_queries))
    copied = np.take_along_axis(key, match[:, :, None], axis=1)
    query = (copied + noise * rng.normal(size=copied.shape)) / np.sqrt(1 + noise**2)
    return Lookup(query, key, value, match, np.take_along_axis(value, match, axis=1))
