"""What the playground shows of two settings: maps, words, and the asking word's weights."""

import html

import numpy as np

from helpers.explore.pixel_map import pixel_map
from helpers.show import Picture
from helpers.show.colours import WEIGHTS
from helpers.show.lettering import printable
from helpers.show.map_table import LARGEST, map_table
from helpers.show.style import INK
from helpers.tables import table
from helpers.wording import listed, number, quoted, shorten, word_label

TITLE = "Playground: two settings side by side"
LEAST_SHOWN = 0.005  # a smaller weight is 0.00


def describe(sides, asks):
    """The Picture of two sides. asks: (word, which of its occurrences)."""
    return Picture(
        lambda figure: _draw(figure, sides), words(sides, asks), title=TITLE, size=(9.6, 4.9)
    )


def row_of(side, asks):
    """The place of the asking word on a side, or None where it is not there."""
    word, which = asks
    places = [place for place, other in enumerate(side.words) if other == word]
    return places[which] if which < len(places) else None


def words(sides, asks):
    """What both settings show, and where they differ most."""
    one, two = sides
    if one.error and one.error == two.error:
        return f"A and B: {one.error}"
    said = [_side_words(side, asks) for side in sides]
    if not one.error and not two.error and one.words == two.words:
        said.append(_difference(one, two))
    return " ".join(said)


def _side_words(side, asks):
    where = f"{side.name} ({side.setting.words()})"
    if side.error:
        return f"{where}: {side.error}"
    unknown = " What the model has no piece for is shown as [UNK]." * ("[UNK]" in side.words)
    row = row_of(side, asks)
    if row is None:
        return f"{where}: {quoted(asks[0])} is not among its words.{unknown}"
    weights = np.round(side.weights[row], 6)
    keys = [key for key in np.argsort(-weights, kind="stable")[:2] if weights[key] >= LEAST_SHOWN]
    if not keys:
        return f"{where}: {quoted(asks[0])} has nothing to look at.{unknown}"
    most = listed(f"{quoted(side.words[key])} ({number(weights[key])})" for key in keys)
    return f"{where}: {quoted(asks[0])} looks most at {most}.{unknown}"


def _difference(one, two):
    apart = np.round(np.abs(one.weights - two.weights), 6)
    if apart.max() < LEAST_SHOWN:
        return "The two maps are the same."
    query, key = np.unravel_index(apart.argmax(), apart.shape)
    return (
        f"They differ most where {quoted(one.words[query])} asks and {quoted(one.words[key])} "
        f"answers: {number(one.weights[query, key])} in A, {number(two.weights[query, key])} in B."
    )


# Live ---------------------------------------------------------------------------------------------


def maps(sides, asks):
    """Both maps as HTML, next to each other where there is room."""
    return f'<div class="explore-compare">{"".join(_map(side, asks) for side in sides)}</div>'


def _map(side, asks):
    title = f"{side.name}: {side.setting.words()}"
    if side.error:
        return (
            f'<section><p><b>{html.escape(title)}</b></p><p class="explore-error">'
            f"{html.escape(side.error)}</p></section>"
        )
    row = row_of(side, asks)
    if len(side.words) <= LARGEST:
        return "<section>" + (
            map_table(side.weights, side.words, side.words, caption=title, hidden=side.hidden,
                      scale=(0, 1, WEIGHTS), chosen=row)
        ) + "</section>"  # fmt: skip
    alt = f"Map {title}: rows are queries, columns keys. The text below says what it shows."
    picture = pixel_map(side.weights, WEIGHTS, row=row, alt=alt, width=420)
    return (
        f"<section><p><b>{html.escape(title)}</b></p><p>Down: query (asks). Across: key (answers)."
        f" Dark: the largest weight.</p>{picture}</section>"
    )


def rows(sides, asks):
    """Whom the asking word looks at, as tables: one where both sides have the same words."""
    shown = [side for side in sides if not side.error and row_of(side, asks) is not None]
    groups = [shown] if len({side.words for side in shown}) == 1 else [[side] for side in shown]
    return f'<div class="explore-compare">{"".join(_row(group, asks) for group in groups)}</div>'


def _row(group, asks):
    if not group:
        return ""
    weights = np.stack([side.weights[row_of(side, asks)] for side in group])  # (sides, n)
    order = np.argsort(-np.round(weights.max(axis=0), 6), kind="stable")[:8]
    lines = [
        [word_label(group[0].words[key]), *(number(weight) for weight in weights[:, key])]
        for key in order
    ]
    caption = f"{quoted(asks[0])} asks; the {len(lines)} that it looks at most"
    return table(caption, ["key (answers)", *(side.name for side in group)], lines)


# Stored -------------------------------------------------------------------------------------------


def _draw(figure, sides):
    for axes, side in zip(figure.subplots(1, 2), sides, strict=True):
        _draw_side(axes, side)


def _draw_side(axes, side):
    axes.set_title(f"{side.name}: {side.setting.words()}".replace(", ", ",\n", 1), fontsize=9)
    if side.error:
        axes.set_axis_off()
        axes.text(0.5, 0.5, "not drawn: see the words", ha="center", color=INK)
        return
    image = axes.imshow(side.weights, cmap=WEIGHTS, vmin=0, vmax=1)
    if side.hidden is not None and side.hidden.any():
        axes.contourf(side.hidden, levels=[0.5, 1.5], colors="none", hatches=["////"])
    n = len(side.words)
    places = range(0, n, -(-n // 24))
    labels = [printable(shorten(word_label(side.words[place]), 12)) for place in places]
    axes.set_xticks(places, labels, rotation=90, fontsize=8)
    axes.set_yticks(places, labels, fontsize=8)
    axes.set(xlabel="key (answers)", ylabel="query (asks)")
    axes.figure.colorbar(image, ax=axes, label="weight", shrink=0.7)
