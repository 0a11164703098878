"""show.patches: words that look at the patches of a picture."""

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.patches import Rectangle

from helpers.arrays import as_numbers
from helpers.show.colour_bar import colour_bar
from helpers.show.colours import WEIGHTS
from helpers.show.lettering import printable
from helpers.show.map_table import map_table
from helpers.show.picture import Picture, title_height
from helpers.show.style import GRID, INK, LINE, QUIET
from helpers.show.token_names import check_words, token_names
from helpers.wording import capital, listed, number, shorten, word_label

MOST = 11  # words
ACROSS = 4  # panels in a row, the picture itself the first
PANEL, GAP, HEAD, FOOT = 1.5, 0.22, 0.28, 0.62  # inches
INSET = 0.17  # of a cell's side: the frame of weight around a drawn patch


def patches(weights, image, words, *, title=None):
    """Weights of words on the patches of a picture: one small picture a word.

    weights: (n_words, n_patches); patches count in reading order, in a square grid.
    image: (height, width, 3) in 0 to 1. words: n_words texts, 11 at most.

    Each patch is framed, or filled where nothing is drawn in it, by the colour of its weight.

    Returns a Picture with a table. Raises ValueError for shapes that do not fit.
    """
    weights, image, side = _arrays(weights, image)
    words = check_words(words, len(weights), "queries", weights.shape)
    names = token_names(words, len(weights), "query")
    found = [_best(row, side) for row in weights]
    sharpest = int(np.argmax(np.round(weights.max(axis=1), 6)))
    place, top = found[sharpest]
    title = title or capital(f"{names[sharpest]} looks most at the patch in {place} ({top})")
    looks = [f"{name} {place} ({top})" for name, (place, top) in zip(names, found, strict=True)]
    said = f"The patch with the largest weight, word by word: {listed(looks)}."
    columns = [f"{i // side + 1}.{i % side + 1}" for i in range(side * side)]
    table = None
    if side <= 4:
        caption = f"{title}; patches by row.column"
        table = map_table(weights, words, columns, caption=caption, scale=(0.0, 1.0, WEIGHTS))
    rows = -(-(len(words) + 1) // ACROSS)
    width = ACROSS * (PANEL + GAP) + GAP
    height = rows * (PANEL + HEAD) + FOOT
    above = title_height(title, width)

    def draw(figure):
        axes = figure.add_axes([0, 0, 1, height / (height + above)])
        figure.set_layout_engine("none")  # places are given here, in inches
        axes.set(xlim=(0, width), ylim=(height, 0))
        axes.set_axis_off()
        _draw(figure, axes, weights, image, side, words)

    return Picture(draw, said, title=title, table=table, size=(width, height + above))


def _arrays(weights, image):
    weights, image = as_numbers(weights, "weights"), as_numbers(image, "image")
    side = round(weights.shape[-1] ** 0.5) if weights.ndim == 2 else 0
    if weights.ndim != 2 or side**2 != weights.shape[1] or not 1 <= len(weights) <= MOST:
        raise ValueError(
            f"weights has shape {weights.shape}; expected (n_words, n_patches) with 1 to {MOST} "
            f"words and a square grid of patches, 16 for instance. Choose one picture and one "
            f"head, or their mean."
        )
    if image.ndim != 3 or image.shape[2] != 3 or image.shape[0] % side or image.shape[1] % side:
        raise ValueError(
            f"image has shape {image.shape}; expected (height, width, 3), height and width "
            f"divisible by {side}, the patches a side."
        )
    for name, array in (("weights", weights), ("image", image)):
        if not np.isfinite(array).all() or array.min() < 0 or array.max() > 1 + 1e-6:
            raise ValueError(f"{name} has to hold numbers from 0 to 1 only.")
    return weights, image, side


def _best(row, side):
    """Where a word looks most: (row 2, column 4; its weight); ties go to the first."""
    best = int(np.argmax(np.round(row, 6)))
    return f"row {best // side + 1}, column {best % side + 1}", number(row[best])


def _draw(figure, axes, weights, image, side, words):
    _image(axes, image, side, GAP, HEAD)
    _head(axes, GAP, HEAD, "the picture", "")
    for index, (row, word) in enumerate(zip(weights, words, strict=True), start=1):
        x = GAP + (index % ACROSS) * (PANEL + GAP)
        y = HEAD + (index // ACROSS) * (PANEL + HEAD)
        _panel(axes, row, image, side, x, y)
        _head(axes, x, y, printable(shorten(word_label(word), 14)), number(row.max()))
    _scale(figure, axes)


def _head(axes, x, y, word, top):
    axes.text(x, y - 0.06, word, color=INK if top else QUIET, fontsize=10.5, va="bottom",
              fontweight="bold" if top else "normal")  # fmt: skip
    axes.text(x + PANEL, y - 0.06, top, color=QUIET, fontsize=9.5, va="bottom", ha="right")


def _image(axes, image, side, x, y):
    axes.imshow(image, extent=(x, x + PANEL, y + PANEL, y), interpolation="nearest", zorder=1)
    axes.set_aspect("auto")
    for step in range(side + 1):
        at = step * PANEL / side
        axes.plot([x, x + PANEL], [y + at] * 2, color=GRID if 0 < step < side else LINE, lw=0.8)
        axes.plot([x + at] * 2, [y, y + PANEL], color=GRID if 0 < step < side else LINE, lw=0.8)


def _panel(axes, row, image, side, x, y):
    """One word's weights: every patch in its colour, what is drawn in it on top, smaller."""
    cell = PANEL / side
    high, wide = image.shape[0] // side, image.shape[1] // side
    for patch, weight in enumerate(row):
        down, across = divmod(patch, side)
        left, top = x + across * cell, y + down * cell
        axes.add_patch(
            Rectangle((left, top), cell, cell, facecolor=WEIGHTS(float(weight)), edgecolor=GRID,
                      linewidth=0.8)
        )  # fmt: skip
        drawn = image[down * high : (down + 1) * high, across * wide : (across + 1) * wide]
        if (drawn < 1).any():
            inset = INSET * cell
            axes.imshow(
                drawn, interpolation="nearest", zorder=3,
                extent=(left + inset, left + cell - inset, top + cell - inset, top + inset),
            )  # fmt: skip
    axes.set_aspect("auto")
    axes.add_patch(Rectangle((x, y), PANEL, PANEL, fill=False, edgecolor=LINE, linewidth=0.8))


def _scale(figure, axes):
    """The bar of colours, below."""
    width, height = (axes.get_xlim()[1], axes.get_ylim()[0])
    share = axes.get_position().height
    bar = figure.add_axes([GAP / width, 0.36 / height * share, 1.6 / width, 0.1 / height * share])
    colours = ScalarMappable(norm=Normalize(0, 1), cmap=WEIGHTS)
    label = "weight of the patch; the number is the largest"
    colour_bar(figure, colours, label, cax=bar, orientation="horizontal", ticks=[0, 0.5, 1])
