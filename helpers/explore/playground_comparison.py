"""What the playground shows of two settings: maps, words, and the asking word's weights."""

import html

import numpy as np

from helpers.arrays import largest_first
from helpers.explore.pixel_map import pixel_map
from helpers.show import Picture
from helpers.show.colours import WEIGHTS
from helpers.show.map_drawing import plan
from helpers.show.map_table import LARGEST, map_table
from helpers.show.sheet import Sheet
from helpers.show.style import INK
from helpers.tables import table
from helpers.wording import listed, number, quoted, word_label

TITLE = "Playground: two settings compared"
LEAST_SHOWN = 0.005  # a smaller weight is 0.00


def describe(sides, asks):
    """The Picture of two sides. asks: (word, which of its occurrences)."""
    plans = [_plan(side) for side in sides]
    high = sum(high + HEAD for _, (_, high) in plans)
    size = (max(wide for _, (wide, _) in plans), 0.3 + high)
    return Picture(
        lambda figure: _draw(figure, sides, plans), words(sides, asks), title=TITLE, size=size
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
    order = largest_first(weights.max(axis=0))[:8]
    lines = [
        [word_label(group[0].words[key]), *(number(weight) for weight in weights[:, key])]
        for key in order
    ]
    caption = f"{quoted(asks[0])} asks; the {len(lines)} that it looks at most"
    return table(caption, ["key (answers)", *(side.name for side in group)], lines)


# Stored -------------------------------------------------------------------------------------------

HEAD = 0.45  # inches above each map


def _plan(side):
    """How to draw one side, as (draw, size in inches)."""
    if side.error:
        return _draw_error, (4.4, 1.0)
    hidden = None if side.hidden is None else side.hidden[None, None]
    weights = side.weights[None, None]
    sheet = Sheet(weights, hidden, side.words, side.words, (0.0, 1.0, WEIGHTS), "weight")
    draw, size, _ = plan(sheet)
    return draw, size


def _draw_error(figure):
    figure.text(0.5, 0.5, "not drawn: see the words", ha="center", va="center", color=INK)


def _draw(figure, sides, plans):
    heights = [high + HEAD for _, (_, high) in plans]
    parts = figure.subfigures(2, 1, height_ratios=heights)
    for part, side, (draw, _) in zip(parts, sides, plans, strict=True):
        part.suptitle(f"{side.name}: {side.setting.words()}", x=0.02, ha="left", fontsize=10)
        draw(part)
