"""show.histogram: how numbers are spread, and how many lie beyond a mark."""

import numpy as np

from helpers.arrays import as_numbers
from helpers.show.colours import ROLES, SERIES
from helpers.show.lettering import printable
from helpers.show.picture import Picture
from helpers.show.style import INK
from helpers.wording import capital, listed, number, sentence, share, shorten

MOST = 4  # histograms in one picture
STYLES = ("-", "--", "-.", ":")


def histogram(samples, *, mark=(), label="value", title=None, bins=60):
    """How numbers are spread.

    samples: an array of any shape, or a dict of name → array (up to four). mark: a number or
    several, drawn as lines with the share that lies beyond. Where samples are on both sides of
    zero, a positive mark stands for both sides: beyond 8 means below -8 or above 8. bins: how
    many bars.

    Returns a Picture. Raises ValueError for empty samples, NaN and inf.
    """
    groups = samples if isinstance(samples, dict) else {"": samples}
    if not groups or len(groups) > MOST:
        raise ValueError(f"{len(groups)} groups of samples; pass one to {MOST}.")
    groups = {str(name): _checked(group, str(name)) for name, group in groups.items()}
    marks = np.atleast_1d(as_numbers(mark, "mark")) if np.size(mark) else np.zeros(0)
    if marks.ndim != 1 or not np.isfinite(marks).all():
        raise ValueError("mark is not a finite number or a list of them.")
    if not isinstance(bins, (int, np.integer)) or not 1 <= bins <= 1000:
        raise ValueError(f"bins is {bins!r}; pass a whole number from 1 to 1000.")
    both = min(group.min() for group in groups.values()) < 0
    marks = sorted(marks.tolist())
    found, said = _read(groups, marks, both, label)

    def draw(figure):
        _draw(figure, groups, marks, both, label, int(bins))

    return Picture(draw, said, title=title or capital(found), size=(6.8, 3.9))


def _checked(samples, name):
    called = f"samples {name!r}" if name else "samples"
    samples = as_numbers(samples, called).ravel()
    if not samples.size:
        raise ValueError(f"{called} is empty: there is nothing to count.")
    bad = int((~np.isfinite(samples)).sum())
    if bad:
        raise ValueError(f"{called} holds {bad} NaN or inf of {samples.size}. Leave them out.")
    return samples


def beyond(samples, mark, both):
    """The share of samples beyond a mark: above it, or below a negative one, or on both sides."""
    if mark < 0:
        return float(np.mean(samples < mark))
    return float(np.mean((np.abs(samples) if both and mark else samples) > mark))


def _mark_name(mark, both):
    plain = f"{mark:,.0f}" if mark == round(mark) else number(mark)
    return f"±{plain}" if both and mark > 0 else plain


def _shares(samples, marks, both):
    parts = []
    for mark in marks:
        found = beyond(samples, mark, both)
        where = _mark_name(mark, both)
        if found == 0:
            parts.append(f"none of {samples.size:,} beyond {where}")
        else:
            parts.append(f"{share(found)} beyond {where}")
    return parts


def _read(groups, marks, both, label):
    if len(groups) == 1:
        (samples,) = groups.values()
        spread = number(samples.std())
        parts = _shares(samples, marks, both)
        title = f"standard deviation {spread}" if not parts else listed(parts)
        said = (
            f"{label}: mean {number(samples.mean())}, standard deviation {spread}, from "
            f"{number(samples.min())} to {number(samples.max())}"
        )
        return title, " ".join([sentence(said), *([sentence(listed(parts))] if parts else [])])
    title = f"{label}: standard deviation " + listed(
        f"{number(samples.std())} ({name})" for name, samples in groups.items()
    )
    said = []
    for name, samples in groups.items():
        parts = _shares(samples, marks, both)
        extra = f"; {listed(parts)}" if parts else ""
        said.append(
            sentence(
                f'"{name}": mean {number(samples.mean())}, standard deviation '
                f"{number(samples.std())}{extra}"
            )
        )
    return title, " ".join(said)


def _draw(figure, groups, marks, both, label, bins):
    axes = figure.add_subplot()
    everything = np.concatenate(list(groups.values()))
    low, high = float(everything.min()), float(everything.max())
    if high - low < 1e-12 * max(1.0, abs(high)):
        low, high = low - 0.5, high + 0.5
    edges = np.linspace(low, high, bins + 1)
    taken = iter(SERIES)
    for index, (name, samples) in enumerate(groups.items()):
        colour = ROLES.get(name) or next(taken)
        counts, _ = np.histogram(samples, edges)
        shares = counts / samples.size
        alone = len(groups) == 1
        axes.stairs(shares, edges, fill=True, color=colour, alpha=0.85 if alone else 0.16)
        if not alone:
            axes.stairs(
                shares, edges, color=colour, linestyle=STYLES[index], linewidth=1.8,
                label=printable(shorten(name, 40)),
            )  # fmt: skip
    axes.set_xlabel(label)
    axes.set_ylabel("share of all")
    axes.grid(axis="y")
    axes.set_ylim(bottom=0)
    top = axes.get_ylim()[1]
    axes.set_ylim(top=top * (1 + 0.1 * min(3, len(marks))))
    _draw_marks(axes, everything, marks, both, with_share=len(groups) == 1)
    if len(groups) > 1:
        axes.legend(loc="upper left", handlelength=2.4)


def _draw_marks(axes, samples, marks, both, with_share):
    for mark in marks:
        for place in (mark, -mark) if both and mark > 0 else (mark,):
            axes.axvline(place, color=INK, linestyle=(0, (4, 3)), linewidth=1.2)
    left, right = axes.get_xlim()
    for index, mark in enumerate(marks):
        text = _mark_name(mark, both)
        if with_share:
            found = beyond(samples, mark, both)
            text += f": {share(found) if found else 'none'}"
        on_the_right = mark < left + 0.8 * (right - left)
        axes.annotate(
            text, (mark, 1 - 0.085 * (index % 3)), (4 if on_the_right else -4, -2),
            xycoords=("data", "axes fraction"), textcoords="offset points", fontsize=9.5,
            ha="left" if on_the_right else "right", va="top", color=INK,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )  # fmt: skip
