"""NaN and inf: which of the four ways it came."""

import numpy as np

from helpers.diagnosis.diagnosis import Diagnosis, in_heads, some
from helpers.diagnosis.wrong_mask import wrong_mask

HALF_MAX = float(np.finfo(np.float16).max)
_LARGEST = {
    "float16": HALF_MAX, "bfloat16": 3.39e38, "float32": float(np.finfo(np.float32).max),
}  # fmt: skip


@np.errstate(all="ignore")
def not_finite(evidence):
    """NaN or inf where there should be none, or None."""
    weights, scores = evidence.weights, evidence.scores
    bad = ~np.isfinite(weights)
    scores_bad = np.zeros(bad.shape, bool) if scores is None else np.isnan(scores)
    if scores is not None and evidence.scores_given:
        scores_bad = scores_bad | (scores == np.inf)
    if not (bad.any() or (scores_bad & evidence.visible).any()):
        return _half_to_come(evidence)
    rows = (bad | scores_bad).any(axis=-1)
    symptom = f"NaN or inf in {some(rows, 'rows')}{in_heads(rows.any(axis=-1))}."
    return (
        _broken_input(evidence, symptom)
        or _half(evidence, symptom)
        or _nothing_to_see(evidence, rows, symptom)
        or _nothing_left(evidence, rows, bad)
        or _exp(evidence, symptom)
        or _between(evidence, bad, symptom)
    )


def _between(evidence, bad, symptom):
    """NaN that nothing which was passed accounts for."""
    cause = "not to be told from what was passed."
    remedy = "pass query and key, scores and mask as well."
    scores, visible = evidence.scores, evidence.visible
    if scores is not None and np.isfinite(np.where(visible, scores, 0)).all():
        cause = "the scores are finite and not large, so it came between them and the weights."
        remedy = "print the scores as softmax gets them, with the mask in."
        if evidence.masked and bad.any(axis=-1)[visible.any(axis=-1)].all():
            cause = "0 · −∞ is NaN: a mask was multiplied with −∞ and added, as (1 − mask) · −∞."
            remedy = "choose, do not multiply: np.where(mask, scores, -np.inf)."
    return Diagnosis("NaN", symptom, some(bad, "weights are not finite"), cause, remedy)


def _broken_input(evidence, symptom):
    """NaN was there before attention began."""
    for name in ("query", "key"):
        array = getattr(evidence, name)
        # In float16, inf is what an overflow leaves; in the other types, somebody put it there.
        if array is not None and not np.isfinite(array).all():
            return Diagnosis(
                "NaN in the input",
                symptom,
                some(~np.isfinite(array), f"numbers of {name} are NaN or inf"),
                f"it was in {name} before attention began.",
                "look at what made it: the layer before, the data, a step that was too large.",
            )
    return None


def _half_to_come(evidence):
    """Nothing is broken yet, but query and key in float16 will be, once they are multiplied."""
    if evidence.weights_given or evidence.scores_given:
        return None
    return _half(evidence, "Scores that float16 cannot hold.")


def _half(evidence, symptom):
    """A product beyond the largest float16."""
    half = "float16"
    if half not in (evidence.types.get(name) for name in ("query", "key", "scores")):
        return None
    if evidence.products is not None and evidence.types.get("query") == half:
        largest = float(np.abs(evidence.products[np.isfinite(evidence.products)]).max(initial=0))
        number = f"the largest query · key is {_rough(largest)}, the largest float16 {HALF_MAX:.0f}"
        over = largest > HALF_MAX
    else:
        infinite = (evidence.scores == np.inf) if evidence.scores_given else np.zeros(1, bool)
        number, over = some(infinite, "scores are inf in float16"), bool(infinite.any())
    if not over:
        return None
    return Diagnosis(
        "float16 overflow",
        symptom,
        f"{number}.",
        "query · key was multiplied out in float16, and divided by √d only afterwards.",
        "compute scores and softmax in float32: query.astype(np.float32), and key alike.",
    )


def _nothing_to_see(evidence, rows, symptom):
    """Rows in which everything is hidden, and no others."""
    empty = ~evidence.visible.any(axis=-1)
    if not empty.any() or (rows & ~empty).any():
        return None
    return Diagnosis(
        "NaN from empty rows",
        symptom,
        f"{some(empty, 'rows')} may look at nothing, and no other row is broken.",
        "softmax of a row that is all −∞: −∞ − (−∞) has no answer.",
        "let softmax give zeros for a row with nothing to look at.",
    )


def _nothing_left(evidence, rows, bad):
    """Rows from which another mask than the one that was meant hides everything."""
    found = wrong_mask(evidence) if evidence.weights_given and bad.any() else None
    return (
        found if found is not None and found.fault and not (bad.any(axis=-1) ^ rows).any() else None
    )


def _exp(evidence, symptom):
    """exp of a score that is too large for the type."""
    if evidence.scores is None:
        return None
    kinds = [evidence.types[name] for name in ("scores", "query") if name in evidence.types]
    limit = float(np.log(_LARGEST.get(kinds[0], np.finfo(np.float64).max)))
    finite = evidence.scores[np.isfinite(evidence.scores) & evidence.visible]
    if not finite.size or finite.max() <= limit:
        return None
    return Diagnosis(
        "exp overflow",
        symptom,
        f"the largest score is {finite.max():.3g}; exp overflows in {kinds[0]} beyond {limit:.0f}.",
        "softmax without taking off the largest score: inf / inf is NaN.",
        "subtract the largest score of each row before exp; if the scores are that large "
        "unexpectedly, look for a missing scale.",
    )


def _rough(number):
    """Two digits that count: the same on every machine."""
    return f"{float(f'{number:.2g}'):,.0f}"
