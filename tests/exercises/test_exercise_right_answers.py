"""Right answers in styles that the reference does not use: every one passes."""

import numpy as np
import pytest
from exercise_learners import all_pass


def softmax_by_loops(scores):
    flat = scores.reshape(-1, scores.shape[-1])
    rows = []
    for row in flat:
        largest = max(row)
        powers = [np.exp(score - largest) for score in row]
        rows.append([power / sum(powers) for power in powers])
    return np.array(rows).reshape(scores.shape)


def softmax_by_logarithm(scores):
    shifted = scores - scores.max(-1, keepdims=True)
    return np.exp(shifted - np.log(np.exp(shifted).sum(-1, keepdims=True)))


def softmax_in_place_on_a_copy(scores):
    weights = scores.copy()
    weights -= weights.max(axis=-1)[..., None]
    np.exp(weights, out=weights)
    weights /= weights.sum(axis=-1)[..., np.newaxis]
    return weights


def softmax_in_float64(scores):
    scores = np.asarray(scores, dtype=np.float64)
    e = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    return e / np.einsum("...n->...", e)[..., None]


def softmax_along_an_axis(scores):
    def one(row):
        e = np.exp(row - row.max())
        return e / e.sum()

    return np.apply_along_axis(one, -1, scores)


def softmax_with_a_guard(scores):
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / (e.sum(axis=-1, keepdims=True) + 1e-12)


def row_means_by_loops(rows):
    return np.array([sum(row) / len(row) for row in rows])


def row_means_by_list(rows):
    return np.asarray([np.mean(row) for row in rows.tolist()])


def row_means_by_product(rows):
    return rows @ np.ones(rows.shape[1]) / rows.shape[1]


def row_means_by_einsum(rows):
    return np.einsum("nd->n", rows) / rows.shape[1]


def row_means_transposed(rows):
    return np.average(rows.T, axis=0)


def row_means_running(rows):
    total = np.zeros(len(rows))
    for column in range(rows.shape[1]):
        total += rows[:, column]
    total /= rows.shape[1]
    return total


def project_by_loops(x, w_query, w_key, w_value):
    def product(w):
        out = np.zeros((x.shape[0], w.shape[1]))
        for i in range(x.shape[0]):
            for j in range(w.shape[1]):
                out[i, j] = sum(x[i, k] * w[k, j] for k in range(x.shape[1]))
        return out

    return product(w_query), product(w_key), product(w_value)


def project_by_einsum(x, w_query, w_key, w_value):
    return tuple(np.einsum("nd,dk->nk", x, w) for w in (w_query, w_key, w_value))


def project_as_a_list(x, w_query, w_key, w_value):
    return [np.dot(x, w_query), np.dot(x, w_key), np.dot(x, w_value)]


def project_by_one_product(x, w_query, w_key, w_value):
    d_key = w_query.shape[1]
    every = x @ np.concatenate([w_query, w_key, w_value], axis=1)
    return np.split(every, [d_key, 2 * d_key], axis=1)


def project_transposed(x, w_query, w_key, w_value):
    return (w_query.T @ x.T).T, (w_key.T @ x.T).T, (w_value.T @ x.T).T


def project_in_float64(x, w_query, w_key, w_value):
    x = np.float64(x)
    return x.dot(w_query), x.dot(w_key), x.dot(w_value)


def attention_weights_by_loops(query, key):
    weights = np.zeros((len(query), len(key)))
    for i, q in enumerate(query):
        scores = [sum(a * b for a, b in zip(q, k, strict=True)) for k in key]
        powers = [np.exp(s - max(scores)) for s in scores]
        for j, power in enumerate(powers):
            weights[i, j] = power / sum(powers)
    return weights


def attention_weights_by_einsum(query, key):
    return softmax_by_logarithm(np.einsum("qd,kd->qk", query, key))


def attention_weights_swapped(query, key):
    return softmax_in_place_on_a_copy(np.matmul(key, query.T).T)


def attention_weights_by_broadcast(query, key):
    return softmax_in_float64((query[:, None, :] * key[None, :, :]).sum(-1))


def attention_weights_by_inner(query, key):
    return softmax_along_an_axis(np.inner(query, key))


def attend_by_loops(query, key, value):
    weights = attention_weights_by_loops(query, key)
    return np.array([sum(w * v for w, v in zip(row, value, strict=True)) for row in weights])


def attend_by_einsum(query, key, value):
    return np.einsum("qk,kv->qv", attention_weights_by_einsum(query, key), value)


def attend_swapped(query, key, value):
    return (value.T @ attention_weights_swapped(query, key).T).T


def attend_normalised_last(query, key, value):
    scores = query @ key.T
    powers = np.exp(scores - scores.max(1, keepdims=True))
    return powers @ value / powers.sum(1, keepdims=True)


def attend_row_by_row(query, key, value):
    rows = []
    for q in query:
        scores = key @ q
        powers = np.exp(scores - scores.max())
        rows.append(np.average(value, axis=0, weights=powers))
    return np.stack(rows)


def entropy_by_loops(weights):
    rows = weights.reshape(-1, weights.shape[-1])
    flat = [sum(-p * np.log2(p) for p in row if p > 0) for row in rows]
    return np.array(flat, dtype=float).reshape(weights.shape[:-1])


def entropy_where(weights):
    logs = np.zeros_like(weights)
    np.log2(weights, out=logs, where=weights > 0)
    return -(weights * logs).sum(-1)


def entropy_by_einsum(weights):
    smallest = np.finfo(weights.dtype).tiny
    return -np.einsum("...n,...n->...", weights, np.log2(weights.clip(smallest)))


def entropy_from_nats(weights):
    return -np.nansum(weights * np.log(weights), axis=-1) / np.log(2)


def entropy_with_something_tiny(weights):
    return -np.sum(weights * np.log2(weights + 1e-9), axis=-1)


def entropy_as_a_cross_entropy(weights):
    weights = np.asarray(weights, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(weights == 0, 0, weights * np.log2(1 / weights))
    return parts.sum(axis=weights.ndim - 1)


def sdpa_by_loops(query, key, value):
    leading = query.shape[:-2]
    output = np.zeros((*leading, query.shape[-2], value.shape[-1]))
    weights = np.zeros((*leading, query.shape[-2], key.shape[-2]))
    for index in np.ndindex(*leading):
        for i in range(query.shape[-2]):
            scores = key[index] @ query[index][i] / query.shape[-1] ** 0.5
            powers = np.exp(scores - scores.max())
            weights[index][i] = powers / powers.sum()
            output[index][i] = weights[index][i] @ value[index]
    return output, weights


def sdpa_by_einsum(query, key, value):
    scores = np.einsum("...qd,...kd->...qk", query, key) * key.shape[-1] ** -0.5
    weights = softmax_by_logarithm(scores)
    return np.einsum("...qk,...kv->...qv", weights, value), weights


def sdpa_scaled_query(query, key, value):
    query = query / np.sqrt(query.shape[-1])
    weights = softmax_in_place_on_a_copy(np.matmul(query, np.swapaxes(key, -2, -1)))
    return [np.matmul(weights, value), weights]


def sdpa_both_scaled(query, key, value):
    root = query.shape[-1] ** 0.25
    weights = softmax_in_float64((query / root) @ np.moveaxis(key / root, -1, -2))
    return weights @ value, weights


def sdpa_swapped(query, key, value):
    scores = (key @ query.swapaxes(-1, -2)).swapaxes(-1, -2) / np.sqrt(query.shape[-1])
    weights = softmax_by_loops(scores)
    return (value.swapaxes(-1, -2) @ weights.swapaxes(-1, -2)).swapaxes(-1, -2), weights


def sdpa_as_a_stack_of_tables(query, key, value):
    if query.ndim > 2:
        made = [sdpa_as_a_stack_of_tables(*one) for one in zip(query, key, value, strict=True)]
        return tuple(np.stack(part) for part in zip(*made, strict=True))
    weights = softmax_along_an_axis(query @ key.T / np.sqrt(query.shape[1]))
    return weights @ value, weights


RIGHT = {
    "row_means": [
        row_means_by_loops, row_means_by_list, row_means_by_product, row_means_by_einsum,
        row_means_transposed, row_means_running,
    ],
    "softmax": [
        softmax_by_loops, softmax_by_logarithm, softmax_in_place_on_a_copy, softmax_in_float64,
        softmax_along_an_axis, softmax_with_a_guard,
    ],
    "project": [
        project_by_loops, project_by_einsum, project_as_a_list, project_by_one_product,
        project_transposed, project_in_float64,
    ],
    "attention_weights": [
        attention_weights_by_loops, attention_weights_by_einsum, attention_weights_swapped,
        attention_weights_by_broadcast, attention_weights_by_inner,
    ],
    "attend": [
        attend_by_loops, attend_by_einsum, attend_swapped, attend_normalised_last,
        attend_row_by_row,
    ],
    "entropy": [
        entropy_by_loops, entropy_where, entropy_by_einsum, entropy_from_nats,
        entropy_with_something_tiny, entropy_as_a_cross_entropy,
    ],
    "scaled_dot_product_attention": [
        sdpa_by_loops, sdpa_by_einsum, sdpa_scaled_query, sdpa_both_scaled, sdpa_swapped,
        sdpa_as_a_stack_of_tables,
    ],
}  # fmt: skip


def test_right_answers_pass_in_any_style():
    all_pass(RIGHT)


@pytest.mark.parametrize("name", RIGHT)
def test_every_exercise_is_tried_in_five_styles(name):
    assert len(RIGHT[name]) >= 5
