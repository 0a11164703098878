"""Scores and ablation: right answers in other styles pass, strangers do not."""

import numpy as np
from exercise_learners import all_pass, all_rejected, as_learner, named

from helpers import heads
from helpers.exercises.judge import judge


def previous_by_loops(weights):
    scores = []
    for head in weights:
        total = 0.0
        for query in range(1, len(head)):
            total += head[query, query - 1]
        scores.append(total / (len(head) - 1))
    return np.array(scores)


def previous_by_diagonal(weights):
    return np.diagonal(weights, -1, axis1=-2, axis2=-1).mean(-1)


def previous_by_trace(weights):
    return np.trace(weights[:, 1:], axis1=1, axis2=2) / (weights.shape[1] - 1)


def previous_by_einsum(weights):
    return np.einsum("hii->h", weights[:, 1:, :-1]) / (weights.shape[-1] - 1)


def previous_by_mask(weights):
    return weights[:, np.eye(weights.shape[-1], k=-1, dtype=bool)].mean(axis=1)


def previous_head_by_head(weights):
    return np.array([float(np.diag(head, -1).mean()) for head in weights])


def induction_by_loops(weights, tokens):
    totals, count = np.zeros(len(weights)), 0
    for query in range(len(tokens)):
        for key in range(query - 1, -1, -1):
            if tokens[key] == tokens[query]:
                totals += weights[:, query, key + 1]
                count += 1
                break
    return totals / count


def induction_by_memory(weights, tokens):
    last, found = {}, []
    for query, token in enumerate(tokens.tolist()):
        if token in last:
            found.append(weights[:, query, last[token] + 1])
        last[token] = query
    return np.array(found).mean(axis=0)


def induction_by_table(weights, tokens):
    n = len(tokens)
    earlier = (tokens[:, None] == tokens) & np.tri(n, k=-1, dtype=bool)
    queries = np.flatnonzero(earlier.any(axis=1))
    latest = n - 1 - earlier[queries][:, ::-1].argmax(axis=1)
    return weights[:, queries, latest + 1].mean(axis=1)


def ablate_by_stack(head_outputs, head):
    return np.stack([
        np.tile(one.mean(0), (len(one), 1)) if i == head else one
        for i, one in enumerate(head_outputs)
    ])  # fmt: skip


def ablate_by_where(head_outputs, head):
    chosen = np.arange(len(head_outputs))[:, None, None] == head
    return np.where(chosen, head_outputs.mean(axis=1, keepdims=True), head_outputs)


def ablate_by_matrix(head_outputs, head):
    n = head_outputs.shape[1]
    mixing = np.tile(np.eye(n), (len(head_outputs), 1, 1))
    mixing[head] = 1 / n
    return mixing @ head_outputs


RIGHT = {
    "previous_token_score": [
        previous_by_loops, previous_by_diagonal, previous_by_trace, previous_by_einsum,
        previous_by_mask, previous_head_by_head, as_learner(heads.previous_token_score),
    ],
    "induction_score": [
        induction_by_loops, induction_by_memory, induction_by_table,
        as_learner(heads.induction_score),
    ],
    "ablate_head": [
        ablate_by_stack, ablate_by_where, ablate_by_matrix,
        lambda head_outputs, head: heads.ablate_head(head_outputs, head),
    ],
}  # fmt: skip


def test_right_answers_pass_in_any_style():
    all_pass(RIGHT)


def spoil_input(head_outputs, head):
    head_outputs[head] = head_outputs[head].mean(axis=0)
    return head_outputs


def test_changing_what_was_passed_in_is_told():
    verdict = judge(named("ablate_head"), spoil_input)
    assert not verdict.passed and "head_outputs" in verdict.message
    assert "chang" in verdict.message, verdict.message


WRONG = {
    "previous_token_score": {
        "squared": lambda w: np.square(np.diagonal(w, -1, axis1=1, axis2=2)).mean(-1),
        "heads reversed": lambda w: previous_by_diagonal(w)[::-1],
        "rounded": lambda w: np.round(previous_by_diagonal(w), 1),
        "uniform taken off": lambda w: previous_by_diagonal(w) - 1 / w.shape[-1],
    },
    "induction_score": {
        "squared": lambda w, t: induction_by_loops(w**2, t),
        "heads reversed": lambda w, t: induction_by_loops(w, t)[::-1],
        "tokens reversed": lambda w, t: induction_by_loops(w, t[::-1]),
        "first half only": lambda w, t: induction_by_loops(w, t[: len(t) // 2 + 2]),
    },
    "ablate_head": {
        "half way": lambda o, h: (ablate_by_where(o, h) + o) / 2,
        "two heads": lambda o, h: ablate_by_where(ablate_by_where(o, h), (h + 1) % len(o)),
        "sign turned": lambda o, h: np.where(np.arange(len(o))[:, None, None] == h, -o, o),
    },
}


def test_wrong_answers_never_seen_before_are_rejected():
    all_rejected(WRONG)


def test_the_lessons_scores_are_those_of_the_exercise():
    """helpers.heads and the exercise measure the same; the report and the lesson agree."""
    for trial in named("induction_score").cases:
        given = trial.inputs()
        np.testing.assert_allclose(
            heads.induction_score(**given), named("induction_score").reference(**given)
        )
