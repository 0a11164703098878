"""What a function returned, read as arrays, and how two results are compared."""

import inspect
from dataclasses import dataclass

import numpy as np

# Relative, and absolute as a share of the largest expected value. Loose enough for every order of
# summation and for a guard such as log(w + 1e-9), tight enough for a cast to float32 to show.
_TOLERANCE = {"float64": (1e-7, 1e-8), "float32": (1e-4, 1e-5), "float16": (1e-2, 1e-3)}


@dataclass
class Result:
    """The arrays that a function returned.

    arrays: a tuple of arrays, or None where something else came. many: whether a tuple or list
    was returned. kind: the name of the type that was returned. hidden: numbers masked away.
    """

    arrays: tuple | None
    many: bool
    kind: str
    hidden: int = 0
    nothing: str = ""  # "None" or "Ellipsis" where nothing was returned


def read_result(value):
    """Read what a function returned. Arrays are copied; anything else is only named."""
    if value is None or value is ...:
        return Result(None, False, type(value).__name__, nothing=str(value))
    if inspect.iscoroutine(value):
        value.close()  # or Python warns later that nobody waited for it
    if _is_array(value):
        return Result((_plain(value),), False, type(value).__name__, _hidden(value))
    if isinstance(value, list | tuple) and value and all(_is_array(item) for item in value):
        hidden = sum(_hidden(item) for item in value)
        odd = [type(item).__name__ for item in value if isinstance(item, np.matrix)]
        kind = odd[0] if odd else type(value).__name__
        return Result(tuple(_plain(item) for item in value), True, kind, hidden)
    return Result(None, isinstance(value, list | tuple), type(value).__name__)


def _is_array(value):
    return isinstance(value, np.ndarray | np.generic | float | int | complex)


def _plain(value):
    return np.array(value, copy=True, subok=False)


def _hidden(value):
    return int(np.ma.count_masked(value)) if isinstance(value, np.ma.MaskedArray) else 0


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
