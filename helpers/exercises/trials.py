"""The cases with what the reference and the known mistakes make of them, computed once."""

import functools
from dataclasses import dataclass

from helpers.exercises.results import alike
from helpers.exercises.sandbox import Budget, Outcome, run


@dataclass(frozen=True)
class ExpectedTrial:
    """A case in one floating type, and what the reference gives for it."""

    description: str
    inputs: dict
    dtype: str
    expected: Outcome


@functools.cache
def expected_trials(exercise):
    """Every case in every floating type it is declared for: the cases in float64 come first."""
    found = []
    for dtype in ("float64", "float32"):
        for case in exercise.cases:
            if dtype not in case.dtypes:
                continue
            inputs = case.inputs(dtype)
            expected = run(exercise, exercise.reference, inputs, Budget(60))
            if expected.error is not None:
                raise expected.error
            found.append(ExpectedTrial(case.description, inputs, dtype, expected))
    if not found:
        raise ValueError(f"{exercise.name} declares no case, so nothing can be compared.")
    return tuple(found)


@functools.cache
def mistaken_outcomes(exercise, mistake):
    """What a mistake makes of every trial, in the same order."""
    return tuple(
        run(exercise, mistake.function, trial.inputs, Budget(60))
        for trial in expected_trials(exercise)
    )


def matching_mistake(exercise, outcomes):
    """The declared mistake that gives these outcomes on every trial, or None.

    A mistake differs from the reference on at least one trial, so a right answer matches none.
    """
    trials = expected_trials(exercise)
    if len(outcomes) < len(trials):
        return None  # it was stopped on the way
    expected = [trial.expected for trial in trials]
    dtypes = [trial.dtype for trial in trials]
    if all(map(alike, outcomes, expected, dtypes)):
        return None
    for mistake in exercise.mistakes:
        # The cheap look first: most mistakes differ on the first trial already.
        if all(map(alike, outcomes, mistaken_outcomes(exercise, mistake), dtypes)):
            return mistake
    return None
