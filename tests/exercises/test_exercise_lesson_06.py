"""Masks and masked softmax: right answers in other styles pass, strangers do not."""

import numpy as np
from exercise_learners import all_pass, all_rejected, as_learner

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
        causal_as_the_bottom_of_a_square, causal_counted_from_the_end,
        as_learner(attention.causal_mask),
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
        "two steps back": lambda q, k=None: (
            causal_by_loops(q, k) & ~np.tri(q, k or q, (k or q) - q - 2, dtype=bool)
        ),
        "first key always hidden": lambda q, k=None: (
            causal_by_loops(q, k) & (np.arange(k or q) > 0)
        ),
        "first key only": lambda q, k=None: np.arange(k or q) <= np.zeros((q, 1)),
        "columns reversed": lambda q, k=None: causal_by_loops(q, k)[:, ::-1],
        "last query blind": lambda q, k=None: (
            causal_by_loops(q, k) & (np.arange(q)[:, None] < q - 1)
        ),
        "diagonal of a checkerboard": lambda q, k=None: (
            (np.arange(k or q) + np.arange(q)[:, None]) % 2 == 0
        ),
    },
    "padding_mask": {
        "first token hidden": lambda n, k: (np.arange(k) < n[:, None, None]) & (np.arange(k) > 0),
        "half": lambda n, k: np.arange(k) < n[:, None, None] // 2,
        "batch reversed": lambda n, k: np.arange(k) < n[::-1, None, None],
        "sorted": lambda n, k: np.arange(k) < np.sort(n)[:, None, None],
        "mean length": lambda n, k: (np.arange(k) < n.mean()) & (n >= 0)[:, None, None],
        "cumulative": lambda n, k: np.arange(k) < np.cumsum(n)[:, None, None],
    },
    "masked_softmax": {
        "safe in float32, not in float16": lambda s, m: (
            np.exp(np.where(m, s, -np.inf)) / (np.exp(s).sum(-1, keepdims=True, where=m) + 1e-12)
        ).astype(s.dtype),
        "temperature 1.01": lambda s, m: _hidden(s / 1.01, m),
        "first key always shown": lambda s, m: _hidden(s, m | (np.arange(m.shape[-1]) == 0)),
        "hidden at -6": lambda s, m: _hidden(s, m, -6),
        "hidden share spread evenly": lambda s, m: np.where(
            m, attention.softmax(s) + 1 - attention.softmax(s).sum(-1, keepdims=True, where=m), 0
        ),
        "squared": lambda s, m: _hidden(s, m) ** 2,
        "empty rows look at the first key": lambda s, m: np.where(
            m.any(-1, keepdims=True), _hidden(s, m), np.arange(s.shape[-1]) == 0
        ).astype(s.dtype),
        "small weights dropped": lambda s, m: np.where(_hidden(s, m) < 0.02, 0, _hidden(s, m)),
    },
}


def test_wrong_answers_never_seen_before_are_rejected():
    all_rejected(WRONG)
