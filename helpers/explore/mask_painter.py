"""mask_painter: paint who may look at whom; weights, leaks and empty rows follow."""

from dataclasses import dataclass

import numpy as np
from anywidget import AnyWidget
from ipywidgets import Dropdown, VBox
from traitlets import Bool, List, Unicode

from helpers.arrays import as_numbers
from helpers.attention import causal_mask, softmax
from helpers.explore.controls import LABEL, Control, choice, row
from helpers.explore.explorer import Explorer
from helpers.explore.html_view import HtmlView
from helpers.explore.live_region import HERE
from helpers.show import Picture
from helpers.show.colours import scale_of
from helpers.show.map_drawing import plan
from helpers.show.map_table import map_table
from helpers.show.sheet import Sheet
from helpers.show.token_names import check_words, token_names
from helpers.tables import table
from helpers.tasks import WORDS
from helpers.wording import counted, listed

TITLE = "Paint the mask: who may look at whom"
MOST = 8  # words: a grid of 64 places is as much as anybody can oversee
LAYERS = (1, 2, 3)
PROMPT, PADDING, WINDOW = 2, 2, 2
TOLD = 3  # leaks that are named
BY_HAND = "painted by hand"


@dataclass(frozen=True)
class Painted:
    """A mask and what follows from it."""

    mask: np.ndarray  # (n, n), True = may look
    layers: int
    weights: np.ndarray  # (n, n), of one layer
    reach: np.ndarray  # (n, n), [i, j]: word j gets through to output i, through all layers
    words: list
    names: list

    @property
    def leaks(self):
        """(output, later word) that gets through to it."""
        return [(int(i), int(j)) for i, j in np.argwhere(np.triu(self.reach, 1))]


def mask_painter(scores=None, words=None, *, start="causal", layers=1):
    """Paint a mask place by place, by mouse or keyboard, or begin with a ready-made one.

    scores: (n, n), 2 to 8 words, rows are queries; random ones, the same for everybody, if None.
    words: n texts; the first n of the running sentence if None.
    start: "causal", "padding" (the last two keys are none), "causal and padding", "window" (a word
        and the one before it), "prefix" (the first two see each other), "all", "none", or an
        (n, n) mask, True where a query may look.
    layers: 1, 2 or 3. What a word hears through several layers is more than what it sees in one:
        it hears what was heard by those whom it sees (residual connections keep its own word).

    Returns an Explorer. Raises ValueError for scores, words or masks that do not fit.
    """
    scores = _scores(scores, words)
    n = len(scores)
    words = check_words(WORDS[:n] if words is None else words, n, "queries", scores.shape)
    names = token_names(words, n, "word")
    explorer = Explorer(
        {
            "layers": choice("Layers", layers, list(LAYERS)),
            "mask": PaintedMask("Ready-made mask", start, ready_made(n), words, names),
        },
        compute=lambda mask, layers: paint(scores, np.array(mask), layers, words, names),
        describe=_describe,
        views=[
            HtmlView(lambda painted, picture: picture.table()),
            HtmlView(lambda painted, picture: _reach_table(painted)),
        ],
        title=TITLE,
    )
    explorer.add_class("explore-side-by-side")
    return explorer


def _scores(scores, words):
    if scores is None:
        n = 6 if words is None or isinstance(words, str) else len(words)
        scores = np.random.default_rng(0).normal(size=(n, n))
    scores = as_numbers(scores, "scores")
    n = len(scores) if scores.ndim else 0
    if scores.shape != (n, n) or not 2 <= n <= MOST:
        raise ValueError(
            f"scores {scores.shape}: expected (n, n) with 2 to {MOST} words, as many places as "
            f"one can oversee. Take a part: scores[:{MOST}, :{MOST}]."
        )
    if not np.isfinite(scores).all():
        raise ValueError("scores holds NaN or inf: the mask is what you paint; pass plain scores.")
    return scores


def ready_made(n):
    """Masks to begin with, by name: boolean (n, n)."""
    past, place = causal_mask(n), np.arange(n)
    real = np.broadcast_to(place < n - PADDING if n > PADDING else place < 1, (n, n))
    return {
        "causal": past,
        "padding": real,
        "causal and padding": past & real,
        "window": past & (place > place[:, None] - WINDOW),
        "prefix": past | (np.maximum(place, place[:, None]) < PROMPT),
        "all": np.ones((n, n), bool),
        "none": np.zeros((n, n), bool),
    }


def paint(scores, mask, layers, words, names):
    """Painted of scores (n, n) and a mask (n, n), through so many layers."""
    step = mask | np.eye(len(mask), dtype=bool)  # the residual connection keeps the own word
    reach = step
    for _ in range(layers - 1):
        reach = (step.astype(int) @ reach) > 0
    weights = softmax(np.where(mask, scores, -np.inf))
    return Painted(mask, layers, weights, reach, words, names)


def _describe(painted):
    hidden = ~painted.mask
    low_high = scale_of(painted.weights)
    sheet = Sheet(painted.weights[None, None], hidden[None, None], painted.words, painted.words,
                  low_high, "weight")  # fmt: skip
    draw, size, _ = plan(sheet)
    shown = map_table(painted.weights, painted.words, painted.words, caption="Weights",
                      hidden=hidden, scale=low_high)  # fmt: skip
    return Picture(draw, _words(painted), title=TITLE, table=shown, size=size)


def _words(painted):
    n = len(painted.mask)
    places = f"{int(painted.mask.sum())} of {n * n} places are open."
    return " ".join([places, _leaks(painted), *_empty(painted)])


def _leaks(painted):
    through = "" if painted.layers == 1 else f" through {painted.layers} layers"
    if not painted.leaks:
        return f"No leak: no word hears a later one{through}."
    told = [f"{painted.names[i]} hears {painted.names[j]}" for i, j in painted.leaks[:TOLD]]
    more = len(painted.leaks) - len(told)
    told = listed([*told, f"{more} more"] if more else told)
    return f"{counted(len(painted.leaks), 'leak').capitalize()}{through}: {told}."


def _empty(painted):
    empty = np.flatnonzero(~painted.mask.any(axis=1))
    if not len(empty):
        return []
    if len(empty) == len(painted.mask):
        return ["Nobody has anything to look at: all weights are 0, and none is NaN."]
    verb = "has" if len(empty) == 1 else "have"
    names = listed(painted.names[i] for i in empty)
    return [f"{names[0].upper() + names[1:]} {verb} nothing to look at: weights of 0, not NaN."]


def _reach_table(painted):
    reach = painted.reach
    rows = [
        [word, *("" if not hears else "leak" if j > i else "●" for j, hears in enumerate(reach[i]))]
        for i, word in enumerate(painted.words)
    ]
    layers = "one layer" if painted.layers == 1 else f"{painted.layers} layers"
    caption = f"Who hears whom through {layers} (rows: output; columns: word; ● hears)"
    return table(caption, ["output ↓ word →", *painted.words], rows)


# The control --------------------------------------------------------------------------------------


class MaskGrid(AnyWidget):
    """A grid of places, painted by clicking and dragging, or by arrow keys and the space bar.

    mask: rows of True (may look) and False. words: n labels. names: what the words are called in
    the names of the places, each once. label: the name of the grid.
    """

    _esm = HERE / "mask_painter.js"
    _css = HERE / "mask_painter.css"
    mask = List(List(Bool())).tag(sync=True)
    words = List(Unicode()).tag(sync=True)
    names = List(Unicode()).tag(sync=True)
    label = Unicode("Mask: who may look at whom").tag(sync=True)


class PaintedMask(Control):
    """A grid, and a drop-down of ready-made masks that follows it. Its value: a tuple of rows.

    label: of the drop-down. value: the name of a ready-made mask, or an (n, n) mask.
    presets: dict name -> boolean (n, n). words, names: as for MaskGrid.
    """

    def __init__(self, label, value, presets, words, names):
        self._presets = {name: _frozen(mask) for name, mask in presets.items()}
        self.grid = MaskGrid(words=list(words), names=list(names))
        self.preset = Dropdown(
            options=[*self._presets, BY_HAND], value=BY_HAND, description=label, style=LABEL
        )
        self.grid.observe(self._painted, names="mask")
        self.preset.observe(self._chosen, names="value")
        super().__init__(VBox([row(self.preset), self.grid]), self.grid, "mask")
        self.value = value

    @property
    def value(self):
        """Rows of True (may look) and False."""
        return _frozen(self.grid.mask)

    @value.setter
    def value(self, value):
        if isinstance(value, str) and value not in self._presets:
            told = ", ".join(self._presets)
            raise ValueError(f"There is no mask {value!r}. There are: {told}; or pass booleans.")
        mask = self._presets[value] if isinstance(value, str) else _checked(value, self.grid.words)
        self.grid.mask = [list(places) for places in mask]

    def _painted(self, _):
        same = [name for name, preset in self._presets.items() if preset == self.value]
        self.preset.value = same[0] if same else BY_HAND

    def _chosen(self, change):
        if change.new != BY_HAND:
            self.value = change.new


def _frozen(mask):
    return tuple(tuple(bool(place) for place in places) for places in mask)


def _checked(mask, words):
    mask, n = np.asarray(mask), len(words)
    if mask.dtype != bool or mask.shape != (n, n):
        raise ValueError(
            f"The mask is {mask.dtype} of shape {mask.shape}: expected booleans ({n}, {n}), True "
            "where a query may look."
        )
    return _frozen(mask)
