"""query_angle: turn the query among the keys; weights and the mixed value follow."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from helpers.arrays import as_numbers
from helpers.attention import scaled_dot_product_attention
from helpers.explore.controls import number as number_control
from helpers.explore.controls import scale
from helpers.explore.explorer import Explorer
from helpers.explore.figure_view import Drawing, FigureView
from helpers.explore.html_view import HtmlView
from helpers.show import KEY, QUERY, VALUE
from helpers.show.lettering import printable
from helpers.show.style import GRID, INK, LINE
from helpers.show.token_names import check_words, token_names
from helpers.tables import table
from helpers.wording import number, shorten, word_label

TITLE = "Turn the query: the weights and the mixed value follow"
MOST = 12  # keys; beyond, their labels cover each other
SHARPNESS = (0, 0.5, 1, 2, 4, 8, 16, 32)

# Five keys of different direction and length, and values that stand elsewhere, so that nobody
# mistakes one for the other.
KEYS = np.array([[1.1, 0.5], [0.3, 1.2], [-1.0, 0.6], [-0.6, -0.9], [0.9, -0.8]])
VALUES = np.array([[2.0, 3.0], [-1.0, 2.5], [-2.5, -0.5], [0.5, -2.5], [3.0, -1.5]])
WORDS = ("cat", "mat", "sat", "tired", "because")


@dataclass(frozen=True)
class Turn:
    """A query of length 1 at an angle, and what it finds."""

    angle: int
    sharpness: float
    query: np.ndarray  # (2,)
    keys: np.ndarray  # (n_keys, 2)
    values: np.ndarray  # (n_keys, 2)
    words: list
    scores: np.ndarray  # (n_keys,), times the sharpness
    weights: np.ndarray  # (n_keys,)
    mixed: np.ndarray  # (2,)


def query_angle(keys=None, values=None, words=None, *, angle=30):
    """Turn a query among key arrows; see the weights, and where the mixed value goes.

    keys: (n_keys, 2) and values: (n_keys, 2), both drawn in the plane; examples if None.
    words: n_keys names. angle: where the query starts, in whole degrees from -180 to 180.

    The query has length 1. The sharpness multiplies the scores: 0 makes all weights equal, a
    large one leaves a single key. Scores are not divided by √d.

    Returns an Explorer. Raises ValueError for shapes that do not fit.
    """
    keys, values, words = _arrays(keys, values, words)
    drawing = Drawing(
        lambda figure: _build(figure, keys, values, words), _move, title=TITLE, size=(6.9, 2.95)
    )
    return Explorer(
        {
            "angle": number_control("Angle of the query in degrees", angle, -180, 180, step=5),
            "sharpness": scale("Sharpness (times the scores)", 1, SHARPNESS),
        },
        compute=lambda angle, sharpness: _turn(keys, values, words, angle, sharpness),
        describe=lambda turn: drawing.picture(turn, _words(turn), _table(turn)),
        views=[FigureView(drawing), HtmlView(lambda turn, picture: picture.table())],
        title=TITLE,
    )


def _arrays(keys, values, words):
    if keys is None:
        if values is not None or words is not None:
            raise ValueError("values and words belong to keys. Pass the keys too, shape (n, 2).")
        return KEYS, VALUES, list(WORDS)
    keys = _plane("keys", keys)
    values = _plane("values", keys if values is None else values)
    if len(keys) != len(values):
        raise ValueError(
            f"{len(keys)} keys, but {len(values)} values. Each key needs its value: shapes "
            f"{keys.shape} and {values.shape}."
        )
    words = check_words(words, len(keys), "keys", keys.shape)
    return keys, values, words or [f"key {index}" for index in range(len(keys))]


def _plane(name, array):
    array = as_numbers(array, name)
    if array.ndim != 2 or array.shape[1] != 2 or not 1 <= len(array) <= MOST:
        raise ValueError(
            f"{name} has shape {array.shape}; expected (n, 2) with 1 to {MOST} rows: arrows in "
            f"the plane."
        )
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds NaN or inf, which has no place in the plane.")
    return array


def _turn(keys, values, words, angle, sharpness):
    query = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    output, weights = scaled_dot_product_attention(query[None], keys, values, scale=sharpness)
    return Turn(
        angle, sharpness, query, keys, values, words,
        sharpness * (keys @ query), weights[0], output[0],
    )  # fmt: skip


def _words(turn):
    best = np.flatnonzero(turn.weights >= turn.weights.max() - 1e-6)
    names = token_names(turn.words, len(turn.words), "key")
    mixed = f"({number(turn.mixed[0])}, {number(turn.mixed[1])})"
    if len(best) == len(names) > 1:
        look = f"all {len(names)} keys get the same weight, {number(turn.weights[0])}, and"
        tail = f"the mixed value is the mean of the values, {mixed}."
    else:
        top = turn.weights[best[0]]
        look = f"the largest weight is {number(top)}, on {' and on '.join(names[b] for b in best)};"
        tail = f"the mixed value is {mixed}."
    return f"With the query at {turn.angle}° and sharpness {turn.sharpness:g}, {look} {tail}"


def _table(turn):
    rows = [
        [word_label(word), number(score), number(weight), f"({number(x)}, {number(y)})"]
        for word, score, weight, (x, y) in zip(
            turn.words, turn.scores, turn.weights, turn.values, strict=True
        )
    ]
    mixed = f"({number(turn.mixed[0])}, {number(turn.mixed[1])})"
    rows.append(["mixed", "", number(turn.weights.sum()), mixed])
    caption = "Score = query · key, times the sharpness; weight = softmax of the scores"
    return table(caption, ["key", "score", "weight", "value"], rows)


# The drawing --------------------------------------------------------------------------------------


def _build(figure, keys, values, words):
    """What never changes: axes, key arrows, values. What moves: query, bars, mixed value."""
    left, middle, right = figure.subplots(1, 3)
    labels = [printable(shorten(word_label(word), 9)) for word in words]
    n = len(words)

    reach = 1.25 * max(1.0, np.linalg.norm(keys, axis=1).max())
    _square(left, -reach, reach, -reach, reach, "query (thick) among keys")
    arrows = {"angles": "xy", "scale_units": "xy", "scale": 1}
    left.quiver(np.zeros(n), np.zeros(n), *keys.T, color=KEY, width=0.012, **arrows)
    for label, (x, y) in zip(labels, keys, strict=True):
        away = 1 + 0.13 * reach / max(np.hypot(x, y), 0.1 * reach)
        left.text(x * away, y * away, label, color=KEY, ha="center", va="center", fontsize=9)
    query = left.quiver(0, 0, 1, 0, color=QUERY, width=0.025, **arrows)

    middle.set(xlim=(0, 1.3), ylim=(n - 0.4, -0.6), xticks=[0, 0.5, 1], yticks=range(n))
    middle.set_yticklabels(labels, color=KEY)
    middle.set_title("weights")
    middle.set_box_aspect(1)  # as tall as its neighbours
    bars = middle.barh(range(n), np.full(n, 0.5), height=0.6, color=KEY)
    numbers = [middle.text(0, row, "0.00", va="center", fontsize=9, color=INK) for row in range(n)]

    low, high = values.min(0), values.max(0)
    middle_of, half = (low + high) / 2, max(0.78 * float((high - low).max()), 0.5)
    _square(right, middle_of[0] - half, middle_of[0] + half, middle_of[1] - half,
            middle_of[1] + half, "values, mixed value ★")  # fmt: skip
    right.plot(*values.T, "o", color=VALUE, markersize=5)
    for label, (x, y) in zip(labels, values, strict=True):
        right.text(x, y + 0.1 * half, label, color=VALUE, ha="center", va="bottom", fontsize=9)
    mixed = right.plot([0], [0], "*", color=VALUE, markersize=17, markeredgecolor="white")[0]
    return SimpleNamespace(
        query=query, bars=bars, numbers=numbers, mixed=mixed,
        moving=[*bars, *numbers, query, mixed],
    )  # fmt: skip


def _square(axes, x_low, x_high, y_low, y_high, title):
    axes.set(xlim=(x_low, x_high), ylim=(y_low, y_high), xticks=[], yticks=[], aspect="equal")
    axes.axhline(0, color=GRID, linewidth=0.8)
    axes.axvline(0, color=GRID, linewidth=0.8)
    axes.set_title(title)
    for spine in axes.spines.values():
        spine.set(visible=True, color=LINE)


def _move(parts, turn):
    parts.query.set_UVC(*turn.query)
    for bar, text, weight in zip(parts.bars, parts.numbers, turn.weights, strict=True):
        bar.set_width(weight)
        text.set_x(weight + 0.04)
        text.set_text(number(weight))
    parts.mixed.set_data(turn.mixed[:1], turn.mixed[1:])
