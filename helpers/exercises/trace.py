"""Which steps a wrong answer did take rightly: told from a second run, on watched arrays.

The values that the steps should have come to are looked for in the record of what was computed.
The last one that is there is praised, the first that is missing is where it went wrong. This
explains and never judges; a function that behaves otherwise when watched is left alone.
"""

import itertools
from dataclasses import dataclass

import numpy as np

from helpers.exercises import words
from helpers.exercises.compare import alike, is_close
from helpers.exercises.undisturbed import undisturbed
from helpers.exercises.watch import second_run

_PIECES = 64


@dataclass(frozen=True)
class Trace:
    """marks: the steps with ✔, and the first that is missing with ✘. sentence: where it parts.

    Both are empty where nothing can be said.
    """

    marks: str = ""
    sentence: str = ""


@dataclass(frozen=True, order=True)
class Place:
    """Where in a record a value stands: the number of the array, and whether its axes turned."""

    number: int
    turned: bool = False


def trace(exercise, function, trial, budget):
    """The Trace of a function on a trial where it is wrong."""
    if exercise.chain is None or trial.outcome.too_slow or budget.left <= 0:
        return Trace()
    record = _watch(exercise, function, trial, budget)
    if record is None:
        return Trace()
    with undisturbed():
        steps = exercise.chain.values(trial.inputs)
    if len(steps) < 2:
        return Trace()
    places = [_find_all(step, values, record, trial.dtype) for step, values in steps]
    found = [k for k, place in enumerate(places) if place is not None]
    if not found and record.left:
        return Trace()  # it went on with arrays that are not watched
    missing = found[-1] + 1 if found else 0  # whoever has a later step has the ones before it
    marks = [f"✔ {step.label}" for step, _ in steps[:missing]]
    marks += [f"✘ {step.label}" for step, _ in steps[missing : missing + 1]]
    return Trace(" ".join(marks), _sentence(steps, missing, places, record, trial))


def _watch(exercise, function, trial, budget):
    """The Record of a second run, or None where it did something else than the first."""
    record, again = second_run(exercise, function, trial.inputs, budget.left)
    first = trial.outcome
    if first.error is not None or again.error is not None:
        return record if type(first.error) is type(again.error) else None
    if not alike(first, again, trial.dtype):
        return None
    for array in first.result.arrays or ():  # single numbers are no arrays that could be watched
        record.note(array)
    return record


def _sentence(steps, missing, places, record, trial):
    failed = trial.outcome.error is not None
    if missing == len(steps) and failed:
        return "All steps came up rightly, and it fails after them"
    if missing == len(steps):
        return "All steps came up rightly on the way, and something else is returned"
    wanted = steps[missing][0]
    if not missing:
        return (
            f"It fails before the {wanted.said} {wanted.verb} there"
            if failed
            else f"Already the {wanted.said} {wanted.verb} not what {wanted.pronoun} should be"
        )
    before, place = steps[missing - 1][0], places[missing - 1]
    said = f"Your {before.said} {before.verb} right"
    if place is not None and place.turned:
        said += ", with axes turned"
    said += f"; on the way to the {wanted.said}"
    if failed:
        return f"{said} it fails"
    pattern = place and _pattern(steps[missing], place, record, trial.dtype)
    return f"{said} something else happens{f': {pattern}' if pattern else ''}"


def _pattern(step, place, record, dtype):
    """What is to be seen in the array that stands where the missing step's value should."""
    for wanted in step[1]:
        came = [a for a in record.arrays[place.number + 1 :] if a.shape == wanted.shape]
        if came and came[-1].dtype.kind == wanted.dtype.kind == "f":
            bad = ~np.isfinite(came[-1]) & np.isfinite(wanted)
            if bad.any():
                return f"{bad.sum()} of {bad.size} values are NaN or infinite"
            return words.pattern_of_values(came[-1], wanted, dtype)
    return None


def _find_all(step, values, record, dtype):
    """The last Place of a step's values in the record; None where one of them is missing."""
    places = [_find(np.asarray(value), record, step.any_shift, dtype) for value in values]
    return None if None in places else max(places)


def _find(wanted, record, any_shift, dtype):
    """The Place of an array in the record: as it is, turned, or in pieces."""
    for number, array in enumerate(record.arrays):
        if sorted(array.shape) == sorted(wanted.shape):
            for axes in itertools.permutations(range(wanted.ndim)):
                if _same(array.transpose(axes), wanted, any_shift, dtype):
                    return Place(number, axes != tuple(range(wanted.ndim)))
    if wanted.ndim > 1 and len(wanted) <= _PIECES:
        pieces = [_find(piece, record, any_shift, dtype) for piece in wanted]
        if None not in pieces:
            return max(pieces)
    if _among(wanted, record.numbers, dtype):
        return Place(len(record.arrays))
    return None


def _same(array, wanted, any_shift, dtype):
    if array.shape != wanted.shape:
        return False
    if np.all(is_close(array, wanted, dtype)):
        return True
    return (
        any_shift
        and array.dtype.kind == "f"
        and bool(np.all(is_close(_from_largest(array), _from_largest(wanted), dtype)))
    )


def _from_largest(array):
    """Every row counted from its largest number, so that a number added to the row is gone."""
    with np.errstate(invalid="ignore"):
        return array - array.max(axis=-1, keepdims=True)


def _among(wanted, numbers, dtype):
    """Whether all numbers came up one at a time, as they do in a loop over places."""
    if wanted.size == 0 or len(numbers) < max(2, wanted.size):
        return False
    known, flat = np.sort(np.array(numbers)), np.asarray(wanted, dtype=float).ravel()
    after = np.searchsorted(known, flat).clip(1, len(known) - 1)
    nearer = np.abs(known[after] - flat) < np.abs(known[after - 1] - flat)
    return bool(np.all(is_close(np.where(nearer, known[after], known[after - 1]), flat, dtype)))
