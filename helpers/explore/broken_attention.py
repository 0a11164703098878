"""broken_attention: turn what may go wrong; scores, weights and the diagnosis follow."""

from dataclasses import dataclass

import numpy as np

from helpers.attention import causal_mask
from helpers.diagnosis import Diagnosis, diagnose
from helpers.explore.controls import choice
from helpers.explore.explorer import Explorer
from helpers.explore.html_view import HtmlView
from helpers.show import Picture
from helpers.show.colours import scale_of
from helpers.show.map_drawing import plan
from helpers.show.map_table import map_table
from helpers.show.sheet import Sheet
from helpers.tables import table
from helpers.tasks import WORDS

TITLE = "An attention with knobs that break it"
N, D = 6, 64
SIZES = {"tiny": 0.03, "normal": 1.0, "large": 15.0, "huge": 60.0}
SCALES = {"1/√d": 1 / np.sqrt(D), "none": 1.0, "1/√d, twice": 1 / D}
MASKS = ("before softmax", "off by one", "inverted", "after softmax", "-10 in place", "forgotten")
AXES = {"the keys": -1, "the queries": -2}
TYPES = {"float64": np.float64, "float32": np.float32, "float16": np.float16}
TAKEN_OFF = ("taken off", "left on")


@dataclass(frozen=True)
class Turned:
    """What a setting of the knobs makes, and what diagnose says of it."""

    scores: np.ndarray  # (N, N), before the mask
    weights: np.ndarray  # (N, N)
    found: Diagnosis


def broken_attention(*, rng=None, **start):
    """Turn the knobs of an attention, and watch scores, weights and their diagnosis.

    start: knobs that begin elsewhere than where all is well: size ("tiny", "normal", "large",
        "huge"), scale ("1/√d", "none", "1/√d, twice"), mask ("before softmax", "off by one",
        "inverted", "after softmax", "-10 in place", "forgotten"), shares ("the keys", "the
        queries"), dtype ("float64", "float32", "float16"), largest ("taken off", "left on").
    rng: draws query and key, (6, 64) each; np.random.default_rng(0) if None.

    Returns an Explorer. Raises ValueError for an unknown knob or value.
    """
    rng = np.random.default_rng(0) if rng is None else rng
    query, key = rng.normal(size=(2, N, D))
    knobs = {
        "size": ("Query and key are", "normal", SIZES),
        "scale": ("Scores multiplied by", "1/√d", SCALES),
        "mask": ("Causal mask", "before softmax", MASKS),
        "shares": ("Softmax over", "the keys", AXES),
        "dtype": ("Computed in", "float64", TYPES),
        "largest": ("Largest score", "taken off", TAKEN_OFF),
    }
    if unknown := set(start) - set(knobs):
        raise ValueError(f"no knob {min(unknown)!r}; there are: {', '.join(knobs)}.")
    return Explorer(
        {
            name: choice(label, start.get(name, at), list(options))
            for name, (label, at, options) in knobs.items()
        },
        compute=lambda **state: turn(query, key, **state),
        describe=_describe,
        views=[
            HtmlView(lambda turned, picture: turned.found._repr_html_()),
            # Coloured, or plain where there is NaN, which has no colour.
            HtmlView(lambda turned, made: made.table() or _numbers("Weights", turned.weights)),
            HtmlView(lambda turned, picture: _numbers("Scores", turned.scores)),
        ],
        title=TITLE,
    )


@np.errstate(all="ignore")
def turn(query, key, size, scale, mask, shares, dtype, largest):
    """Turned, of query and key (N, D) and the setting of every knob, by name."""
    kind = TYPES[dtype]
    query, key = ((array * SIZES[size]).astype(kind) for array in (query, key))
    scores = (query @ key.T) * kind(SCALES[scale])
    meant = causal_mask(N)
    seen = np.tri(N, k=1, dtype=bool) if mask == "off by one" else meant
    if mask in ("before softmax", "off by one"):
        visible = np.where(seen, scores, kind(-np.inf))
    elif mask == "inverted":
        visible = np.where(meant, kind(-np.inf), scores)
    elif mask == "-10 in place":
        visible = np.where(meant, scores, kind(-10))
    else:
        visible = scores
    axis = AXES[shares]
    if largest == "taken off":
        top = visible.max(axis=axis, keepdims=True)
        visible = visible - np.where(top == -np.inf, kind(0), top)
    exponentials = np.exp(visible)
    total = exponentials.sum(axis=axis, keepdims=True)
    weights = exponentials / np.where(total == 0, kind(1), total)
    if mask == "after softmax":
        weights = weights * meant
    given = dict(query=query, key=key, scores=scores, mask=meant, weights=weights)
    return Turned(scores, weights, diagnose(**given))


def _describe(turned):
    shown = np.nan_to_num(turned.weights.astype(float), nan=0, posinf=0, neginf=0)
    hidden = ~causal_mask(N) & (shown == 0)  # what leaks is shown, not hatched
    sheet = Sheet(shown[None, None], hidden[None, None], WORDS[:N], WORDS[:N], scale_of(shown),
                  "weight")  # fmt: skip
    draw, size, _ = plan(sheet)
    coloured = None
    if np.isfinite(turned.weights).all():
        coloured = map_table(shown, WORDS[:N], WORDS[:N], caption="Weights", hidden=hidden,
                             scale=scale_of(shown))  # fmt: skip
    return Picture(draw, _words(turned), title=TITLE, table=coloured, size=size)


def _words(turned):
    found = turned.found
    return f"Diagnosis: {found.name}. {found.symptom}" if found else "Healthy: nothing found."


def _numbers(name, array):
    rows = [
        [word, *(_short(number) for number in row)]
        for word, row in zip(WORDS[:N], array.astype(float), strict=True)
    ]
    return table(f"{name} (rows: queries)", ["query ↓ key →", *WORDS[:N]], rows)


def _short(number):
    if np.isnan(number):
        return "NaN"
    if np.isinf(number):
        return "inf" if number > 0 else "-inf"
    return f"{number + 0.0:.2f}" if abs(number) < 100 else f"{number:,.0f}"
