"""The cases with what the reference and the known mistakes make of them, computed once."""

import functools
from dataclasses import dataclass

from helpers.exercises.declare import TYPES
from helpers.exercises.results import alike
from helpers.exercises.sandbox import Budget, Outcome, run

_PLENTY = 60  # seconds: the learner's limit is not meant for what we wrote ourselves


@dataclass(frozen=True)
class ExpectedTrial:
    """A case in one floating type, and what the reference gives for it."""

    description: str
    inputs: dict
    dtype: str
    extreme: bool
    expected: Outcome


@functools.cache
def expected_trials(exercise):
    """Every case in every floating type it is declared for: ordinary ones first, float64 first."""
    found = []
    for extreme in (False, True):
        for dtype in TYPES:
            found += [
                _expected(exercise, case, dtype)
                for case in exercise.cases
                if case.extreme == extreme and dtype in case.dtypes
            ]
    if not found:
        raise ValueError(f"{exercise.name} declares no case, so nothing can be compared.")
    return tuple(found)


def _expected(exercise, case, dtype):
    inputs = case.inputs(dtype)
    expected = run(exercise, exercise.reference, inputs, Budget(_PLENTY))
    if expected.error is not None:
        raise expected.error
    return ExpectedTrial(case.description, inputs, dtype, case.extreme, expected)


@functools.cache
def mistaken_outcomes(exercise, mistake):
    """What a mistake makes of every trial, in the same order."""
    return tuple(
        run(exercise, mistake.function, trial.inputs, Budget(_PLENTY))
        for trial in expected_trials(exercise)
    )


def matching_mistake(exercise, outcomes):
    """The declared mistake that gives these outcomes on the first trials, or None.

    outcomes: one for each of the first trials of the exercise. Where all are right, the answer
    is None, so that a right function has no mistake.
    """
    trials = expected_trials(exercise)[: len(outcomes)]
    dtypes = [trial.dtype for trial in trials]
    if all(map(alike, outcomes, [trial.expected for trial in trials], dtypes)):
        return None
    for mistake in exercise.mistakes:
        if all(map(alike, outcomes, mistaken_outcomes(exercise, mistake), dtypes)):
            return mistake
    return None
