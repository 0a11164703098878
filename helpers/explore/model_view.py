"""model_view: one score of every head of a model."""

import html

import numpy as np

from helpers.arrays import largest_first
from helpers.explore.controls import choice
from helpers.explore.explorer import Explorer
from helpers.explore.html_view import HtmlView
from helpers.explore.pixel_map import pixel_map
from helpers.models import head_findings
from helpers.show import model_view as model_picture
from helpers.show.colours import colour_cells, scale_of
from helpers.tables import Cell, table
from helpers.wording import number

TITLE = "One score of every head"


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
        title=TITLE,
    )


def _tall(kind, scores):
    """A grid of more heads than a table should have, as an image, with its ten highest heads."""
    low, high, colours = scale_of(scores)
    order = largest_first(scores)[:10]
    background, _ = colour_cells(scores, low, high, colours)
    rows = []
    for place in order:
        layer, head = (int(i) for i in np.unravel_index(place, scores.shape))
        score = Cell(number(scores[layer, head]), background=background[layer, head])
        rows.append([f"{layer}.{head}", score])
    alt = f"{len(scores)} layers down, {scores.shape[1]} heads across: {kind}"
    image = pixel_map(
        scores, colours, alt=alt, width=22 * scores.shape[1], height=14 * len(scores), top=high
    )
    return (
        '<div style="display:flex;gap:24px;align-items:flex-start">'
        f"<div>{image}<p>{html.escape(alt)}.</p></div>"
        f"{table('The ten highest', ['head', kind], rows)}</div>"
    )
