"""head_view and model_view: what single heads look at, and one score of every head of a model."""

import base64
import html
from dataclasses import dataclass

import numpy as np
from PIL import Image  # matplotlib needs it too

from helpers.explore.base import Explorer
from helpers.explore.controls import choice
from helpers.explore.views import HtmlView, encode
from helpers.models import head_findings, head_kit
from helpers.show import model_view as model_picture
from helpers.show.colours import SIGNED, WEIGHTS, colour_cells, scale_of, scale_words
from helpers.show.head_view import call_heads
from helpers.show.head_view import head_view as head_picture
from helpers.show.map_table import LARGEST, map_table
from helpers.show.picture import Picture
from helpers.show.shown_maps import shown_maps
from helpers.show.style import LINE
from helpers.show.token_names import check_words
from helpers.show.weights import weights as one_map
from helpers.wording import number, shorten

HEADS_TITLE = "What single heads look at"
MODEL_TITLE = "One score of every head"


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
        describe=_describe_heads,
        views=[
            HtmlView(lambda chosen, _: _strip(chosen)),
            HtmlView(lambda chosen, _: _one(chosen)),
        ],
        title=HEADS_TITLE,
    )


def model_view(scores=None, *, kind=None):
    """Choose a score; every head of the model shows its own, layers down and heads across.

    scores: dict name -> (layers, heads), or a `heads.Report`; of the trained encoder and decoder
        (`head_findings`) if None. kind: what is chosen first.

    Returns an Explorer. Raises ValueError for scores that are not one finite number a head.
    """
    uniform = getattr(scores, "uniform", {})
    if scores is None:
        found = head_findings.encoder_report()
        scores = {f"{name} (encoder)": value for name, value in found.scores.items()}
        uniform = {f"{name} (encoder)": value for name, value in found.uniform.items()}
        scores |= {f"{k} (decoder)": v for k, v in head_findings.decoder_scores().items()}
    scores = dict(getattr(scores, "scores", scores))
    if not scores:
        raise ValueError("There is no score: pass a dict name -> (layers, heads).")
    return Explorer(
        {"kind": choice("Score", next(iter(scores)) if kind is None else kind, list(scores))},
        compute=lambda kind: (kind, scores[kind]),
        describe=lambda one: model_picture(one[1], label=one[0], uniform=uniform.get(one[0])),
        views=[HtmlView(lambda one, picture: picture.table() or _tall(*one))],
        title=MODEL_TITLE,
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


def _describe_heads(chosen):
    together = head_picture(chosen.maps, chosen.words, names=chosen.names)
    closely = one_map(chosen.maps[chosen.head], chosen.words)
    return Picture(
        together.draw_on,
        f"Head {chosen.names[chosen.head]}: {closely.words}",
        title=HEADS_TITLE,
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
        border = "3px solid currentcolor" if place == chosen.head else f"1px solid {LINE}"
        figures.append(
            f'<div style="width:{side + 6}px"><strong>{html.escape(name)}</strong> '
            f'<span style="font-size:13px">{said}</span>'
            + _image(maps, WEIGHTS, 1.0, f"Map of head {name}: {said}", side, side, border)
            + "</div>"
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
    return _image(maps, WEIGHTS, 1.0, f"Map of head {name}", 480, 480, f"1px solid {LINE}")


def _tall(kind, scores):
    """A grid of more heads than a table should have, as an image, with its ten highest heads."""
    low, high, colours = scale_of(scores)
    order = np.argsort(-np.round(scores, 6), axis=None, kind="stable")[:10]
    rows = []
    background, ink = colour_cells(scores, low, high, colours)
    for place in order:
        layer, head = (int(i) for i in np.unravel_index(place, scores.shape))
        rows.append(
            f'<tr><th scope="row">{layer}.{head}</th>'
            f'<td style="background:{background[layer, head]};color:{ink[layer, head]}">'
            f"{number(scores[layer, head])}</td></tr>"
        )
    alt = f"{len(scores)} layers down, {scores.shape[1]} heads across: {kind}"
    shown = (scores - low) / (high - low)
    image = _image(shown, colours, 1.0, alt, 22 * scores.shape[1], 14 * len(scores), "1px solid")
    return (
        '<div style="display:flex;gap:24px;align-items:flex-start">'
        f"<div>{image}<p>{alt}.</p></div>"
        f'<table><caption>The ten highest</caption><thead><tr><th scope="col">head</th>'
        f'<th scope="col">{html.escape(kind)}</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _image(values, colours, top, alt, width, height, border):
    """Numbers as an image of one pixel each. colours SIGNED: from -top to top, else 0 to top."""
    position = (values / top + 1) / 2 if colours is SIGNED else values / top
    pixels = colours(np.clip(position, 0, 1), bytes=True)[..., :3]
    data = base64.b64encode(encode(Image.fromarray(np.ascontiguousarray(pixels)))).decode("ascii")
    return (
        f'<img alt="{html.escape(alt)}" width="{width}" height="{height}" decoding="sync" '
        f'src="data:image/png;base64,{data}" '
        f'style="width:{width}px;height:{height}px;image-rendering:pixelated;border:{border}">'
    )
