"""Lesson 01's exercises: right answers in other styles pass, strangers are rejected unnamed."""

import numpy as np
from exercise_learners import all_pass, all_rejected

from helpers.attention import softmax


def scores_by_loops(state, memory):
    return np.array([sum(a * b for a, b in zip(state, row, strict=True)) for row in memory])


def scores_by_einsum(state, memory):
    return np.einsum("d,nd->n", state, memory)


def scores_transposed(state, memory):
    return state @ memory.T


def scores_by_broadcast(state, memory):
    return (memory * state[None, :]).sum(axis=1)


def scores_from_columns(state, memory):
    return (memory @ state[:, None])[:, 0]


def scores_in_float64(state, memory):
    return np.inner(np.float64(memory), np.float64(state))


def context_by_loops(weights, memory):
    total = np.zeros(memory.shape[1])
    for weight, row in zip(weights, memory, strict=True):
        total += weight * row
    return total


def context_by_einsum(weights, memory):
    return np.einsum("n,nd->d", weights, memory)


def context_by_average(weights, memory):
    return np.average(memory, axis=0, weights=weights)


def context_transposed(weights, memory):
    return memory.T @ weights


def context_by_broadcast(weights, memory):
    return (weights[:, np.newaxis] * memory).sum(axis=0)


def context_with_a_guard(weights, memory):
    return weights @ memory / (weights.sum() + 1e-12)


RIGHT = {
    "alignment_scores": [
        scores_by_loops, scores_by_einsum, scores_transposed, scores_by_broadcast,
        scores_from_columns, scores_in_float64,
    ],
    "context_vector": [
        context_by_loops, context_by_einsum, context_by_average, context_transposed,
        context_by_broadcast, context_with_a_guard,
    ],
}  # fmt: skip
WRONG = {
    "alignment_scores": {
        "first half of the width": lambda s, m: m[:, : len(s) // 2] @ s[: len(s) // 2],
        "a number added": lambda s, m: m @ s + 0.1 * np.arange(len(m), dtype=m.dtype),
        "mean word taken off": lambda s, m: (m - m.mean(0)) @ s,
        "squared": lambda s, m: (m @ s) ** 2,
        "twice scaled": lambda s, m: m @ s / len(s) ** 0.25,
        "state reversed": lambda s, m: m @ s[::-1],
    },
    "context_vector": {
        "largest two": lambda w, m: np.where(w >= np.sort(w)[-2], w, 0) @ m,
        "a thousandth too large": lambda w, m: w @ m * 1.001,
        "mean added": lambda w, m: (w @ m + m.mean(0)) / 2,
        "next word's weight": lambda w, m: np.roll(w, 1) @ m,
        "sharper": lambda w, m: softmax(2 * np.log(w)) @ m,
        "median": lambda w, m: np.median(m, axis=0),
        "columns reversed": lambda w, m: (w @ m)[::-1],
    },
}


def test_right_answers_pass_in_any_style():
    all_pass(RIGHT)


def test_wrong_answers_never_seen_before_are_rejected():
    all_rejected(WRONG, stages=("property", "value"))
