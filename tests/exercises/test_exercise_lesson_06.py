"""Masks and masked softmax: right answers in other styles pass, strangers do not."""

import numpy as np
from exercise_learners import all_named, all_pass, all_rejected, as_learner

from helpers import attention


def causal_by_loops(n_queries, n_keys=None):
    if n_keys is None:
        n_keys = n_queries
    mask = np.zeros((n_queries, n_keys), dtype=bool)
    for i in range(n_queries):
        for j in range(n_keys):
            if j <= i + n_keys - n_queries:
                mask[i, j] = True
    return mask


def causal_by_tri(n_queries, n_keys=None):
    n_keys = n_keys or n_queries
    return np.tri(n_queries, n_keys, n_keys - n_queries) == 1


def causal_by_tril_of_ones(n_queries, n_keys=None):
    n_keys = n_queries if n_keys is None else n_keys
    return np.tril(np.ones((n_queries, n_keys), dtype=bool), n_keys - n_queries)


def causal_by_not_triu(n_queries, n_keys=None):
    n_keys = n_queries if n_keys is None else n_keys
    return ~np.triu(np.ones((n_queries, n_keys), bool), 1 + n_keys - n_queries)


def causal_as_the_bottom_of_a_square(n_queries, n_keys=None):
    n_keys = n_queries if n_keys is None else n_keys
    most = max(n_queries, n_keys)
    return np.tri(most, dtype=bool)[most - n_queries :, most - n_keys :]


def causal_as_the_last_rows_of_a_square(n_queries, n_keys=None):
    n_keys = n_queries if n_keys is None else n_keys
    return np.tri(n_keys, dtype=bool)[-n_queries:]


def causal_counted_from_the_end(n_queries, n_keys=None):
    n_keys = n_queries if n_keys is None else n_keys
    query_from_end, key_from_end = np.arange(n_queries)[::-1], np.arange(n_keys)[::-1]
    return np.greater_equal.outer(key_from_end, query_from_end).T


def padding_by_loops(lengths, n_keys):
    mask = np.zeros((len(lengths), 1, n_keys), dtype=bool)
    for row, length in enumerate(lengths):
        mask[row, 0, :length] = True
    return mask


def padding_by_list(lengths, n_keys):
    return np.array([[[j < length for j in range(n_keys)]] for length in lengths.tolist()])


def padding_by_reshape(lengths, n_keys):
    return (np.arange(n_keys) < lengths.reshape(-1, 1)).reshape(len(lengths), 1, -1)


def padding_by_outer(lengths, n_keys):
    return np.greater.outer(lengths, np.arange(n_keys))[:, np.newaxis, :]


def padding_by_rows_of_a_triangle(lengths, n_keys):
    return np.tri(n_keys + 1, n_keys, -1, dtype=bool)[lengths][:, None]


def softmax_by_loops(scores, mask):
    mask = np.broadcast_to(mask, scores.shape)
    weights = np.zeros_like(scores)
    for row in np.ndindex(scores.shape[:-1]):
        seen = np.flatnonzero(mask[row])
        if len(seen):
            powers = np.exp(scores[row][seen] - scores[row][seen].max())
            weights[row][seen] = powers / powers.sum()
    return weights


def softmax_with_the_courses(scores, mask):
    return attention.softmax(np.where(mask, scores, -np.inf))


def softmax_with_something_added(scores, mask):
    return attention.softmax(scores + attention.additive_mask(mask, scores.dtype))


def softmax_of_nan_made_0(scores, mask):
    hidden = np.where(mask, scores, -np.inf)
    e = np.exp(hidden - hidden.max(-1, keepdims=True))
    return np.nan_to_num(e / e.sum(-1, keepdims=True))


def softmax_multiplied_after_exp(scores, mask):
    largest = np.where(mask, scores, np.finfo(scores.dtype).min).max(-1, keepdims=True)
    e = np.exp(np.minimum(scores - largest, 0)) * mask
    total = e.sum(-1, keepdims=True)
    return e / (total + (total == 0))


def softmax_of_a_masked_array(scores, mask):
    hidden = np.ma.array(scores, mask=~np.broadcast_to(mask, scores.shape))
    e = np.ma.exp(hidden - hidden.max(-1, keepdims=True)).filled(0)
    total = e.sum(-1, keepdims=True)
    return np.divide(e, total, out=np.zeros_like(e), where=total > 0)


def softmax_a_billion_and_then_hidden(scores, mask):
    low = np.where(mask, scores, -1e9)
    e = np.exp(low - low.max(-1, keepdims=True))
    return np.where(mask, e / e.sum(-1, keepdims=True), 0)


RIGHT = {
    "causal_mask": [
        causal_by_loops, causal_by_tri, causal_by_tril_of_ones, causal_by_not_triu,
        causal_as_the_bottom_of_a_square, causal_as_the_last_rows_of_a_square,
        causal_counted_from_the_end, as_learner(attention.causal_mask),
    ],
    "padding_mask": [
        padding_by_loops, padding_by_list, padding_by_reshape, padding_by_outer,
        padding_by_rows_of_a_triangle, as_learner(attention.padding_mask),
    ],
    "masked_softmax": [
        softmax_by_loops, softmax_with_the_courses, softmax_with_something_added,
        softmax_of_nan_made_0, softmax_multiplied_after_exp, softmax_of_a_masked_array,
        softmax_a_billion_and_then_hidden,
    ],
}  # fmt: skip


def test_right_answers_pass_in_any_style():
    all_pass(RIGHT)


def _hidden(scores, mask, number=-np.inf):
    return attention.softmax(np.where(mask, scores, number))


WRONG = {
    "causal_mask": {
        "first key only": lambda q, k=None: np.arange(k or q) <= np.zeros((q, 1)),
        "diagonal of a checkerboard": lambda q, k=None: (
            (np.arange(k or q) + np.arange(q)[:, None]) % 2 == 0
        ),
    },
    "padding_mask": {
        "half": lambda n, k: np.arange(k) < n[:, None, None] // 2,
        "mean length": lambda n, k: (np.arange(k) < n.mean()) & (n >= 0)[:, None, None],
        "cumulative": lambda n, k: np.arange(k) < np.cumsum(n)[:, None, None],
    },
    "masked_softmax": {
        "safe in float32, not in float16": lambda s, m: (
            np.exp(np.where(m, s, -np.inf)) / (np.exp(s).sum(-1, keepdims=True, where=m) + 1e-12)
        ).astype(s.dtype),
        "first key always shown": lambda s, m: _hidden(s, m | (np.arange(m.shape[-1]) == 0)),
        "hidden share spread evenly": lambda s, m: np.where(
            m, attention.softmax(s) + 1 - attention.softmax(s).sum(-1, keepdims=True, where=m), 0
        ),
        "squared": lambda s, m: _hidden(s, m) ** 2,
        "small weights dropped": lambda s, m: np.where(_hidden(s, m) < 0.02, 0, _hidden(s, m)),
    },
}


def test_wrong_answers_never_seen_before_are_rejected():
    all_rejected(WRONG)


def _plain(scores):
    e = np.exp(scores - scores.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def causal_loop_that_ends_early(n_queries, n_keys=None):
    n_keys = n_keys or n_queries
    mask = np.zeros((n_queries, n_keys), bool)
    for i in range(n_queries):
        for j in range(n_keys - n_queries + i + 1):
            mask[i, j] = True
        return mask


# Mistakes of one kind that people spell in many ways, and the name that each of them has to get.
KINDS = {
    "causal_mask": {
        "first row only": [causal_loop_that_ends_early],
        "something to add to the scores": [
            lambda q, k=None: np.triu(np.full((q, k or q), -1e9), 1 + (k or q) - q),
            lambda q, k=None: np.where(causal_by_loops(q, k), 0.0, -1e4),
        ],
    },
    "padding_mask": {
        "middle axis missing": [
            lambda n, k: (np.arange(k) < n[:, None]).astype(np.int64),
            lambda n, k: (np.arange(k) < n[:, None]).astype(float),
        ],
    },
    "masked_softmax": {
        "a small number put in place of -inf": [
            lambda s, m, c=c: _plain(np.where(m, s, np.asarray(c, s.dtype))) for c in (-1, -6, -12)
        ],
        "a small number taken off": [
            lambda s, m, c=c: _plain(s - (1 - m.astype(s.dtype)) * np.asarray(c, s.dtype))
            for c in (2, 3.5, 10)
        ],
        "a large number put in place of -inf": [
            lambda s, m, c=c: _plain(np.where(m, s, np.asarray(c, s.dtype)))
            for c in (-50, -100, -1e4, -2e4, -65504)
        ],
        "a large number taken off": [
            lambda s, m: _plain(s + (1.0 - m) * -10000.0),
            lambda s, m: _plain(s + ((1.0 - m) * -10000.0).astype(s.dtype)),
            lambda s, m: _plain(s - np.where(m, s.dtype.type(0), s.dtype.type(100))),
            lambda s, m: _plain(s + (1.0 - m) * -1e6),
        ],
        "a billion put in place": [
            lambda s, m, c=c: _plain(np.where(m, s, np.asarray(c, s.dtype))) for c in (-1e9, -1e30)
        ],
        "a billion taken off": [
            lambda s, m, c=c: _plain(s + (1 - m.astype(s.dtype)) * np.asarray(c, s.dtype))
            for c in (-1e5, -1e6, -1e9, -1e12)
        ],
        "softmax over axis 1": [
            lambda s, m: attention.softmax(np.where(m, s, -np.inf), axis=1),
            lambda s, m: np.exp(low := np.where(m, s, -1e4)) / np.exp(low).sum(1, keepdims=True),
        ],
        "mask inverted": [
            lambda s, m: _plain(np.where(m, -np.inf, s)),
            lambda s, m: _plain(np.where(m, -1e4, s)),
            lambda s, m: attention.softmax(s + np.where(m, -np.inf, 0)),
        ],
        "softmax twice": [
            lambda s, m: _plain(np.nan_to_num(_plain(np.where(m, s, -np.inf)))),
            lambda s, m: np.nan_to_num(
                _plain(np.where(m, _plain(np.where(m, s, -np.inf)), -np.inf))
            ),
        ],
        "whole queries hidden": [
            lambda s, m, c=c: _plain(np.where(np.broadcast_to(m, s.shape)[..., :1], s, c))
            for c in (-1e4, -np.inf)
        ],
        "multiplied before softmax and after": [
            lambda s, m: (w := _plain(s * m) * m) / (w.sum(-1, keepdims=True) + 1e-13),
        ],
        "nothing to look at gives the first key": [
            lambda s, m: np.where(
                m.any(-1, keepdims=True), _hidden(s, m), np.arange(s.shape[-1]) == 0
            ).astype(s.dtype),
        ],
    },
}


def test_one_kind_of_mistake_has_one_name_however_it_is_spelled():
    all_named(KINDS)
