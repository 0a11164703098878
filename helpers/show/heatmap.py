"""show.heatmap: a number over two settings."""

import numpy as np
from matplotlib.colors import Normalize

from helpers.arrays import as_numbers
from helpers.show.colour_bar import colour_bar
from helpers.show.colours import colour_cells, scale_of
from helpers.show.lettering import printable, text_width
from helpers.show.map_table import PICTURE
from helpers.show.picture import Picture
from helpers.show.style import GRID, LINE
from helpers.tables import Cell, cell_text, table
from helpers.wording import capital, listed, number, sentence

MOST = 4  # maps side by side
MOST_CELLS = 12  # rows or columns of a map: a number stands in every cell
CELL, GAP, POINTS = 0.52, 0.3, 9.5


def heatmap(maps, *, rows, columns, row_label, column_label, label, title=None):
    """Numbers over two settings: maps with a number in every cell, side by side, one scale for all.

    maps: dict of name → (n_rows, n_columns), finite, up to four of them.
    rows, columns: what the settings were, texts or numbers. row_label, column_label: the settings'
    names. label: what a cell holds, "accuracy".

    Returns a Picture with a table. Raises ValueError for shapes that do not fit, more than 12 rows
    or columns, and NaN or inf.
    """
    maps = _checked(maps, rows, columns)
    rows, columns = [f"{row}" for row in rows], [f"{column}" for column in columns]
    ends = {name: _ends(values, rows, columns, row_label, column_label)
            for name, values in maps.items()}  # fmt: skip
    said = f"{label} by {row_label} and {column_label}: " + "; ".join(
        f"{name} from {lowest} to {highest}" for name, (lowest, highest) in ends.items()
    )
    means = [f"{name} {number(values.mean())}" for name, values in maps.items()]
    title = title or capital(f"mean {label} over all cells: {listed(means)}")
    scale = scale_of(np.stack(list(maps.values())))
    left = 0.45 + max(text_width(row, POINTS) for row in rows)
    wide, high = CELL * len(columns), CELL * len(rows)
    size = (left + len(maps) * (wide + GAP) + 1.0, high + 1.25)

    def draw(figure):
        _draw(figure, maps, rows, columns, (row_label, column_label, label), scale)

    shown = _table(maps, rows, columns, f"{title} (rows: {row_label}; columns: {column_label})",
                   row_label, scale)  # fmt: skip
    return Picture(draw, sentence(said), title=title, table=shown, size=size)


def _checked(maps, rows, columns):
    if not isinstance(maps, dict) or not 1 <= len(maps) <= MOST:
        raise ValueError(f"maps is not a dict with 1 to {MOST} maps in it. Pass {{name: values}}.")
    shape = len(rows), len(columns)
    if not 1 <= min(shape) <= max(shape) <= MOST_CELLS:
        raise ValueError(
            f"{shape[0]} rows and {shape[1]} columns; a map takes 1 to {MOST_CELLS} of each. "
            "Choose some of the settings."
        )
    checked = {str(name): as_numbers(values, f"map {name!r}") for name, values in maps.items()}
    for name, values in checked.items():
        if values.shape != shape:
            raise ValueError(f"map {name!r} has shape {values.shape}, expected {shape}.")
        if not np.isfinite(values).all():
            raise ValueError(f"map {name!r} holds NaN or inf; every cell needs a number.")
    return checked


def _ends(values, rows, columns, row_label, column_label):
    """The lowest and the highest cell, and where: ties go to the first."""
    for sign in (1, -1):
        at = np.unravel_index(np.argmin(np.round(sign * values, 6)), values.shape)
        where = f"{row_label} {rows[at[0]]}, {column_label} {columns[at[1]]}"
        yield f"{number(values[at])} ({where})"


def _draw(figure, maps, rows, columns, labels, scale):
    row_label, column_label, label = labels
    panels = figure.subplots(1, len(maps), squeeze=False)[0]
    low, high, colour_map = scale
    look = {"norm": Normalize(low, high), "cmap": colour_map, "aspect": "equal"}
    for index, (axes, (name, values)) in enumerate(zip(panels, maps.items(), strict=True)):
        image = axes.imshow(values, **look)
        axes.set_title(printable(name), pad=6)
        axes.set_xticks(range(len(columns)), columns)
        axes.set_yticks(range(len(rows)), rows if index == 0 else [])
        axes.set_xlabel(column_label)
        axes.tick_params(length=0, labelsize=POINTS)
        _frame(axes, values.shape)
        _numbers(axes, values, scale)
    panels[0].set_ylabel(row_label)
    bar = panels[-1].inset_axes(
        [1 + 0.18 / (CELL * len(columns)), 0, 0.13 / CELL / len(columns), 1]
    )
    colour_bar(figure, image, label, cax=bar)


def _frame(axes, shape):
    axes.spines[:].set(visible=True, color=LINE, linewidth=0.8)
    axes.set_yticks(np.arange(0.5, shape[0] - 1), minor=True)
    axes.set_xticks(np.arange(0.5, shape[1] - 1), minor=True)
    axes.grid(which="minor", color=GRID, linewidth=0.8)
    axes.tick_params(which="minor", length=0)


def _numbers(axes, values, scale):
    _, ink = colour_cells(values, *scale)
    for (row, column), value in np.ndenumerate(values):
        # Not in the layout: a number stays inside its cell, and measuring it takes time.
        axes.text(
            column, row, cell_text(value), ha="center", va="center", fontsize=POINTS,
            color=ink[row, column],
        ).set_in_layout(False)  # fmt: skip


def _table(maps, rows, columns, caption, row_label, scale):
    """One table for all: the maps below one another, each row with its map's name."""
    several = len(maps) > 1
    lines = []
    for name, values in maps.items():
        background, _ = colour_cells(values, *scale)
        for row, line, colours in zip(rows, values, background, strict=True):
            cells = [Cell(value, colour) for value, colour in zip(line, colours, strict=True)]
            lines.append([f"{name}, {row}" if several else row, *cells])
    return table(caption, [row_label, *columns], lines, kind=PICTURE)
