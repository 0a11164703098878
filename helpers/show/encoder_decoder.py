"""show.encoder_decoder: the translating transformer as a drawing, with its three attentions."""

from matplotlib.patches import FancyBboxPatch, Rectangle

from helpers.show.colours import KEY, QUERY, VALUE, WEIGHTS
from helpers.show.lettering import printable, text_width
from helpers.show.picture import Picture, title_height
from helpers.show.style import GRID, INK, LINE, QUIET
from helpers.show.token_names import check_words
from helpers.wording import shorten, word_label

TITLE = "Three attentions in one encoder-decoder: who asks whom"
SOURCE = ("small", "cat", "sees", "red", "bird")
TARGET = ("gato", "peta", "vidas")
MOST = 6  # words of a side; beyond, the boxes do not hold their maps
WIDTH, HEIGHT = 7.2, 5.4  # inches, without the title
BOX = 2.5  # inches, width of every box
LEFT, RIGHT = 0.55, 4.3  # inches from the left: where the boxes of a side begin
CELL = 0.1  # inches, of a small map
TINT = "#f6f7f9"


def encoder_decoder(source=None, target=None, *, title=None):
    """The encoder-decoder of Vaswani and others (2017) as a drawing, with the three attentions.

    source: words that the encoder reads. target: words that the decoder has written so far. Each
    1 to 6 texts; a short example if None. The small maps have one row a query and one column a
    key, and what a word may not see yet is pale. Residual connections and norms are left out.

    Returns a Picture. Raises ValueError for no words, or for more than 6.
    """
    source, target = _side(source, SOURCE, "source"), _side(target, TARGET, "target")
    n_source, n_target = len(source), len(target)
    said = (
        f"In the encoder, the {n_source} source words ask each other: self-attention, weights "
        f"{n_source} × {n_source}. In the decoder, the {n_target} target words ask each other, "
        f"each only itself and those before it: {n_target} × {n_target}; then they ask what the "
        f"encoder made of the source: cross-attention, {n_target} × {n_source}, queries from the "
        f"target, keys and values from the source."
    )

    title = title or TITLE
    above = title_height(title, WIDTH)

    def draw(figure):
        axes = figure.add_axes([0, 0, 1, HEIGHT / (HEIGHT + above)])
        figure.set_layout_engine("none")  # places are given here, in inches
        axes.set(xlim=(0, WIDTH), ylim=(0, HEIGHT))
        axes.set_axis_off()
        _draw(axes, source, target)

    return Picture(draw, said, title=title, size=(WIDTH, HEIGHT + above))


def _side(words, example, name):
    words = list(example) if words is None else words
    if not isinstance(words, str) and not 1 <= len(words) <= MOST:
        raise ValueError(
            f"{name} has {len(words)} words; the drawing holds 1 to {MOST}: {name}[:{MOST}]."
        )
    return check_words(words, len(words), name, (len(words),))


def _draw(axes, source, target):
    _frame(axes, LEFT, 0.98, 2.75, "encoder")
    _frame(axes, RIGHT, 0.98, 3.78, "decoder")

    _words(axes, LEFT, source, "source")
    _attention(axes, LEFT, 1.3, "1  self-attention", "source asks source", len(source), len(source))
    _up(axes, LEFT, 2.2, 2.55)
    _box(axes, LEFT, 2.55, 0.42, "feed-forward")
    _into(axes, LEFT, 1.3)

    _words(axes, RIGHT, target, "target so far")
    n = len(target)
    _attention(axes, RIGHT, 1.3, "2  self-attention", "target asks target,\nnothing later", n, n,
               causal=True)  # fmt: skip
    _into(axes, RIGHT, 1.3)
    _attention(axes, RIGHT, 2.75, "3  cross-attention", "target asks source", n, len(source))
    _arrow(axes, (RIGHT + 0.5 * BOX, 2.2), (RIGHT + 0.5 * BOX, 2.75), QUERY)
    axes.text(RIGHT + 0.5 * BOX + 0.08, 2.47, "query", color=QUERY, fontsize=9.5, va="center")
    _up(axes, RIGHT, 3.65, 4.0)
    _box(axes, RIGHT, 4.0, 0.42, "feed-forward")
    _up(axes, RIGHT, 4.42, 5.0)
    axes.text(RIGHT + BOX / 2, 5.17, "next word", ha="center", va="center", color=INK,
              fontsize=11, fontweight="bold")  # fmt: skip
    _memory(axes)


def _memory(axes):
    """From the top of the encoder to the cross-attention: keys and values."""
    for shift, name, colour in ((-0.17, "key", KEY), (0.17, "value", VALUE)):
        x, y = LEFT + BOX / 2 + shift, 3.2 - shift
        axes.plot([x, x], [2.97, y], color=colour, linewidth=1.8, solid_capstyle="butt")
        axes.plot([x, RIGHT - 0.06], [y, y], color=colour, linewidth=1.8, solid_capstyle="butt")
        _arrow(axes, (RIGHT - 0.3, y), (RIGHT, y), colour)
        axes.text(RIGHT - 0.62, y + 0.045, name, color=colour, fontsize=9.5, ha="center",
                  va="bottom")  # fmt: skip


def _frame(axes, left, bottom, height, name):
    axes.add_patch(
        FancyBboxPatch(
            (left - 0.22, bottom), BOX + 0.44, height, facecolor=TINT, edgecolor=GRID,
            boxstyle="round,pad=0,rounding_size=0.12", linewidth=1,
        )
    )  # fmt: skip
    axes.text(left - 0.1, bottom + height - 0.09, name, color=QUIET, fontsize=9.5, va="top")


def _box(axes, left, bottom, height, name, bold=False):
    axes.add_patch(
        FancyBboxPatch(
            (left, bottom), BOX, height, facecolor="white", edgecolor=LINE, linewidth=1,
            boxstyle="round,pad=0,rounding_size=0.06",
        )
    )  # fmt: skip
    if not bold:
        axes.text(left + BOX / 2, bottom + height / 2, name, ha="center", va="center", color=INK,
                  fontsize=10)  # fmt: skip


def _attention(axes, left, bottom, name, who, n_queries, n_keys, causal=False):
    """A box of 0.9 inches with its name, who asks whom, and a map of the right shape."""
    _box(axes, left, bottom, 0.9, name, bold=True)
    axes.text(left + 0.12, bottom + 0.74, name, va="center", color=INK, fontsize=10.5,
              fontweight="bold")  # fmt: skip
    axes.text(left + 0.12, bottom + 0.54, who, va="top", color=QUIET, fontsize=9.5, linespacing=1.3)
    x = left + BOX - 0.42 - CELL * n_keys / 2
    top = bottom + 0.36 + CELL * n_queries / 2 + 0.12
    for row in range(n_queries):
        for column in range(n_keys):
            hidden = causal and column > row
            axes.add_patch(
                Rectangle(
                    (x + CELL * column, top - CELL * (row + 1)), CELL, CELL, edgecolor="white",
                    linewidth=0.8, facecolor=GRID if hidden else WEIGHTS(0.38),
                )
            )  # fmt: skip
    axes.plot([x - 0.02] * 2, [top - CELL * n_queries, top], color=QUERY, linewidth=2.2)
    axes.plot([x, x + CELL * n_keys], [top + 0.02] * 2, color=KEY, linewidth=2.2)
    axes.text(x + CELL * n_keys / 2, top - CELL * n_queries - 0.03, f"{n_queries} × {n_keys}",
              ha="center", va="top", color=QUIET, fontsize=8)  # fmt: skip


def _into(axes, left, bottom):
    """Query, key and value of one and the same words, into the box above."""
    roles = (("query", QUERY), ("key", KEY), ("value", VALUE))
    for place, (name, colour) in zip((0.22, 0.5, 0.78), roles, strict=True):
        x = left + place * BOX
        _arrow(axes, (x, 0.7), (x, bottom), colour)
        axes.text(x + 0.07, 0.83, name, color=colour, fontsize=9.5, va="center")


def _words(axes, left, words, name):
    line = " ".join(printable(shorten(word_label(word), 9)) for word in words)
    points = min(10.5, 10.5 * 3.3 / text_width(line, 10.5))  # the two sides must not meet
    axes.text(left + BOX / 2, 0.5, line, ha="center", va="center", color=INK, fontsize=points)
    axes.text(left + BOX / 2, 0.22, name, ha="center", va="center", color=QUIET, fontsize=9.5)


def _up(axes, left, low, high):
    _arrow(axes, (left + BOX / 2, low), (left + BOX / 2, high), QUIET)


def _arrow(axes, start, end, colour):
    axes.annotate(
        "", end, start,
        arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 1.8, "shrinkA": 0,
                    "shrinkB": 0, "mutation_scale": 11},
    )  # fmt: skip
