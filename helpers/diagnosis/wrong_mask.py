"""What is hidden, what comes through all the same, and what is hidden without need."""

import numpy as np

from helpers.diagnosis.diagnosis import Diagnosis, in_heads, some
from helpers.diagnosis.other_masks import other_masks

_HIDE = "put −∞ at every hidden place before softmax, and compare with leaks(function, x)."
_ALWAYS = ("own place hidden", "aligned to the first key")  # faults, whatever mask was meant


def wrong_mask(evidence, link=None):
    """Weights under another mask than the one that was meant; or None.

    link: from query and key, or scores, to the weights, where there is one: then every usual
    mistake is computed and compared. Without it, the places that have weight must be exactly its.
    """
    if not evidence.weights_given:
        return None
    known = np.isfinite(evidence.weights).all(axis=-1, keepdims=True)
    seen = known & (evidence.weights != 0)
    leaked, lost = ~evidence.visible & seen, evidence.visible & ~seen
    if not (leaked.any() or lost.any()) or not evidence.visible.any():
        return None
    for other in other_masks(evidence.visible, seen, masked=evidence.masked):
        visible = np.broadcast_to(other.visible, seen.shape)
        if (visible == evidence.visible).all() or (visible & ~known).any():
            continue  # it is the one that was meant; or a NaN comes of something else
        if link is None:
            same = (visible == seen).all() and (evidence.masked or other.name in _ALWAYS)
        else:
            same = link.agrees(link.scores, visible=visible)
        if same:
            return _told(evidence, other, leaked, lost & known)
    return None


def usual_masks(link):
    """Weights that follow under another mask, as a guess about a link; or None."""
    return wrong_mask(link.evidence, link) if link.target == "weights" else None


def _told(evidence, other, leaked, lost):
    if not evidence.masked and other.name not in _ALWAYS:
        return _not_passed(other.cause)
    if other.name == "leak":
        return Diagnosis(
            "leak", "Hidden places have weight.", f"{_leaked(evidence, leaked)}.", other.cause,
            other.remedy,
        )  # fmt: skip
    if other.name == "mask inverted":
        number = _leaked(evidence, leaked)
        return _turned_up(evidence, number) or _inverted(number)
    broken = some(~np.isfinite(evidence.weights).all(axis=-1), "rows")
    nan = "" if np.isfinite(evidence.weights).all() else f"; {broken} are NaN, which sees nothing"
    return Diagnosis(
        other.name, "Places that may be seen have weight 0.", f"{_lost(evidence, lost)}{nan}.",
        other.cause, other.remedy,
    )  # fmt: skip


def _not_passed(cause):
    return Diagnosis(
        "mask not passed", "The weights are right under a mask that was not passed.",
        "softmax of the visible scores gives these weights, to the digits that they have.",
        cause, "right if it is meant: pass it as mask, and it is compared too.", fault=False,
    )  # fmt: skip


def another_mask(link):
    """Weights that are softmax over the places that they show, by no usual mistake; or None."""
    evidence = link.evidence
    if link.target != "weights" or not evidence.rows_share_out_1:
        return None
    known = np.isfinite(evidence.weights).all(axis=-1, keepdims=True)
    seen = known & (evidence.weights != 0)
    leaked, lost = ~evidence.visible & seen, evidence.visible & ~seen & known
    if not (leaked.any() or lost.any()) or (seen.sum(axis=-1) > 1).mean() < 0.5:
        return None  # one place alone gets 1, whatever its score
    if not link.matches(link.weights_of(link.scores, seen)):
        return None
    if not evidence.masked:
        return _not_passed("a mask of no usual form: padding of several texts, blocks, a picture.")
    number = _leaked(evidence, leaked) if leaked.any() else _lost(evidence, lost)
    return Diagnosis(
        "leak" if leaked.any() else "too much hidden",
        "Hidden places have weight." if leaked.any() else "Places that may be seen have weight 0.",
        f"{number}; over the places that have weight, softmax is right.",
        "another mask was used than the one that was passed.",
        "print both masks at one of these places: which part made the difference?",
    )


def _leaked(evidence, leaked):
    hidden = ~evidence.visible
    largest = evidence.weights[leaked].max()
    told = f"up to {largest:.2f}" if largest >= 0.005 else "tiny"
    return f"{int(leaked.sum())} of {int(hidden.sum())} hidden places have weight, {told}" + (
        in_heads(leaked.any(axis=(-1, -2)))
    )


def _lost(evidence, lost):
    first = np.argwhere(lost)[0][-2:] if lost.any() else (0, 0)
    return (
        f"{int(lost.sum())} of {int(evidence.visible.sum())} visible places have weight 0, the "
        f"first at query {first[0]}, key {first[1]}"
    )


def _inverted(number):
    return Diagnosis(
        "mask inverted",
        "All weight lies where the mask hides, and none where it shows.",
        f"{number}; the visible places of these rows have 0 in all.",
        'True means "may look" on one side and "hide" on the other.',
        "agree on one meaning; invert the mask (~mask) where it is handed over.",
    )


def _turned_up(evidence, number):
    """All weight at hidden places, the same for each of them: a large number without its minus."""
    weights, hidden = evidence.weights, ~evidence.visible
    rows = (hidden.sum(axis=-1) > 1) & evidence.visible.any(axis=-1)
    high, low = (np.where(hidden, weights, fill) for fill in (0, np.inf))
    even = np.abs(high.max(axis=-1) - low.min(axis=-1)) < 1e-3 * high.max(axis=-1)
    if not rows.any() or not even[rows].all():
        return None
    return Diagnosis(
        "leak", "All weight lies where the mask hides, evenly.", f"{number}.",
        "a large number stands at hidden places, and its minus is missing.",
        "put −∞ there before softmax: np.where(mask, scores, -np.inf).",
    )  # fmt: skip


def leak(evidence):
    """Weight where the mask hides, of whatever making; or None."""
    if not (evidence.masked and evidence.weights_given):
        return None
    weights, hidden = evidence.weights, ~evidence.visible
    leaked = hidden & (weights != 0) & np.isfinite(weights)
    if not leaked.any():
        return None
    partly = hidden.any(axis=-1) & ~hidden.all(axis=-1)
    at_visible = np.where(hidden, 0, weights)
    number = _leaked(evidence, leaked)
    if partly.any() and not at_visible[partly].any():
        return _turned_up(evidence, number) or _inverted(number)
    blind = hidden.all(axis=-1)
    if not (leaked.any(axis=-1) & ~blind).any():
        return Diagnosis(
            "leak in empty rows",
            "Rows that may look at nothing look at something.",
            f"{number}, all of it in {some(blind, 'rows')} that see nothing.",
            "a large negative number in the place of −∞: softmax sees only differences.",
            "use −∞, and let softmax give zeros for a row with nothing to look at.",
        )
    return Diagnosis(
        "leak",
        "Hidden places have weight.",
        f"{number}.",
        _likely(evidence, leaked),
        _HIDE,
    )


def hidden_by_a_number(link):
    """Weight at hidden places whose scores are one number, or less by one number; or None."""
    evidence = link.evidence
    if link.target != "weights" or not evidence.masked:
        return None
    logs = np.log(evidence.weights)
    leaked = ~evidence.visible & (evidence.weights > 64 * evidence.weights_rounding.absolute)
    counts = link.use.sum(axis=-1, keepdims=True)
    gaps = np.where(link.use, logs - link.scores - evidence.bias, 0)
    shift = gaps.sum(axis=-1, keepdims=True) / np.maximum(counts, 1)
    at = leaked & (counts > 0) & np.isfinite(link.scores)
    put, added = (logs - shift)[at], (logs - shift - link.scores)[at]
    for numbers, how in ((added, "was added"), (put, "was put")):
        slack = 0.05 * max(1, abs(numbers.mean())) if numbers.size > 2 else 0
        if numbers.size > 2 and np.ptp(numbers) < slack:
            mean = float(numbers.mean())
            number = "0, or next to nothing," if abs(mean) < 0.01 else f"{mean:.2g}"
            return Diagnosis(
                "leak", "Hidden places have weight.", f"{_leaked(evidence, leaked)}.",
                f"{number} {how} at hidden places, in the place of −∞.", _HIDE,
            )  # fmt: skip
    return None


def _likely(evidence, leaked):
    """The likeliest of the usual ways to leak, where none fits exactly."""
    n_queries, n_keys = leaked.shape[-2:]
    ahead = np.arange(n_keys) - np.arange(n_queries)[:, None] - (n_keys - n_queries)
    if (leaked <= (ahead == 1)).all():
        return "the causal mask is off by one: each query sees one step of the future."
    if evidence.weights[leaked].max() < 1e-2:
        return "a number like −10 in the place of −∞."
    if not (leaked & (ahead > 0)).any():
        return "what should be hidden from earlier keys (a window, padding) is seen in part."
    return "the mask was not used, or not on this axis."


def too_little_seen(evidence):
    """Zeros at visible places that rounding cannot have made, of no usual form; or None."""
    if not (evidence.masked and evidence.weights_given):
        return None
    weights, visible = evidence.weights, evidence.visible
    if weights.min() < 0 or evidence.weights_rounding.absolute > 1e-30:
        return None
    live = weights.any(axis=-1, keepdims=True)
    lost = visible & (weights == 0) & live
    kept = weights[visible & live & (weights > 0)]
    if not lost.any() or kept.size < 8 or np.quantile(kept, 0.1) < 1e-5:
        return None
    if (lost.sum(axis=-1) > 0).sum() < 2:
        return None
    return Diagnosis(
        "too much hidden", "Places that may be seen have weight 0.",
        f"{_lost(evidence, lost)}; the others of these rows are not small.",
        "another mask was used than the one that was passed, or weights were pruned.",
        "compare the two masks at one of these places; pass query and key, to tell more.",
    )  # fmt: skip


def empty_rows(evidence):
    """Rows of zeros: right where nothing is visible, and worth knowing; or None."""
    empty = ~evidence.weights.any(axis=-1)
    if not empty.any():
        return None
    blind = ~evidence.visible.any(axis=-1)
    lost = bool((empty & ~blind).any())
    if lost:
        cause = "weights were lost: rounded away, or multiplied with 0."
        remedy = "look at the scores of these rows; pass scores and mask as well."
    else:
        cause = "the mask hides everything from them, as padding in front does."
        remedy = "right as it is; if these rows are no padding, look at how masks are combined."
    return Diagnosis(
        "empty rows", "Rows of zeros.", f"{some(empty, 'rows')} look at nothing.", cause, remedy,
        fault=lost,
    )  # fmt: skip
