"""show.bars: one number for each word."""

import numpy as np

from helpers.arrays import as_numbers, largest, largest_first
from helpers.show.colours import NEUTRAL, ROLES
from helpers.show.lettering import printable, text_width
from helpers.show.map_table import LARGEST, ranking_table
from helpers.show.picture import Picture
from helpers.show.style import INK, LINE
from helpers.show.token_names import check_words, token_names
from helpers.wording import capital, listed, number, sentence, shorten, word_label

MOST = 32  # bars; beyond, the largest are shown
LETTERS = 22


def bars(values, words, *, label="weight", title=None, role="key"):
    """One number for each word, as bars in the order of the words.

    values: (n,), finite. words: n labels. label: what the numbers are. role: "query", "key",
    "value" or None; whose colour the bars have. Of more than 32 values the largest are shown.

    Returns a Picture with a ranking as its table (up to 16 words). Raises ValueError for values
    that are not one finite number for each word.
    """
    values = _one_row(values)
    words = check_words(words, len(values), "values", values.shape)
    if words is None:
        raise ValueError("Bars need words: a list with one label for each value.")
    if role not in (*ROLES, None):
        raise ValueError(f"role is {role!r}; pass one of {', '.join(ROLES)}, or None.")
    found, said = _read(values, words, label)
    shown = np.arange(len(values))
    if len(values) > MOST:
        shown = np.sort(largest_first(np.abs(values))[:MOST])
        said += f" The {MOST} largest of {len(values)} are drawn."
    labels = [printable(shorten(word_label(words[index]), LETTERS)) for index in shown]
    draw, size = _plan(values[shown], labels, label, ROLES.get(role, NEUTRAL))
    title = title or capital(found)
    table = None
    if len(values) <= LARGEST:
        table = ranking_table(values, words, caption=title, label=label)
    return Picture(draw, said, title=title, table=table, size=size)


def _one_row(values):
    values = as_numbers(values)
    if values.ndim != 1 or not values.size:
        raise ValueError(
            f"values has shape {values.shape}; bars show one number for each word, (n,). Pass one "
            f"row, for instance weights[query]."
        )
    if not np.isfinite(values).all():
        bad = int((~np.isfinite(values)).sum())
        raise ValueError(f"values holds {bad} NaN or inf of {values.size}. Pass finite numbers.")
    return values


def _read(values, words, label):
    names = token_names(words, len(values), "value")
    best = largest(values)
    top = number(values[best[0]])
    if len(best) == len(values) and len(values) > 1:
        return (
            f"all {len(values)} alike: {label} {top} each",
            f"All {len(values)} have the same {label}, {top}.",
        )
    if len(best) > 1:
        who = listed(names[index] for index in best) if len(best) <= 3 else f"{len(best)} words"
        return f"{who} have the largest {label} ({top} each)", sentence(
            f"{who} have the largest {label}, {top} each"
        )
    title = f"{names[best[0]]} has the largest {label} ({top})"
    if len(values) == 1:
        return f"{names[0]}: {label} {top}", sentence(f"{names[0]} has the {label} {top}")
    rest = np.where(np.arange(len(values)) == best[0], -np.inf, values)
    second, smallest = largest(rest), largest(-values)
    who = names[second[0]] if len(second) == 1 else f"{len(second)} others alike"
    said = f"{title}, then {who} ({number(rest[second[0]])})"
    if values.min() < 0 and len(smallest) == 1 and smallest != second:
        said += f"; {names[smallest[0]]} has the smallest ({number(values.min())})"
    return title, sentence(said)


def _plan(values, labels, label, colour):
    left = 0.3 + max(text_width(word, 10) for word in labels)
    size = (6.6, 1.15 + 0.27 * len(values))
    low, high = min(0.0, values.min()), max(0.0, values.max())
    span = (high - low) or 1.0
    room = 0.6 / (size[0] - left - 0.6) * span  # for the number at the end of the longest bar

    def draw(figure):
        axes = figure.add_subplot()
        axes.barh(range(len(values)), values, color=colour, height=0.68)
        axes.axvline(0, color=LINE, linewidth=0.8)
        for row, value in enumerate(values):
            axes.annotate(
                number(value),
                (value, row),
                (4 if value >= 0 else -4, 0),
                textcoords="offset points",
                ha="left" if value >= 0 else "right",
                va="center",
                color=INK,
                fontsize=9.5,
            )
        axes.set_yticks(range(len(values)), labels, fontsize=10)
        axes.set_ylim(len(values) - 0.4, -0.6)
        axes.set_xlim(low - (room if low < 0 else 0), high + room if high > 0 else high)
        axes.set_xlabel(label)
        axes.grid(axis="x")
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)

    return draw, size
