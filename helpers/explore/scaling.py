"""scaling: the width d and the divisor → scores, weights, entropy, and the gradient of softmax."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from helpers.attention import softmax
from helpers.explore.controls import choice, powers_of_two, scale
from helpers.explore.explorer import Explorer
from helpers.explore.figure_view import Drawing, FigureView
from helpers.explore.html_view import HtmlView
from helpers.show import KEY
from helpers.show.colours import SERIES
from helpers.show.style import INK, QUIET
from helpers.tables import table
from helpers.wording import number, share

TITLE = "Scores, weights and gradient as the width d grows"
WIDTHS = powers_of_two(1, 1024)
DIVISORS = {"none": lambda d: 1.0, "√d": np.sqrt, "d": lambda d: float(d)}
GROUPS, QUERIES = 32, 32  # each group has keys of its own
EDGE = 40.0  # the axis of the scores ends here, the same for all d, so that spreads compare
BINS = np.linspace(-EDGE, EDGE, 81)
LOOK = dict(zip(DIVISORS, ((SERIES[2], "-", "o"), (SERIES[0], "--", "s"), (SERIES[1], ":", "^")),
                strict=True))  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """What one d and one divisor do, over all rows."""

    d: int
    divisor: str
    scores: np.ndarray  # (GROUPS, QUERIES, n_keys)
    weights: np.ndarray  # the same shape
    spread: float  # standard deviation of the scores
    largest: float  # mean over rows of the largest weight
    entropy: float  # mean over rows, bits
    gradient: float  # mean over rows of the Frobenius norm of the Jacobian of softmax


def scaling(*, d=64, n_keys=16, rng=None):
    """Set d and what the scores are divided by; see scores, weights and gradient.

    d: a power of two from 1 to 1024. n_keys: 2 to 64 keys a query.
    rng: draws the queries and keys, 1024 queries with entries of variance 1;
        np.random.default_rng(0) if None, so that everybody sees the same numbers.

    The gradient is the Frobenius norm of the Jacobian of softmax, diag(w) - w wᵀ, for one row
    of weights w, averaged over the rows: how far a change of the scores reaches the weights.
    Dividing by √d: Vaswani et al. 2017, Attention Is All You Need, section 3.2.1.

    Returns an Explorer. Raises ValueError for a d or n_keys out of range.
    """
    if not (isinstance(n_keys, int | np.integer) and 2 <= n_keys <= 64):
        raise ValueError(f"n_keys={n_keys!r}: expected a whole number from 2 to 64.")
    scores = _scores(n_keys, np.random.default_rng(0) if rng is None else rng)
    measured = {
        (width, divisor): measure(scores[width], width, divisor)
        for width in WIDTHS
        for divisor in DIVISORS
    }
    drawing = Drawing(
        lambda figure: _build(figure, measured, n_keys), _move, title=TITLE, size=(6.9, 3.1)
    )
    return Explorer(
        {
            "d": scale("Width d of query and key", d, WIDTHS),
            "divisor": choice("Scores divided by", "none", list(DIVISORS)),
        },
        compute=lambda d, divisor: measured[d, divisor],
        describe=lambda one: drawing.picture(one, _words(one), _table(measured, one)),
        views=[FigureView(drawing), HtmlView(lambda one, picture: picture.table())],
        title=TITLE,
    )


def _scores(n_keys, rng):
    """Scores of every width, from the first d entries of the same queries and keys."""
    query = rng.standard_normal((GROUPS, QUERIES, WIDTHS[-1]))
    key = rng.standard_normal((GROUPS, n_keys, WIDTHS[-1]))
    scores, total, done = {}, 0.0, 0
    for width in WIDTHS:
        part = slice(done, width)
        total = total + query[..., part] @ np.swapaxes(key[..., part], -1, -2)
        scores[width], done = total, width
    return scores


def measure(scores, d, divisor):
    """Measured of undivided scores (..., n_keys)."""
    scores = scores / DIVISORS[divisor](d)
    weights = softmax(scores)
    positive = np.where(weights > 0, weights, 1.0)
    entropy = -(weights * np.log2(positive)).sum(-1)
    return Measured(
        d,
        divisor,
        scores,
        weights,
        spread=float(scores.std()),
        largest=float(weights.max(-1).mean()),
        entropy=float(entropy.mean()),
        gradient=float(jacobian_norm(weights).mean()),
    )


def jacobian_norm(weights):
    """Frobenius norm of diag(w) - w wᵀ for every row w: (..., n_keys) → (...)."""
    squares = (weights**2).sum(-1)
    # |diag(w)|² - 2 Σ w_i · w_i² + |w wᵀ|², which needs no n × n matrix a row.
    return np.sqrt(np.maximum(squares - 2 * (weights**3).sum(-1) + squares**2, 0.0))


def _words(one):
    divided = "not divided" if one.divisor == "none" else f"divided by {one.divisor}"
    n_keys = one.weights.shape[-1]
    beyond = np.mean(np.abs(one.scores) > EDGE)
    outside = f" ({share(beyond)} beyond ±{EDGE:.0f})" if beyond else ""
    return (
        f"d = {one.d}, {divided}: the scores have standard deviation {number(one.spread)}{outside}."
        f" Of {n_keys} weights the largest is {number(one.largest)} on average; entropy "
        f"{number(one.entropy)} of {number(np.log2(n_keys))} bits, gradient of softmax "
        f"{number(one.gradient)}."
    )


def _table(measured, one):
    rows = []
    for divisor in DIVISORS:
        other = measured[one.d, divisor]
        name = f"{divisor} (shown)" if divisor == one.divisor else divisor
        numbers = (other.spread, other.largest, other.entropy, other.gradient)
        rows.append([name, *map(number, numbers)])
    columns = ["divided by", "std of scores", "largest weight", "entropy (bits)", "gradient"]
    chosen = list(DIVISORS).index(one.divisor)
    return table(f"d = {one.d}, means over {one.scores[..., 0].size} queries", columns, rows,
                 chosen=chosen)  # fmt: skip


# The drawing --------------------------------------------------------------------------------------


def _build(figure, measured, n_keys):
    left, middle, right = figure.subplots(1, 3)

    left.set(xlim=(-EDGE, EDGE), ylim=(0, 1.18), yticks=[], xlabel="score")
    left.set_title("scores, how often")
    left.spines["left"].set_visible(False)
    counts = left.stairs(np.zeros(len(BINS) - 1), BINS, fill=True, color=SERIES[0])
    spread = left.text(0.98, 0.97, "std 0.00", ha="right", va="top", color=INK, fontsize=9.5,
                       transform=left.transAxes)  # fmt: skip

    middle.set(xlim=(-0.7, n_keys - 0.3), ylim=(0, 1.0), yticks=[0, 0.5, 1], xlabel="key")
    middle.set_xticks([0, n_keys - 1])
    middle.set_title("weights of a typical query")
    bars = middle.bar(range(n_keys), np.full(n_keys, 0.5), color=KEY)

    right.set(xscale="log", xlabel="d")
    right.set_xticks([1, 8, 64, 1024], ["1", "8", "64", "1024"])
    right.minorticks_off()
    right.set_title("gradient of softmax")
    for divisor, (colour, dash, _) in LOOK.items():
        curve = [measured[width, divisor].gradient for width in WIDTHS]
        right.plot(
            WIDTHS,
            curve,
            dash,
            color=colour,
            linewidth=1.6,
            label="not divided" if divisor == "none" else f"divided by {divisor}",
        )
    # Drawn for every setting: the one query that is everywhere closest to the average.
    far = sum(np.abs(one.weights.max(-1) - one.largest) for one in measured.values())
    query = np.unravel_index(far.argmin(), far.shape)
    right.set_ylim(0, 1.55 * max(one.gradient for one in measured.values()))
    right.legend(loc="upper left", fontsize=8.5, labelcolor=INK, handlelength=2.4,
                 borderaxespad=0, labelspacing=0.25)  # fmt: skip
    dot = right.plot([1], [0.1], "o", color=INK, markersize=8, markeredgecolor="white")[0]
    for axes in (left, middle, right):
        axes.title.set_color(QUIET)
    return SimpleNamespace(
        counts=counts, spread=spread, bars=bars, dot=dot, query=query,
        moving=[counts, *bars, dot, spread],
    )  # fmt: skip


def _move(parts, one):
    counts, _ = np.histogram(one.scores, BINS)
    parts.counts.set_data(counts / max(counts.max(), 1))
    parts.spread.set_text(f"std {number(one.spread)}")
    for bar, weight in zip(parts.bars, one.weights[parts.query], strict=True):
        bar.set_height(weight)
    parts.dot.set_data([one.d], [one.gradient])
