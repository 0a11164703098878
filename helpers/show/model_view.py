"""show.model_view: one number for every head of a model, layers down and heads across."""

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.ticker import MaxNLocator

from helpers.arrays import as_numbers, largest_first
from helpers.show.colour_bar import colour_bar
from helpers.show.colours import colour_cells, scale_of
from helpers.show.map_table import PICTURE
from helpers.show.picture import Picture
from helpers.show.style import GRID, LINE
from helpers.tables import Cell, cell_text, table
from helpers.wording import counted, listed, number, small

NUMBERS_UP_TO = 16  # heads across or layers down
MOST = 128


def model_view(scores, *, label="score", uniform=None, title=None):
    """A score of every head as a grid of colours and numbers.

    scores: (layers, heads), finite. label: what the score is, "previous". uniform: what a head has
    that looks at everything alike, told in the words.

    Returns a Picture; up to 16 x 16 with a table. Raises ValueError for other shapes and for NaN.
    """
    scores = checked_scores(scores)
    order = largest_first(scores)
    best = [tuple(int(i) for i in np.unravel_index(place, scores.shape)) for place in order[:3]]
    (layer, head), *others = best
    said = (
        f"Of {counted(scores.size, 'head')}, {layer}.{head} has the highest {label}: "
        f"{small(scores[layer, head])}"
    )
    if others:
        said += ", then " + listed(f"{i}.{j} ({small(scores[i, j])})" for i, j in others)
    said += f". The median is {small(np.median(scores))}"
    if uniform is not None:
        said += f"; a head that looks at everything alike would have {number(uniform)}"
    title = title or f"Highest {label}: head {layer}.{head} ({small(scores[layer, head])})"
    as_table = model_table(scores, caption=title) if max(scores.shape) <= NUMBERS_UP_TO else None
    draw = _plan(scores, label)
    return Picture(draw, said + ".", title=title, table=as_table, size=_size(scores))


def checked_scores(scores):
    """scores as (layers, heads) in float64. Raises ValueError for other shapes, NaN and inf."""
    scores = as_numbers(scores, "scores")
    if scores.ndim != 2 or not scores.size or max(scores.shape) > MOST:
        raise ValueError(
            f"scores has shape {scores.shape}; expected one number for each head, (layers, heads), "
            f"at most {MOST} of each."
        )
    if not np.isfinite(scores).all():
        bad = int((~np.isfinite(scores)).sum())
        raise ValueError(
            f"scores holds {bad} NaN or inf of {scores.size}. A score is NaN where no text has "
            "such a key: choose texts that have one."
        )
    return scores


def model_table(scores, *, caption):
    """The grid as an HTML table, rows are layers, columns are heads."""
    background, _ = colour_cells(scores, *scale_of(scores))
    layers, heads = scores.shape
    rows = [
        [
            f"layer {layer}",
            *(Cell(_text(scores, layer, head), background[layer, head]) for head in range(heads)),
        ]
        for layer in range(layers)
    ]
    columns = ["layer ↓ head →", *(f"head {head}" for head in range(heads))]
    return table(caption, columns, rows, kind=PICTURE)


def _text(scores, layer, head):
    value = scores[layer, head]
    return small(value) if scores.max() < 0.1 else cell_text(value)


def _size(scores):
    layers, heads = scores.shape
    cell = _cell(scores)
    return (max(4.6, 1.9 + heads * cell), 1.5 + layers * min(cell, 0.42))


def _cell(scores):
    return min(0.5, 5.6 / scores.shape[1], 6.5 / len(scores))


def _plan(scores, label):
    def draw(figure):
        low, high, colour_map = scale_of(scores)
        axes = figure.add_subplot()
        image = axes.imshow(scores, norm=Normalize(low, high), cmap=colour_map, aspect="auto")
        axes.set_xlabel("head")
        axes.set_ylabel("layer")
        axes.xaxis.tick_top()
        axes.xaxis.set_label_position("top")
        for axis, count in ((axes.xaxis, scores.shape[1]), (axes.yaxis, len(scores))):
            if count <= NUMBERS_UP_TO:
                axis.set_ticks(range(count))
            else:
                axis.set_major_locator(MaxNLocator(8, integer=True))
        axes.tick_params(length=0)
        axes.set_xticks(np.arange(0.5, scores.shape[1] - 1), minor=True)
        axes.set_yticks(np.arange(0.5, len(scores) - 1), minor=True)
        axes.grid(which="minor", color=GRID, linewidth=0.8)
        axes.tick_params(which="minor", length=0)
        axes.spines[:].set(visible=True, color=LINE, linewidth=0.8)
        if max(scores.shape) <= NUMBERS_UP_TO:
            _, ink = colour_cells(scores, low, high, colour_map)
            for layer, head in np.ndindex(scores.shape):
                axes.text(
                    head, layer, _text(scores, layer, head), ha="center", va="center",
                    fontsize=8.5, color=ink[layer, head],
                )  # fmt: skip
        named = label if len(label) < 12 else "score"
        colour_bar(figure, image, named, ax=axes, fraction=0.05, pad=0.03)

    return draw
