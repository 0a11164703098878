"""HTML tables that say what a picture says: a map, and a ranking."""

import numpy as np

from helpers.arrays import largest_first
from helpers.show.colours import colour_cells, scale_of
from helpers.tables import Cell, cell_text, table
from helpers.wording import word_label

LARGEST = 16  # rows or columns; a browser swaps such a table within one frame
PICTURE = "picture-table"  # the class of a table that stands for a picture


def map_table(values, queries, keys, *, caption, hidden=None, scale=None, chosen=None):
    """One map as an HTML table: rows are queries, columns are keys.

    values: (n_queries, n_keys). queries, keys: labels. hidden: boolean (n_queries, n_keys), True
    where a mask hides. scale: (low, high, colour_map), from the values when None. chosen: index of
    a row to frame.
    """
    values = np.asarray(values, dtype=float)
    hidden = np.zeros(values.shape, bool) if hidden is None else hidden
    background, _ = colour_cells(values, *(scale or scale_of(np.where(hidden, 0, values))))
    rows = [
        [query, *(_cell(values[at], background[at], hidden[at]) for at in _row(values, index))]
        for index, query in enumerate(queries)
    ]
    note = " – is hidden by the mask." if hidden.any() else ""
    return table(
        f"{caption} (rows: query, asks; columns: key, answers.{note})",
        ["query ↓ key →", *keys],
        rows,
        chosen=chosen,
        kind=PICTURE,
    )


def _row(values, index):
    return ((index, key) for key in range(values.shape[1]))


def _cell(value, background, hidden):
    if not hidden:
        return Cell(value, background)
    # Weight at a hidden place is a leak: it is shown, not hatched away.
    leak = np.isfinite(value) and value != 0
    return Cell(cell_text(value) if leak else "–", hatched=True)


def ranking_table(values, words, *, caption, label, heading="word"):
    """Words and their numbers as an HTML table, largest first."""
    values = np.asarray(values, dtype=float)
    order = largest_first(values)
    background, _ = colour_cells(values, *scale_of(values))
    rows = [[words[index], Cell(values[index], background[index])] for index in order]
    return table(caption, [heading, word_label(label)], rows, kind=PICTURE)
