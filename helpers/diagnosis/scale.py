"""By what were the scores really multiplied? Fitted from query, key and what came of them."""

import numpy as np

from helpers.diagnosis.answer import Diagnosis

CLOSE = 0.05  # share by which a fitted scale may differ from the one it is taken for
FITS = 0.999  # share of the variance that the fit has to explain: else something else went on
LEAST = 8  # differences of scores that a fit is made from


def wrong_scale(evidence):
    """A scale that is not 1/√d: missing, doubled, or another; None where it cannot be told."""
    if evidence.query is None or evidence.query.shape[-1] < 3:
        return None
    d = evidence.query.shape[-1]
    slopes = [slope for slope in _slopes(evidence) if slope is not None]
    if not slopes or any(abs(slope * np.sqrt(d) - 1) < CLOSE for slope in slopes):
        return None
    slope = slopes[0]
    number = f"scores are query · key times {slope:.3g}; 1/√{d} is {1 / np.sqrt(d):.3g}."
    if abs(slope - 1) < CLOSE:
        return Diagnosis(
            "scale missing", "Scores spread too widely.", number,
            "the division by √d is missing.", "divide the scores by √d_key.",
        )  # fmt: skip
    if abs(slope * d - 1) < CLOSE:
        return Diagnosis(
            "scale doubled", "Scores spread too little.", number,
            "divided by √d twice, or by d.",
            "divide by √d_key once, in the query or in the scores.",
        )  # fmt: skip
    times = slope * np.sqrt(d)
    return Diagnosis(
        "another scale",
        f"Scores spread too {'widely' if times > 1 else 'little'}.",
        number,
        f"divided by {1 / slope:.3g}: the root of another width, such as d_model, or a constant.",
        "take the width of the key that is multiplied, query.shape[-1].",
    )


def _slopes(evidence):
    """The scale as every possible reading of the evidence has it; None where it has none."""
    use, bias = evidence.visible, evidence.bias
    if evidence.scores_given:
        # A mask may have been added to the scores already, or not yet.
        readings = [evidence.scores, evidence.scores - bias] if bias.any() else [evidence.scores]
    elif evidence.weights_given:
        least = max(evidence.epsilon, 1e-9)  # smaller weights have lost too many digits
        use = use & (evidence.weights > least)
        readings = [np.log(np.where(use, evidence.weights, 1)) - bias]
    else:
        readings = []
    return [_slope(evidence.products, scores, use) for scores in readings]


def _slope(x, y, use):
    """y = slope · x + a constant for each row; None where that does not describe them."""
    use = use & np.isfinite(x) & np.isfinite(y)
    use = use & (use.sum(axis=-1, keepdims=True) > 1)
    if use.sum() - use.any(axis=-1).sum() < LEAST:
        return None
    x, y = _centred(x, use), _centred(y, use)
    total, explained = (y**2).sum(), (x * y).sum()
    if total == 0 or (x**2).sum() == 0:
        return None
    if explained**2 / (total * (x**2).sum()) < FITS:
        return None
    return float(explained / (x**2).sum())


def _centred(values, use):
    """Minus the mean of each row, over the places in use; 0 elsewhere."""
    values = np.where(use, values, 0)
    mean = values.sum(axis=-1, keepdims=True) / np.maximum(use.sum(axis=-1, keepdims=True), 1)
    return np.where(use, values - mean, 0)
