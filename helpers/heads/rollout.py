"""From weights to what flows: rollout through the layers, and weights times what they carry."""

import numpy as np

from helpers.arrays import as_numbers
from helpers.maps import as_maps


def rollout(weights, *, residual=0.5):
    """How much of each input a place of the last layer holds, if weights were all there is.

    weights: (layers, heads, n, n), or any form that `as_maps` takes. In every layer the heads are
    averaged and the residual connection counts as `residual` of looking at oneself; the layers are
    multiplied up. Returns: (n, n), rows sum to 1 where those of the weights do.
    (Abnar and Zuidema 2020, "Quantifying attention flow in transformers".) It knows nothing of
    values, of the feed-forward layers, or of what cancels.

    >>> rollout(np.full((1, 1, 2, 2), 0.5)).tolist()
    [[0.75, 0.25], [0.25, 0.75]]
    """
    maps = as_maps(weights)
    layers, _, n_queries, n_keys = maps.shape
    if n_queries != n_keys:
        raise ValueError(
            f"weights has {n_queries} queries and {n_keys} keys; a rollout multiplies square maps."
        )
    if not 0 <= residual <= 1:
        raise ValueError(f"residual is {residual}; expected a share from 0 to 1.")
    flow = np.eye(n_keys)
    for layer in range(layers):
        mixed = residual * np.eye(n_keys) + (1 - residual) * maps[layer].mean(axis=0)
        flow = mixed @ flow
    return flow


def value_weighted(weights, value, w_output=None):
    """Size of what each key hands over: the norm of weight times value, a map like the weights.

    weights: (..., n_queries, n_keys); value: (..., n_keys, d_head); w_output: (..., d_head,
    d_model), each head's part of the output projection, the identity unless given.
    Returns: (..., n_queries, n_keys). (Kobayashi et al. 2020, "Attention is not only a weight".)

    >>> value_weighted([[0.5, 0.5]], [[3.0, 4.0], [0.0, 0.0]]).tolist()
    [[2.5, 0.0]]
    """
    weights, value = as_numbers(weights, "weights"), as_numbers(value, "value")
    if value.ndim < 2 or weights.ndim < 2 or value.shape[-2] != weights.shape[-1]:
        raise ValueError(
            f"weights {weights.shape} and value {value.shape} do not fit: expected "
            f"(..., n_queries, n_keys) and (..., n_keys, d_head)."
        )
    if w_output is not None:
        w_output = as_numbers(w_output, "w_output")
        if w_output.shape[-2] != value.shape[-1]:
            raise ValueError(
                f"value {value.shape} and w_output {w_output.shape} do not fit: expected "
                f"(..., n_keys, d_head) and (..., d_head, d_model)."
            )
        value = value @ w_output  # (..., n_keys, d_model)
    return weights * np.linalg.norm(value, axis=-1)[..., None, :]
