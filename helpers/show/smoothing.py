"""show.smoothing: a weighted mean of measured points, which is attention before the name."""

import numpy as np

from helpers.arrays import as_numbers
from helpers.show.colours import KEY, NEUTRAL, QUERY, SERIES, VALUE
from helpers.show.picture import Picture
from helpers.show.style import INK
from helpers.wording import number, sentence

MOST_OF_IT = 0.9


def smoothing(keys, values, queries, means, weights, *, at, title=None, truth=None):
    """Measured points, a smooth curve through them, and where one query of it looks.

    keys, values: (n_k,), the place and the height of every point. queries, means: (n_q,), where
    the curve was asked for and what came out. weights: (n_q, n_k), those of every query, which
    sum to 1. at: index of the query whose weights are drawn, as the size of the points.
    truth: (n_q,) the curve without noise, dotted, where it is known.

    (Nadaraya 1964, Watson 1964: the mean of the values, weighted by the nearness of their keys.)

    Returns a Picture. Raises ValueError where lengths differ or a number is not finite.
    """
    keys, values = _row(keys, "keys"), _row(values, "values")
    queries, means = _row(queries, "queries"), _row(means, "means")
    weights = as_numbers(weights, "weights")
    wanted = (len(queries), len(keys))
    if len(values) != len(keys) or len(means) != len(queries) or weights.shape != wanted:
        raise ValueError(
            f"{len(keys)} keys, {len(values)} values, {len(queries)} queries, {len(means)} means "
            f"and weights {weights.shape} do not fit: one value a key, one mean a query, and "
            f"weights {wanted}."
        )
    if not -len(queries) <= at < len(queries):
        raise ValueError(f"at is {at}; pass the index of one of the {len(queries)} queries.")
    if truth is not None and len(truth := _row(truth, "truth")) != len(queries):
        raise ValueError(f"truth has {len(truth)} numbers; pass one for each of {len(queries)}.")
    row, query, mean = weights[at], queries[at], means[at]
    if not np.isfinite(row).all() or row.min() < 0:
        raise ValueError("weights are 0 or more; are these scores? Pass what softmax makes of them")
    few = _most_of_it(row)
    nearest = keys[row.argmax()]
    said = sentence(
        f"query {number(query, 1)} asks {len(keys)} points: the largest weight, "
        f"{number(row.max())}, is on the key at {number(nearest, 1)}, and {few} points have nine "
        f"tenths of all weight; the weighted mean is {number(mean)}"
    )
    said += " " + sentence(
        f"asked at {len(queries)} places, the means lie between {number(means.min())} and "
        f"{number(means.max())}, the points between {number(values.min())} and "
        f"{number(values.max())}"
    )

    def draw(figure):
        _draw(figure, keys, values, queries, means, truth, row, query, mean)

    title = title or f"Nine tenths of one query's light fall on {few} of {len(keys)} points"
    return Picture(draw, said, title=title, size=(6.8, 4.0))


def _row(numbers, name):
    numbers = as_numbers(numbers, name)
    if numbers.ndim != 1 or not numbers.size or not np.isfinite(numbers).all():
        raise ValueError(f"{name} has shape {numbers.shape}; pass finite numbers in one row.")
    return numbers


def _most_of_it(row):
    """How many of the largest weights make up nine tenths of all."""
    falling = np.sort(row)[::-1].cumsum()
    return int(np.searchsorted(falling, MOST_OF_IT * row.sum() - 1e-9)) + 1


def _draw(figure, keys, values, queries, means, truth, row, query, mean):
    axes = figure.add_subplot()
    axes.grid(True)
    axes.set_xlabel("key (where a point was measured)")
    axes.set_ylabel("value (what was measured)")
    sizes = 22 + 900 * row / max(row.sum(), 1e-300)
    axes.scatter(keys, values, s=sizes, color=KEY, alpha=0.55, linewidths=0, zorder=2,
                 label="points, as large as their weight")  # fmt: skip
    if truth is not None:
        axes.plot(queries, truth, color=NEUTRAL, linestyle=":", linewidth=1.6, zorder=3,
                  label="without the noise")  # fmt: skip
    axes.plot(queries, means, color=SERIES[0], linewidth=2.2, zorder=4, label="weighted means")
    axes.axvline(query, color=QUERY, linestyle="--", linewidth=1.6, zorder=3, label="the query")
    axes.plot([query], [mean], marker="D", markersize=9, color=VALUE, markeredgecolor="white",
              linestyle="none", zorder=5, label="its answer")  # fmt: skip
    axes.margins(x=0.03, y=0.12)
    legend = figure.legend(
        loc="outside lower left", ncols=3, fontsize=9, labelcolor=INK, handlelength=2.2,
        columnspacing=1.4,
    )  # fmt: skip
    for handle in legend.legend_handles:
        if hasattr(handle, "set_sizes"):
            handle.set_sizes([40])
