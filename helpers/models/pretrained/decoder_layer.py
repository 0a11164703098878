"""One layer of the decoder: attention with a key/value cache, and the gated feed-forward.

n new positions are read after `past` positions that the cache remembers; m = past + n.
"""

from dataclasses import dataclass

import numpy as np

from helpers.models.pretrained.arithmetic import rms_norm, silu, softmax_in_place

N_LAYERS, N_HEADS, N_KV_HEADS, D_MODEL, D_HEAD, D_HIDDEN = 30, 9, 3, 576, 64, 1536
D_KV = N_KV_HEADS * D_HEAD
EPSILON = 1e-5
SLOWEST_TURN = 100_000.0  # the last pair of a head turns by about 1/100,000 radian a position


@dataclass(frozen=True)
class Layer:
    """The parameters of one layer. What reads the same rows stands side by side in one matrix."""

    norm_1: np.ndarray  # (d_model,)
    w_qkv: np.ndarray  # (d_model, d_model + 2 * d_kv): query, key, value
    w_output: np.ndarray  # (d_model, d_model)
    norm_2: np.ndarray  # (d_model,)
    w_gate_up: np.ndarray  # (d_model, 2 * d_hidden): gate, up
    w_down: np.ndarray  # (d_hidden, d_model)


class Cache:
    """Keys and values of all positions so far, so that a new piece need not compute them again.

    keys, values: (layers, kv_heads, room, d_head), the first `length` in use.
    """

    def __init__(self, room):
        self.length = 0
        self.keys = np.empty((N_LAYERS, N_KV_HEADS, room, D_HEAD), np.float32)
        self.values = np.empty_like(self.keys)

    def make_sure_of(self, n):
        """Raise ValueError unless n more positions fit."""
        room = self.keys.shape[2]
        if self.length + n > room:
            raise ValueError(
                f"The cache has room for {room} positions and holds {self.length}; {n} more do not "
                "fit. Make a larger one: Cache(room)."
            )


def rotations(positions):
    """How far every pair of numbers is turned at each position: (n,) -> (n, d_head / 2) complex.

    Pair i turns by position * SLOWEST_TURN^(-2i/d_head) radians. A product of a query and a key
    that are both turned depends only on how far apart they stand.
    """
    speeds = SLOWEST_TURN ** (-np.arange(0, D_HEAD, 2) / D_HEAD)
    return np.exp(1j * np.outer(positions, speeds)).astype(np.complex64)


def rotate(x, turns):
    """Turn pairs of neighbours: two numbers are one complex number, and a turn is a product.

    x: (n, heads, d_head), turns: (n, d_head / 2) complex. Returns: (n, heads, d_head).
    """
    return (x.view(np.complex64) * turns[:, None]).view(np.float32)


def attend(layer, x, turns, cache, number):
    """Attention of layer `number`. x: (n, d_model), turns: (n, d_head / 2).

    Writes the new keys and values into the cache, and leaves cache.length, which all layers share.
    Returns: what every head gathers (heads, n, d_head), and the maps (heads, n, m).
    """
    n, past = len(x), cache.length
    qkv = rms_norm(x, layer.norm_1, EPSILON) @ layer.w_qkv  # (n, d_model + 2 * d_kv)
    rows = qkv.reshape(n, -1, D_HEAD)  # query heads, key heads, value heads
    turned = rotate(rows[:, : N_HEADS + N_KV_HEADS], turns)
    keys = cache.keys[number, :, : past + n]  # (kv_heads, m, d_head)
    values = cache.values[number, :, : past + n]
    keys[:, past:] = turned[:, N_HEADS:].swapaxes(0, 1)
    values[:, past:] = rows[:, N_HEADS + N_KV_HEADS :].swapaxes(0, 1)
    query = turned[:, :N_HEADS] * np.float32(D_HEAD**-0.5)
    # The three queries that share a key/value head become rows of one matrix: no copy of the keys.
    query = query.swapaxes(0, 1).reshape(N_KV_HEADS, -1, D_HEAD)
    weights = query @ keys.swapaxes(-1, -2)  # (kv_heads, 3 * n, m)
    if n > 1:
        ahead = np.triu(np.ones((n, n), bool), 1)
        weights.reshape(N_HEADS, n, past + n)[:, :, past:][:, ahead] = -np.inf
    softmax_in_place(weights)
    heads = (weights @ values).reshape(N_HEADS, n, D_HEAD)
    return heads, weights.reshape(N_HEADS, n, past + n)


def feed_forward(layer, x):
    """(n, d_model) -> (n, d_model): one half of the hidden numbers opens or shuts the other."""
    hidden = rms_norm(x, layer.norm_2, EPSILON) @ layer.w_gate_up  # (n, 2 * d_hidden)
    gate = silu(hidden[:, :D_HIDDEN])
    gate *= hidden[:, D_HIDDEN:]
    return gate @ layer.w_down
