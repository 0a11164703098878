"""spotlight: choose a word of a sentence and see where it looks."""

from dataclasses import dataclass

import numpy as np
from matplotlib.patches import FancyBboxPatch

from helpers.arrays import largest_first
from helpers.explore.controls import Control, steps
from helpers.explore.explorer import Explorer
from helpers.explore.html_view import HtmlView
from helpers.explore.pixel_map import pixel_map
from helpers.explore.words import Words
from helpers.show import QUERY, Picture
from helpers.show.colours import WEIGHTS, colour_cells, scale_of
from helpers.show.lettering import printable, text_width
from helpers.show.map_facts import MapFacts, transposed
from helpers.show.shown_maps import shown_maps
from helpers.show.style import LINE, QUIET
from helpers.show.token_names import check_words, token_names
from helpers.tables import table
from helpers.wording import listed, number, shorten, word_label

AS_WORDS = 64  # beyond, the sentence is a map of one pixel a weight
TABLE_ROWS = 8
TITLE = "Where a word looks"


@dataclass(frozen=True)
class Look:
    """One row of a map. names: of the words in a sentence, such as: the second "the"."""

    weights: np.ndarray  # (n_queries, n_keys)
    words: list
    names: list
    query: int

    @property
    def row(self):
        """The weights of the chosen query, (n_keys,)."""
        return self.weights[self.query]

    @property
    def order(self):
        """Keys, largest weight first; where rounding alone differs, in the order of the text."""
        return largest_first(self.row)


def spotlight(weights, words, *, start=None):
    """Choose a word, see where it looks.

    weights: (n, n), rows are queries. One map; maps of several heads are refused.
    words: n texts. start: the first word chosen, by its index or by itself; the first if None.

    Returns an Explorer. Raises ValueError for maps that are not square, not finite or negative.
    """
    maps, _ = shown_maps(weights)
    if maps.shape[:2] != (1, 1):
        raise ValueError(
            f"The spotlight shows one map, and weights has {maps.shape[0]} layers of "
            f"{maps.shape[1]} heads. Choose one, for instance weights[layer][0, head]."
        )
    weights = maps[0, 0]
    n_queries, n_keys = weights.shape
    if n_queries != n_keys:
        raise ValueError(
            f"weights has {n_queries} queries and {n_keys} keys. The spotlight shows a sentence "
            f"that looks at itself, (n, n); for two sequences take show.weights."
        )
    if weights.min() < 0:
        raise ValueError(
            f"weights holds {number(weights.min())}, and weights are 0 or more. Are these scores? "
            f"Pass what softmax makes of them."
        )
    if words is None:
        raise ValueError(f"The spotlight needs words: a list of {n_keys} texts, one for each row.")
    words = check_words(words, n_keys, "queries", weights.shape)
    names = token_names(words, n_keys, "word")
    asks = _word_row(_start(start, words), words, names)
    seen = asks if len(words) <= AS_WORDS else HtmlView(lambda look, picture: _map(look))
    return Explorer(
        {"query": asks},
        compute=lambda query: Look(weights, words, names, query),
        describe=_describe,
        views=[seen, HtmlView(lambda look, picture: picture.table())],
        title=TITLE,
    )


def _start(start, words):
    if start is None:
        return 0
    if isinstance(start, str):
        if start not in words:
            raise ValueError(f"start={start!r} is none of the words: {', '.join(words)}.")
        return words.index(start)
    if not 0 <= start < len(words):
        raise ValueError(
            f"start={start!r}: expected a word, or its index from 0 to {len(words) - 1}."
        )
    return int(start)


def _describe(look):
    return Picture(
        lambda figure: _draw(figure, look),
        _words(look),
        title=TITLE,
        table=_table(look),
        size=_size(look),
    )


def _words(look):
    asks = look.names[look.query]
    asks = asks[0].upper() + asks[1:]
    seen = [key for key in look.order if look.row[key] >= 0.005]
    if not seen:
        said = f"{asks} looks at nothing: all of its weights are 0."
    else:
        first, *rest = [
            f"{'itself' if key == look.query else look.names[key]} ({number(look.row[key])})"
            for key in seen[:3]
        ]
        said = f"{asks} looks most at {first}"
        said += f", then at {listed(rest)}." if rest else "."
    if transposed([MapFacts(look.weights)]):
        said += " Columns, and not rows, sum to 1: transposed?"
    return said


def _colours(look):
    """(background, ink) of every key; the scale is the map's, so that words can be compared."""
    low, high, _ = scale_of(look.weights)
    return colour_cells(look.row, low, high, WEIGHTS)


# Live ---------------------------------------------------------------------------------------------


class WordRow(Control):
    """The words of the sentence: the reader chooses the one that asks; each shows its weight."""

    def __init__(self, words, names, chosen):
        shown = [shorten(word_label(word), 24) for word in words]
        row = Words(words=shown, names=names, chosen=chosen, label="Word that asks")
        super().__init__(row, row, "chosen")

    def show(self, look, picture):
        """Write the weights below the words, and colour these."""
        notes = [_label(look, key) for key in range(len(look.words))]
        self.widget.paint(notes, *(colours.tolist() for colours in _colours(look)))

    def close(self):
        """Close the widget."""
        self.widget.close()


def _word_row(chosen, words, names):
    if len(words) <= AS_WORDS:
        return WordRow(words, names, chosen)
    options = [(f"{i + 1}: {word_label(word)}", i) for i, word in enumerate(words)]
    return steps("Word that asks", chosen, options, what="word")


def _map(look):
    told = (
        f"{len(look.words)} words are too many to stand here: this is the whole map, one dot a "
        f"weight, query (asks) down, key (answers) across, the chosen row framed."
    )
    alt = "Map of all weights: query (asks) down, key (answers) across."
    image = pixel_map(look.weights, WEIGHTS, row=look.query, alt=alt, width=480)
    return f"{image}<p>{told}</p>"


def _table(look):
    order = look.order[:TABLE_ROWS]
    rows = [[word_label(look.words[key]), str(key + 1), number(look.row[key])] for key in order]
    others = len(look.words) - len(order)
    if others:
        rest = look.row.sum() - look.row[order].sum()
        rows.append([f"{others} other{'s' if others > 1 else ''}", "", number(max(rest, 0.0))])
    return table(
        f"Keys of {look.names[look.query]}, largest weight first",
        ["key (answers)", "place", "weight"],
        rows,
    )


# Stored -------------------------------------------------------------------------------------------

WORD_POINTS, NUMBER_POINTS = 11.5, 9
WIDTH, LINE_HEIGHT, GAP, PAD, MARGIN = 7.2, 0.6, 0.07, 0.07, 0.12  # inches
HEAD, FOOT = 0.42, 0.3  # inches for the title and the note
SHOWN = 24  # words of a text that is too long to be shown whole


def _drawn(look):
    """The keys that the figure shows: all, or of a long text those with the most weight."""
    if len(look.words) <= AS_WORDS:
        return list(range(len(look.words)))
    return sorted({look.query, *(int(key) for key in look.order[: SHOWN - 1])})


def _label(look, key):
    """What stands below a word."""
    return ("asks · " if key == look.query else "") + number(look.row[key])


def _boxes(look):
    """(key, x, line, width) of every word in inches, filling lines from the left."""
    boxes, x, line = [], MARGIN, 0
    for key in _drawn(look):
        word = shorten(word_label(look.words[key]), 24)
        width = 2 * PAD + max(
            text_width(word, WORD_POINTS), text_width(_label(look, key), NUMBER_POINTS)
        )
        if boxes and x + width > WIDTH - MARGIN:
            x, line = MARGIN, line + 1
        boxes.append((key, x, line, width))
        x += width + GAP
    return boxes


def _size(look):
    lines = _boxes(look)[-1][2] + 1
    return (WIDTH, HEAD + LINE_HEIGHT * lines + FOOT)


def _draw(figure, look):
    boxes = _boxes(look)
    lines = boxes[-1][2] + 1
    background, ink = _colours(look)
    height = lines * LINE_HEIGHT + FOOT
    figure.set_layout_engine("none")  # places are computed here, in inches
    axes = figure.add_axes([0, 0, 1, height / (HEAD + height)])
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(height, 0)
    for key, x, line, width in boxes:
        asks = key == look.query
        y = line * LINE_HEIGHT
        axes.add_patch(
            FancyBboxPatch(
                (x, y + 0.03), width, LINE_HEIGHT - 0.12,
                boxstyle="round,pad=0,rounding_size=0.05",
                facecolor=background[key],
                edgecolor=QUERY if asks else LINE,
                linewidth=2.5 if asks else 0.8,
            )
        )  # fmt: skip
        middle = x + width / 2
        word = printable(shorten(word_label(look.words[key]), 24))
        axes.text(middle, y + 0.19, word, ha="center", va="center", color=ink[key],
                  fontsize=WORD_POINTS)  # fmt: skip
        axes.text(middle, y + 0.40, _label(look, key), ha="center", va="center", color=ink[key],
                  fontsize=NUMBER_POINTS)  # fmt: skip
    note = "Number: weight on the word (key). Framed: the word that asks (query)."
    if len(boxes) < len(look.words):
        note = f"{len(boxes)} of {len(look.words)} words, those with the most weight. {note}"
    axes.text(MARGIN, lines * LINE_HEIGHT + 0.13, note, color=QUIET, fontsize=9, va="center")
