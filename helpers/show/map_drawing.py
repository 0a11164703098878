"""Drawing attention maps: one, several side by side, or a mosaic of many."""

import numpy as np
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.ticker import MaxNLocator

from helpers.show.colour_bar import colour_bar
from helpers.show.colours import KEY, QUERY, colour_cells
from helpers.show.lettering import printable, text_width
from helpers.show.style import GRID, LINE
from helpers.tables import cell_text
from helpers.wording import shorten, word_label

WORDS_UP_TO = 40  # beyond, words as ticks cannot be read
NUMBERS_UP_TO = 16
SIDE_BY_SIDE = 64  # maps, each with a frame and a name; beyond, one mosaic
MOST_CELLS = 512  # rows or columns of one map; beyond, blocks
LETTERS = 14  # of a word in a tick
WIDTH = 7.0  # inches, at most
QUERY_AXIS, KEY_AXIS = "query (asks)", "key (answers)"


def plan(sheet):
    """How to draw the maps: (draw, size, asides), the last what a reader has to be told."""
    if sheet.count == 1:
        return _one(sheet)
    if sheet.count <= SIDE_BY_SIDE:
        return _several(sheet)
    return _mosaic(sheet)


def coarser(maps, most):
    """Maps of at most so many rows and columns, and the block's side that one cell stands for.

    Each cell is the largest of its block: a thin line of high weights stays visible.
    """
    block = -(-max(maps.shape[-2:]) // most)
    if block == 1:
        return maps, 1
    rows, columns = (-(-size // block) for size in maps.shape[-2:])
    padded = np.full((*maps.shape[:-2], rows * block, columns * block), -np.inf)
    padded[..., : maps.shape[-2], : maps.shape[-1]] = maps
    return padded.reshape(*maps.shape[:-2], rows, block, columns, block).max((-3, -1)), block


def _labels(words):
    return [printable(shorten(word_label(word), LETTERS)) for word in words]


def _one(sheet):
    values, block = coarser(sheet.maps[0, 0], MOST_CELLS)
    rows, columns = values.shape
    with_words = block == 1 and max(rows, columns) <= WORDS_UP_TO
    queries = _labels(sheet.words) if with_words and sheet.words else None
    keys = _labels(sheet.keys) if with_words and sheet.keys else None
    left = 0.5 + (max(text_width(word, 10) for word in queries) if queries else 0.3)
    right = _bar_room(sheet.label)
    cell = min(0.56, (WIDTH - left - right) / columns, 5.6 / rows)
    points = float(np.clip(cell * 72 * 0.72, 7, 10))
    widest = max(text_width(word, points) for word in keys) if keys else 0
    turn = 0 if widest < cell * 0.92 else (45 if columns <= 20 else 90)
    above = 0.5 + (widest * np.sin(np.radians(turn)) + 0.12 if keys else 0.1)
    size = (max(4.4, left + right + cell * columns), 0.62 + above + max(cell * rows, 0.9))

    def draw(figure):
        axes = figure.add_subplot()
        image = axes.imshow(values, **sheet.look)
        axes.set_anchor("NW")
        axes.xaxis.tick_top()
        axes.xaxis.set_label_position("top")
        _name_axes(axes)
        _ticks(axes.yaxis, queries, rows, points, block)
        _ticks(axes.xaxis, keys, columns, points, block)
        if keys and turn:
            for tick in axes.get_xticklabels():
                tick.set(rotation=turn, ha="left", va="bottom", rotation_mode="anchor")
                if turn == 90:
                    tick.set(va="center")
        _frame(axes, rows, columns)
        hidden = sheet.hidden[0, 0] if sheet.hidden is not None and block == 1 else None
        _hatch(axes, values, hidden, sheet.label)
        if max(rows, columns) <= NUMBERS_UP_TO:
            _numbers(axes, values, hidden, sheet, cell)
        # As high as the map, and hanging lower beside one that is too flat for its numbers.
        high = max(cell * rows, 0.9) / (cell * rows)
        wide = cell * columns
        bar = axes.inset_axes([1 + 0.18 / wide, 1 - high, 0.13 / wide, high])
        colour_bar(figure, image, sheet.label, cax=bar)

    asides = [f"each cell shows the largest of {block} x {block}"] if block > 1 else []
    return draw, size, asides


def _several(sheet):
    layers, heads, rows, columns = sheet.maps.shape
    names = sheet.names
    maps, block = coarser(sheet.flat(sheet.maps), 128)
    across = _columns(layers, heads)
    down = -(-len(names) // across)
    few = across <= 4  # else the maps are too small for ticks
    with_words = max(rows, columns) <= 12 and few
    queries = _labels(sheet.words) if with_words and sheet.words else None
    keys = _labels(sheet.keys) if with_words and sheet.keys else None
    left = 0.5 + (max(text_width(word, 8) for word in queries) if queries else 0.0)
    side = min(2.3, (WIDTH - left - 0.9) / across - 0.12)
    tall = side * rows / columns
    below = 0.35 + (max(text_width(word, 8) for word in keys) if keys else 0.0)
    size = (max(4.4, left + 0.9 + across * (side + 0.12)), 0.75 + below + down * (tall + 0.34))

    def draw(figure):
        figure.get_layout_engine().set(w_pad=0.05, h_pad=0.05, rect=(0, 0, 0.985, 1))
        grid = figure.subplots(down, across, squeeze=False)
        hidden = None if sheet.hidden is None else sheet.flat(sheet.hidden)
        for index, axes in enumerate(grid.flat):
            if index >= len(names):
                axes.set_axis_off()
                continue
            image = axes.imshow(maps[index], **sheet.look)
            name = names[index] if across <= 6 else names[index].removeprefix("head ")
            axes.set_title(name, fontsize=9.5, pad=3, loc="left")
            outer_row = index + across >= len(names)
            _ticks(axes.yaxis, queries if few and index % across == 0 else [], rows, 8, block)
            _ticks(axes.xaxis, keys if few and outer_row else [], columns, 8, block)
            axes.tick_params(axis="x", rotation=90)
            _frame(axes, rows, columns, lines=len(names) <= 8)
            if hidden is not None and block == 1:
                _hatch(axes, maps[index], hidden[index], sheet.label)
        figure.supxlabel(KEY_AXIS, color=KEY, fontsize=10)
        figure.supylabel(QUERY_AXIS, color=QUERY, fontsize=10)
        colour_bar(figure, image, sheet.label, ax=grid, fraction=0.04, aspect=max(10, 14 * down))

    asides = [f"each cell shows the largest of {block} x {block}"] if block > 1 else []
    return draw, size, asides


def _columns(layers, heads):
    """Maps in a row: a layer each where that fits, else as square as it gets."""
    if layers > 1 and heads <= 12:
        return heads
    count = layers * heads
    if count <= 4:
        return count
    return {5: 3, 6: 3, 9: 3, 10: 5}.get(count, 4 if count <= 16 else 8)


def _mosaic(sheet):
    """Many maps as one image, a row a layer: where to look, not what is there."""
    layers, heads, *_ = sheet.maps.shape
    maps, block = coarser(sheet.maps, 24 if layers * heads <= 150 else 12)
    across = heads if layers > 1 else 16
    down = -(-layers * heads // across)
    rows, columns = maps.shape[-2:]
    gap = max(2, columns // 8)
    board = np.full((down * (rows + gap) + gap, across * (columns + gap) + gap), np.nan)
    for index, one in enumerate(maps.reshape(-1, rows, columns)):
        top = gap + index // across * (rows + gap)
        start = gap + index % across * (columns + gap)
        board[top : top + rows, start : start + columns] = one
    width = WIDTH - 1.5
    height = width * board.shape[0] / board.shape[1]
    if height > 9:
        width, height = width * 9 / height, 9
    size = (width + 1.5, height + 1.3)

    def draw(figure):
        axes = figure.add_subplot()
        look = {**sheet.look, "cmap": sheet.scale[2].with_extremes(bad=GRID)}
        image = axes.imshow(board, **look)
        axes.set_anchor("NW")
        for axis, count, step in (
            (axes.xaxis, across, columns + gap),
            (axes.yaxis, down, rows + gap),
        ):
            every = max(1, -(-count // 16))
            shown = np.arange(0, count, every)
            axis.set_ticks(gap + shown * step + (step - gap) / 2 - 0.5)
            first = shown * across if layers == 1 and axis is axes.yaxis else shown
            axis.set_ticklabels([str(index) for index in first])
        axes.xaxis.tick_top()
        axes.xaxis.set_label_position("top")
        axes.set_xlabel("head")
        axes.set_ylabel("layer" if layers > 1 else "first head of the row")
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        bar = axes.inset_axes([1.03, 0, 0.025, 1])
        colour_bar(figure, image, sheet.label, cax=bar)

    asides = ["each small map has its queries down and its keys across"]
    if block > 1:
        asides[0] += f", a cell the largest of {block} x {block}"
    return draw, size, asides


def _name_axes(axes):
    axes.set_xlabel(KEY_AXIS, color=KEY, labelpad=6)
    axes.set_ylabel(QUERY_AXIS, color=QUERY, labelpad=6)


def _ticks(axis, labels, count, points, block):
    """Words, or a few positions where there are no words (labels None), or nothing ([])."""
    if labels is None:
        axis.set_major_locator(MaxNLocator(4 if points < 9 else 6, integer=True))
        if count == 1:
            axis.set_ticks([0])
        if block > 1:
            axis.set_major_formatter(lambda position, _: f"{position * block:.0f}")
    else:
        axis.set_ticks(range(len(labels)), labels)
    axis.set_tick_params(length=0 if labels else 3, labelsize=points)


def _frame(axes, rows, columns, lines=True):
    for spine in axes.spines.values():
        spine.set(visible=True, color=LINE, linewidth=0.8)
    if lines and max(rows, columns) <= NUMBERS_UP_TO:
        axes.set_xticks(np.arange(0.5, columns - 1), minor=True)
        axes.set_yticks(np.arange(0.5, rows - 1), minor=True)
        axes.grid(which="minor", color=GRID, linewidth=0.8)
        axes.tick_params(which="minor", length=0)


def _hatch(axes, values, hidden, label):
    """Hatch what the mask hides; weight that leaks through stays visible under the hatching."""
    if hidden is None or not hidden.any():
        return
    leaking = hidden & np.isfinite(values) & (values != 0) & ("weight" in label)
    for cells, face in ((hidden & ~leaking, "white"), (leaking, "none")):
        if cells.any():
            axes.add_patch(
                PathPatch(
                    _outline(cells), facecolor=face, edgecolor=LINE, hatch="/////", linewidth=0
                )
            )


def _outline(cells):
    """One path around runs of cells, so that the hatching is a single patch however many."""
    edges = np.diff(np.pad(cells, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    corners = []
    for row in range(len(cells)):
        starts, ends = np.flatnonzero(edges[row] == 1), np.flatnonzero(edges[row] == -1)
        for start, end in zip(starts - 0.5, ends - 0.5, strict=True):
            low, high = row - 0.5, row + 0.5
            corners.append([(start, low), (end, low), (end, high), (start, high), (start, low)])
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    return Path(np.concatenate(corners), codes * len(corners))


def _numbers(axes, values, hidden, sheet, cell):
    texts = [[cell_text(value) for value in row] for row in values]
    widest = max(text_width(text, 10) for row in texts for text in row)
    points = min(10, 10 * 0.82 * cell / widest)
    if points < 6.5:
        return
    _, ink = colour_cells(values, *sheet.scale)
    crowded = max(values.shape) > 10
    for row, line in enumerate(texts):
        for column, text in enumerate(line):
            if crowded and text in ("0", "0.00"):
                continue
            covered = hidden is not None and hidden[row, column]
            if covered and ("weight" not in sheet.label or not values[row, column]):
                continue
            # Not in the layout: a number stays inside its cell, and measuring it takes time.
            axes.text(
                column, row, text, ha="center", va="center", fontsize=points,
                color=ink[row, column],
            ).set_in_layout(False)  # fmt: skip


def _bar_room(label):
    """Inches for the colour bar, its numbers and its name."""
    return 0.36 + max(0.6, text_width(label, 9.5))
