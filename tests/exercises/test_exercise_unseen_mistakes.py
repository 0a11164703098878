"""Wrong answers that no declaration knows: each is rejected all the same, and not misnamed."""

import numpy as np
from exercise_learners import EXERCISES, all_rejected

from helpers.attention import scaled_dot_product_attention as attention
from helpers.attention import softmax


def _weights(query, key, scale=1.0):
    return softmax(query @ np.swapaxes(key, -1, -2) * scale)


def _pair(query, key, value, change):
    weights = change(_weights(query, key, query.shape[-1] ** -0.5))
    return weights @ value, weights


WRONG = {
    "row_means": {
        "trimmed": lambda rows: np.sort(rows, axis=-1)[:, 1:-1].mean(-1),
        "rounded to 2 digits": lambda rows: rows.mean(-1).round(2),
        "first two columns": lambda rows: rows[:, :2].mean(-1),
        "reversed": lambda rows: rows.mean(-1)[::-1],
        "zeros": lambda rows: np.zeros(len(rows)),
        "same for all rows": lambda rows: np.full(len(rows), rows[0].mean()),
        "a thousandth too large": lambda rows: rows.mean(-1) * 1.001,
        "only when short": lambda rows: rows.mean(-1) if len(rows) < 5 else rows.sum(-1),
    },
    "softmax": {
        "cubes": lambda s: np.abs(s) ** 3 / (np.abs(s) ** 3).sum(-1, keepdims=True),
        "softplus": lambda s: np.logaddexp(0, s) / np.logaddexp(0, s).sum(-1, keepdims=True),
        "clipped at 5": lambda s: softmax(np.clip(s - s.max(-1, keepdims=True), -1, 0)),
        "uniform": lambda s: np.full_like(s, 1 / s.shape[-1]),
        "sorted": lambda s: np.sort(softmax(s), axis=-1),
        "reversed": lambda s: softmax(s)[..., ::-1],
        "shares of ranks": lambda s: softmax(s.argsort(-1).argsort(-1).astype(s.dtype)),
        "large guard": lambda s: softmax(s) / 1.01,
        "first column left out": lambda s: softmax(np.where(np.arange(s.shape[-1]) == 0, -1e3, s)),
        "wrong far out only": lambda s: softmax(np.clip(s, -100, 100)),
    },
    "project": {
        "bias": lambda x, q, k, v: (x @ q + 1, x @ k + 1, x @ v + 1),
        "tanh": lambda x, q, k, v: tuple(np.tanh(x @ w) for w in (q, k, v)),
        "key of the reversed words": lambda x, q, k, v: (x @ q, x[::-1] @ k, x @ v),
        "value negative": lambda x, q, k, v: (x @ q, x @ k, -(x @ v)),
        "mean added": lambda x, q, k, v: tuple((x - x.mean()) @ w for w in (q, k, v)),
        "first word only": lambda x, q, k, v: tuple(
            np.repeat((x @ w)[:1], len(x), axis=0) for w in (q, k, v)
        ),
        "columns reversed": lambda x, q, k, v: (x @ q, x @ k, (x @ v)[:, ::-1]),
        "input normalised": lambda x, q, k, v: tuple(
            x / np.linalg.norm(x, axis=-1, keepdims=True) @ w for w in (q, k, v)
        ),
    },
    "attention_weights": {
        "keys reversed": lambda q, k: _weights(q, k[::-1]),
        "first width only": lambda q, k: _weights(q[:, :1], k[:, :1]),
        "squared weights": lambda q, k: _weights(q, k) ** 2,
        "centred queries": lambda q, k: _weights(q - q.mean(0), k),
        "small weights dropped": lambda q, k: np.where(_weights(q, k) < 0.05, 0, _weights(q, k)),
        "manhattan": lambda q, k: softmax(-np.abs(q[:, None] - k).sum(-1)),
        "uniform": lambda q, k: np.full((len(q), len(k)), 1 / len(k)),
        "tanh of the scores": lambda q, k: softmax(np.tanh(q @ k.T)),
    },
    "attend": {
        "values reversed": lambda q, k, v: _weights(q, k) @ v[::-1],
        "squared weights": lambda q, k, v: _weights(q, k) ** 2 @ v,
        "sum of the values added": lambda q, k, v: _weights(q, k) @ v + v.sum(0),
        "first value for all": lambda q, k, v: np.repeat(v[:1], len(q), axis=0),
        "relu": lambda q, k, v: np.maximum(_weights(q, k) @ v, 0),
        "centred": lambda q, k, v: _weights(q, k) @ (v - v.mean(0)),
        "two best keys": lambda q, k, v: softmax(
            np.where(np.argsort(np.argsort(-(q @ k.T), -1), -1) < 2, q @ k.T, -1e9)
        )
        @ v,
    },
    "entropy": {
        "a weight missing": lambda w: _entropy(w[..., 1:]),
        "Renyi of order 3": lambda w: -np.log2((w**3).sum(-1)) / 2,
        "plus one": lambda w: _entropy(w) + 1,
        "number of nonzero weights": lambda w: np.log2((w > 0).sum(-1)),
        "rounded": lambda w: _entropy(w).round(1),
        "reversed rows": lambda w: _entropy(w)[::-1] if w.ndim > 1 else _entropy(w) * 1.1,
        "small weights ignored": lambda w: _entropy(np.where(w < 0.05, 0, w)),
        "variance": lambda w: w.var(-1),
    },
    "scaled_dot_product_attention": {
        "cube root": lambda q, k, v: attention(q, k, v, scale=q.shape[-1] ** (-1 / 3)),
        "root of d + 1": lambda q, k, v: attention(q, k, v, scale=(q.shape[-1] + 1) ** -0.5),
        "root of the root": lambda q, k, v: attention(q, k, v, scale=q.shape[-1] ** -0.25),
        "squared weights": lambda q, k, v: _pair(q, k, v, np.square),
        "small weights dropped": lambda q, k, v: _pair(q, k, v, lambda w: np.where(w < 0.05, 0, w)),
        "right output, weights of others": lambda q, k, v: (
            attention(q, k, v)[0], np.full_like(attention(q, k, v)[1], 1 / k.shape[-2])
        ),
        "right weights, output of zeros": lambda q, k, v: (
            0 * attention(q, k, v)[0], attention(q, k, v)[1]
        ),
        "own place hidden": lambda q, k, v: attention(
            q, k, v, mask=~np.eye(q.shape[-2], k.shape[-2], dtype=bool)
        ),
        "keys reversed": lambda q, k, v: attention(q, k[..., ::-1, :], v),
        "first batch for all": lambda q, k, v: attention(
            np.broadcast_to(q[:1], q.shape), np.broadcast_to(k[:1], k.shape), v
        ) if q.ndim > 2 else attention(q, k, v),
        "output averaged over queries": lambda q, k, v: (
            0 * attention(q, k, v)[0] + attention(q, k, v)[0].mean(-2, keepdims=True),
            attention(q, k, v)[1],
        ),
    },
}  # fmt: skip


def _entropy(weights):
    return -(weights * np.log2(np.where(weights > 0, weights, 1))).sum(-1)


def test_wrong_answers_never_seen_before_are_rejected():
    all_rejected(WRONG, stages=("property", "value", "type"))


def test_every_exercise_of_the_foundation_meets_six_strangers():
    for declared in EXERCISES:
        if declared.lesson in (0, 2, 3):
            assert len(WRONG[declared.name]) >= 6, declared.name
