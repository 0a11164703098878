"""cost: length, window, heads, layers and precision → work, time, memory, and where it fits."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from helpers.explore.controls import choice, powers_of_two, scale
from helpers.explore.explorer import Explorer
from helpers.explore.figure_view import Drawing, FigureView
from helpers.explore.html_view import HtmlView
from helpers.show.colours import SERIES
from helpers.show.style import INK, LINE, QUIET
from helpers.tables import table
from helpers.wording import listed

TITLE = "What attention needs, and where it fits"
D_HEAD = 128
LENGTHS = powers_of_two(256, 2**20)
WINDOWS = powers_of_two(64, 2**14)
HEADS, LAYERS = (1, 8, 12, 32, 96), (1, 12, 32, 96)
PRECISIONS = {"float32": 4, "float16": 2, "int8": 1}  # bytes a number
BUDGETS = (16, 80, 640)  # GB: a good laptop, one accelerator, eight of them
NOWHERE = f"none of {listed(map(str, BUDGETS))} GB"
GB = 1e9
CORE, ACCELERATOR = 1e10, 1e14  # multiplications a second, in round numbers
METHODS = ("plain", "tiled", "window", "linear")
LOOK = dict(zip(METHODS, zip(SERIES, ("-", "--", "-.", ":"), "os^D", strict=False), strict=True))
LOWEST, HIGHEST = 1e-4, 1e7  # GB, the same axis for every setting, so that curves compare


@dataclass(frozen=True)
class Need:
    """What one method needs for one pass over n tokens. Multiplications, and memory in bytes."""

    products: float  # of queries with keys, and of weights with values, in all layers
    working: float  # at once, in one layer
    kept: float  # of all layers, to write the next token

    @property
    def total(self):
        """Bytes in all."""
        return self.working + self.kept

    @property
    def fits(self):
        """The smallest budget that holds it, in words."""
        return next((f"{room} GB" for room in BUDGETS if self.total <= room * GB), NOWHERE)


@dataclass(frozen=True)
class Budget:
    """One setting, with what every method needs."""

    n: int
    window: int
    heads: int
    layers: int
    precision: str
    needs: dict  # method: Need


def cost(*, n=2048, window=512, heads=96, layers=96, precision="float16"):
    """Set the size of a model and its text; see work, time, memory, and what holds it.

    n: tokens, a power of two from 256 to 1,048,576. window: a power of two from 64 to 16,384.
    heads, of 128 numbers each: 1, 8, 12, 32 or 96. layers: 1, 12, 32 or 96. The model that is
    shown first has the size of GPT-3 (Brown and others, 2020, table 2.1).
    precision: "float32", "float16" or "int8", of all numbers.

    Work counts the multiplications of queries with keys, and of weights with values: every pair of
    tokens (or its replacement), without projections, feed-forward layers, and what masking saves.
    Memory is that of one pass: queries, keys, values and outputs of one layer, its weights where
    they are stored, and what all layers keep for the next token (the key/value cache; for linear
    attention its state). The model's own parameters are not counted.

    Returns an Explorer. Raises ValueError for a setting that is not among the ones above.
    """
    drawing = Drawing(_build, _move, title=TITLE, size=(6.9, 3.7))
    return Explorer(
        {
            "n": scale("Tokens n", n, _named(LENGTHS)),
            "window": scale("Window", window, _named(WINDOWS)),
            "heads": choice("Heads of 128", heads, list(HEADS)),
            "layers": choice("Layers", layers, list(LAYERS)),
            "precision": choice("Precision", precision, list(PRECISIONS)),
        },
        compute=lambda **setting: Budget(**setting, needs=needs(**setting)),
        describe=lambda budget: drawing.picture(budget, _words(budget), _table(budget)),
        views=[FigureView(drawing), HtmlView(lambda budget, picture: picture.table())],
        title=TITLE,
    )


def _named(numbers):
    return [(f"{value:,}", value) for value in numbers]


def needs(n, window, heads, layers, precision):
    """Need of every method, by name; n may be an array. See `cost` for what counts."""
    size, width = PRECISIONS[precision], heads * D_HEAD
    near = np.minimum(n, window)
    seen = {"plain": n, "tiled": n, "window": near, "linear": D_HEAD}  # a query meets so many rows
    rows = 4.0 * n * width * size  # queries, keys, values, outputs of a layer
    cache = 2.0 * layers * width * size * n
    state = heads * (D_HEAD + 1.0) * D_HEAD * size
    return {
        "plain": Need(_products(n, seen["plain"], width, layers), rows + heads * size * n * n * 1.0,
                      cache),
        "tiled": Need(_products(n, seen["tiled"], width, layers), rows, cache),
        "window": Need(_products(n, seen["window"], width, layers), rows, cache * (near / n)),
        "linear": Need(_products(n, seen["linear"], width, layers), rows, layers * state + 0.0 * n),
    }  # fmt: skip


def _products(n, seen, width, layers):
    return 2.0 * n * seen * width * layers


def _words(budget):
    names = {name: name for name in METHODS} | {"window": f"window ({budget.window:,})"}
    memory = [f"{names[name]} {_bytes(need.total)}" for name, need in budget.needs.items()]
    holders = {}  # budget: the methods that it holds
    for name, need in budget.needs.items():
        holders.setdefault(need.fits, []).append(name)
    fits = [f"{listed(names)} in {room}" for room, names in holders.items()]
    scores = float(budget.n) ** 2 * budget.heads * budget.layers
    return (
        f"{budget.n:,} tokens, {_plural(budget.layers, 'layer')} of "
        f"{_plural(budget.heads, 'head')}, {budget.precision}: {_count(scores)} scores. "
        f"Memory: {', '.join(memory)}. Fits: {'; '.join(fits)}."
    )


def _plural(count, name):
    return f"{count} {name}" if count == 1 else f"{count} {name}s"


def _table(budget):
    columns = ["attention", "multiplications", "one core", "an accelerator", "at once", "kept",
               "fits in"]  # fmt: skip
    rows = [
        [name, _count(need.products), _time(need.products / CORE),
         _time(need.products / ACCELERATOR), _bytes(need.working), _bytes(need.kept), need.fits]
        for name, need in budget.needs.items()
    ]  # fmt: skip
    caption = (
        f"One pass over {budget.n:,} tokens; a core does 10 billion multiplications a second, an "
        "accelerator 100 trillion"
    )
    return table(caption, columns, rows)


def _count(value):
    """A large number in words: 39 billion."""
    for name, size in (("quintillion", 1e18), ("quadrillion", 1e15), ("trillion", 1e12),
                       ("billion", 1e9), ("million", 1e6), ("thousand", 1e3)):  # fmt: skip
        if value >= size:
            return f"{_short(value / size)} {name}"
    return _short(value)


def _bytes(value):
    """10.7 GB, 12 MB."""
    for name, size in (("PB", 1e15), ("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if value >= size:
            return f"{_short(value / size)} {name}"
    return f"{_short(value)} B"


def _time(seconds):
    """990 s as 17 minutes."""
    for name, size in (("years", 365.25 * 86400), ("days", 86400), ("hours", 3600),
                       ("minutes", 60), ("s", 1), ("ms", 1e-3), ("µs", 1e-6)):  # fmt: skip
        if seconds >= size:
            return f"{_short(seconds / size)} {name}"
    return "below 1 µs"


def _short(value):
    return f"{value:.1f}" if value < 10 else f"{value:,.0f}"


# The drawing --------------------------------------------------------------------------------------


def _build(figure):
    axes = figure.add_subplot()
    axes.set(xscale="log", yscale="log", xlim=(LENGTHS[0] / 1.2, LENGTHS[-1] * 1.2),
             ylim=(LOWEST, HIGHEST), xlabel="tokens n", ylabel="memory (GB)")  # fmt: skip
    axes.set_xticks([256, 2048, 16_384, 131_072, 2**20],
                    ["256", "2,048", "16,384", "131,072", "1,048,576"])  # fmt: skip
    axes.set_yticks([1e-4, 1e-2, 1, 100, 1e4, 1e6], ["0.0001", "0.01", "1", "100", "10⁴", "10⁶"])
    axes.minorticks_off()
    for room in BUDGETS:
        axes.axhline(room, color=LINE, linewidth=0.9)
        axes.text(LENGTHS[-1] * 1.25, room, f"{room} GB", color=QUIET, fontsize=9, va="center")
    nothing = np.full(len(LENGTHS), 1.0)
    curves = {
        name: axes.plot(LENGTHS, nothing, dash, color=colour, linewidth=1.8, label=name)[0]
        for name, (colour, dash, _) in LOOK.items()
    }
    axes.legend(loc="upper left", labelcolor=INK, handlelength=2.8, ncols=2, borderaxespad=0.1)
    line = axes.axvline(LENGTHS[0], color=INK, linewidth=1.0)
    dots = {
        name: axes.plot([LENGTHS[0]], [1], marker, color=colour, markersize=7,
                        markeredgecolor="white")[0]
        for name, (colour, _, marker) in LOOK.items()
    }  # fmt: skip
    return SimpleNamespace(curves=curves, dots=dots, line=line,
                           moving=[line, *curves.values(), *dots.values()])  # fmt: skip


def _move(parts, budget):
    at_all = needs(np.array(LENGTHS, float), budget.window, budget.heads, budget.layers,
                   budget.precision)  # fmt: skip
    for name, need in at_all.items():
        parts.curves[name].set_ydata(need.total / GB)
        parts.dots[name].set_data([budget.n], [budget.needs[name].total / GB])
    parts.line.set_xdata([budget.n, budget.n])
