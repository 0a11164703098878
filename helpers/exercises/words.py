"""Numbers, shapes and calls as words: short, and the same on every machine."""

import re

import numpy as np

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
    # Full stops inside would read as sentences of ours.
    text = re.sub(r"[.!?](?=\s)", ";", text).rstrip(".!? ")
    text = text if len(text) <= limit else text[:limit].rstrip() + "…"
    name = type(raised).__name__
    return f"{name}: {text}" if text else name
