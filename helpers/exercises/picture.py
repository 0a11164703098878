"""A wrong answer as a picture: yours and expected, side by side, cell by cell.

People see a wrong axis faster than they read of it. A cell that differs has a frame and strong
letters in both, and in yours a sign as well, so that nothing hangs on colour.
"""

import html

import numpy as np

from helpers.exercises import words
from helpers.exercises.compare import close, is_close
from helpers.tables import Cell, table

_MOST = 6  # rows and columns
_LIGHT, _DARK = np.array([255, 255, 255]), np.array([116, 169, 207])  # of one scale for both
_DIFFERS = "≠"


def picture(exercise, trials):
    """HTML of the smallest case with a difference, or "" where no arrays can be compared."""
    wrong = [found for trial in trials if (found := _first_difference(exercise, trial))]
    if not wrong:
        return ""
    trial, name, got, wanted = min(
        wrong, key=lambda found: (found[0].extreme, found[0].circumstance != "", found[3].size)
    )
    label = name if exercise.several else "result"
    return _folded(f"{trial.description}, {trial.dtype}", _side_by_side(label, got, wanted, trial))


def example(inputs, got, wanted, dtype="float64"):
    """HTML of an example: the inputs by name, what came, and what should have come."""
    given = [
        _table(f"{name} {words.shape(value)}", *_window(np.asarray(value), None))
        for name, value in inputs.items()
        if isinstance(value, np.ndarray) and value.size
    ]
    got, wanted = np.asarray(got), np.asarray(wanted)
    if got.shape == wanted.shape and got.dtype.kind in "fiub":
        shown = _pair("", got, wanted, ~is_close(got, wanted, dtype))
    else:
        shown = [_table("yours", *_window(got, None)), _table("expected", *_window(wanted, None))]
    return _folded("an example", [*given, *shown])


def _first_difference(exercise, trial):
    result = trial.outcome.result
    if result is None or result.arrays is None or len(result.arrays) != len(exercise.gives):
        return None
    for name, _, got, wanted in trial.weights_first(exercise):
        if got.dtype.kind not in "fiub":
            return None
        if got.shape != wanted.shape or not close(got, wanted, trial.dtype):
            return trial, name, got, wanted
    return None


def _side_by_side(label, got, wanted, trial):
    if got.shape == wanted.shape:
        return _pair(label, got, wanted, ~is_close(got, wanted, trial.dtype))
    return [
        _table(f"yours: {label} {words.shape(got)}", *_window(got, None)),
        _table(f"expected: {label} {words.shape(wanted)}", *_window(wanted, None)),
    ]


def _pair(label, got, wanted, differs):
    shown = [_window(array, differs) for array in (got, wanted)]
    both = np.concatenate([part[0].ravel() for part in shown])
    return [
        _table(
            f"{whose}{f': {label}' if label else ''}{part[3]}",
            *part[:3],
            scale=both,
            differs=_window(differs, differs)[0],
            sign=_DIFFERS if whose == "yours" else "",
        )
        for whose, part in zip(("yours", "expected"), shown, strict=True)
    ]


def _window(array, differs):
    """(the cells shown, at most 6 × 6, their first row and column, which of several tables).

    The table, rows and columns are those of the first difference, if any.
    """
    array = array.reshape((1,) * (2 - array.ndim) + array.shape) if array.ndim < 2 else array
    first = (0,) * array.ndim
    if differs is not None and differs.any():
        first = np.unravel_index(int(np.argmax(differs)), array.shape)
    leading = tuple(int(i) for i in first[:-2])
    row, column = (
        max(0, min(int(place), size - _MOST)) if place >= _MOST else 0
        for place, size in zip(first[-2:], array.shape[-2:], strict=True)
    )
    cells = array[leading][row : row + _MOST, column : column + _MOST]
    which = f"[{', '.join(map(str, leading))}]" if leading else ""
    if cells.shape != array.shape[-2:]:
        which += f", a part of {words.shape(array[leading])}"
    return cells, row, column, which


def _table(caption, cells, row, column, which="", scale=None, differs=None, sign=""):
    scale = cells.ravel() if scale is None else scale
    heads = ["row", *(str(column + j) for j in range(cells.shape[1]))]
    rows = [
        [str(row + i), *(_cell(cells[i, j], scale, differs is not None and differs[i, j], sign)
                         for j in range(cells.shape[1]))]
        for i in range(cells.shape[0])
    ]  # fmt: skip
    return table(f"{caption}{which}", heads, rows)


def _cell(value, scale, differs, sign):
    text = str(bool(value)) if isinstance(value, np.bool_) else words.number(value)
    return Cell(
        f"{text} {sign}".rstrip() if differs else text,
        background=_shade(float(value), scale),
        bold=differs,
        framed=differs,
    )


def _shade(value, scale):
    finite = np.asarray(scale, dtype=float)[np.isfinite(np.asarray(scale, dtype=float))]
    if not np.isfinite(value) or not finite.size:
        return "#ffffff"
    spread = finite.max() - finite.min()
    share = (value - finite.min()) / spread if spread else 0.0
    mixed = np.round(_LIGHT + share * (_DARK - _LIGHT)).astype(int)
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _folded(about, tables):
    side_by_side = "".join(f'<div style="margin-right:1.2em">{part}</div>' for part in tables)
    return (
        f"<details open><summary>Yours and expected: {html.escape(about)}</summary>"
        f'<div style="display:flex;flex-wrap:wrap;font-size:.88em">{side_by_side}</div></details>'
    )
