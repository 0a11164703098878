"""Who shares out 1: rows should."""

import numpy as np

from helpers.diagnosis.answer import Diagnosis, some


def sums(evidence):
    """Rows that do not sum to 1, or None."""
    if not evidence.weights_given:
        return None
    weights = evidence.weights
    tolerance = 4 * evidence.epsilon + 1e-6
    rows, columns = weights.sum(axis=-1), weights.sum(axis=-2)
    wrong = (np.abs(rows - 1) > tolerance) & (np.abs(rows) > tolerance)
    if not wrong.any():
        return None
    number = f"{some(wrong, 'rows')} do not sum to 1; they sum to {_span(rows[wrong])}."
    seen = evidence.visible.any(axis=-2)
    if (np.abs(columns - 1)[seen] <= tolerance).all():
        return Diagnosis(
            "transposed",
            "Columns sum to 1, and rows do not.",
            number,
            "softmax ran over the queries, or the map was transposed.",
            "sum over the keys, the last axis: rows are queries.",
        )
    hidden = ~evidence.visible
    clean = hidden.any() and not weights[hidden].any()
    full = ~hidden.any(axis=-1)  # rows that lost nothing
    if clean and (rows <= 1 + tolerance).all() and not wrong[full].any():
        return Diagnosis(
            "masked after softmax",
            "Rows come to less than 1, and only where something is hidden.",
            number,
            "softmax shared out everything, and the mask threw some of it away afterwards.",
            "put −∞ in the place of hidden scores before softmax.",
        )
    if weights.min() < -tolerance or rows.max() > 1e3:
        cause = "these look like scores: softmax has not run."
    else:
        cause = "softmax ran over another axis, over everything, or not at all."
    return Diagnosis(
        "rows do not sum to 1", "Rows do not sum to 1.", number, cause,
        "take softmax over the keys, the last axis.",
    )  # fmt: skip


def _span(sums):
    low, high = f"{sums.min():.2f}", f"{sums.max():.2f}"
    return low if low == high else f"{low} to {high}"
