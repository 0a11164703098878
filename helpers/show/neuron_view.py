"""show.neuron_view: a score taken apart, product by product."""

from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.patches import Rectangle

from helpers.arrays import as_numbers
from helpers.attention import softmax
from helpers.show.colour_bar import colour_bar
from helpers.show.colours import KEY, scale_of
from helpers.show.lettering import printable, text_width
from helpers.show.picture import Picture
from helpers.show.style import INK, LINE, QUIET
from helpers.show.token_names import check_words, token_names
from helpers.wording import number, shorten, word_label

MOST_KEYS, MOST_WIDTH = 24, 256
LABEL = "query × key / √d"


@dataclass(frozen=True)
class Products:
    """One query against all keys, taken apart.

    products: (n_keys, d), each row sums to the key's scaled score. scores, weights: (n_keys,);
    -inf and 0 where a causal head may not look. order: the columns, largest product with the
    answering key first.
    """

    words: list
    asks: int
    answers: int
    products: np.ndarray
    scores: np.ndarray
    weights: np.ndarray

    @property
    def order(self):
        """Columns of the features, largest product first."""
        return np.argsort(-np.round(self.products[self.answers], 9), kind="stable")


def neuron_view(query, key, words, *, asks, answers=None, causal=False, title=None):
    """The products of one query with every key, column by column, with the scores they sum to.

    query, key: (n, d), up to 24 tokens and width 256. words: n labels. asks, answers: a word or its
    place; answers is the key with the highest weight if None. causal: later keys are hidden.

    A score is q · k / √d: the sum of d products, each of which is one cell. The columns are sorted
    by their product with the key that answers. Returns a Picture. Raises ValueError for other
    shapes, and for words that are not there.
    """
    apart = take_apart(query, key, words, asks=asks, answers=answers, causal=causal)
    names = token_names(apart.words, len(apart.words), "token")
    found = (
        f"{names[apart.asks]} with {names[apart.answers]}: {apart.products.shape[1]} products "
        f"make the score {number(apart.scores[apart.answers], 1)}"
    )
    return Picture(
        lambda figure: _draw(figure, apart),
        say(apart),
        title=title or found[0].upper() + found[1:],
        size=(7.0, 1.35 + 0.3 * len(apart.words)),
    )


def take_apart(query, key, words, *, asks, answers=None, causal=False):
    """The arrays of the view: Products. Arguments as in `neuron_view`."""
    query, key = as_numbers(query, "query"), as_numbers(key, "key")
    if query.ndim != 2 or query.shape != key.shape:
        raise ValueError(
            f"query {query.shape} and key {key.shape}: expected (n, d) twice, one head of one text."
        )
    n, d = query.shape
    if n > MOST_KEYS or d > MOST_WIDTH:
        raise ValueError(
            f"query has {n} tokens of width {d}; at most {MOST_KEYS} and {MOST_WIDTH} can be shown."
        )
    words = check_words(words, n, "queries", query.shape)
    asks = _place(asks, words, "asks")
    products = query[asks] * key / np.sqrt(d)
    scores = products.sum(axis=-1)
    if causal:
        scores = np.where(np.arange(n) <= asks, scores, -np.inf)
    weights = softmax(scores)
    answers = int(np.round(weights, 9).argmax()) if answers is None else answers
    answers = _place(answers, words, "answers")
    if causal and answers > asks:
        raise ValueError(f"answers={answers} comes after asks={asks}, and later keys are hidden.")
    return Products(words, asks, answers, products, scores, weights)


def say(apart):
    """What the products show, in two sentences."""
    names = token_names(apart.words, len(apart.words), "token")
    row = apart.products[apart.answers]
    up, down = row[row > 0], row[row < 0]
    top = np.sort(np.abs(row))[::-1][:3].sum() / np.abs(row).sum()
    asked, answered = names[apart.asks], names[apart.answers]
    if apart.asks == apart.answers:
        answered = "itself"
    return (
        f"The score of {asked} with {answered} is {number(row.sum(), 1)}: {len(up)} products above "
        f"0 sum to {number(up.sum(), 1)}, {len(down)} below 0 to {number(down.sum(), 1)}; the "
        f"three largest make up {number(100 * top, 0)}% of all their sizes. After softmax the "
        f"weight is {number(apart.weights[apart.answers])}."
    )


def _place(word, words, role):
    if isinstance(word, str):
        if word not in words:
            raise ValueError(f"{role}={word!r} is none of the words: {', '.join(words)}.")
        return words.index(word)
    if not 0 <= int(word) < len(words):
        raise ValueError(f"{role}={word!r}: expected a place from 0 to {len(words) - 1}.")
    return int(word)


def _draw(figure, apart):
    shown = apart.products[:, apart.order].copy()
    hidden = np.isneginf(apart.scores)
    shown[hidden] = np.nan
    low, high, colour_map = scale_of(np.append(shown[~hidden].ravel(), -1e-6))
    axes = figure.add_subplot()
    image = axes.imshow(shown, norm=Normalize(low, high), cmap=colour_map, aspect="auto")
    labels = [printable(shorten(word_label(word), 14)) for word in apart.words]
    axes.set_yticks(range(len(labels)), labels, fontsize=9.5)
    axes.get_yticklabels()[apart.answers].set_fontweight("bold")
    axes.set_ylabel("key (answers)", color=KEY)
    axes.set_xticks([])
    axes.set_xlabel(
        f"{shown.shape[1]} columns of query and key, sorted for "
        f"“{printable(shorten(word_label(apart.words[apart.answers]), 14))}”",
        fontsize=9.5,
    )
    axes.spines[:].set(visible=True, color=LINE, linewidth=0.8)
    axes.add_patch(_frame(apart.answers, shown.shape[1]))
    side = text_width("−00.0", 9.5) + 0.1
    for column, name in enumerate(("score", "weight")):
        at = (6 + 72 * column * (side + 0.08) + 72 * side * 0.8, 0)
        axes.annotate(
            name, (1, 1.0), (at[0], 6), xycoords="axes fraction", textcoords="offset points",
            ha="right", va="bottom", color=QUIET, fontsize=9, annotation_clip=False,
        )  # fmt: skip
        for row in range(len(labels)):
            if hidden[row]:
                text = "–"
            else:
                text = number(apart.scores[row], 1) if column == 0 else number(apart.weights[row])
            axes.annotate(
                text, (1, row), at, xycoords=("axes fraction", "data"),
                textcoords="offset points", ha="right", va="center", color=INK, fontsize=9.5,
                fontweight="bold" if row == apart.answers else "normal", annotation_clip=False,
            )  # fmt: skip
    colour_bar(figure, image, "product", ax=axes, fraction=0.04, pad=0.18)


def _frame(row, columns):
    return Rectangle((-0.5, row - 0.5), columns, 1, fill=False, edgecolor=KEY, linewidth=2)
