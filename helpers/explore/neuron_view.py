"""neuron_view: who asks, who answers → the products that make their score."""

import numpy as np

from helpers.explore.controls import choice, steps
from helpers.explore.explorer import Explorer
from helpers.explore.html_view import HtmlView
from helpers.explore.pixel_map import pixel_map
from helpers.models import head_kit
from helpers.show.colours import SIGNED, scale_words
from helpers.show.neuron_view import neuron_view as picture
from helpers.show.neuron_view import take_apart
from helpers.tables import Cell, table
from helpers.tasks import SENTENCE
from helpers.wording import number, word_label

TITLE = "A score, product by product"


def neuron_view(query=None, key=None, words=None, *, causal=False, heads=None, asks=None,
                answers=None):  # fmt: skip
    """Choose a head, a word that asks and one that answers; see the products of their score.

    query, key: (n, d) of one head, with n words; or heads: dict name -> (query, key) for several
        heads on the same words. The kit of the trained encoder on the running sentence if None.
    causal: later keys are hidden. asks, answers: the words chosen first, or their places; "it" and
        "cat" in the kit, else the last word and the first.

    Returns an Explorer. Raises ValueError for shapes and words that do not fit.
    """
    if query is None and heads is None:
        readings = [head_kit.read(SENTENCE, *head) for head in head_kit.heads()]
        heads = {f"{one.layer}.{one.head}": (one.query, one.key) for one in readings[::-1]}
        words = readings[0].words
        asks, answers = asks or "it", answers or "cat"
    heads = {"this head": (query, key)} if heads is None else heads
    first = take_apart(*next(iter(heads.values())), words,
                       asks=len(words) - 1 if asks is None else asks,
                       answers=0 if answers is None else answers, causal=causal)  # fmt: skip
    options = [(f"{i + 1}: {word_label(word)}", i) for i, word in enumerate(first.words)]

    def compute(head, asks, answers):
        # A key that a causal head may not see cannot answer: the asking word itself does then.
        answers = min(answers, asks) if causal else answers
        return head, take_apart(*heads[head], words, asks=asks, answers=answers, causal=causal)

    def describe(one):
        head, apart = one
        return picture(*heads[head], words, asks=apart.asks, answers=apart.answers, causal=causal)

    return Explorer(
        {
            "head": choice("Head", next(iter(heads)), list(heads)),
            "asks": steps("Word that asks", first.asks, options, what="query"),
            "answers": steps("Word that answers", first.answers, options, what="key"),
        },
        compute=compute,
        describe=describe,
        views=[HtmlView(lambda one, _: _live(one[1]))],
        title=TITLE,
    )


def _live(apart):
    """A row a key: the strip of its products, the score they sum to, the weight after softmax."""
    hidden = np.isneginf(apart.scores)
    shown = apart.products[:, apart.order]
    top = np.abs(shown[~hidden]).max() or 1.0
    width = max(260, min(520, 12 * shown.shape[1]))
    rows = []
    for place, word in enumerate(apart.words):
        if hidden[place]:
            rows.append([word, "hidden", "–", "–"])
            continue
        alt = f"{shown.shape[1]} products with {word_label(word)}"
        strip = pixel_map(shown[[place]], SIGNED, alt=alt, width=width, height=18, top=top)
        numbers = number(apart.scores[place], 1), number(apart.weights[place])
        rows.append([word, Cell(strip, markup=True), *numbers])
    asked, answered = (word_label(apart.words[i]) for i in (apart.asks, apart.answers))
    caption = (
        f"{asked} asks: products of query and key, largest with {answered} first; "
        f"{scale_words(SIGNED, top)}"
    )
    columns = ["key (answers)", "products", "score, their sum", "weight"]
    return table(caption, columns, rows, chosen=apart.answers)
