"""What a function made of the cases, beside what the reference makes of them.

What was written by us is run once a process, and kept.
"""

import contextlib
import contextvars
import functools
from dataclasses import dataclass

import numpy as np

from helpers.exercises.declare import TYPES
from helpers.exercises.run import Outcome, run
from helpers.exercises.time_limit import Budget
from helpers.exercises.undisturbed import undisturbed

PLENTY = 60  # seconds: the learner's limit is not meant for what we wrote ourselves
# Relative, and absolute as a share of the largest expected value. Loose enough for every order of
# summation and for a guard such as log(w + 1e-9), tight enough for a cast to float32 to show.
_TOLERANCE = {"float64": (1e-7, 1e-8), "float32": (1e-4, 1e-5), "float16": (1e-2, 1e-3)}


@dataclass(frozen=True)
class Trial:
    """One case in one type of numbers: its inputs, what was expected and, once it ran, what came.

    circumstance: what is unusual about the inputs, to be said in front of a symptom, or "".
    lenient: whether an error is no fault here, since nobody promised such inputs.
    """

    description: str
    inputs: dict
    dtype: str
    extreme: bool
    expected: Outcome
    outcome: Outcome | None = None
    circumstance: str = ""
    lenient: bool = False

    def pairs(self, exercise):
        """(name, axes, what came, what was expected) of every output, where arrays came."""
        if self.outcome.result is None or self.outcome.result.arrays is None:
            return []
        came, expected = self.outcome.result.arrays, self.expected.result.arrays
        outputs = exercise.gives.items()
        return [
            (name, axes, got, wanted)
            for (name, axes), got, wanted in zip(outputs, came, expected, strict=True)
        ]

    def weights_first(self, exercise):
        """The pairs, weights before what is mixed with them: where they are wrong, it is too."""
        return sorted(self.pairs(exercise), key=lambda pair: pair[0] != "weights")


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
    with undisturbed():  # a notebook may have replaced what makes them
        inputs = case.inputs(dtype)
    expected = run(exercise, exercise.reference, inputs, Budget(PLENTY))
    if expected.error is not None:
        raise expected.error
    circumstance = "" if dtype == "float64" else f"in {dtype}"
    return Trial(case.description, inputs, dtype, case.extreme, expected, circumstance=circumstance)


def lost_digits(array, dtype):
    """Whether an array of floating numbers is coarser than the inputs, which were `dtype`."""
    return array.dtype.kind == "f" and array.dtype.itemsize < np.dtype(dtype).itemsize


def close(result, expected, dtype):
    """Whether two arrays of one shape are equal to rounding, where the inputs were `dtype`."""
    return bool(np.all(is_close(result, expected, dtype)))


def is_close(result, expected, dtype):
    """Where two arrays of one shape are equal to rounding: boolean, of that shape."""
    if expected.dtype.kind not in "fc" or result.dtype.kind not in "fc":
        return result == expected
    types = dtype, str(result.dtype), str(expected.dtype)
    coarsest = next((name for name in ("float16", "float32") if name in types), "float64")
    relative, share = _TOLERANCE[coarsest]
    finite = np.abs(expected[np.isfinite(expected)])
    absolute = share * (finite.max() if finite.size else 1)
    return np.isclose(result, expected, rtol=relative, atol=absolute, equal_nan=True)


def alike(one, other, dtype):
    """Whether two Outcomes are the same: to rounding, or the same error with the same words."""
    if one.error is not None or other.error is not None:
        return type(one.error) is type(other.error) and str(one.error) == str(other.error)
    if one.too_slow or other.too_slow or one.changed != other.changed:
        return False
    a, b = one.result, other.result
    if (a.many, a.nothing, a.arrays is None) != (b.many, b.nothing, b.arrays is None):
        return False
    if a.arrays is None:
        return a.kind == b.kind
    return len(a.arrays) == len(b.arrays) and all(
        x.shape == y.shape
        and x.dtype.kind == y.dtype.kind
        and lost_digits(x, dtype) == lost_digits(y, dtype)
        and close(x, y, dtype)
        for x, y in zip(a.arrays, b.arrays, strict=True)
    )


def same(one, other):
    """Whether two arrays have one shape and equal numbers, up to float32 rounding.

    one: what came. other: what was expected. Inside of `noting_differences` a pair that differs
    is kept, as the example that a broken property is shown by.
    """
    if _same(one, other):
        return True
    differences = _DIFFERENCES.get()
    if differences is not None:
        differences.append((np.array(one), np.array(other)))
    return False


def _same(one, other):
    if np.shape(one) != np.shape(other):
        return False
    size = np.max(np.abs(other), initial=0, where=np.isfinite(other))
    return np.allclose(one, other, rtol=1e-4, atol=1e-6 * max(size, 1e-30), equal_nan=True)


_DIFFERENCES = contextvars.ContextVar("differences", default=None)


@contextlib.contextmanager
def noting_differences():
    """Yields a list, to which every (what came, what was expected) that is not `same` is added."""
    differences = []
    before = _DIFFERENCES.set(differences)
    try:
        yield differences
    finally:
        _DIFFERENCES.reset(before)
