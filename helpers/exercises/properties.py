"""Putting the properties of an exercise to the test on what the learner's function returned."""

import inspect

import numpy as np

from helpers.exercises import words
from helpers.exercises.declare import FLOATS
from helpers.exercises.finding import Finding
from helpers.exercises.sandbox import run


class _Unanswered(Exception):
    """A further call of the learner's function came to nothing. Its text is the symptom."""


def same(one, other):
    """Whether two arrays have one shape and equal numbers, up to float32 rounding."""
    if np.shape(one) != np.shape(other):
        return False
    size = np.max(np.abs(other), initial=0, where=np.isfinite(other))
    return np.allclose(one, other, rtol=1e-4, atol=1e-6 * max(size, 1e-30), equal_nan=True)


def first_broken(exercise, function, trials, budget):
    """The first property that does not hold on some trial, as a Finding, or None."""
    fine = [trial for trial in trials if trial.dtype in FLOATS]  # float16 is too coarse for `same`
    for declared in exercise.properties:
        for trial in fine:
            symptom = _test(exercise, function, declared, trial, budget)
            if symptom:
                return Finding("property", symptom, declared.advice or "")
    return None


def _test(exercise, function, declared, trial, budget):
    """None where it holds or is not asked, else the symptom."""

    def call(**changes):
        return _arrays(exercise, run(exercise, function, trial.inputs | changes, budget), changes)

    arrays = trial.outcome.result.arrays
    # Copies, so that a property that works in place spoils nobody's inputs.
    known = {name: _copy(value) for name, value in trial.inputs.items()} | {"call": call}
    known |= {name: array.copy() for name, array in zip(exercise.gives, arrays, strict=True)}
    known |= {"result": arrays[0].copy()}
    asked = inspect.signature(declared.holds).parameters
    if not set(asked) <= set(known):
        return None
    try:
        with np.errstate(all="ignore"):
            answer = declared.holds(**{name: known[name] for name in asked})
    except _Unanswered as unanswered:
        return str(unanswered)
    if isinstance(answer, str):
        return answer
    return None if answer else f"this should hold and does not: {declared.statement}"


def _copy(value):
    return value.copy() if isinstance(value, np.ndarray) else value


def _arrays(exercise, outcome, changes):
    call = words.call(exercise.name, changes)
    if outcome.error is not None:
        raise _Unanswered(f"{call} raised {words.error(outcome.error)}")
    if outcome.too_slow:
        raise _Unanswered(f"{call} gave no result within {outcome.too_slow:g} seconds")
    arrays = outcome.result.arrays
    if arrays is None or len(arrays) != len(exercise.gives):
        raise _Unanswered(f"{call} returned {outcome.result.kind}, and arrays were expected")
    return arrays if exercise.several else arrays[0]
