"""Splitting, merging and attending in heads: right answers in other styles pass, strangers not."""

import numpy as np
from exercise_learners import all_pass, all_rejected, named

from helpers import attention


def split_by_slices(x, n_heads):
    d_head = x.shape[-1] // n_heads
    return np.stack(
        [x[..., h * d_head : (h + 1) * d_head] for h in range(n_heads)], axis=x.ndim - 2
    )


def split_by_np_split(x, n_heads):
    return np.stack(np.split(x, n_heads, axis=-1), axis=-3)


def split_by_loops(x, n_heads):
    *leading, n, d_model = x.shape
    heads = np.zeros((*leading, n_heads, n, d_model // n_heads), x.dtype)
    for column in range(d_model):
        head, place = divmod(column, d_model // n_heads)
        heads[..., head, :, place] = x[..., column]
    return heads


def split_by_moveaxis(x, n_heads):
    return np.moveaxis(x.reshape(*x.shape[:-1], n_heads, -1), -2, -3)


def split_by_einsum(x, n_heads):
    return np.einsum("...nhd->...hnd", x.reshape((*x.shape[:-1], n_heads, -1)))


def split_of_the_transposed(x, n_heads):
    *leading, n, d_model = x.shape
    turned = np.swapaxes(x, -1, -2).reshape(*leading, n_heads, d_model // n_heads, n)
    return np.swapaxes(turned, -1, -2)


def merge_by_concatenate(x):
    return np.concatenate([x[..., h, :, :] for h in range(x.shape[-3])], axis=-1)


def merge_by_loops(x):
    *leading, n_heads, n, d_head = x.shape
    merged = np.empty((*leading, n, n_heads * d_head), x.dtype)
    for h in range(n_heads):
        merged[..., h * d_head : (h + 1) * d_head] = x[..., h, :, :]
    return merged


def merge_by_moveaxis(x):
    words_first = np.moveaxis(x, -3, -2)
    return words_first.reshape(*words_first.shape[:-2], -1)


def merge_by_einsum(x):
    words_first = np.einsum("...hnd->...nhd", x)
    return words_first.reshape((*words_first.shape[:-2], -1))


def merge_by_hstack_of_lists(x):
    if x.ndim > 3:
        return np.array([merge_by_hstack_of_lists(one) for one in x])
    return np.hstack(list(x))


def merge_of_the_transposed(x):
    *leading, n_heads, n, d_head = x.shape
    return x.swapaxes(-1, -2).reshape(*leading, n_heads * d_head, n).swapaxes(-1, -2)


def _softmax(scores):
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def heads_one_by_one(x, w_query, w_key, w_value, w_output, n_heads):
    d_head = w_query.shape[1] // n_heads
    outputs, maps = [], []
    for h in range(n_heads):
        mine = slice(h * d_head, (h + 1) * d_head)
        query, key, value = x @ w_query[:, mine], x @ w_key[:, mine], x @ w_value[:, mine]
        maps.append(_softmax(query @ key.swapaxes(-1, -2) / np.sqrt(d_head)))
        outputs.append(maps[-1] @ value)
    return np.concatenate(outputs, axis=-1) @ w_output, np.stack(maps, axis=-3)


def heads_summed_through_their_rows(x, w_query, w_key, w_value, w_output, n_heads):
    d_head = w_query.shape[1] // n_heads
    total, maps = 0, []
    for h in range(n_heads):
        mine = slice(h * d_head, (h + 1) * d_head)
        scores = (x @ w_query[:, mine]) @ (x @ w_key[:, mine]).swapaxes(-1, -2)
        maps.append(_softmax(scores * d_head**-0.5))
        total = total + maps[-1] @ (x @ w_value[:, mine] @ w_output[mine])
    return total, np.stack(maps, axis=-3)


def heads_by_einsum(x, w_query, w_key, w_value, w_output, n_heads):
    def three_axes(w):
        return w.reshape(w.shape[0], n_heads, -1)

    query, key, value = (
        np.einsum("...nm,mhd->...hnd", x, three_axes(w)) for w in (w_query, w_key, w_value)
    )
    weights = _softmax(np.einsum("...hqd,...hkd->...hqk", query, key) / query.shape[-1] ** 0.5)
    w_output = w_output.reshape(n_heads, -1, w_output.shape[-1])
    return np.einsum("...hqk,...hkd,hdm->...qm", weights, value, w_output), weights


def heads_by_the_class(x, w_query, w_key, w_value, w_output, n_heads):
    return attention.MultiHeadAttention(w_query, w_key, w_value, w_output, n_heads)(x)


def heads_in_one_product(x, w_query, w_key, w_value, w_output, n_heads):
    every = np.concatenate([w_query, w_key, w_value], axis=1)
    parts = [split_by_np_split(p, n_heads) for p in np.split(x @ every, 3, axis=-1)]
    output, weights = attention.scaled_dot_product_attention(*parts)
    return [merge_by_concatenate(output) @ w_output, weights]


def heads_in_float64(x, w_query, w_key, w_value, w_output, n_heads):
    wide = (np.float64(a) for a in (x, w_query, w_key, w_value, w_output))
    return heads_one_by_one(*wide, n_heads)


RIGHT = {
    "split_heads": [
        split_by_slices, split_by_np_split, split_by_loops, split_by_moveaxis, split_by_einsum,
        split_of_the_transposed,
    ],
    "merge_heads": [
        merge_by_concatenate, merge_by_loops, merge_by_moveaxis, merge_by_einsum,
        merge_by_hstack_of_lists, merge_of_the_transposed,
    ],
    "multi_head_attention": [
        heads_one_by_one, heads_summed_through_their_rows, heads_by_einsum, heads_by_the_class,
        heads_in_one_product, heads_in_float64,
    ],
}  # fmt: skip


def _attend(x, w_query, w_key, w_value, w_output, n_heads):
    heads = attention.MultiHeadAttention(w_query, w_key, w_value, w_output, n_heads)
    return heads(x)


STRANGERS = {
    "split_heads": {
        "halved": lambda x, h: split_by_slices(x, h) / 2,
        "rounded": lambda x, h: split_by_slices(x, h).round(2),
        "first two heads exchanged": lambda x, h: split_by_slices(x, h)[
            ..., [1, 0, *range(2, h)], :, :
        ],
        "words reversed": lambda x, h: split_by_slices(x, h)[..., ::-1, :],
        "columns of a head reversed": lambda x, h: split_by_slices(x, h)[..., ::-1],
        "last head missing": lambda x, h: np.where(
            np.arange(h)[:, None, None] == h - 1, 0, split_by_slices(x, h)
        ),
        "sorted": lambda x, h: np.sort(split_by_slices(x, h), axis=-1),
    },
    "merge_heads": {
        "doubled": lambda x: 2 * merge_by_concatenate(x),
        "rounded": lambda x: merge_by_concatenate(x).round(2),
        "words reversed": lambda x: merge_by_concatenate(x)[..., ::-1, :],
        "columns reversed": lambda x: merge_by_concatenate(x)[..., ::-1],
        "rolled by a column": lambda x: np.roll(merge_by_concatenate(x), 1, axis=-1),
        "mean taken off": lambda x: merge_by_concatenate(x) - x.mean(),
        "tanh": lambda x: np.tanh(merge_by_concatenate(x)),
    },
    "multi_head_attention": {
        "divided by 2": lambda *a: tuple(part / 2 for part in _attend(*a)),
        "a thousandth too large": lambda *a: (_attend(*a)[0] * 1.002, _attend(*a)[1]),
        "keys reversed": lambda *a: (_attend(*a)[0], _attend(*a)[1][..., ::-1]),
        "ReLU at the end": lambda *a: (np.maximum(_attend(*a)[0], 0), _attend(*a)[1]),
        "values negative": lambda x, q, k, v, *a: _attend(x, q, k, -v, *a),
        "input normalised": lambda x, *a: _attend(
            x / np.linalg.norm(x, axis=-1, keepdims=True), *a
        ),
    },
}


def test_right_answers_pass_in_any_style():
    all_pass(RIGHT)


def test_wrong_answers_never_seen_before_are_rejected():
    all_rejected(STRANGERS, stages=("property", "value"))


def test_square_matrices_as_in_the_lesson_are_right_too():
    rng = np.random.default_rng(0)
    x, matrices = rng.normal(size=(2, 5, 12)), rng.normal(size=(4, 12, 12))
    reference = named("multi_head_attention").reference(x, *matrices, 3)
    for got, expected in zip(_attend(x, *matrices, 3), reference, strict=True):
        np.testing.assert_allclose(got, expected, atol=1e-12)
