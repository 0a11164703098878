"""What is hidden, and what comes through all the same."""

import numpy as np

from helpers.diagnosis.answer import Diagnosis, some
from helpers.diagnosis.leaks import leaks


def mask_faults(evidence):
    """Weight where the mask hides: inverted, rows that see nothing, or a leak; or None."""
    if not (evidence.masked and evidence.weights_given):
        return None
    weights, hidden = evidence.weights, ~evidence.visible
    leaked = hidden & (weights != 0)
    if not leaked.any():
        return None
    partly = hidden.any(axis=-1) & ~hidden.all(axis=-1)
    at_visible = np.where(hidden, 0, weights)
    largest = f"up to {weights[leaked].max():.2f}" if weights[leaked].max() >= 0.005 else "tiny"
    number = f"{int(leaked.sum())} of {int(hidden.sum())} hidden places have weight, {largest}"
    if partly.any() and not at_visible[partly].any():
        return Diagnosis(
            "mask inverted",
            "All weight lies where the mask hides, and none where it shows.",
            f"{number}; the visible places of these rows have 0 in all.",
            'True means "may look" on one side and "hide" on the other.',
            "agree on one meaning; invert the mask (~mask) where it is handed over.",
        )
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
        _why(evidence, leaked),
        "put −∞ at every hidden place before softmax, and compare with leaks(function, x).",
    )


def _why(evidence, leaked):
    """The likeliest of the usual ways to leak."""
    n_queries, n_keys = leaked.shape[-2:]
    if n_queries == n_keys and (evidence.weights == 0)[leaked.swapaxes(-1, -2)].all():
        return "the mask was transposed: its rows are the keys."
    ahead = np.arange(n_keys) - np.arange(n_queries)[:, None] - (n_keys - n_queries)
    if (leaked <= (ahead == 1)).all():
        return "the causal mask is off by one: each query sees one step of the future."
    if evidence.weights[leaked].max() < 1e-2:
        return "a number like −10 in the place of −∞."
    return "the mask was not used, or not on this axis."


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


def leaky_function(function, x):
    """Positions that hear later ones, found by trying; or None."""
    found = leaks(function, x)
    if not found:
        return None
    n = len(found.reach)
    return Diagnosis(
        "leak",
        "An output changes when a later position does.",
        f"{len(found.pairs)} of {n * (n - 1) // 2} pairs of an output and a later position.",
        "a mask that is missing, off by one or after softmax, or a step that mixes the words.",
        "compare weights and mask; if they agree, look for a mean or a norm taken over the words.",
    )
