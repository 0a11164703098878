"""Answers that are right on every declared case, and wrong under other circumstances."""

import numpy as np
import pytest
from exercise_learners import EXERCISES, named, right

from helpers.exercises.circumstances import further_trials
from helpers.exercises.compare import expected_trials
from helpers.exercises.judge import judge


def means_in_a_buffer_like_the_input(rows):
    means = np.zeros_like(rows[:, 0])
    for i, row in enumerate(rows):
        means[i] = row.mean()
    return means


def softmax_in_a_buffer_like_the_input(scores):
    weights = np.empty_like(scores)
    weights[...] = right(scores)
    return weights


def softmax_squeezed(scores):
    return np.squeeze(right(scores))


def softmax_in_the_order_of_memory(scores):
    return right(scores.ravel(order="K").reshape(scores.shape))


def softmax_by_strides(scores):
    size = scores.itemsize
    strides = tuple(size * int(np.prod(scores.shape[i + 1 :])) for i in range(scores.ndim))
    return right(np.lib.stride_tricks.as_strided(scores, scores.shape, strides))


KNOWN = {trial.inputs["scores"].shape for trial in expected_trials(named("softmax"))}


def softmax_of_shapes_typed_in(scores):
    return right(scores) if scores.shape in KNOWN or scores.shape[-1] == 1 else scores


def softmax_wrong_for_what_is_hidden(scores):
    return right(scores) * (1 + 0 * scores)


WRONG = [
    ("row_means", means_in_a_buffer_like_the_input, "with whole numbers, the result holds whole"),
    ("softmax", softmax_in_a_buffer_like_the_input, "with whole numbers, the result holds whole"),
    ("softmax", softmax_squeezed, "with a last axis of size 1, the shape of the result is (4,)"),
    ("softmax", softmax_in_the_order_of_memory, "with rows and columns in each other's place"),
    ("softmax", softmax_by_strides, "with every second number of a larger array, "),
    ("softmax", softmax_of_shapes_typed_in, "with one entry fewer along every axis, "),
    ("softmax", softmax_wrong_for_what_is_hidden, "3 of 18 values are NaN"),
]


@pytest.mark.parametrize(
    ("name", "function", "words"), WRONG, ids=[f.__name__ for _, f, _ in WRONG]
)
def test_what_is_wrong_under_other_circumstances_is_told_with_them(name, function, words):
    verdict = judge(named(name), function)
    assert not verdict.passed and verdict.mistake is None
    assert verdict.message.startswith(f"{name}: {words}"), verdict.message


def test_the_first_case_is_asked_once_more_at_the_end():
    calls = []

    def softmax(scores, last=float("inf")):
        calls.append(scores)
        return right(scores) * (1 if len(calls) < last else 0.5)

    assert judge(named("softmax"), softmax).passed
    assert np.array_equal(calls[0], calls[-1])
    last = len(calls)
    calls.clear()
    verdict = judge(named("softmax"), lambda scores: softmax(scores, last))
    assert verdict.message.startswith("softmax: called once more, the values are 0.5 times")


def test_nobody_promised_whole_numbers():
    """An answer that raises for them is right for what was asked."""

    def softmax(scores):
        weights = scores.copy()
        weights -= weights.max(axis=-1, keepdims=True)
        np.exp(weights, out=weights)  # raises for whole numbers
        weights /= weights.sum(axis=-1, keepdims=True)
        return weights

    assert judge(named("softmax"), softmax).passed


def test_inputs_lie_in_memory_as_is_said():
    seen = []

    def softmax(scores):
        seen.append((scores.flags.c_contiguous, scores.flags.f_contiguous, scores.dtype.kind))
        return right(scores)

    assert judge(named("softmax"), softmax).passed
    assert (False, False, "f") in seen  # every second number
    assert (False, True, "f") in seen  # columns first
    assert (True, False, "i") in seen  # whole numbers


def test_every_exercise_is_asked_once_more_at_least():
    for declared in EXERCISES:
        found = [trial.circumstance for trial in further_trials(declared)]
        assert found[-1] == "called once more" and len(set(found)) == len(found), declared.name


def test_a_symptom_in_another_type_says_in_which():
    def softmax(scores):
        return right(scores) if scores.dtype == np.float64 else scores / 2

    assert judge(named("softmax"), softmax).message.startswith("softmax: in float32, ")
