"""Numbers, shapes, calls and wrong results as words: short, and the same on every machine."""

import re

import numpy as np

from helpers.exercises.compare import close, is_close

_SHOWN = 6


def number(value):
    """A number in at most three significant digits, without a trailing zero or a minus zero."""
    value = complex(value) if np.iscomplexobj(value) else float(value)
    if isinstance(value, complex):
        return f"{value:.2g}"
    if not np.isfinite(value):
        return str(value)
    size = abs(value)
    if size >= 1e6 or 0 < size < 5e-4:
        return re.sub(r"e([+-])0*(\d)", r"e\1\2", f"{value:.0e}").replace("e+", "e")
    digits = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 else 3
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def row(values):
    """A row of numbers: [0.1, 0.7, 0.2], cut after six."""
    values = np.atleast_1d(values)
    if values.dtype == bool:
        shown = [str(bool(value)) for value in values[:_SHOWN]]
    else:
        shown = [number(value) for value in values[:_SHOWN]]
    return f"[{', '.join(shown)}{', …' if len(values) > _SHOWN else ''}]"


def place(index):
    """An index in words: 2, or [1, 0, 2]."""
    return str(index[0]) if len(index) == 1 else str([int(i) for i in index])


def shape(array):
    """(3, 4)"""
    return str(tuple(int(size) for size in np.shape(array)))


def call(name, inputs):
    """The call with the shapes of its arrays: attend(query (3, 4), key (5, 4))."""
    return f"{name}({', '.join(_argument(key, value) for key, value in inputs.items())})"


def _argument(name, value):
    if isinstance(value, np.ndarray):
        return f"{name} {shape(value)}"
    if isinstance(value, list | tuple):
        return f"{name}: {len(value)} arrays"
    if callable(value):
        return name
    return f"{name}={value!r}"


def error(raised, limit=140):
    """An exception in one line, without addresses: ValueError: shapes (3,4) and (5,4) …"""
    try:
        text = str(raised)
    except Exception as broken:  # an exception of the learner's own, whose __str__ fails
        text = f"(its text could not be made: {type(broken).__name__})"
    text = re.sub(r"0x[0-9a-fA-F]+", "0x…", " ".join(text.split()))
    # NumPy's own words on a matrix product name its internals; the two sizes say it all.
    text = re.sub(r"Input operand .* \((size \d+ is different from \d+)\)", r"\1", text)
    # einsum names every operand twice, before and after it was turned.
    text = re.sub(r"remapped shapes \[original->remapped\]:", "shapes", text)
    text = re.sub(r" and requested shape \([\d, ]*\)$", "", text)
    text = re.sub(r"(\([\d, ]*\))->\([\d, a-z]*\)", r"\1", text)
    # Full stops inside would read as sentences of ours.
    text = re.sub(r"[.!?](?=\s)", ";", text).rstrip(".!? ")
    text = text if len(text) <= limit else text[:limit].rstrip() + "…"
    name = type(raised).__name__
    return f"{name}: {text}" if text else name


def of_values(result, expected, dtype, label=""):
    """What is wrong with `result`, an array of the expected shape.

    label: the output's name where there are several, else empty. Returns a clause without a
    full stop: "the values are 0.69 times the expected ones".
    """
    if expected.dtype.kind == "b":
        return _of_booleans(result, expected, label)
    pattern = pattern_of_values(result, expected, dtype, label)
    return pattern or _first_wrong_row(result, expected, dtype, label)


def pattern_of_values(result, expected, dtype, label=""):
    """What all values have in common that are wrong, as `of_values` says it, or None."""
    for look in (_constant_factor, _sharpness, _negative, _sums, _constant_offset):
        found = look(result, expected, dtype, label)
        if found:
            return found
    return None


def of_shape(result, expected, axes, label=""):
    """Which shape came, and which was expected, with its axes named."""
    which = f"the shape of {label}" if label else "the shape of the result"
    return f"{which} is {shape(result)}, and {axes} = {shape(expected)} was expected"


def _values_of(label):
    return f"the values of {label}" if label else "the values"


def _constant_factor(result, expected, dtype, label):
    nonzero = np.abs(expected) > 1e-12 * np.abs(expected).max(initial=0)
    if nonzero.sum() < 2 or not close(result[~nonzero], expected[~nonzero], dtype):
        return None
    ratios = result[nonzero] / expected[nonzero]
    factor = np.median(ratios)
    if not close(ratios, np.full_like(ratios, factor), dtype) or factor == 0:
        return None
    if np.isclose(factor, 1, atol=0.005):
        return None  # "1 times the expected ones" would help nobody
    if np.isclose(factor, -1):
        return f"{_values_of(label)} are -1 times the expected ones"
    return f"{_values_of(label)} are {number(factor)} times the expected ones"


def _sharpness(result, expected, dtype, label):
    """For weights: softmax of c times the scores shows as c times the logarithms."""
    if not rows_sum_to_1(expected) or not rows_sum_to_1(result):
        return None
    if not ((result > 1e-12).all() and (expected > 1e-12).all()):
        return None
    logs, expected_logs = (
        np.log(weights) - np.log(weights).mean(axis=-1, keepdims=True)
        for weights in (result, expected)
    )
    # Logarithms magnify the rounding of small weights, so the comparison is a loose one.
    factor = (logs * expected_logs).sum() / (expected_logs**2).sum()
    if abs(factor - 1) < 0.005 or not np.allclose(logs, factor * expected_logs, atol=1e-3):
        return None
    which = f"the {label or 'weights'}"
    if abs(factor) < 0.005:
        return f"{which} are all {number(result.flat[0])}, whatever the scores"
    return f"{which} belong to scores {number(factor)} times the expected ones"


def _negative(result, expected, dtype, label):
    """For weights: a number below 0."""
    if not rows_sum_to_1(expected) or result.min() >= 0:
        return None
    of = f" of {label}" if label else ""
    negative = int((result < 0).sum())
    verb = "is" if negative == 1 else "are"
    return f"{negative} of {result.size} values{of} {verb} below 0"


def _constant_offset(result, expected, dtype, label):
    if result.size < 2:
        return None
    offset = np.median(result - expected)
    if not np.isfinite(offset) or number(abs(offset)) == "0":
        return None
    if not close(result - offset, expected, dtype):
        return None
    side = "above" if offset > 0 else "below"
    return f"{_values_of(label)} are {number(abs(offset))} {side} the expected ones"


def _sums(result, expected, dtype, label):
    """For results whose rows should sum to 1."""
    if not rows_sum_to_1(expected) or rows_sum_to_1(result, loosely=True):
        return None
    every = f"every row of {label}" if label else "every row"
    if result.ndim > 1 and rows_sum_to_1(result.swapaxes(-1, -2), loosely=True):
        return f"each column{f' of {label}' if label else ''} sums to 1, and rows do not"
    total = result.sum()
    if result.ndim > 1 and np.isclose(total, 1, rtol=1e-4):
        return f"all {result.size} numbers together sum to 1, where {every} should"
    sums = result.sum(axis=-1)
    index = np.unravel_index(np.argmax(np.abs(sums - 1)), sums.shape)
    which = "the row" if sums.ndim == 0 else f"row {place(index)}"
    which += f" of {label}" if label else ""
    return f"{which} sums to {number(sums[index])} where 1 was expected"


def rows_sum_to_1(array, loosely=False):
    """Whether it holds weights: nothing negative, every last-axis row sums to 1."""
    if array.ndim == 0 or array.shape[-1] < 2 or not np.isfinite(array).all():
        return False
    tolerance = 1e-3 if loosely else 1e-5
    return bool((array >= 0).all() and np.allclose(array.sum(axis=-1), 1, atol=tolerance))


def _of_booleans(result, expected, label):
    wrong = result != expected
    index = np.unravel_index(np.argmax(wrong), wrong.shape)
    of = f" of {label}" if label else ""
    return (
        f"{int(wrong.sum())} of {wrong.size} entries{of} are wrong, the first at "
        f"{place(index)} where {bool(expected[index])} was expected"
    )


def came_where(result, expected):
    """The first row that differs: "[0.1, 0.9] came where [0.5, 0.5] was expected"."""
    if result.ndim:
        wrong = ~np.isclose(result, expected, rtol=1e-4, atol=1e-6, equal_nan=True)
        index = np.unravel_index(np.argmax(wrong.any(axis=-1)), wrong.shape[:-1])
        result, expected = result[index], expected[index]
    told = number if result.ndim == 0 else row
    return f"{told(result)} came where {told(expected)} was expected"


def _first_wrong_row(result, expected, dtype, label):
    wrong = ~is_close(result, expected, dtype)
    of = f" of {label}" if label else ""
    if result.ndim == 0:
        which, got, wanted = f"the value{of}", number(result), number(expected)
        largest = abs(float(result) - float(expected))
    else:
        index = np.unravel_index(np.argmax(wrong.any(axis=-1)), wrong.shape[:-1])
        which = f"row {place(index)}{of}" if index else f"the result{of}"
        got, wanted = row(result[index]), row(expected[index])
        largest = np.abs(result[index] - expected[index]).max()
    if got == wanted:
        return f"{which} is {number(largest)} away from the expected one"
    return f"{which} is {got} where {wanted} was expected"
