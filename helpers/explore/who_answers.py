"""who_answers: two sequences; choose the word that asks, and the sequence that answers."""

import html
from dataclasses import dataclass

import numpy as np
from matplotlib.patches import FancyBboxPatch

from helpers.arrays import as_numbers, largest_first
from helpers.attention import scaled_dot_product_attention
from helpers.explore.controls import choice, steps
from helpers.explore.explorer import Explorer
from helpers.explore.html_view import HtmlView
from helpers.show import QUERY, Picture
from helpers.show.colours import WEIGHTS, colour_cells
from helpers.show.lettering import printable, text_width
from helpers.show.style import INK, LINE, QUIET
from helpers.show.token_names import check_words, token_names
from helpers.tables import table
from helpers.tasks import embeddings
from helpers.wording import counted, listed, number, shorten, word_label

TITLE = "Who asks, and who answers"
MOST = 16  # words of a sequence; beyond, they are no longer seen at a glance


@dataclass(frozen=True)
class Sequence:
    """A sequence by its name, with its words and their vectors."""

    name: str
    words: list
    x: np.ndarray  # (n, d_model)

    @property
    def names(self):
        """What to call each word in a sentence."""
        return token_names(self.words, len(self.words), "word")


@dataclass(frozen=True)
class Asked:
    """One word of one sequence asks; one sequence answers."""

    sequences: tuple
    asks: int  # which sequence
    query: int  # which word of it
    answers: int  # which sequence
    weights: np.ndarray  # (n_queries, n_keys)
    output: np.ndarray  # (n_queries, d_value)

    @property
    def row(self):
        """The weights of the word that asks: (n_keys,)."""
        return self.weights[self.query]

    @property
    def order(self):
        """Keys, largest weight first; where rounding alone differs, in the order of the text."""
        return largest_first(self.row)

    @property
    def keys(self):
        """The names of the keys, the word that asks among them as "itself"."""
        names = list(self.sequences[self.answers].names)
        if self.asks == self.answers:
            names[self.query] = "itself"
        return names


def who_answers(sequences=None, projections=None, *, start=None, answers=None):
    """Choose a word of either of two sequences, and the sequence that answers it.

    sequences: dict of two, name -> (words, x), x of shape (n, d_model), 1 to 16 words each; a
        question and the running sentence if None.
    projections: (w_query, w_key, w_value) for both; the hand-made ones of lesson 02 if None.
    start: (name, word) that asks first, the word by itself or its index; answers: the name of the
        sequence that answers first. Unless given: the first word, and the second sequence.

    The word that asks decides which sequence the queries come from. Where the same sequence
    answers it is self-attention, where the other does it is cross-attention.

    Returns an Explorer. Raises ValueError for shapes, words and names that do not fit.
    """
    pair, projections = _arrays(sequences, projections)
    names = [sequence.name for sequence in pair]
    options = [
        (f"{sequence.name} {i + 1}: {word_label(word)}", (which, i))
        for which, sequence in enumerate(pair)
        for i, word in enumerate(sequence.words)
    ]
    if answers is not None and answers not in names:
        raise ValueError(f"answers={answers!r} is no sequence: choose one of {', '.join(names)}.")
    answers = names[1] if answers is None else answers
    return Explorer(
        {
            "query": steps("Word that asks", _start(start, pair), options, what="word"),
            "answers": choice("Sequence that answers", answers, names),
        },
        compute=lambda query, answers: _ask(pair, projections, query, names.index(answers)),
        describe=lambda asked: Picture(
            lambda figure: _draw(figure, asked),
            _words(asked),
            title=TITLE,
            table=_table(asked),
            size=(WIDTH, HEAD + _height(asked)),
        ),
        views=[
            HtmlView(lambda asked, picture: _live(asked)),
            HtmlView(lambda asked, picture: picture.table()),
        ],
        title=TITLE,
    )


def _arrays(sequences, projections):
    if sequences is None:
        sequences = {"question": embeddings.toy_question(), "sentence": embeddings.toy_words()}
    if len(sequences) != 2:
        raise ValueError(f"{len(sequences)} sequences; pass two by name: {{name: (words, x)}}.")
    projections = embeddings.toy_projections() if projections is None else projections
    if len(projections) != 3:
        raise ValueError(f"{len(projections)} projections; pass w_query, w_key and w_value.")
    w_query, w_key, w_value = (as_numbers(matrix, "a projection") for matrix in projections)
    pair = []
    for name, (words, x) in sequences.items():
        x = as_numbers(x, name)
        if x.ndim != 2 or not 1 <= len(x) <= MOST or x.shape[1] != w_query.shape[0]:
            raise ValueError(
                f"{name} has shape {x.shape}; expected 1 to {MOST} words of d_model "
                f"{w_query.shape[0]}, which the projections {w_query.shape} take."
            )
        pair.append(Sequence(name, check_words(words, len(x), "rows", x.shape), x))
    if w_key.shape != w_query.shape or w_value.shape[0] != w_query.shape[0]:
        raise ValueError(
            f"w_query {w_query.shape}, w_key {w_key.shape}, w_value {w_value.shape}: expected "
            f"(d_model, d_k) twice and (d_model, d_v)."
        )
    return tuple(pair), (w_query, w_key, w_value)


def _start(start, pair):
    """The option (sequence, word) that start=(name, word) means."""
    if start is None:
        return (0, 0)
    name, word = start
    names = [sequence.name for sequence in pair]
    if name not in names:
        raise ValueError(f"start={start!r} names no sequence: choose one of {', '.join(names)}.")
    words = pair[names.index(name)].words
    if isinstance(word, str) and word not in words:
        raise ValueError(f"start={start!r} is none of the words: {', '.join(words)}.")
    index = words.index(word) if isinstance(word, str) else int(word)
    if not 0 <= index < len(words):
        raise ValueError(f"start={start!r}: expected an index from 0 to {len(words) - 1}.")
    return (names.index(name), index)


def _ask(pair, projections, query, answers):
    w_query, w_key, w_value = projections
    which, word = query
    x, context = pair[which].x, pair[answers].x
    output, weights = scaled_dot_product_attention(x @ w_query, context @ w_key, context @ w_value)
    return Asked(pair, which, word, answers, weights, output)


def _words(asked):
    asking, answering = asked.sequences[asked.asks], asked.sequences[asked.answers]
    alone = asked.asks == asked.answers
    whom = "its own sequence: self-attention" if alone else f"the {answering.name}: cross-attention"
    first, *rest = [f"{asked.keys[key]} ({number(asked.row[key])})" for key in asked.order[:2]]
    n_queries, n_keys = asked.weights.shape
    asks = asking.names[asked.query]
    return (
        f"{asks[0].upper() + asks[1:]} of the {asking.name} asks {whom}. It looks most at {first}"
        + (f", then at {listed(rest)}" if rest else "")
        + f"; in all, {counted(n_queries, 'query', 'queries')} and {counted(n_keys, 'key')} make "
        f"weights ({n_queries}, {n_keys}) and output ({n_queries}, {asked.output.shape[1]})."
    )


def _table(asked):
    words = asked.sequences[asked.answers].words
    rows = [
        [word_label(words[key]), str(key + 1), number(asked.row[key])] for key in asked.order[:8]
    ]
    others = len(words) - len(rows)
    if others:
        rest = max(1 - asked.row[asked.order[:8]].sum(), 0.0)
        rows.append([f"{others} other{'s' if others > 1 else ''}", "", number(rest)])
    asking = asked.sequences[asked.asks]
    caption = f"Keys of {asking.names[asked.query]}, largest weight first"
    return table(caption, ["key (answers)", "place", "weight"], rows)


def _cells(asked, which):
    """(word, what stands below it, background, ink, whether it asks) of a sequence's words."""
    answers = which == asked.answers
    words = asked.sequences[which].words
    row = asked.row if answers else np.zeros(len(words))
    background, ink = colour_cells(row, 0.0, 1.0, WEIGHTS)
    for place, word in enumerate(words):
        asks = which == asked.asks and place == asked.query
        below = [*(["asks"] if asks else []), *([number(row[place])] if answers else [])]
        yield (
            shorten(word_label(word), 16), " · ".join(below), background[place],
            ink[place] if answers else INK, asks,
        )  # fmt: skip


def _role(asked, which):
    """What a sequence does at the moment: asks, answers, both, or neither."""
    roles = [
        *(["asks"] if which == asked.asks else []),
        *(["answers"] if which == asked.answers else []),
    ]
    return " and ".join(roles) or "is not asked"


# Live ---------------------------------------------------------------------------------------------


def _live(asked):
    box = (
        "display:inline-block;padding:3px 7px 2px;border-radius:4px;text-align:center;"
        "font-size:16px;line-height:1.25;vertical-align:top"
    )
    small = "display:block;font-size:13px;font-variant-numeric:tabular-nums;min-height:1.25em"
    lines = []
    for which, sequence in enumerate(asked.sequences):
        spans = []
        for word, below, background, ink, asks in _cells(asked, which):
            border = f"3px solid {QUERY};margin:2px" if asks else f"1px solid {LINE};margin:4px"
            spans.append(
                f'<span style="{box};background:{background};color:{ink};border:{border}">'
                f'{html.escape(word)}<span style="{small}">{below}</span></span>'
            )
        lines.append(
            f'<div style="margin:6px 0 0 4px">{html.escape(sequence.name)} '
            f"({_role(asked, which)})</div><div>{''.join(spans)}</div>"
        )
    return f'<div style="margin:4px 0 8px">{"".join(lines)}</div>'


# Stored -------------------------------------------------------------------------------------------

WIDTH, HEAD, NAME, LINE_HEIGHT, FOOT = 7.2, 0.4, 0.3, 0.62, 0.28  # inches
GAP, PAD, MARGIN = 0.07, 0.07, 0.12
WORD_POINTS, NUMBER_POINTS = 11.5, 9


def _lines(asked, which):
    """The words of a sequence in lines that fit the width: lists of (cell, x, width)."""
    lines, x = [[]], MARGIN
    for cell in _cells(asked, which):
        width = 2 * PAD + max(text_width(cell[0], WORD_POINTS), text_width(cell[1], NUMBER_POINTS))
        if lines[-1] and x + width > WIDTH - MARGIN:
            lines.append([])
            x = MARGIN
        lines[-1].append((cell, x, width))
        x += width + GAP
    return lines


def _height(asked):
    return FOOT + sum(NAME + LINE_HEIGHT * len(_lines(asked, which)) for which in (0, 1))


def _draw(figure, asked):
    height = _height(asked)
    figure.set_layout_engine("none")  # places are computed here, in inches
    axes = figure.add_axes([0, 0, 1, height / (HEAD + height)])
    axes.set_axis_off()
    axes.set(xlim=(0, WIDTH), ylim=(height, 0))
    top = 0.0
    for which, sequence in enumerate(asked.sequences):
        name = f"{printable(shorten(sequence.name, 40))} ({_role(asked, which)})"
        axes.text(MARGIN, top + 0.2, name, color=QUIET, fontsize=9.5, va="center")
        top += NAME
        for line in _lines(asked, which):
            for cell, x, width in line:
                _draw_word(axes, cell, x, top, width)
            top += LINE_HEIGHT
    note = "Number: weight on the word (key). Framed: the word that asks (query)."
    axes.text(MARGIN, top + 0.1, note, color=QUIET, fontsize=9, va="center")


def _draw_word(axes, cell, x, top, width):
    word, below, background, ink, asks = cell
    axes.add_patch(
        FancyBboxPatch(
            (x, top + 0.03), width, LINE_HEIGHT - 0.12, facecolor=background,
            edgecolor=QUERY if asks else LINE, linewidth=2.5 if asks else 0.8,
            boxstyle="round,pad=0,rounding_size=0.05",
        )
    )  # fmt: skip
    middle = x + width / 2
    at = top + (0.2 if below else 0.28)
    axes.text(middle, at, printable(word), ha="center", va="center", color=ink,
              fontsize=WORD_POINTS)  # fmt: skip
    axes.text(middle, top + 0.41, below, ha="center", va="center", color=ink,
              fontsize=NUMBER_POINTS)  # fmt: skip
