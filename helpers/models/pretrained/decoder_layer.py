"""One layer of a decoder: attention with a key/value cache, and the gated feed-forward.

n new positions are read after `past` positions that the cache remembers; m = past + n.
sizes: DecoderConfiguration.
"""

from dataclasses import dataclass

import numpy as np

from helpers.models.attend import softmax_in_place
from helpers.models.pretrained.norms_and_activations import rms_norm, silu


@dataclass(frozen=True)
class DecoderLayer:
    """The parameters of one layer. What reads the same rows stands side by side in one matrix."""

    norm_1: np.ndarray  # (d_model,)
    w_qkv: np.ndarray  # (d_model, d_model + 2 * d_kv): query, key, value
    w_output: np.ndarray  # (d_model, d_model)
    norm_2: np.ndarray  # (d_model,)
    w_gate_up: np.ndarray  # (d_model, 2 * d_hidden): gate, up
    w_down: np.ndarray  # (d_hidden, d_model)


def rotations(positions, sizes):
    """How far every pair of numbers is turned at each position: (n,) -> (n, d_head / 2) complex.

    Pair i turns by position * slowest_turn^(-2i/d_head) radians. A product of a query and a key
    that are both turned depends only on how far apart they stand.
    """
    speeds = sizes.slowest_turn ** (-np.arange(0, sizes.d_head, 2) / sizes.d_head)
    return np.exp(1j * np.outer(positions, speeds)).astype(np.complex64)


def rotate(x, turns):
    """Turn pairs of neighbours: two numbers are one complex number, and a turn is a product.

    x: (n, heads, d_head), turns: (n, d_head / 2) complex. Returns: (n, heads, d_head).
    """
    return (x.view(np.complex64) * turns[:, None]).view(np.float32)


def attend(sizes, layer, x, turns, cache):
    """Attention of one layer. x: (n, d_model), turns: (n, d_head / 2), cache: its KeyValueCache.

    Appends the new keys and values to the cache.
    Returns: what every head gathers (heads, n, d_head), and the maps (heads, n, m).
    """
    n, past, n_heads = len(x), len(cache), sizes.n_heads
    qkv = rms_norm(x, layer.norm_1, sizes.epsilon) @ layer.w_qkv  # (n, d_model + 2 * d_kv)
    rows = qkv.reshape(n, -1, sizes.d_head)  # query heads, key heads, value heads
    turned = rotate(rows[:, : n_heads + sizes.n_kv_heads], turns)
    values = rows[:, n_heads + sizes.n_kv_heads :]
    cache.append(turned[:, n_heads:].swapaxes(0, 1), values.swapaxes(0, 1))
    query = turned[:, :n_heads] * np.float32(sizes.d_head**-0.5)
    # The queries that share a key/value head become rows of one matrix: no copy of the keys.
    query = query.swapaxes(0, 1).reshape(sizes.n_kv_heads, -1, sizes.d_head)
    weights = query @ cache.key.swapaxes(-1, -2)  # (kv_heads, n_heads / kv_heads * n, m)
    if n > 1:
        ahead = np.triu(np.ones((n, n), bool), 1)
        weights.reshape(n_heads, n, past + n)[:, :, past:][:, ahead] = -np.inf
    softmax_in_place(weights)
    heads = (weights @ cache.value).reshape(n_heads, n, sizes.d_head)
    return heads, weights.reshape(n_heads, n, past + n)


def feed_forward(sizes, layer, x):
    """(n, d_model) -> (n, d_model): one half of the hidden numbers opens or shuts the other."""
    hidden = rms_norm(x, layer.norm_2, sizes.epsilon) @ layer.w_gate_up  # (n, 2 * d_hidden)
    gate = silu(hidden[:, : sizes.d_hidden])
    gate *= hidden[:, sizes.d_hidden :]
    return gate @ layer.w_down
