"""head_view: choose a text and a head; all heads side by side, and one closely."""

import html
from dataclasses import dataclass

import numpy as np

from helpers.explore.controls import choice
from helpers.explore.explorer import Explorer
from helpers.explore.html_view import HtmlView
from helpers.explore.pixel_map import pixel_map
from helpers.models import head_kit
from helpers.show.colours import WEIGHTS, scale_words
from helpers.show.head_view import call_heads
from helpers.show.head_view import head_view as head_picture
from helpers.show.map_table import LARGEST, map_table
from helpers.show.picture import Picture
from helpers.show.shown_maps import shown_maps
from helpers.show.token_names import check_words
from helpers.show.weights import weights as one_map
from helpers.wording import number, shorten

TITLE = "What single heads look at"


@dataclass(frozen=True)
class Chosen:
    """Maps (heads, n, n) of one text, and the head that is looked at closely."""

    words: list
    maps: np.ndarray
    names: list
    head: int


def head_view(texts=None, *, names=None, text=None, head=None):
    """Choose a text and a head; all heads stand side by side, and the chosen one as a table.

    texts: dict text -> (words, weights), weights (heads, n, n) or (layers, heads, n, n), the same
        heads for each, up to 24; the kit of the trained encoder (`head_kit`) if None.
    names: what the heads are called, in their order. text, head: what is chosen first; the first
        of each if None. head is a name.

    Returns an Explorer. Raises ValueError for texts, names and maps that do not fit.
    """
    if texts is None:
        texts, names = _kit(), [f"{layer}.{head_}" for layer, head_ in head_kit.heads()]
    made = {name: _text(*pair) for name, pair in texts.items()}
    if not made:
        raise ValueError("There is no text: pass a dict text -> (words, weights).")
    counts = {len(maps) for _, maps in made.values()}
    if len(counts) > 1:
        raise ValueError(f"The texts have different numbers of heads: {sorted(counts)}.")
    (count,) = counts
    names = [str(i) for i in range(count)] if names is None else [str(name) for name in names]
    if len(names) != count:
        raise ValueError(f"{len(names)} names for {count} heads; pass one for each.")
    options = [(shorten(name, 60), name) for name in made]
    return Explorer(
        {
            "text": choice("Text", next(iter(made)) if text is None else text, options),
            "head": choice("Head", names[0] if head is None else str(head), names),
        },
        compute=lambda text, head: Chosen(*made[text], names, names.index(head)),
        describe=_describe,
        views=[
            HtmlView(lambda chosen, _: _strip(chosen)),
            HtmlView(lambda chosen, _: _one(chosen)),
        ],
        title=TITLE,
    )


def _kit():
    """The texts of the kit with its six heads: dict text -> (words, (6, n, n))."""
    made = {}
    for text in head_kit.sentences():
        readings = [head_kit.read(text, *head) for head in head_kit.heads()]
        made[text] = readings[0].words, np.stack([reading.weights for reading in readings])
    return made


def _text(words, weights):
    maps, _ = shown_maps(weights)
    maps = maps.reshape(-1, *maps.shape[-2:])
    return check_words(list(words), maps.shape[-1], "queries", maps.shape), maps


def _describe(chosen):
    together = head_picture(chosen.maps, chosen.words, names=chosen.names)
    closely = one_map(chosen.maps[chosen.head], chosen.words)
    return Picture(
        together.draw_on,
        f"Head {chosen.names[chosen.head]}: {closely.words}",
        title=TITLE,
        size=together.size,
    )


def _strip(chosen):
    """All heads as small images, the chosen one framed, each with the name its score gives it."""
    called = call_heads(chosen.maps[None], chosen.words)
    side = 112 if len(chosen.names) <= 6 else 92
    figures = []
    for place, (name, maps) in enumerate(zip(chosen.names, chosen.maps, strict=True)):
        kind, score = called[place]
        said = f"{kind} {number(score)}" if kind else "no name"
        outline = "outline:3px solid currentcolor;" if place == chosen.head else ""
        image = pixel_map(maps, WEIGHTS, alt=f"Map of head {name}: {said}", width=side, top=1.0)
        figures.append(
            f'<div style="width:{side + 6}px"><strong>{html.escape(name)}</strong> '
            f'<span style="font-size:13px">{said}</span>'
            f'<div style="width:max-content;{outline}">{image}</div></div>'
        )
    return (
        '<div style="display:flex;flex-wrap:wrap;gap:10px;max-width:900px;line-height:1.3">'
        f"{''.join(figures)}</div>"
        "<p>Each square: query (asks) down, key (answers) across; "
        f"{scale_words(WEIGHTS)}.</p>"
    )


def _one(chosen):
    name, n = chosen.names[chosen.head], len(chosen.words)
    maps = chosen.maps[chosen.head]
    if n <= LARGEST:
        return map_table(
            maps, chosen.words, chosen.words, caption=f"Head {name}", scale=(0.0, 1.0, WEIGHTS)
        )
    return pixel_map(maps, WEIGHTS, alt=f"Map of head {name}", width=480, top=1.0)
