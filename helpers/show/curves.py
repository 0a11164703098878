"""show.curves: how numbers change along an axis."""

from itertools import pairwise

import numpy as np
from matplotlib.ticker import FixedLocator, NullLocator

from helpers.arrays import as_numbers, largest
from helpers.show.colours import ROLES, SERIES
from helpers.show.lettering import printable, text_width, wrap
from helpers.show.picture import Picture
from helpers.wording import capital, listed, number, sentence, shorten, small

MOST = len(SERIES)
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
STYLES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)), (0, (8, 3)))
SAID = 4  # curves whose course is told one by one
MARKED = 24  # points; beyond, markers only now and then
LETTERS = 26


def curves(x, curves, *, x_label, y_label, title=None, x_log=False, y_log=False):
    """Curves over a common axis, each named at its end, with a line style and a marker of its own.

    x: (n,). curves: dict of name → (n,), up to eight. NaN leaves a gap. Names query, key and value
    have their colours. x_log, y_log: logarithmic axes, for numbers above zero.

    Returns a Picture. Raises ValueError where lengths differ, a curve has no number, or a
    logarithmic axis meets a number that is not above zero.
    """
    x, curves = _checked(x, curves, x_log, y_log)
    ends = [str(end) for end in (_plain(x.min()), _plain(x.max()))]
    found, said = _read(x, curves, x_label, y_label, ends, y_log)

    def draw(figure):
        _draw(figure, x, curves, x_label, y_label, x_log, y_log)

    return Picture(draw, said, title=title or capital(found), size=(6.8, 4.2))


def _checked(x, curves, x_log, y_log):
    x = as_numbers(x, "x")
    if x.ndim != 1 or not x.size or not np.isfinite(x).all():
        raise ValueError(f"x has shape {x.shape}; pass one finite number for each point, (n,).")
    if not isinstance(curves, dict) or not curves:
        raise ValueError("curves is not a dict with a curve in it. Pass {name: y}.")
    if len(curves) > MOST:
        raise ValueError(f"{len(curves)} curves cannot be told apart; pass at most {MOST}.")
    if x_log and x.min() <= 0:
        raise ValueError(f"x holds {number(x.min())}; a logarithmic axis needs numbers above 0.")
    checked = {}
    for name, y in curves.items():
        y = as_numbers(y, f"curve {name!r}")
        if y.shape != x.shape:
            raise ValueError(f"curve {name!r} has shape {y.shape}, and x has {x.shape}.")
        if np.isinf(y).any() or np.isnan(y).all():
            raise ValueError(f"curve {name!r} holds inf, or no number at all. NaN leaves a gap.")
        if y_log and np.nanmin(y) <= 0:
            raise ValueError(
                f"curve {name!r} holds {number(np.nanmin(y))}; a logarithmic axis needs numbers "
                f"above 0. Leave y_log out, or leave those points out (NaN)."
            )
        checked[str(name)] = y
    order = np.argsort(x, kind="stable")
    return x[order], {name: y[order] for name, y in checked.items()}


def _plain(value):
    """A place on the x axis, in words: 3, 0.5, 10,000."""
    return f"{value:,.0f}" if value == round(value) else number(value)


def _read(x, curves, x_label, y_label, ends, y_log):
    ending = [y[np.isfinite(y)][-1] for y in curves.values()]
    at_end = f"{y_label} at {x_label} = {ends[1]}"
    if len(x) == 1:
        said = f"{at_end}: {_named(curves, ending, number)}"
        return said, sentence(said)
    say = small if y_log else number  # trained numbers agree in two decimals, not in two digits
    changes = {name: _change(x, y, say) for name, y in curves.items()}
    span = f"from {x_label} = {ends[0]} to {ends[1]}"
    if len(curves) == 1:
        (name,) = curves
        called = "" if name == y_label else f" ({name})"
        return f"{y_label} {changes[name]}", sentence(f"{span}, {y_label}{called} {changes[name]}")
    # In the order given, whatever the numbers: the same words on every machine.
    said = f"{span}, {y_label}: " + "; ".join(f"{name} {said}" for name, said in changes.items())
    names, ending = list(curves), np.array(ending)
    if len(curves) > SAID:
        said = (
            f"{span}, {len(curves)} curves; at the end {y_label} is between "
            f"{say(ending.min())} and {say(ending.max())}"
        )
    best, worst = largest(ending), largest(-ending)
    if say(ending[best[0]]) == say(ending[worst[0]]):
        return f"{at_end}: {say(ending[0])} for all {len(names)}", sentence(said)
    extremes = [*((names[i], ending[i]) for i in best), *((names[i], ending[i]) for i in worst)]
    return f"{at_end}: {_named(*zip(*extremes, strict=True), say)}", sentence(said)


def _named(names, values, say):
    return listed(f"{name} {say(value)}" for name, value in zip(names, values, strict=True))


def _change(x, y, say):
    """What a curve does from its first to its last number, and where it goes beyond both."""
    x, y = x[np.isfinite(y)], y[np.isfinite(y)]
    start, end = say(y[0]), say(y[-1])
    if len(y) == 1:
        return f"is {end}"
    said = f"stays at {end}" if start == end else f"from {start} to {end}"
    margin = 0.02 * np.ptp(y)
    turns = [
        f"{name} {say(y[index])} at {_plain(x[index])}"
        for name, index, outside in (
            ("highest", largest(y)[0], y.max() > max(y[0], y[-1]) + margin),
            ("lowest", largest(-y)[0], y.min() < min(y[0], y[-1]) - margin),
        )
        if outside and say(y[index]) not in (start, end)
    ]
    if turns:
        return f"goes {said if start != end else f'from {start} to {end}'}, {listed(turns)}"
    return said if start == end else f"{'rises' if y[-1] > y[0] else 'falls'} {said}"


def _draw(figure, x, curves, x_label, y_label, x_log, y_log):
    axes = figure.add_subplot()
    axes.grid(True)
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    if x_log:
        axes.set_xscale("log")
    if y_log:
        axes.set_yscale("log")
    _ticks(axes, x, x_log, y_log)
    every = max(1, len(x) // MARKED)
    taken = iter(SERIES)
    ends = []
    for index, (name, y) in enumerate(curves.items()):
        colour = ROLES.get(name) or next(taken)
        axes.plot(
            x, y, color=colour, linestyle=STYLES[index], marker=MARKERS[index], markersize=5,
            markevery=every, markeredgewidth=0,
        )  # fmt: skip
        at = np.flatnonzero(np.isfinite(y))[-1]
        ends.append((name, x[at], y[at], colour))
    axes.margins(x=0.03, y=0.08)
    _name_ends(figure, axes, ends)


def _ticks(axes, x, x_log, y_log):
    """Plain numbers; few points are the ticks themselves."""
    places = np.unique(x)
    spread = np.log(places) if x_log else places
    apart = len(places) > 1 and np.diff(spread).min() >= 0.09 * np.ptp(spread)
    if len(places) <= 8 and apart:
        axes.xaxis.set_major_locator(FixedLocator(places))
        axes.xaxis.set_major_formatter(lambda value, _: _plain(value))
    elif x_log:
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:,g}")
    if y_log:
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:,g}")
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_locator(NullLocator())


def _name_ends(figure, axes, ends):
    """Names at the ends of the curves, moved apart where ends meet."""
    figure.draw_without_rendering()  # the axes' limits and size are known only now
    texts = [wrap(printable(shorten(name, 2 * LETTERS)), 9.5, 1.7) for name, *_ in ends]
    widest = max(text_width(line, 9.5) for text in texts for line in text.split("\n"))
    engine = figure.get_layout_engine()
    engine.set(rect=(0, 0, 1 - (widest + 0.2) / figure.get_figwidth(), 1))
    height = axes.get_window_extent().height / figure.dpi
    heights = np.array([0.19 * (text.count("\n") + 1) for text in texts]) / height
    wanted = np.array(
        [axes.transAxes.inverted().transform(axes.transData.transform((x, y)))[1]
         for _, x, y, _ in ends]
    )  # fmt: skip
    for (_, _, _, colour), text, place in zip(ends, texts, _apart(wanted, heights), strict=True):
        axes.annotate(
            text, (1, place), (6, 0), xycoords="axes fraction", textcoords="offset points",
            color=colour, fontsize=9.5, va="center", annotation_clip=False,
        ).set_in_layout(False)  # fmt: skip


def _apart(wanted, heights):
    """Places as near to the wanted ones as they can be without overlap."""
    order = np.argsort(wanted, kind="stable")
    places = wanted.copy()
    for _ in range(200):
        moved = False
        for low, high in pairwise(order):
            overlap = (heights[low] + heights[high]) / 2 - (places[high] - places[low])
            if overlap > 1e-9:
                places[low] -= overlap / 2
                places[high] += overlap / 2
                moved = True
        if not moved:
            break
    return places
