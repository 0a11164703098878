"""Lesson 04: right answers in other styles pass, wrong ones nobody declared are rejected."""

import numpy as np
from exercise_learners import all_pass, all_rejected, named

from helpers.attention import MultiHeadAttention, softmax
from helpers.attention import scaled_dot_product_attention as attention
from helpers.exercises.judge import judge


def self_in_full(x, w_query, w_key, w_value):
    query, key, value = x @ w_query, x @ w_key, x @ w_value
    scores = query @ key.T / np.sqrt(key.shape[-1])
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = e / e.sum(axis=-1, keepdims=True)
    return weights @ value, weights


def self_by_loops(x, w_query, w_key, w_value):
    output, weights = [], []
    for row in x:
        scores = np.array([(row @ w_query) @ (other @ w_key) for other in x])
        shares = softmax(scores / w_key.shape[1] ** 0.5)
        weights.append(shares)
        output.append(sum(share * (other @ w_value) for share, other in zip(shares, x)))  # noqa: B905
    return np.array(output), np.array(weights)


def self_by_einsum(x, w_query, w_key, w_value):
    scores = np.einsum("qm,md,nd->qn", x, w_query, np.einsum("nm,md->nd", x, w_key))
    weights = softmax(scores / np.sqrt(w_query.shape[1]))
    return np.einsum("qk,km,mv->qv", weights, x, w_value), weights


def self_projected_last(x, w_query, w_key, w_value):
    _, weights = attention(x @ w_query, x @ w_key, x)
    return weights @ x @ w_value, weights


def self_by_one_product(x, w_query, w_key, w_value):
    d_key = w_key.shape[1]
    made = x @ np.concatenate([w_query, w_key, w_value], axis=1)
    return list(attention(made[:, :d_key], made[:, d_key : 2 * d_key], made[:, 2 * d_key :]))


def self_by_one_head(x, w_query, w_key, w_value):
    identity = np.eye(w_value.shape[1], dtype=x.dtype)
    output, weights = MultiHeadAttention(w_query, w_key, w_value, identity, 1)(x)
    return output, weights[0]


def cross_in_full(x, context, w_query, w_key, w_value):
    scores = (x @ w_query) @ (context @ w_key).T
    scores = scores / np.sqrt(w_key.shape[-1])
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = e / e.sum(axis=-1, keepdims=True)
    return weights @ (context @ w_value), weights


def cross_query_by_query(x, context, w_query, w_key, w_value):
    key, value = context @ w_key, context @ w_value
    rows = [attention(row[None] @ w_query, key, value) for row in x]
    return tuple(np.concatenate(part) for part in zip(*rows))  # noqa: B905


def cross_by_einsum(x, context, w_query, w_key, w_value):
    weights = softmax(
        np.einsum("qm,md,kc,cd->qk", x, w_query, context, w_key) / np.sqrt(w_key.shape[-1])
    )
    return np.einsum("qk,kc,cv->qv", weights, context, w_value), weights


def cross_with_matrices_joined(x, context, w_query, w_key, w_value):
    joined = w_query @ w_key.T / np.sqrt(w_query.shape[1])
    weights = softmax(x @ joined @ context.T)
    return weights @ context @ w_value, weights


def cross_scaled_query(x, context, w_query, w_key, w_value):
    query = x @ (w_query / np.sqrt(w_query.shape[1]))
    return attention(query, context @ w_key, context @ w_value, scale=1.0)


def cross_in_float64(*arrays):
    x, context, w_query, w_key, w_value = (np.asarray(array, float) for array in arrays)
    return attention(x @ w_query, context @ w_key, context @ w_value)


RIGHT = {
    "self_attention": [
        self_in_full, self_by_loops, self_by_einsum, self_projected_last, self_by_one_product,
        self_by_one_head,
    ],
    "cross_attention": [
        cross_in_full, cross_query_by_query, cross_by_einsum, cross_with_matrices_joined,
        cross_scaled_query, cross_in_float64,
    ],
}  # fmt: skip


def test_right_answers_pass_in_any_style():
    all_pass(RIGHT)


WRONG = {
    "self_attention": {
        "words reversed as keys": lambda x, q, k, v: attention(x @ q, x[::-1] @ k, x @ v),
        "words reversed as values": lambda x, q, k, v: attention(x @ q, x @ k, x[::-1] @ v),
        "centred": lambda x, q, k, v: attention((x - x.mean(0)) @ q, x @ k, x @ v),
        "first word for all": lambda x, q, k, v: attention(0 * x @ q + x[0] @ q, x @ k, x @ v),
        "weights squared": lambda x, q, k, v: _mixed(attention(x @ q, x @ k, x @ v)[1] ** 2, x @ v),
        "first word hidden": lambda x, q, k, v: attention(
            x @ q, x @ k, x @ v, mask=np.arange(len(x)) > 0
        ),
    },
    "cross_attention": {
        "context reversed as keys": lambda x, c, q, k, v: attention(x @ q, c[::-1] @ k, c @ v),
        "context reversed as values": lambda x, c, q, k, v: attention(x @ q, c @ k, c[::-1] @ v),
        "output of the first query": lambda x, c, q, k, v: attention(
            0 * x @ q + x[0] @ q, c @ k, c @ v
        ),
        "queries reversed": lambda x, c, q, k, v: attention(x[::-1] @ q, c @ k, c @ v),
        "first row of the context hidden": lambda x, c, q, k, v: attention(
            x @ q, c @ k, c @ v, mask=np.arange(len(c)) > 0
        ),
        "context shifted": lambda x, c, q, k, v: attention(x @ q, c @ k, np.roll(c, 1, 0) @ v),
    },
}  # fmt: skip


def _mixed(weights, value):
    return weights @ value, weights


def test_wrong_answers_never_seen_before_are_rejected():
    all_rejected(WRONG, stages=("property", "value"))


def test_calling_cross_with_x_twice_is_no_way_round_the_exercise():
    """Self-attention written as cross-attention is right; the other way round is named."""

    def self_attention(x, w_query, w_key, w_value):
        return cross_in_full(x, x, w_query, w_key, w_value)

    def cross_attention(x, context, w_query, w_key, w_value):
        return self_in_full(x, w_query, w_key, w_value)

    assert judge(named("self_attention"), self_attention).passed
    assert judge(named("cross_attention"), cross_attention).mistake == "self where cross was asked"
