"""Attention forward in blocks of queries: for long sequences whose weights nobody asks to see."""

import numpy as np

from helpers.models.attend import attend

ROWS = 128  # queries in a block: its scores, ROWS · n_k numbers, should stay in the cache


def attend_in_blocks(query, key, value, mask=None, scale=None, *, rows=ROWS):
    """The output of `attend` to rounding, without the weights. Returns (..., n_q, d_v).

    query (..., n_q, d_k), key (..., n_k, d_k), value (..., n_k, d_v) with the same leading axes;
    mask and scale as in `attend`. The work is the same n_q · n_k; but scores never exist for more
    than `rows` queries at once, so that they are still in the cache when they are needed again.
    Writing all of them to memory and reading them back takes longer than the arithmetic.
    """
    n_queries, n_keys = query.shape[-2], key.shape[-2]
    if n_queries <= rows:
        return attend(query, key, value, mask, scale)[0]
    if scale is None:
        scale = query.shape[-1] ** -0.5
    output = np.empty((*query.shape[:-1], value.shape[-1]), query.dtype)
    room = np.empty((rows, n_keys), query.dtype)
    ones = np.ones((n_keys, 1), query.dtype)
    if mask is not None:
        mask = np.broadcast_to(mask, (*query.shape[:-1], n_keys))
    for head in np.ndindex(query.shape[:-2]):
        scaled_key = np.ascontiguousarray(key[head].T) * scale  # (d_k, n_k)
        for start in range(0, n_queries, rows):
            block = slice(start, min(start + rows, n_queries))
            scores = room[: block.stop - start]  # (rows, n_k)
            np.matmul(query[head][block], scaled_key, out=scores)
            seen = None if mask is None else mask[head][block]
            total = _exponentials(scores, seen, ones)  # (rows, 1)
            np.matmul(scores, value[head], out=output[head][block])
            output[head][block] /= total  # d_v divisions a query instead of n_k
    return output


def _exponentials(scores, seen, ones):
    """exp(scores − largest), in place, and its row sums; 1 where a query sees nothing."""
    if seen is not None:
        np.copyto(scores, -np.inf, where=~seen)
    largest = scores.max(axis=-1, keepdims=True)  # (rows, 1)
    if seen is not None:
        largest[largest == -np.inf] = 0
    scores -= largest
    np.exp(scores, out=scores)
    total = scores @ ones  # (rows, 1)
    if seen is not None:
        total[total == 0] = 1
    return total
