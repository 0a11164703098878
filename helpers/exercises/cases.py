"""Inputs for cases: random, moderate, and of sizes that tell a wrong axis from a right one."""

import numpy as np

from helpers.attention import softmax


def numbers(rng, *shape, size=1.0):
    """Normal random numbers with standard deviation `size`."""
    return size * rng.normal(size=shape)


def rows_of_weights(rng, *shape):
    """Rows that sum to 1, some sharp and some flat."""
    sharpness = rng.uniform(0.5, 3, size=(*shape[:-1], 1))
    return softmax(sharpness * rng.normal(size=shape))


def rows_with_zeros(rng, *shape):
    """Rows that sum to 1 in which some weights, never all of them, are exactly 0."""
    weights = rows_of_weights(rng, *shape)
    hidden = rng.random(shape) < 0.3
    hidden[..., 0], hidden[..., -1] = False, True
    weights = np.where(hidden, 0, weights)
    return weights / weights.sum(axis=-1, keepdims=True)


def queries_keys_values(rng, *leading, n_queries, n_keys, d_key, d_value=None, size=1.0):
    """dict of query, key and, where d_value is given, value, with the leading axes in front."""
    made = {
        "query": numbers(rng, *leading, n_queries, d_key, size=size),
        "key": numbers(rng, *leading, n_keys, d_key, size=size),
    }
    if d_value is not None:
        made["value"] = numbers(rng, *leading, n_keys, d_value)
    return made
