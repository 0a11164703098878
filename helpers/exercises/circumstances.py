"""The first case under circumstances that no case declares, as far as the exercise allows them.

A right function in any style passes them. They are looked at once all cases are right, and no
known mistake is sought among them. What the reference has no answer to is left out.
"""

import functools
from dataclasses import replace

import numpy as np

from helpers.exercises.compare import PLENTY, expected_trials
from helpers.exercises.declare import in_dtype
from helpers.exercises.run import run
from helpers.exercises.time_limit import Budget


@functools.cache
def further_trials(exercise):
    """The first case under other circumstances: a tuple of Trial, without outcomes.

    exercise: an Exercise.
    """
    first = expected_trials(exercise)[0]
    made = {
        "with every second number of a larger array": _strided,
        "with rows and columns in each other's place in memory": _transposed_in_memory,
    }
    if exercise.any_size:
        made["with one entry fewer along every axis"] = _smaller
        made["with a last axis of size 1"] = _narrow
    found = [_further(exercise, first, words, change) for words, change in made.items()]
    found += [_whole(exercise, first), replace(first, circumstance="called once more")]
    return tuple(filter(None, found))


def _further(exercise, first, circumstance, change):
    """The trial with changed inputs, or None where the reference has no finite answer to them."""
    inputs = change(first.inputs)
    if inputs is None:
        return None
    expected = run(exercise, exercise.reference, inputs, Budget(PLENTY))
    arrays = expected.result.arrays if expected.result else None
    # Beside nothing but zeros there is no telling which difference is small.
    if arrays is None or not all(np.isfinite(array).all() and array.any() for array in arrays):
        return None
    return replace(first, inputs=inputs, expected=expected, circumstance=circumstance)


def _whole(exercise, first):
    """The trial in whole numbers, or None where the exercise does not take them."""
    if not exercise.whole_numbers:
        return None
    rounded = _further(exercise, first, "with whole numbers", _rounded)
    return replace(rounded, inputs=in_dtype(rounded.inputs, "int64"), lenient=True)


def _of_arrays(change, inputs):
    """The inputs with every array changed, or None where there is none to change."""
    made = {
        name: change(value) if isinstance(value, np.ndarray) and value.ndim else value
        for name, value in inputs.items()
    }
    return None if all(made[name] is value for name, value in inputs.items()) else made


def _strided(inputs):
    return _of_arrays(lambda array: np.repeat(array, 2, axis=-1)[..., ::2], inputs)


def _transposed_in_memory(inputs):
    return _of_arrays(np.asfortranarray, inputs)


def _rounded(inputs):
    """Numbers such as 2.0, -1.0, 0.0."""
    return _of_arrays(lambda a: np.rint(3 * a) if a.dtype.kind == "f" else a, inputs)


def _smaller(inputs):
    """Sizes differ within a case, so what has one size is one axis, and is cut alike everywhere."""
    sizes = {size for a in inputs.values() if isinstance(a, np.ndarray) for size in a.shape}
    return _cut_alike(inputs, {size: max(size - 1, 1) for size in sizes})


def _narrow(inputs):
    first = next((a for a in inputs.values() if isinstance(a, np.ndarray) and a.ndim), None)
    return None if first is None else _cut_alike(inputs, {first.shape[-1]: 1})


def _cut_alike(inputs, sizes):
    """None where a cut could break a promise: that a mask shows something, that widths fit."""
    if any(callable(a) or getattr(a, "dtype", None) is np.dtype(bool) for a in inputs.values()):
        return None
    return _of_arrays(lambda array: _cut(array, sizes), inputs)


def _cut(array, sizes):
    made = array[tuple(slice(sizes.get(size, size)) for size in array.shape)].copy()
    return made / made.sum(axis=-1, keepdims=True) if _shares(array) else made


def _shares(array):
    """Whether every row of the last axis shares out a 1."""
    return array.dtype.kind == "f" and bool(
        (array >= 0).all() and np.allclose(array.sum(axis=-1), 1, atol=1e-5)
    )
