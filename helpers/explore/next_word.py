"""next_word: a prompt and a temperature → the next word's probabilities, and where it looks."""

import html
from dataclasses import dataclass

import numpy as np

from helpers.arrays import largest_first
from helpers.attention import softmax
from helpers.explore.controls import choice, scale, steps, text
from helpers.explore.explorer import Explorer
from helpers.explore.html_view import HtmlView
from helpers.explore.language_model import language_model
from helpers.show import KEY, QUERY, Picture
from helpers.show.colours import NEUTRAL, colour_cells
from helpers.show.lettering import printable
from helpers.show.style import INK, LINE
from helpers.tables import Cell, table
from helpers.wording import listed, number, quoted, shorten, word_label

TITLE = "What comes next, and where the last word looks"
TEMPERATURES = (0.0, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0)
TOP_K = (0, 1, 2, 3, 5, 10, 40)  # 0: all words
DRAWS = 8
BARS = 8
LONGEST_BAR = 300  # pixels, of a probability of 1
MOST_HEADS = 16  # beyond, layers are listed, and not every head
ALL = (-1, -1)


@dataclass(frozen=True)
class Next:
    """A prompt read to its end."""

    prompt: str
    temperature: float
    top_k: int
    words: list  # of the prompt, n
    look: np.ndarray  # (n,) weights of the last word
    looker: str  # whose weights these are
    names: list  # of the likeliest next words
    probabilities: np.ndarray  # of these
    truth: np.ndarray | None  # of these, in the language itself
    written: str
    note: str


def next_word(model=None, prompt=None, *, temperature=1.0, top_k=None):
    """Write the beginning of a sentence; see what may come next, and where the last word looks.

    model: a helpers.models.TinyGPT trained on helpers.tasks.language; "smollm2" for the pretrained
        decoder, or the tiny one with a word about it where that is not installed; None for a tiny
        GPT that is trained first, which takes a few seconds.
    prompt: where to start. temperature: one of 0, 0.3, 0.5, 0.7, 1, 1.5, 2, 3; 0 takes the
        likeliest. top_k: 1, 2, 3, 5, 10 or 40, draw among the likeliest only; None for all words.

    Returns an Explorer. Raises ValueError for other settings, and for a prompt that the model
    cannot read.
    """
    reader, note = language_model(model)

    def compute(prompt, temperature, top_k, look, draw):
        read = reader.read(" ".join(prompt.split()))
        probabilities = chances(read.logits, temperature, top_k or None)
        best = largest_first(probabilities, 9)[:BARS]
        best = best[probabilities[best] > 0]
        truth = reader.truth(prompt)
        written = reader.write(prompt, temperature, top_k or None, np.random.default_rng(draw))
        return Next(
            prompt, temperature, top_k, read.words, _weights_of(read.looks, look), _name_of(look),
            [reader.label(int(word)) for word in best], probabilities[best],
            None if truth is None else truth[best], written, note,
        )  # fmt: skip

    return Explorer(
        {
            "prompt": text("Beginning of the sentence", reader.start if prompt is None else prompt),
            "temperature": scale(
                "Temperature", float(temperature), [(f"{t:g}", t) for t in TEMPERATURES]
            ),
            "top_k": scale("Draw among", top_k or 0, [(_among(k), k) for k in TOP_K]),
            "look": choice("Where it looks", ALL, _lookers(*reader.heads)),
            "draw": steps(
                "Written on", 0, [(f"{i + 1} of {DRAWS}", i) for i in range(DRAWS)],
                what="continuation",
            ),
        },
        compute,
        _describe,
        [
            HtmlView(lambda one, picture: _sentence(one)),
            HtmlView(lambda one, picture: _ranking(one, bars=True)),
        ],
        title=TITLE,
    )  # fmt: skip


def chances(logits, temperature, top_k=None):
    """softmax(logits / temperature) over the top_k largest; all for the largest at temperature 0.

    logits: (n_words,). Returns: (n_words,), sums to 1.
    """
    logits = np.asarray(logits, dtype=float)
    if temperature == 0:
        return (np.arange(len(logits)) == logits.argmax()).astype(float)
    if top_k is not None and top_k < len(logits):
        logits = np.where(logits >= np.partition(logits, -top_k)[-top_k], logits, -np.inf)
    return softmax(logits / temperature)


def _among(top_k):
    if top_k == 1:
        return "the likeliest alone"
    return f"the {top_k} likeliest" if top_k else "all words"


def _lookers(layers, heads):
    """The choices of whose weights are shown, as (text, (layer, head)); -1 for the mean."""
    options = [ALL]
    if layers * heads <= MOST_HEADS:
        options += [(layer, head) for layer in range(layers) for head in range(heads)]
    else:
        options += [(layer, -1) for layer in range(layers)]
    return [(_name_of(option), option) for option in options]


def _name_of(look):
    layer, head = look
    if layer < 0:
        return "all heads, on average"
    return f"layer {layer}, on average" if head < 0 else f"head {head} of layer {layer}"


def _weights_of(looks, look):
    """looks: (layers, heads, n) → (n,)."""
    layer, head = look
    if layer < 0:
        return looks.mean(axis=(0, 1))
    return looks[layer].mean(axis=0) if head < 0 else looks[layer, head]


def _describe(one):
    return Picture(
        lambda figure: _draw(figure, one), _words(one), title=TITLE, table=_ranking(one),
        size=(7.2, 0.9 + 0.27 * max(BARS, min(len(one.words), 16))),
    )  # fmt: skip


def _words(one):
    among = f", drawn among {_among(one.top_k)}" if one.top_k else ""
    likely = [
        f"{quoted(name.strip() or name)} ({number(chance)})"
        for name, chance in zip(one.names[:3], one.probabilities[:3], strict=True)
        if chance >= 0.005
    ]
    keys = largest_first(one.look)[:2]
    seen = [
        f"{quoted(one.words[key].strip() or one.words[key])} ({number(one.look[key])})"
        for key in keys
        if one.look[key] >= 0.005
    ]
    last = quoted(one.words[-1].strip() or one.words[-1])
    return (
        f"At temperature {one.temperature:g}{among}, the next word is {listed(likely, 'or')}. "
        f"In {one.looker}, {last} looks most at {listed(seen)}. "
        f"Written on: {f'{one.prompt} {one.written}'.strip()}.{one.note}"
    )


# Live ---------------------------------------------------------------------------------------------


def _sentence(one):
    """The prompt, each word as bright as the last one looks at it, and what was written on."""
    box = (
        "display:inline-block;margin:2px;padding:3px 7px 2px;border-radius:4px;text-align:center;"
        "font-size:16px;line-height:1.25"
    )
    small = "display:block;font-size:13px;font-variant-numeric:tabular-nums"
    parts = []
    for place, (background, ink) in enumerate(zip(*colour_cells(one.look, 0, 1), strict=True)):
        last = place == len(one.words) - 1
        border = f"3px solid {QUERY}" if last else f"1px solid {LINE};margin:4px"
        parts.append(
            f'<span style="{box};background:{background};color:{ink};border:{border}">'
            f"{html.escape(shorten(word_label(one.words[place].strip()), 24))}"
            f'<span style="{small}">{"asks · " if last else ""}{number(one.look[place])}</span>'
            "</span>"
        )
    parts.append(f'<span style="font-size:16px;padding:0 6px">→ {html.escape(one.written)}</span>')
    return f'<div style="margin:4px 0 8px">{"".join(parts)}</div>'


def _ranking(one, bars=False):
    """The likeliest next words as a table; bars: with a bar beside each probability."""
    columns = ["next word", "probability"]
    if one.truth is not None:
        columns.append("in the language itself")
    if bars:
        columns.append(Cell("", decoration=True, markup=True))
    caption = f"The likeliest next words, temperature {one.temperature:g}"
    return table(caption, columns, [_row(one, place, bars) for place in range(len(one.names))])


def _row(one, place, bars):
    name, chance = one.names[place], one.probabilities[place]
    row = [name.strip() or name, number(chance)]
    if one.truth is not None:
        row.append(number(one.truth[place]))
    if bars:  # it says what the number says, so only those who see need it
        bar = f"background:{NEUTRAL};height:12px;width:{LONGEST_BAR * chance:.0f}px"
        wide = f"text-align:left;width:{LONGEST_BAR + 20}px"
        row.append(Cell(f'<div style="{bar}"></div>', markup=True, decoration=True, style=wide))
    return row


# Stored -------------------------------------------------------------------------------------------


def _draw(figure, one):
    left, right = figure.subplots(1, 2)
    names = [printable(shorten(word_label(name.strip() or name), 18)) for name in one.names]
    _bars(left, names, one.probabilities, NEUTRAL, f"next word, temperature {one.temperature:g}")
    shown = range(max(0, len(one.words) - 16), len(one.words))
    words = [printable(shorten(word_label(one.words[key].strip()), 18)) for key in shown]
    words[-1] += " (asks)"
    _bars(right, words, one.look[list(shown)], KEY, f"weight, {one.looker}")


def _bars(axes, names, values, colour, label):
    axes.barh(range(len(values)), values, color=colour, height=0.68)
    for row, value in enumerate(values):
        axes.annotate(
            number(value), (value, row), (4, 0), textcoords="offset points", va="center",
            color=INK, fontsize=9,
        )  # fmt: skip
    axes.set_yticks(range(len(names)), names, fontsize=10)
    axes.set(ylim=(len(names) - 0.4, -0.6), xlim=(0, 1.18), xticks=[0, 0.5, 1], xlabel=label)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
