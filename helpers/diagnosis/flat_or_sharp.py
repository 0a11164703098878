"""Weights that are all alike, all on one place, or all on the same place."""

import numpy as np

from helpers.diagnosis.diagnosis import Diagnosis, listed, some

ALIKE = 0.05  # natural logarithm of the largest by the smallest weight of a row
ONE_HOT = 0.99  # mean of the largest weights
TOO_LARGE = 50  # standard deviation of scores that no training makes on purpose
DEAD_CHOICES = 12  # with fewer, chance makes heads that look dead
SINK_QUERIES, SINK_KEYS = 12, 6  # with fewer, chance makes sinks
SINK_SHARE, SINK_LARGEST = 0.5, 0.9


def spread(evidence):
    """Uniform, alike for every query, dead head, sink or one-hot; or None."""
    several = evidence.visible.sum(axis=-1) > 1  # rows with a choice
    several &= evidence.weights.any(axis=-1)
    if not several.any():
        return None
    alike = _log_ratio(evidence) < ALIKE
    if alike[several].all():
        return _uniform(evidence, several)
    return (
        _dead_heads(evidence, alike, several)
        or _same_rows(evidence)
        or _same_heads(evidence)
        or _sink(evidence)
        or _one_hot(evidence, several)
    )


def _log_ratio(evidence):
    """Logarithm of largest by smallest visible weight, (..., n_queries)."""
    largest = np.where(evidence.visible, evidence.weights, 0).max(axis=-1)
    smallest = np.where(evidence.visible, evidence.weights, np.inf).min(axis=-1)
    with np.errstate(all="ignore"):
        return np.where(smallest > 0, np.log(largest / smallest), np.inf)


def _uniform(evidence, several):
    n = int(evidence.visible.sum(axis=-1)[several].max())
    symptom = f"Weights are all alike, about 1/{n} in rows of {n}."
    most = "the largest weight of a row is at most 1.05 times its smallest"
    if evidence.key is None:
        return Diagnosis(
            "uniform", symptom, f"{most}, in {some(several, 'rows')}.",
            "scores that hardly differ: identical inputs, tiny projections, a scale too small, or "
            "softmax taken twice.",
            "pass query and key, to tell these apart.",
        )  # fmt: skip
    size = np.sqrt((evidence.key**2).mean())
    apart = evidence.key.std(axis=-2).mean()
    if size > 0 and apart < 1e-3 * size:
        return Diagnosis(
            "identical keys", symptom,
            "keys differ from each other by less than a thousandth of their size.",
            "all keys are the same: identical inputs, or layers that made them alike.",
            "look at the input of this layer: are its rows alike, and since which layer?",
        )  # fmt: skip
    d = evidence.query.shape[-1]
    typical = np.std(evidence.products) / np.sqrt(d)
    return Diagnosis(
        "tiny projections", symptom,
        f"query · key / √d has standard deviation {typical:.1g}; a trained head has about 1 "
        "or more.",
        "an untrained head, or projections that begin too small.",
        "let it learn; if it has, look at the size of w_query and w_key.",
    )  # fmt: skip


def _dead_heads(evidence, alike, several):
    """Some heads uniform, and others not."""
    if alike.ndim < 2:
        return None
    axes = tuple(axis for axis in range(alike.ndim) if axis != alike.ndim - 2)
    choices = np.where(several, evidence.visible.sum(axis=-1) - 1, 0).sum(axis=axes)
    dead = (alike | ~several).all(axis=axes) & (choices >= DEAD_CHOICES)
    if not dead.any() or dead.all():
        return None
    heads = np.flatnonzero(dead)
    return Diagnosis(
        "dead head",
        f"Head {listed(heads)} looks at everything alike; the others choose.",
        f"{some(dead, 'heads')} have rows whose weights differ by less than 5%.",
        "its query or key projection is zero or tiny: pruned, not loaded, or never trained.",
        "compare the size of its projection with that of the other heads.",
    )


def _same_rows(evidence):
    """Every query looks at the same keys in the same shares."""
    weights, visible = evidence.weights, evidence.visible
    n_queries, n_keys = weights.shape[-2:]
    common = visible.all(axis=tuple(range(visible.ndim - 1)))
    if (
        n_queries < 3
        or n_keys < 3
        or n_queries * n_keys < 16
        or not common.any()
        or (weights[visible] <= 0).any()
    ):
        return None
    logs = np.log(np.where(visible, weights, 1))
    logs = logs - logs[..., [int(common.argmax())]]
    low = np.where(visible, logs, np.inf).min(axis=-2)
    high = np.where(visible, logs, -np.inf).max(axis=-2)
    apart = np.where(high > low, high - low, 0).max(axis=-1)
    same = apart <= 1e-4 + 4 * evidence.weights_rounding.relative
    if not same.all():
        return None
    name, symptom = "identical queries", "Every query has the same weights."
    number = f"the shares of the {n_keys} keys are the same in all {n_queries} rows"
    if evidence.query is None:
        return Diagnosis(
            name, symptom, f"{number}.",
            "all queries are the same: identical inputs, positions left out, a query projection "
            "that is zero, or one row that was repeated.",
            "look at the rows of query, and at those of the input that it is made of.",
        )  # fmt: skip
    size = np.sqrt((evidence.query**2).mean())
    apart = evidence.query.std(axis=-2).mean()
    if apart < 1e-3 * size:
        return Diagnosis(
            name, symptom, f"{number}; the queries differ by less than a thousandth of their size.",
            "all queries are the same: identical inputs, or layers that made them alike.",
            "look at the input of this layer: are its rows alike, and since which layer?",
        )  # fmt: skip
    return Diagnosis(
        name.replace("identical", "indifferent"), symptom,
        f"{number}, though the queries themselves differ.",
        "scores that hang on the key alone: a query whose bias outweighs it, or keys that all "
        "lie across the queries.",
        "no fault by itself; if the head should choose, look at w_query.", fault=False,
    )  # fmt: skip


def _same_heads(evidence):
    """All heads are one and the same."""
    weights = evidence.weights
    if weights.ndim < 3 or weights.shape[-3] < 2 or weights[..., 0, :, :].size < 12:
        return None
    first = weights[..., :1, :, :]
    several = np.isin(weights, (0, 1)).mean() < 0.5
    if not several or np.abs(weights - first).max() > 1e-12:
        return None
    heads = weights.shape[-3]
    return Diagnosis(
        "identical heads", "All heads look at the same.",
        f"the maps of all {heads} heads are the same, number for number.",
        "one projection for all heads, one map that was repeated, or heads that began alike and "
        "cannot part: the same weights get the same gradients.",
        "give every head columns of its own in w_query and w_key, drawn apart.",
    )  # fmt: skip


def _sink(evidence):
    """One key that nearly every query looks at most."""
    choice = evidence.visible.sum(axis=-1) >= SINK_KEYS
    if evidence.weights.shape[-1] < SINK_KEYS:
        return None
    rows = choice.sum(axis=-1)
    counted = np.where(choice[..., None], evidence.weights, 0)
    mean = counted.sum(axis=-2) / np.maximum(rows, 1)[..., None]
    largest = (counted == counted.max(axis=-1, keepdims=True)) & choice[..., None]
    first = largest.sum(axis=-2) / np.maximum(rows, 1)[..., None]
    sinks = (mean > SINK_SHARE) & (first >= SINK_LARGEST) & (rows >= SINK_QUERIES)[..., None]
    if not sinks.any():
        return None
    place = np.unravel_index(np.where(sinks, mean, 0).argmax(), sinks.shape)
    maps = sinks.any(axis=-1)
    where = f", in {some(maps, 'maps')}" if maps.size > 1 else ""
    key = int(place[-1])
    cause = (
        "a place to leave weight when there is nothing to look for; the first token often is one."
    )
    if key:
        cause = (
            f"a word that all others look for, or a place to leave weight when there is nothing "
            f"to look for: which word is key {key}? Separators often are such places."
        )
    return Diagnosis(
        "sink",
        f"Nearly every query looks at key {key}{where}.",
        f"it gets {mean[place]:.2f} of the weight on average.",
        cause,
        "no fault by itself: leave it out of the picture, and compare weight with effect.",
        fault=False,
    )


def _one_hot(evidence, several):
    largest = evidence.weights.max(axis=-1)[several]
    if largest.size < 4 or largest.mean() < ONE_HOT:
        return None
    number = f"the largest weight is {largest.mean():.2f} on average, over {largest.size} rows"
    spread = _spread_of_scores(evidence)
    if spread is None or spread < TOO_LARGE:
        told = "" if spread is None else f"; the scores spread by {spread:.2g}"
        return Diagnosis(
            "one-hot", "Each query looks at one key only.", f"{number}{told}.",
            "a trained head that looks for one place, such as the token before; or, in a model "
            "that has not learned yet, scores that are too large.",
            "no fault in a trained head. At the start of training, scores should spread by about "
            "1: look for a missing scale." + (" Pass query and key." if spread is None else ""),
            fault=False,
        )  # fmt: skip
    cause = f"scores that are too large, they spread by {spread:.2g}: a missing scale, or large "
    cause += "query and key."
    remedy = "pass query and key, to see which; the scores should spread by about 1 at the start."
    if evidence.query is not None:
        cause = (
            f"query and key are large: divided by √d, their products still spread by {spread:.2g}."
        )
        remedy = "normalise the input (layer norm), or begin with smaller projections."
    return Diagnosis("one-hot", "Each query looks at one key only.", f"{number}.", cause, remedy)


def _spread_of_scores(evidence):
    """Standard deviation of the scores within their rows, or None without scores."""
    if evidence.scores is None:
        return None
    use = evidence.visible & np.isfinite(evidence.scores)
    counts = np.maximum(use.sum(axis=-1, keepdims=True), 1)
    scores = np.where(use, evidence.scores, 0)
    gaps = np.where(use, scores - scores.sum(axis=-1, keepdims=True) / counts, 0)
    return float(np.sqrt((gaps**2).sum() / max(use.sum(), 1)))
