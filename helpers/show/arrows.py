"""show.arrows: a query among keys, as arrows in the plane."""

import numpy as np

from helpers.arrays import as_numbers, largest
from helpers.show.colours import KEY, QUERY, VALUE
from helpers.show.lettering import printable, text_width
from helpers.show.picture import Picture
from helpers.show.style import LINE
from helpers.show.token_names import check_words, token_names
from helpers.wording import capital, counted, listed, number, sentence, shorten, word_label

MOST = 24
LETTERS = 14
POINTS = 10  # of the names
PLOT = 4.7  # inches of the plane, about


def arrows(query, keys, *, words=None, values=None, title=None):
    """A query and keys as arrows from the origin, in the plane.

    query: (2,). keys: (n, 2), n up to 24. words: n labels of the keys. values: (n, 2) or None,
    drawn as squares. The query is a full, thick arrow, keys are thin and dashed, and all carry
    their names.

    Returns a Picture. Raises ValueError for other shapes, NaN and inf.
    """
    query = _plane(query, "query", 1)
    keys = _plane(keys, "keys", 2)
    if len(keys) > MOST:
        raise ValueError(f"{len(keys)} keys hide each other; pass at most {MOST}: keys[:{MOST}].")
    words = check_words(words, len(keys), "keys", keys.shape)
    if values is not None:
        values = _plane(values, "values", 2)
        if len(values) != len(keys):
            raise ValueError(f"{len(values)} values for {len(keys)} keys; pass one for each key.")
    names = token_names(words, len(keys), "key")
    found, said = _read(query, keys, names)
    labels = words or [f"key {index}" for index in range(len(keys))]
    labels = [printable(shorten(word_label(word), LETTERS)) for word in labels]

    def draw(figure):
        _draw(figure, query, keys, labels, values)

    return Picture(draw, said, title=title or capital(found), size=(6.0, 5.6))


def _plane(vectors, name, axes):
    vectors = as_numbers(vectors, name)
    wanted = "(2,)" if axes == 1 else "(n, 2)"
    if vectors.ndim != axes or vectors.shape[-1] != 2 or not vectors.size:
        raise ValueError(
            f"{name} has shape {vectors.shape}; arrows in the plane are {wanted}. Pass two "
            f"coordinates, for instance {name}[..., :2]."
        )
    if not np.isfinite(vectors).all():
        raise ValueError(f"{name} holds NaN or inf. Pass finite numbers.")
    return vectors


def _read(query, keys, names):
    scores = keys @ query
    if not query.any():
        return "the query has no length", "The query is zero, so its score with every key is 0."
    best = largest(scores)
    if len(best) > 1:
        who = listed(names[key] for key in best) if len(best) <= 3 else f"{len(best)} keys"
        top = number(scores[best[0]])
        title = f"the query scores highest with {who} ({top} each)"
        return title, sentence(title)
    key = best[0]
    title = f"the query scores highest with {names[key]} ({number(scores[key])})"
    said = f"the dot product of the query is largest with {names[key]}: {number(scores[key])}"
    if keys[key].any():
        said += f", at an angle of {number(_angle(query, keys[key]), 0)}°"
    worst = largest(-scores)[0]
    if len(keys) > 1:
        said += f"; it is smallest with {names[worst]}: {number(scores[worst])}"
        if keys[worst].any():
            said += f", at {number(_angle(query, keys[worst]), 0)}°"
    said = sentence(said)
    count = int((np.abs(scores) < 1e-6).sum())
    if count and worst != key:
        said += f" {sentence(counted(count, 'key is', 'keys are') + ' at right angles to it')}"
    return title, said


def _angle(a, b):
    return np.degrees(np.abs(np.arctan2(a[0] * b[1] - a[1] * b[0], a @ b)))


def _draw(figure, query, keys, labels, values):
    axes = figure.add_subplot()
    axes.axhline(0, color=LINE, linewidth=0.8, zorder=1)
    axes.axvline(0, color=LINE, linewidth=0.8, zorder=1)
    axes.grid(True)
    for key in keys:
        _arrow(axes, key, KEY, style=(0, (5, 2)), width=1.8, order=3)
    _arrow(axes, query, QUERY, style="solid", width=3, order=4)
    points = [query, *keys, np.zeros(2)]
    if values is not None:
        axes.plot(*values.T, "s", color=VALUE, markersize=7, zorder=5)
        points += list(values)
    reach = np.abs(points).max() * 1.28 or 1.0
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    axes.set_xlabel("first coordinate")
    axes.set_ylabel("second coordinate")
    # Names keep clear of the arrows and of each other.
    tips = [query, *keys, *(values if values is not None else [])]
    shafts = [vector * part for vector in (query, *keys) for part in np.arange(0.2, 1, 0.1)]
    placed = [(point, np.full(2, 0.02 * reach), 1) for point in (*tips, *shafts)]
    _name(axes, query, "query", QUERY, reach, placed, bold=True)
    for key, label in zip(keys, labels, strict=True):
        _name(axes, key, label, KEY, reach, placed)
    if values is not None:
        for index, value in enumerate(values):
            name = f"value of {labels[index]}" if len(values) <= 5 else labels[index]
            _name(axes, value, name, VALUE, reach, placed)


def _arrow(axes, tip, colour, *, style, width, order):
    if not tip.any():
        axes.plot(0, 0, "o", color=colour, markersize=5, zorder=order)
        return
    axes.plot([0, tip[0]], [0, tip[1]], color=colour, linestyle=style, linewidth=width,
              zorder=order, solid_capstyle="butt")  # fmt: skip
    axes.annotate(
        "", tip, tip * (1 - 1e-3), zorder=order,
        arrowprops={"arrowstyle": "-|>,head_length=0.8,head_width=0.4", "color": colour,
                    "shrinkA": 0, "shrinkB": 0, "linewidth": 0},
    )  # fmt: skip


def _name(axes, tip, text, colour, reach, placed, bold=False):
    """Write a name beside a tip: beyond it, or around it where something else stands there."""
    unit = 2 * reach / PLOT  # coordinates of an inch
    half = np.array([text_width(text, POINTS, bold) / 2 + 0.04, 0.1]) * unit
    outward = np.arctan2(tip[1], tip[0]) if tip.any() else np.pi / 4
    best = None
    for gap in (0.08, 0.2, 0.32, 0.44):
        for turn in (0, 45, -45, 90, -90, 135, -135, 180):
            angle = outward + np.radians(turn)
            direction = np.array([np.cos(angle), np.sin(angle)])
            # From the tip to the centre of the name's box, so that the box just clears the tip.
            clear = 1 / np.max(np.abs(direction) / half)
            centre = tip + direction * (clear + gap * unit)
            covers = sum(
                weight * bool(np.all(np.abs(centre - at) < half + size))
                for at, size, weight in placed
            )
            cost = covers + 10 * bool(np.any(np.abs(centre) + half > reach))
            if best is None or cost < best[0]:
                best = cost, centre
    centre = best[1]
    placed.append((centre, half, 5))
    axes.text(
        *centre, text, color=colour, fontsize=POINTS, ha="center", va="center", zorder=6,
        fontweight="bold" if bold else "normal",
    )  # fmt: skip
