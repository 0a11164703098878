"""The same mathematics at other cost: tiled, sliding window, linear, key/value cache.

    tiled_attention           the same numbers, the same work, memory O(n) instead of O(n²)
    sliding_window_attention  only near words are seen: work O(n · window)
    linear_attention          another function, which a state of fixed size can compute: work O(n)
    KeyValueCache             the same numbers for one new token, without redoing the old ones

All of them take and give what helpers.attention does: rows are queries, axes in front broadcast,
floating type in, same type out, and what is hidden from a query has no effect on it.
"""

import math

import numpy as np

from helpers.attention import (
    _count,
    _floats,
    _mix_visible,
    _scale_for,
    _shape_of_weights,
    _working_copies,
    causal_mask,
    scaled_dot_product_attention,
)

BLOCK = 256  # a tile of 256 × 256 scores stays in the second-level cache
CHUNK = 64  # tokens that linear attention reads at once


def tiled_attention(query, key, value, *, causal=False, scale=None, block=BLOCK):
    """Attention in tiles of block × block scores: the n × n table never exists.

    query: (..., n_queries, d_key); key: (..., n_keys, d_key); value: (..., n_keys, d_value).
    causal, scale: as in helpers.attention. block: queries, and keys, of a tile; 1 or more.

    Softmax seems to need a whole row: its largest score, for safety, and its sum. Both can be
    kept up to date tile by tile. Of a row of scores seen so far, remember

        m = the largest score,   l = Σ exp(s - m),   o = Σ exp(s - m) v

    and when a tile brings scores t with their values u, replace them by

        m' = max(m, max t)
        l' = l · exp(m - m') + Σ exp(t - m')
        o' = o · exp(m - m') + Σ exp(t - m') u

    The factor exp(m - m') turns everything that was measured from the old maximum into what it
    is, measured from the new one. After the last tile, o / l is the output: exact but for the
    order of rounding. The recurrence for m and l is Milakov and Gimelshein's ("Online normalizer
    calculation for softmax", 2018); carrying o along, so that memory stays O(n), is Rabe and
    Staats's ("Self-attention does not need O(n²) memory", 2021); choosing the tiles so that they
    stay in fast memory made it fast: Dao and others ("FlashAttention", 2022). The work is n².

    Returns: the output (..., n_queries, d_value), without the weights, which would be n × n.
    It differs from helpers.attention by rounding: by 1e-14 in float64 and 2e-6 in float32, for
    entries of size one and up to 32,768 keys. Beside its arguments and its result it needs memory
    for a few tiles, whatever n is. Raises ValueError for what does not fit.

    >>> query, key, value = np.random.default_rng(0).normal(size=(3, 1000, 8))
    >>> exact, _ = scaled_dot_product_attention(query, key, value)
    >>> np.allclose(tiled_attention(query, key, value), exact, rtol=0, atol=1e-13)
    True
    """
    return _in_tiles(query, key, value, scale, causal, None, _count("block", block, 1))


def sliding_window_attention(query, key, value, window, *, scale=None):
    """Causal attention to the last `window` keys: the own place and the window - 1 before it.

    query: (..., n_queries, d_key); key: (..., n_keys, d_key); value: (..., n_keys, d_value); the
    last query stands at the place of the last key. window: 1 or more. scale: 1/√d_key if None.

    A query block meets only the keys that one of its queries may see, so that work is
    O(n · window) and memory O(n). Beltagy, Peters, Cohan, "Longformer", 2020, section 3.1.
    Returns: the output (..., n_queries, d_value), as under the banded mask, to rounding.

    >>> query, key, value = np.random.default_rng(0).normal(size=(3, 6, 4))
    >>> np.allclose(sliding_window_attention(query, key, value, window=1), value)
    True
    """
    window = _count("window", window, 1)
    # As many queries as keys in sight: fewer would loop in Python, more would waste scores.
    return _in_tiles(query, key, value, scale, True, window, min(max(window, 64), BLOCK))


@np.errstate(all="ignore")
def _in_tiles(query, key, value, scale, causal, window, block):
    """Block of queries by block of queries, one head after the other."""
    query, key, value, result_type = _working_copies(query=query, key=key, value=value)
    *leading, n_queries, n_keys = _shape_of_weights(query, key, value)
    leading = np.broadcast_shapes(tuple(leading), value.shape[:-2])
    scale = _scale_for(query, scale)
    query, key, value = (
        np.broadcast_to(array, (*leading, *array.shape[-2:])) for array in (query, key, value)
    )
    output = np.empty((*leading, n_queries, value.shape[-1]), result_type)
    for head in np.ndindex(leading):
        for start in range(0, n_queries, block):
            rows = slice(start, min(start + block, n_queries))
            place = start + n_keys - n_queries  # where the first of these queries stands
            seen = _Band(place, rows.stop - start, n_keys, causal, window)
            output[head][rows] = _rows(
                query[head][rows] * scale, key[head], value[head], seen, block
            )
    return output


class _Band:
    """The keys that n queries, from `place` on, may see."""

    def __init__(self, place, n, n_keys, causal, window):
        self.own = place + np.arange(n)[:, None]
        self.causal, self.window = causal, n_keys + n if window is None else window
        self.first = max(0, place - self.window + 1) if causal else 0
        self.stop = min(max(place + n, 0), n_keys) if causal else n_keys

    def visible(self, start, stop):
        """Boolean (n, stop - start), or None where everything is seen."""
        own = self.own
        if not self.causal or (stop - 1 <= own[0, 0] and start > own[-1, 0] - self.window):
            return None
        place = np.arange(start, stop)
        return (place <= own) & (place > own - self.window)


def _rows(query, key, value, seen, block):
    """The output of some queries (n, d_key): the recurrence of tiled_attention's docstring."""
    n = len(query)
    ones = np.ones((min(block, len(key)), 1), query.dtype)  # a product adds up faster than a sum
    largest = np.full((n, 1), -np.inf, query.dtype)
    total = np.zeros((n, 1), query.dtype)
    mixed = np.zeros((n, value.shape[-1]), query.dtype)
    for start in range(seen.first, seen.stop, block):
        tile = slice(start, min(start + block, seen.stop))
        visible = seen.visible(tile.start, tile.stop)
        scores = query @ key[tile].T
        if visible is not None:
            scores[~visible] = -np.inf
        new = np.maximum(largest, scores.max(axis=-1, keepdims=True))
        safe = np.where(new == -np.inf, 0, new)  # nothing seen yet: -inf - (-inf) would be NaN
        scores -= safe
        exponentials = np.exp(scores, out=scores)
        if visible is None:
            more = exponentials @ value[tile]
        else:
            exponentials[~visible] = 0  # also in a row that is NaN where it may look
            more = _mix_visible(exponentials, value[tile], visible)
        more_total = exponentials @ ones[: len(key[tile])]
        if start == seen.first:
            mixed, total = more, more_total
        else:
            kept = np.exp(largest - safe)
            mixed *= kept
            mixed += more
            total *= kept
            total += more_total
        largest = new
    return mixed / np.where(total == 0, 1, total)


@np.errstate(all="ignore")
def linear_attention(query, key, value, *, causal):
    """Attention with the weight φ(query) · φ(key) in the place of exp(query · key / √d_key).

    φ(x) = elu(x) + 1, which is x + 1 above 0 and exp(x) below: always positive, as weights must
    be. Katharopoulos and others, "Transformers are RNNs", 2020.

    query: (..., n_queries, d_key); key: (..., n_keys, d_key); value: (..., n_keys, d_value).
    causal: True: the last query sees every key, the one before it all but one, and so on; False:
    every query sees every key.

    A weight that is a product of features can be taken out of the sum over keys, so that all a
    query needs of the past is a state, S = Σ φ(k) vᵀ (d_key, d_value) and z = Σ φ(k) (d_key,):

        output = φ(q) S / φ(q) · z

    Work O(n · d_key · d_value), and a state whose size does not depend on n. It is another
    function than softmax attention, and no approximation of it: to be trained with.
    Returns: the output (..., n_queries, d_value). A query with nothing to look at gets zeros.

    >>> alike = np.zeros((3, 2))  # keys that are all alike: the mean of the values
    >>> linear_attention(alike[:1], alike, [[1.0], [2.0], [6.0]], causal=False).tolist()
    [[3.0]]
    """
    query, key, value, result_type = _working_copies(query=query, key=key, value=value)
    *leading, n_queries, n_keys = _shape_of_weights(query, key, value)
    leading = np.broadcast_shapes(tuple(leading), value.shape[:-2])
    output = np.zeros((*leading, n_queries, value.shape[-1]), result_type)
    # Causal: the keys from before are read first, and queries before all keys see nothing.
    before = max(n_keys - n_queries, 0) if causal else n_keys
    start = max(n_queries - n_keys, 0) if causal else 0
    state, sums = _read(key[..., :before, :], value[..., :before, :])
    for at in range(start, n_queries, CHUNK):
        q = _features(query[..., at : at + CHUNK, :])
        mixed, total = q @ state, q @ sums
        if causal:
            here = slice(before + at - start, before + at - start + q.shape[-2])
            k, v = key[..., here, :], value[..., here, :]
            visible = causal_mask(q.shape[-2])
            weights = np.where(visible, q @ _features(k).swapaxes(-1, -2), 0)
            mixed = mixed + _mix_visible(weights, v, visible)
            total = total + weights.sum(axis=-1, keepdims=True)
            more, more_sums = _read(k, v)
            state, sums = state + more, sums + more_sums
        output[..., at : at + CHUNK, :] = mixed / np.where(total == 0, 1, total)
    return output


def _features(x):
    """elu(x) + 1, where exp cannot overflow."""
    return np.where(x > 0, x + 1, np.exp(np.minimum(x, 0)))


def _read(key, value):
    """The state (..., d_key, d_value) and the sum of features (..., d_key, 1) of some keys."""
    turned = _features(key).swapaxes(-1, -2)  # (..., d_key, n)
    return turned @ value, turned.sum(axis=-1, keepdims=True)


class KeyValueCache:
    """Keys and values of the tokens so far, so that a new token is computed alone.

    >>> cache = KeyValueCache()
    >>> for token in np.random.default_rng(0).normal(size=(4, 2, 1, 8)):
    ...     cache.append(key=token, value=token)  # (..., n_kv_heads, n_new, d)
    ...     output, weights = cache.attend(query=token)  # (..., n_heads, n_new, d_key)
    >>> output.shape, weights.shape, len(cache)
    ((2, 1, 8), (2, 1, 4), 4)

    With fewer key/value heads than query heads, neighbouring query heads share one, and the cache
    is as many times smaller (Shazeer, "Fast transformer decoding", 2019, one for all; Ainslie and
    others, "GQA", 2023, one for each group).
    """

    def __init__(self):
        self._stored = {}
        self._length = 0

    def __len__(self):
        """Tokens in the cache."""
        return self._length

    @property
    def key(self):
        """What is stored: (..., n_kv_heads, n, d_key), a view."""
        return self._view("key")

    @property
    def value(self):
        """What is stored: (..., n_kv_heads, n, d_value), a view."""
        return self._view("value")

    @property
    def nbytes(self):
        """Bytes of the stored keys and values (room for more is not counted)."""
        return self.key.nbytes + self.value.nbytes if self._stored else 0

    def append(self, key, value):
        """Store new tokens: key (..., n_kv_heads, n_new, d_key), value (…, n_new, d_value).

        The axes in front, the widths and the type are those of the first call; else ValueError.
        """
        new = {"key": _floats("key", key), "value": _floats("value", value)}
        for name, array in new.items():
            self._check_new(name, array)
        told = f"key {new['key'].shape}, value {new['value'].shape}"
        if new["key"].shape[:-1] != new["value"].shape[:-1]:
            raise ValueError(f"{told}: all axes but the last, the width, have to be the same.")
        length = self._length + new["key"].shape[-2]
        for name, array in new.items():
            self._make_room(name, array, length)
            self._stored[name][..., self._length : length, :] = array
        self._length = length

    def attend(self, query):
        """Look at everything that is stored; the queries are the last tokens of it.

        query: (..., n_heads, n_new, d_key), n_heads a multiple of n_kv_heads.
        Returns: output (..., n_heads, n_new, d_value) and weights (..., n_heads, n_new, n).
        """
        query, key, value = _floats("query", query), self.key, self.value
        n_kv = key.shape[-3]
        told = f"query {query.shape}, keys {key.shape}"
        if query.ndim != key.ndim or query.shape[-3] % n_kv:
            raise ValueError(f"{told}: expected (..., n_heads, n_new, d_key), n_heads 1, 2, … "
                             f"times the {n_kv} key/value heads.")  # fmt: skip
        if query.shape[-2] > self._length:
            raise ValueError(f"{told}: more queries than tokens; append their keys first.")
        *leading, n_heads, n_new, d_key = query.shape
        grouped = query.reshape(*leading, n_kv, n_heads // n_kv, n_new, d_key)
        output, weights = scaled_dot_product_attention(
            grouped, key[..., None, :, :], value[..., None, :, :], causal=True
        )
        return tuple(a.reshape(*a.shape[:-4], n_heads, *a.shape[-2:]) for a in (output, weights))

    def _view(self, name):
        if not self._stored:
            raise ValueError("The cache is empty: append(key, value) first.")
        return self._stored[name][..., : self._length, :]

    def _check_new(self, name, array):
        if array.ndim < 3:
            told = f"{name} {array.shape}: expected (..., n_kv_heads, n_new, d)"
            raise ValueError(f"{told}; x[None] makes one head.")
        old = self._stored.get(name)
        if old is None:
            return
        if array.shape[:-2] != old.shape[:-2] or array.shape[-1] != old.shape[-1]:
            told = f"{name} {array.shape} does not fit what is stored {self._view(name).shape}"
            raise ValueError(f"{told}: only n_new, the axis before the last, may differ.")
        if array.dtype != old.dtype:
            told = f"{name} is {array.dtype}, and the cache holds {old.dtype}"
            raise ValueError(f"{told}: convert it, {name}.astype(np.{old.dtype}).")

    def _make_room(self, name, array, length):
        old = self._stored.get(name)
        if old is not None and length <= old.shape[-2]:
            return
        # Twice as much as needed: growing by one would copy everything for every token.
        room = 2 ** math.ceil(math.log2(max(length, 1)))
        larger = np.empty((*array.shape[:-2], room, array.shape[-1]), array.dtype)
        if old is not None:
            larger[..., : self._length, :] = old[..., : self._length, :]
        self._stored[name] = larger
