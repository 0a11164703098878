"""Where a function failed, whatever words it failed with, and whether another failed there too."""

import traceback

import numpy as np

from helpers.attention import _shape_of_weights
from helpers.exercises import words
from helpers.exercises.softmax_steps import softmax
from helpers.exercises.watch import Record, second_run, watched

# How closely two operations that fail are compared: by their operands' values or by the shapes.
LOOSER = _VALUES, _TURNED, _ANY_VALUES, _SHAPES, _IN_ANY_ORDER, _TRANSPOSED = range(6)
_GUARDED = ("query", "key", "value")


def same_place(one, other, loosely):
    """Whether two operations that failed are the same; errors without one, by their words."""
    if one[0] != other[0] or isinstance(one[1], str):
        return one == other
    mine, others = one[1], list(other[1])
    if loosely == _TURNED:  # a product is also that of the transposed factors, turned round
        others = [array.swapaxes(-1, -2) for array in reversed(others) if array.ndim > 1]
    if loosely in (_VALUES, _TURNED):
        return len(mine) == len(others) and all(map(_alike, mine, others))
    if loosely == _ANY_VALUES:
        return len(mine) == len(others) and all(_taken_from(others, array) for array in mine)
    shapes, other_shapes = ([array.shape for array in arrays] for arrays in (mine, others))
    if loosely == _TRANSPOSED:
        shapes, other_shapes = (
            [tuple(sorted(shape)) for shape in found] for found in (shapes, other_shapes)
        )
    if loosely != _SHAPES:
        shapes, other_shapes = sorted(shapes), sorted(other_shapes)
    return shapes == other_shapes


def _taken_from(arrays, wanted):
    """Whether `wanted` is among the arrays; it is taken out of them."""
    for place, array in enumerate(arrays):
        if _alike(array, wanted):
            del arrays[place]
            return True
    return False


def _alike(one, other):
    return one.shape == other.shape and np.allclose(one, other, rtol=1e-4, equal_nan=True)


def where_it_failed(exercise, function, trial):
    """(kind, operands) of the operation that failed; (type, words) where none of NumPy's did."""
    record, _ = second_run(exercise, function, trial.inputs)
    failed = record.failed or _refused(trial.outcome.error)
    if failed is not None:
        return failed
    return type(trial.outcome.error), words.error(trial.outcome.error)


def _refused(error):
    """What would have failed where helpers.attention refused to begin; None where it did not.

    Its guard names shapes that do not fit before any product is tried. Written out, the same
    mistake fails at the product, and is known by that.
    """
    frames = traceback.walk_tb(getattr(error, "__traceback__", None))
    refused = [frame for frame, _ in frames if frame.f_code is _shape_of_weights.__code__]
    if not refused:
        return None
    record = Record()
    query, key, value = (watched(refused[0].f_locals[name], record) for name in _GUARDED)
    try:
        softmax(query @ key.swapaxes(-1, -2) / np.sqrt(query.shape[-1])) @ value
    except ValueError:
        return record.failed
    return None
