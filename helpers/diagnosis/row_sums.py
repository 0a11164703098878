"""Who shares out 1, and how: rows should, by softmax over the keys, once, and nothing after it."""

import numpy as np

from helpers.diagnosis.diagnosis import Diagnosis, some

_OVER_KEYS = "take softmax over the keys, the last axis."


def sums(evidence, link=None):
    """Rows that do not sum to 1, or None. link: to the weights, where there is one."""
    if not evidence.weights_given:
        return None
    weights = evidence.weights
    tolerance = evidence.sum_tolerance
    rows = weights.sum(axis=-1)
    wrong = (np.abs(rows - 1) > tolerance) & (np.abs(rows) > tolerance)
    wrong &= np.isfinite(rows)
    if not wrong.any():
        return None
    number = f"{some(wrong, 'rows')} do not sum to 1; they sum to {_span(rows[wrong])}."
    for rule in (_other_axis, _no_weights, _masked_late, _dropout, _by_largest, _by_number,
                 _cut_off):  # fmt: skip
        found = rule(evidence, rows, wrong, number, link)
        if found is not None:
            return found
    return Diagnosis(
        "rows do not sum to 1", "Rows do not sum to 1.", number,
        "softmax ran over another axis, or its result was changed: pruned, averaged, rounded.",
        "take softmax over the keys, the last axis, and leave its result as it is; pass query "
        "and key, to tell more.",
    )  # fmt: skip


def _other_axis(evidence, rows, wrong, number, link):
    """Something else than a row sums to 1: columns, the heads at a place, whole maps."""
    weights, tolerance = evidence.weights, evidence.sum_tolerance
    seen = evidence.visible.any(axis=-2)
    if (np.abs(weights.sum(axis=-2) - 1)[seen] <= tolerance).all():
        return Diagnosis(
            "transposed",
            "Columns sum to 1, and rows do not.",
            number,
            "softmax ran over the queries, or the map was transposed.",
            "sum over the keys, the last axis: rows are queries.",
        )
    shared = {"the heads, axis -3": -3, "the batch, axis -4": -4}
    shared |= {"everything": (-2, -1), "all heads and places": None}
    for what, axis in shared.items():
        if isinstance(axis, int) and (weights.ndim < -axis or weights.shape[axis] == 1):
            continue
        total = weights.sum(axis=axis)
        visible = evidence.visible.any(axis=axis)
        if (np.abs(total - 1)[visible] <= tolerance * (1 + weights.size**0.5 / 9)).all():
            what_sums = "Maps as a whole sum" if not isinstance(axis, int) else "Places sum"
            return Diagnosis(
                "rows do not sum to 1",
                f"{what_sums} to 1 over {what}, and rows do not.",
                number, f"softmax ran over {what}.", _OVER_KEYS,
            )  # fmt: skip
    return None


def _no_weights(evidence, rows, wrong, number, link):
    """Scores, logarithms or plain exponentials in the place of weights."""
    weights, tolerance = evidence.weights, evidence.sum_tolerance
    if weights.min() < -tolerance or rows.max() > 1e3:
        with np.errstate(all="ignore"):
            shares = np.exp(weights).sum(axis=-1)
        if weights.max() <= tolerance and (np.abs(shares - 1) < 0.01)[rows != 0].all():
            return Diagnosis(
                "logarithms", "All weights are below 0, and their exponentials sum to 1.", number,
                "log_softmax in the place of softmax.",
                "use softmax, or take exp of these before values are mixed.",
            )  # fmt: skip
        return Diagnosis(
            "rows do not sum to 1", "Rows do not sum to 1.", number,
            "these look like scores: softmax has not run.", _OVER_KEYS,
        )  # fmt: skip
    return None


def _masked_late(evidence, rows, wrong, number, link):
    """Softmax shared out everything, and the mask took some of it away."""
    weights, tolerance = evidence.weights, evidence.sum_tolerance
    hidden = ~evidence.visible
    clean = evidence.masked and hidden.any() and not weights[hidden].any()
    full = ~hidden.any(axis=-1)  # rows that lost nothing
    if not clean or (rows > 1 + tolerance).any() or wrong[full].any():
        return None
    return Diagnosis(
        "masked after softmax",
        "Rows come to less than 1, and only where something is hidden.",
        number,
        "softmax shared out everything, and the mask threw some of it away afterwards.",
        "put −∞ in the place of hidden scores before softmax.",
    )


def _dropout(evidence, rows, wrong, number, link):
    """Zeros at random, and the rest larger by one number (or, wrongly, not)."""
    weights, visible = evidence.weights, evidence.visible
    lost = visible & (weights == 0)
    expected = None if link is None else link.expected
    if expected is not None:
        lost &= expected > 4 * evidence.weights_rounding.absolute
    columns = lost.any(axis=-2)
    if (lost == (columns[..., None, :] & visible)).all():
        return None  # whole keys: hidden or cut off, not dropped
    share = lost.sum() / max(visible.sum(), 1)
    if not lost.any() or share > 0.95 or weights.min() < 0:
        return None
    factor = _factor(evidence, rows, lost, expected)
    if factor is None:
        return None
    told = f"{int(lost.sum())} of {int(visible.sum())} visible places are 0"
    if abs(factor - 1) < 0.01:
        return Diagnosis(
            "dropout", "Zeros at random, and the other weights as they should be.",
            f"{told}; {number}",
            "weights were dropped without making up for it, or pruned.",
            "switch dropout off where you look, model.eval(); in training, divide what is left "
            "by 1 − p.",
        )  # fmt: skip
    return Diagnosis(
        "dropout", "Zeros at random, and the other weights larger by one number.",
        f"{told}; the others are {factor:.2f} times softmax, which is 1 / (1 − p) for "
        f"p = {1 - 1 / factor:.2f}.",
        "dropout was on: these are the weights of a training step.",
        "switch it off where you look at weights: model.eval(), or p = 0.",
    )  # fmt: skip


def _factor(evidence, rows, lost, expected):
    """What weights that were not dropped are multiplied by; None where it is not one number."""
    weights, rough = evidence.weights, evidence.weights_rounding
    if expected is not None:
        kept = (weights > 64 * rough.absolute) & (expected > 0)
        ratios = weights[kept] / expected[kept]
        middle = float(np.median(ratios)) if ratios.size else 0.0
        even = ratios.size > 3 and (np.abs(ratios / middle - 1) < 0.02).mean() > 0.99
        return middle if even and middle > 0.98 else None
    lines = lost.any(axis=-1)
    complete = rows[~lines & (rows > 0)]
    if complete.size > 1 and np.ptp(complete) < 0.01 * complete.max() and complete.max() > 0.99:
        return float(complete.mean())
    if rows.max() > 1.005 and rows.min() < 0.995 and not complete.size:
        return float(1 / max(1 - lost.sum() / evidence.visible.sum(), 1e-9))
    return None


def _by_largest(evidence, rows, wrong, number, link):
    """Maps, or rows, that were divided by their largest weight."""
    weights = evidence.weights
    if weights.min() < 0 or weights.max() > 1 + 1e-6:
        return None
    near = 4 * evidence.weights_rounding.relative + 1e-9
    every = {"every row": (-1,), "every map": (-1, -2), "all maps": None}
    largest = {what: weights.max(axis=axes) for what, axes in every.items()}
    told = [
        what
        for what, tops in largest.items()
        if (tops > 0).any() and (np.abs(tops - 1)[tops > 0] <= near).all()
    ]
    if not told:
        return None
    return Diagnosis(
        "divided by the largest", f"The largest weight of {told[0]} is 1.", number,
        f"{told[0]} divided by the largest weight, as for a picture, or exponentials never divided "
        "by their sum.",
        "divide exponentials by the sum of their row; for pictures set the colour scale and "
        "leave the weights.",
    )  # fmt: skip


def _by_number(evidence, rows, wrong, number, link):
    """Every row sums to the same, and it is not 1."""
    full = rows[rows > evidence.sum_tolerance]
    if full.size < 2:
        return None
    total = float(full.mean())
    tolerance = evidence.sum_tolerance
    if np.abs(full - total).max() > 2 * tolerance or abs(total - 1) < 4 * tolerance:
        return None
    d = evidence.query.shape[-1] if evidence.query is not None else None
    cause = "the weights were multiplied by a number after softmax."
    whole = round(total)
    if abs(total - 100) < 0.1:
        cause = "these are per cent."
    elif d and abs(total * np.sqrt(d) - 1) < 0.01:
        cause = "the division by √d came after softmax."
    elif whole > 1 and abs(total - whole) < 0.01:
        cause = f"{whole} maps (heads, or layers) were added up, or the map was added to others."
    return Diagnosis(
        "rows do not sum to 1", f"Every row sums to {total:.3g}.", number, cause,
        "divide the scores, not the weights; average maps with mean, not sum.",
    )  # fmt: skip


def _cut_off(evidence, rows, wrong, number, link):
    """Rows that are right but for what is missing."""
    tolerance = evidence.sum_tolerance
    if (rows > 1 + tolerance).any() or evidence.weights.min() < 0:
        return None
    cause = "keys were cut off after softmax: the end of a padded text, of a cache, of a picture."
    remedy = (
        "cut the keys before softmax, or mask them; for a picture of a part, say what is left out."
    )
    symptom = "Rows come to less than 1."
    if link is not None:
        live = rows > tolerance
        shares = evidence.weights / np.where(live, rows, 1)[..., None]
        kept = evidence.visible & evidence.weights.any(axis=-2, keepdims=True)
        if link.misfit(link.weights_of(link.scores, kept), goal=shares)[live].max(initial=0) > 2:
            return None
        symptom = "Rows are shared out rightly among these keys, and come to less than 1."
        extra = _extra(evidence, rows)
        if extra is not None:
            return Diagnosis(
                "a place more to look at", symptom, number,
                "softmax has one more term below the line, of the same size in every row: an "
                "attention sink that some models learn, or softmax with 1 added.",
                "right if the model has it; else divide by the sum of these keys alone.",
                fault=False,
            )  # fmt: skip
    return Diagnosis("keys cut off", symptom, number, cause, remedy)


@np.errstate(all="ignore")
def _extra(evidence, rows):
    """The exponential that every row of a map has below the line, if it is the same; or None."""
    masked = np.where(evidence.visible, evidence.scores + evidence.bias, -np.inf)
    missing = (1 / rows - 1) * np.exp(masked).sum(axis=-1)
    if missing.shape[-1] < 3 or not np.isfinite(missing).all() or missing.min() <= 0:
        return None
    near = 0.02 + 8 * evidence.weights_rounding.relative / max(1 - rows.max(), 1e-9)
    apart = np.ptp(missing, axis=-1) / missing.mean(axis=-1)
    return missing if near < 0.5 and (apart < near).all() else None


def _span(sums):
    low, high = f"{sums.min():.2f}", f"{sums.max():.2f}"
    return low if low == high else f"{low} to {high}"
