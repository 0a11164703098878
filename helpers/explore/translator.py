"""translator: the length of a sentence → what is left of it with and without attention."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from helpers.explore.controls import number as whole_number
from helpers.explore.controls import steps
from helpers.explore.explorer import Explorer
from helpers.explore.figure_view import Drawing, FigureView
from helpers.explore.html_view import HtmlView
from helpers.explore.pixel_map import pixel_map
from helpers.show import Picture
from helpers.show import weights as show_weights
from helpers.show.colours import SERIES, WEIGHTS
from helpers.show.style import GRID, INK, LINE, QUIET
from helpers.tables import table
from helpers.tasks import translation
from helpers.wording import number

TITLE = "The longer the sentence, the less a fixed state keeps"
NAMES = ("without attention", "with attention")
STYLES = ((SERIES[0], "-", "o"), (SERIES[1], "--", "s"))  # as show.curves takes them
EXAMPLES = 6
SHORTEST = translation.SHORTEST
WITH_TICKS = 20  # words; beyond, labels of the drawn map cannot be read
AS_TABLE = 16  # words; beyond, the live map is an image


@dataclass(frozen=True)
class Seen:
    """One sentence, as both models translate it, and the accuracies at all lengths."""

    lengths: np.ndarray  # (n_lengths,)
    accuracies: np.ndarray  # (2, n_lengths), without and with attention
    trained: int  # the longest sentence in training
    source: np.ndarray  # (length,)
    target: np.ndarray  # (length,)
    alignment: np.ndarray  # (length,)
    said: np.ndarray  # (2, length)
    weights: np.ndarray  # (length, length)

    @property
    def length(self):
        """How many words the sentence has."""
        return len(self.source)

    @property
    def at(self):
        """Both accuracies at this length."""
        return self.accuracies[:, np.flatnonzero(self.lengths == self.length)[0]]

    @property
    def right(self):
        """How many words of this sentence each model got right: (2,)."""
        return (self.said == self.target).sum(axis=1)

    @property
    def on_target(self):
        """How many looks fall most on the word that has to be translated."""
        return int((self.weights.argmax(axis=1) == self.alignment).sum())


def translator(without, attending, *, length=8, longest=30, trained=16, n_sentences=200, rng=None):
    """Choose a length; see both accuracies, a sentence as both translate it, and the alignment.

    without, attending: helpers.models.Translator without and with attention, trained on
    helpers.tasks.translation. trained: the longest sentence that they were trained on, in words.
    length: where to start. longest: the longest to choose, at least one more than 3.
    n_sentences: how many sentences of each length an accuracy is measured on.
    rng: draws them; np.random.default_rng(0) if None, so that everybody sees the same.

    Returns an Explorer. Raises ValueError where the models are exchanged, or a number is out of
    range.
    """
    if without.attention or not attending.attention:
        raise ValueError(
            "The first model has to be a Translator without attention, the second one with it: "
            "translator(without, attending)."
        )
    if not SHORTEST < longest <= 60:
        raise ValueError(f"longest is {longest}; choose a length from {SHORTEST + 1} to 60.")
    if n_sentences < EXAMPLES:
        raise ValueError(
            f"n_sentences is {n_sentences}; {EXAMPLES} are shown, so at least {EXAMPLES}."
        )
    rng = np.random.default_rng(0) if rng is None else rng
    lengths = np.arange(SHORTEST, longest + 1)
    batches = {n: translation.batch(n_sentences, n, rng) for n in lengths.tolist()}
    accuracies = np.array(
        [
            [model.accuracy(pairs.source, pairs.target) for pairs in batches.values()]
            for model in (without, attending)
        ]
    )

    def compute(length, sentence):
        source, target, alignment = (part[sentence] for part in batches[length])
        said = np.stack([model.translate(source[None])[0] for model in (without, attending)])
        return Seen(lengths, accuracies, trained, source, target, alignment, said,
                    attending.weights(source))  # fmt: skip

    drawing = Drawing(
        lambda figure: _build(figure.add_subplot(), lengths, accuracies, trained), _move,
        title=TITLE, size=(6.9, 2.9),
    )  # fmt: skip
    return Explorer(
        {
            "length": whole_number("Words in the sentence", length, SHORTEST, longest),
            "sentence": steps(
                "Sentence", 0, [(f"{i + 1} of {EXAMPLES}", i) for i in range(EXAMPLES)],
                what="sentence",
            ),
        },
        compute,
        _describe,
        [
            FigureView(drawing),
            HtmlView(lambda seen, picture: _sentence(seen)),
            HtmlView(lambda seen, picture: _live_map(seen)),
        ],
        title=TITLE,
    )  # fmt: skip


def _describe(seen):
    return Picture(lambda figure: _stored(figure, seen), _words(seen), title=TITLE, size=(7.4, 4.2))


def _words(seen):
    bare, looking = map(number, seen.at)
    beyond = ", longer than any in training" if seen.length > seen.trained else ""
    return (
        f"Sentences of {seen.length} words{beyond}: {bare} of all words are right without "
        f"attention, {looking} with it. Of the one shown, {seen.right[0]} of {seen.length} without "
        f"and {seen.right[1]} with; {seen.on_target} of {seen.length} looks fall most on the word "
        "to translate."
    )


def _texts(tokens):
    return translation.target_text(tokens).split()


# Live ---------------------------------------------------------------------------------------------


def _sentence(seen):
    """The sentence word by word: what was right, what each model said, and where it looked."""
    source = translation.source_text(seen.source).split()
    rows = []
    columns = zip(_texts(seen.target), *map(_texts, seen.said), seen.weights, strict=True)
    for place, (wanted, bare, looking, row) in enumerate(columns):
        most = int(row.argmax())
        rows.append(
            [f"{place + 1}", wanted, _judged(bare, wanted), _judged(looking, wanted),
             f"{source[most]} ({number(row[most])})"]
        )  # fmt: skip
    caption = f"The source: {translation.source_text(seen.source)}"
    return table(caption, ["place", "right word", *NAMES, "looks most at"], rows)


def _judged(word, wanted):
    return f"{word} {'✔' if word == wanted else '✘'}"


def _live_map(seen):
    if seen.length <= AS_TABLE:
        return _map(seen).table()
    told = "Where it looked: query (asks) down, key (answers) across, one square a weight"
    image = pixel_map(seen.weights, WEIGHTS, row=None, alt=f"{told}.", width=320)
    return f"<p>{told}; the darker, the more.</p>{image}"


def _map(seen):
    return show_weights(
        seen.weights, _texts(seen.said[1]), keys=translation.source_text(seen.source).split(),
        title="Where it looked for each word",
    )  # fmt: skip


# The drawing --------------------------------------------------------------------------------------


def _build(axes, lengths, accuracies, trained, across=2):
    axes.set(ylim=(0, 1.06), xlabel="words in the sentence", ylabel="share of words right")
    axes.set_xlim(lengths[0] - 0.6, lengths[-1] + 0.6)
    axes.grid(True)
    if trained < lengths[-1]:
        axes.axvspan(trained + 0.5, lengths[-1] + 0.6, color=GRID, zorder=0)
        axes.text(trained + 0.8, 0.03, "longer than in training", color=QUIET, fontsize=9)
    for name, accuracy, (colour, dash, _) in zip(NAMES, accuracies, STYLES, strict=True):
        axes.plot(lengths, accuracy, dash, color=colour, label=name)
    axes.legend(
        loc="lower left", bbox_to_anchor=(-0.02, 1.0), borderaxespad=0, labelcolor=INK,
        handlelength=2.6, ncols=across,
    )  # fmt: skip
    line = axes.axvline(lengths[0], color=INK, linewidth=1.1)
    dots = [
        axes.plot([lengths[0]], [0], marker, color=colour, markersize=8, markeredgecolor="white")[0]
        for colour, _, marker in STYLES
    ]
    return SimpleNamespace(line=line, dots=dots, moving=[line, *dots])


def _move(parts, seen):
    parts.line.set_xdata([seen.length, seen.length])
    for dot, accuracy in zip(parts.dots, seen.at, strict=True):
        dot.set_data([seen.length], [accuracy])


def _stored(figure, seen):
    left, right = figure.subplots(1, 2, width_ratios=[1, 1])
    _move(_build(left, seen.lengths, seen.accuracies, seen.trained, across=1), seen)
    right.imshow(seen.weights, cmap=WEIGHTS, vmin=0, vmax=1, aspect="equal")
    right.xaxis.tick_top()
    right.xaxis.set_label_position("top")
    right.set(xlabel="key (answers)", ylabel="query (asks)")
    if seen.length <= WITH_TICKS:
        places = range(seen.length)
        right.set_xticks(places, translation.source_text(seen.source).split(), rotation=90,
                         fontsize=8)  # fmt: skip
        right.set_yticks(places, _texts(seen.said[1]), fontsize=8)
    for side in right.spines.values():
        side.set_visible(True)
        side.set_color(LINE)
