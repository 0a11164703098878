"""several_heads: how many heads, how wide a model → their maps, the parameters, the accuracy."""

import numpy as np

from helpers.explore.controls import scale
from helpers.explore.explorer import Explorer
from helpers.explore.html_view import HtmlView
from helpers.explore.pixel_map import pixel_map
from helpers.models.heads_sweep import HEADS, WIDTHS, load
from helpers.show import Picture
from helpers.show.colours import WEIGHTS, scale_words
from helpers.show.map_drawing import plan
from helpers.show.sheet import Sheet
from helpers.tables import table
from helpers.wording import listed, number

TITLE = "What several heads do with the ring of tokens"
MOSTLY, SOME = 0.6, 0.25  # of its light: a head looks mostly at one side; at both, to some extent
SIDES = ("mostly left", "mostly right", "to both sides", "clearly to neither side")


def several_heads(*, n_heads=2, d_model=16):
    """Choose a number of heads and a width; see where each head looks and what the model can do.

    n_heads: 1, 2, 4, 8 or 16. d_model: 16, 32 or 64; a head is d_model / n_heads wide.

    The models name both neighbours of every token on a ring (helpers.tasks.ring), by one
    attention layer and a linear readout. Nothing is trained here: the runs are stored, five for
    each setting, trained as lesson 05 trains. Maps are those of the first, mean over 200 rings.

    Returns an Explorer. Raises ValueError for other numbers.
    """
    runs = load()
    return Explorer(
        {
            "n_heads": scale("Number of heads", n_heads, HEADS),
            "d_model": scale("Width d_model", d_model, WIDTHS),
        },
        compute=lambda n_heads, d_model: runs[d_model, n_heads],
        describe=lambda one: _describe(one, runs),
        views=[
            HtmlView(lambda one, picture: _live(one)),
            HtmlView(lambda one, picture: picture.table()),
        ],
        title=TITLE,
    )


def light_on_neighbours(maps):
    """Mean weight on the left and on the right neighbour: (n_heads, n, n) → (n_heads, 2)."""
    place = np.arange(maps.shape[-1])
    sides = [maps[:, place, np.roll(place, by)].mean(axis=-1) for by in (1, -1)]
    return np.stack(sides, axis=-1)


def side_of(left, right):
    """Where a head looks, in words."""
    if max(left, right) > MOSTLY:
        return SIDES[0] if left > right else SIDES[1]
    return SIDES[2] if min(left, right) > SOME else SIDES[3]


def _describe(one, runs):
    maps = one.maps[None]  # (1, n_heads, n, n)
    places = [str(place) for place in range(maps.shape[-1])]
    draw, size, _ = plan(Sheet(maps, None, places, places, (0.0, 1.0, WEIGHTS), "weight"))
    return Picture(draw, _words(one), title=TITLE, table=_table(one, runs), size=size)


def _words(one):
    n_heads = one.n_heads
    heads = "1 head" if n_heads == 1 else f"{n_heads} heads"
    named = [side_of(*sides) for sides in light_on_neighbours(one.maps)]
    counts = [(named.count(side), side) for side in SIDES if side in named]
    if n_heads == 1:
        looks = f"It looks {named[0]}."
    else:
        looks = listed(f"{count} look{'s' * (count == 1)} {side}" for count, side in counts)
        looks = f"Of the heads, {looks}."
    return (
        f"{heads} of width {one.d_model // n_heads} (d_model {one.d_model}): {one.parameters:,} "
        f"parameters. Both neighbours are named rightly at {number(one.both)} of the places, mean "
        f"of {len(one.accuracies)} trainings. {looks}"
    )


def _table(one, runs):
    rows = []
    for n_heads in HEADS:
        other = runs[one.d_model, n_heads]
        low, high = other.accuracies[:, 2].min(), other.accuracies[:, 2].max()
        numbers = f"{other.parameters:,}", number(other.both), number(low), number(high)
        rows.append([str(n_heads), str(one.d_model // n_heads), *numbers])
    return table(
        f"d_model {one.d_model}: share of places with both neighbours right, five trainings each",
        ["heads", "width of a head", "parameters", "mean", "lowest", "highest"],
        rows,
        chosen=HEADS.index(one.n_heads),
    )


def _live(one):
    """The maps as small images, eight in a row, each with what it looks at."""
    side = 150 if one.n_heads <= 4 else 92  # eight in a row
    figures = []
    for head, (weights, (left, right)) in enumerate(
        zip(one.maps, light_on_neighbours(one.maps), strict=True)
    ):
        said = f"left {number(left)}, right {number(right)}"
        image = pixel_map(weights, WEIGHTS, alt=f"Map of head {head}: {said}", width=side, top=1.0)
        figures.append(
            f'<div style="width:{side}px"><strong>head {head}</strong>{image}'
            f'<span style="font-size:13px">{said.replace(", ", "<br>")}</span></div>'
        )
    return (
        '<div style="display:flex;flex-wrap:wrap;gap:10px;max-width:880px;line-height:1.3">'
        f"{''.join(figures)}</div>"
        "<p>Each square: query (asks) down, key (answers) across, places 0 to 7; "
        f"{scale_words(WEIGHTS)}. Below it, the mean weight on the left and on the right "
        "neighbour.</p>"
    )
