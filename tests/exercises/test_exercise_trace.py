"""What a second run on watched arrays tells, and that it changes and judges nothing."""

import dataclasses
import time

import numpy as np
import pytest
from exercise_learners import EXERCISES, as_learner, named

from helpers.exercises.compare import alike, expected_trials
from helpers.exercises.judge import judge
from helpers.exercises.run import run
from helpers.exercises.time_limit import Budget
from helpers.exercises.trace import trace
from helpers.exercises.watch import Record, watched, watching

ATTENTION = named("scaled_dot_product_attention")


def by_columns(query, key, value):
    scores = query @ key.swapaxes(-1, -2) / np.sqrt(query.shape[-1])
    weights = np.exp(scores - scores.max())
    weights /= weights.sum(axis=-2, keepdims=True)
    return np.sin(weights) @ value, np.sin(weights)


def in_a_loop(query, key, value):
    """Entry by entry, into buffers of its own; a key is left out."""
    weights = np.zeros((*query.shape[:-1], key.shape[-2]), dtype=query.dtype)
    for place in np.ndindex(weights.shape[:-1]):
        for k in range(key.shape[-2]):
            weights[(*place, k)] = query[place] @ key[(*place[:-1], k)]
    weights = weights / np.sqrt(query.shape[-1])
    weights = np.exp(weights) / np.exp(weights).sum(axis=-1, keepdims=True)
    weights[..., -1] = 0
    return weights @ value, weights


def scaled_beforehand(query, key, value):
    """The scores come up transposed, the scale before them."""
    scores = np.einsum("...kd,...qd->...kq", key, query / np.sqrt(query.shape[-1]))
    weights = np.exp(scores).swapaxes(-1, -2) ** 1.01
    return weights @ value, weights


def fails_at_the_end(query, key, value):
    scores = np.asarray(query) @ np.asarray(key).swapaxes(-1, -2) / query.shape[-1] ** 0.5
    weights = np.exp(scores) / np.exp(scores).sum(-1)[..., None]
    return value @ weights, weights


@pytest.mark.parametrize(
    ("function", "marks", "words"),
    [
        (by_columns, "✔ scores ✔ scaled ✘ weights", "Your scaled scores are right; on the way to"),
        (in_a_loop, "✔ scores ✔ scaled ✔ weights ✘ output", "Your weights are right"),
        (scaled_beforehand, "✔ scores ✔ scaled ✘ weights", "right, with axes turned; on the way"),
        (fails_at_the_end, "✔ scores ✔ scaled ✔ weights ✘ output", "on the way to the output"),
    ],
)
def test_the_step_that_is_missing_is_told(function, marks, words):
    verdict = judge(ATTENTION, function)
    assert verdict.marks == marks
    assert marks in verdict.plain and marks in verdict._repr_html_()
    assert words in verdict.message or verdict.mistake, verdict.message
    assert words in first_trace(ATTENTION, function).sentence


def first_trace(exercise, function):
    for case in expected_trials(exercise):
        outcome = run(exercise, function, case.inputs, Budget(10))
        if not alike(outcome, case.expected, case.dtype):
            trial = dataclasses.replace(case, outcome=outcome)
            return trace(exercise, function, trial, Budget(10))
    raise AssertionError("the function is right")


def test_watching_changes_no_result():
    """Every reference comes to the same on watched arrays, and to every step of its chain."""
    for exercise in EXERCISES:
        for case in expected_trials(exercise):
            record = Record()
            inputs = {name: watched(value, record) for name, value in case.inputs.items()}
            outcome = run(exercise, watching(exercise.reference, record), inputs, Budget(10))
            assert alike(outcome, case.expected, case.dtype), f"{exercise.name}, {case.description}"


def test_a_step_that_is_right_is_found():
    """Of every chain: what the chain itself computes is praised to its end."""
    for exercise in EXERCISES:
        if exercise.chain is None or len(exercise.chain.values(case_of(exercise).inputs)) < 2:
            continue
        case = case_of(exercise)
        trial = dataclasses.replace(case, outcome=case.expected)
        function = as_learner(exercise.chain.function(0, way_of(exercise.chain.steps[0].right)))
        assert "✘" not in trace(exercise, function, trial, Budget(10)).marks, exercise.name


def case_of(exercise):
    return expected_trials(exercise)[0]


def way_of(function):
    return type("Way", (), {"function": staticmethod(function)})


def looks_at_its_type(query, key, value):
    if type(query) is not np.ndarray:
        raise RuntimeError("watched")
    return value, value


def counts_its_calls():
    calls = []

    def changing(query, key, value):
        calls.append(1)
        return value * len(calls), value

    return changing


class Own(np.ndarray):
    """A learner's own subclass, which answers for itself."""

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        plain = [np.asarray(value) for value in inputs]
        return getattr(ufunc, method)(*plain, **options).view(Own)


def with_a_class_of_its_own(query, key, value):
    mine = query.view(Own)
    return mine @ key.swapaxes(-1, -2) @ value, mine


@pytest.mark.parametrize(
    "function", [looks_at_its_type, counts_its_calls(), with_a_class_of_its_own]
)
def test_a_function_that_behaves_otherwise_is_explained_without(function):
    verdict = judge(ATTENTION, function)
    assert not verdict.passed
    assert "Watched" not in verdict.plain and "RuntimeError" not in verdict.plain
    if function is not with_a_class_of_its_own:
        assert verdict.marks == ""


def test_what_makes_arrays_is_numpys_own_again():
    before = np.asarray, np.array, np.zeros
    judge(ATTENTION, fails_at_the_end)
    assert (np.asarray, np.array, np.zeros) == before


def test_what_is_printed_under_watch_is_not_shown(capsys):
    def talking(query, key, value):
        print("once a call")
        return query, value

    verdict = judge(ATTENTION, talking)
    assert capsys.readouterr().out == ""
    assert verdict.printed == "once a call"


def test_watching_is_cheap():
    for function in (by_columns, in_a_loop, scaled_beforehand):
        first_trace(ATTENTION, function)
        began = time.process_time()
        first_trace(ATTENTION, function)
        assert time.process_time() - began < 0.5, function.__name__  # a twentieth, undisturbed


def test_two_mistakes_are_told_by_the_first():
    def two(query, key, value):
        scores = query @ key.swapaxes(-1, -2) / query.shape[-1]
        weights = np.exp(scores) / np.exp(scores).sum(axis=-2, keepdims=True)
        return weights @ value, weights

    verdict = judge(ATTENTION, two)
    assert verdict.mistake == "divided by the width"
    assert "your scores are right" in verdict.message
    assert any("Something else is wrong after that" in note for note in verdict.notes)
