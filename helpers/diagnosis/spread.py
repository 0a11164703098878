"""Weights that are all alike, all on one place, or all on the same place."""

import numpy as np

from helpers.diagnosis.answer import Diagnosis, listed, some

ALIKE = 0.05  # natural logarithm of the largest by the smallest weight of a row
ONE_HOT = 0.99  # mean of the largest weights
SINK_QUERIES, SINK_KEYS = 12, 6  # with fewer, chance makes sinks
SINK_SHARE, SINK_LARGEST = 0.5, 0.9


def spread(evidence):
    """Uniform, dead head, sink or one-hot; or None."""
    several = evidence.visible.sum(axis=-1) > 1  # rows with a choice
    several &= evidence.weights.any(axis=-1)
    if not several.any():
        return None
    alike = _log_ratio(evidence) < ALIKE
    if alike[several].all():
        return _uniform(evidence, several)
    return _dead_heads(alike, several) or _sink(evidence) or _one_hot(evidence, several)


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
            "scores that hardly differ: identical inputs, tiny projections, or a scale too small.",
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


def _dead_heads(alike, several):
    """Some heads uniform, and others not."""
    if alike.ndim < 2:
        return None
    axes = tuple(axis for axis in range(alike.ndim) if axis != alike.ndim - 2)
    dead = (alike | ~several).all(axis=axes) & several.any(axis=axes)
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
    return Diagnosis(
        "sink",
        f"Nearly every query looks at key {int(place[-1])}{where}.",
        f"it gets {mean[place]:.2f} of the weight on average.",
        "a place to leave weight when there is nothing to look for; the first token often is one.",
        "no fault by itself: leave it out of the picture, and compare weight with effect.",
        fault=False,
    )


def _one_hot(evidence, several):
    largest = evidence.weights.max(axis=-1)[several]
    if largest.size < 4 or largest.mean() < ONE_HOT:
        return None
    cause = "scores that are too large: a missing scale, or large query and key."
    remedy = "pass query and key, to see which; the scores should spread by about 1 at the start."
    if evidence.query is not None:
        spread = evidence.products.std() / np.sqrt(evidence.query.shape[-1])
        cause = (
            f"query and key are large: divided by √d, their products still spread by {spread:.2g}."
        )
        remedy = "normalise the input (layer norm), or begin with smaller projections."
    return Diagnosis(
        "one-hot",
        "Each query looks at one key only.",
        f"the largest weight is {largest.mean():.2f} on average, over {largest.size} rows.",
        cause,
        remedy,
    )
