"""Batch and heads in each other's place."""

import numpy as np

from helpers.attention import softmax
from helpers.diagnosis.answer import Diagnosis
from helpers.diagnosis.evidence import as_floats, read_mask


def swapped(query=None, key=None, scores=None, mask=None, weights=None):
    """Arrays that fit only after their first two axes are swapped, or None."""
    if mask is not None and hasattr(mask, "detach"):
        mask = mask.detach()
    arrays = dict(query=query, key=key, scores=scores, weights=weights)
    arrays = {n: as_floats(n, a) for n, a in arrays.items() if a is not None}
    if any(a.ndim != 4 for a in arrays.values()):
        return None
    leading = {name: a.shape[:2] for name, a in arrays.items()}
    for one, first in leading.items():
        for other, second in leading.items():
            if first != second and first == second[::-1]:
                return _found(f"{one} begins with {first}, and {other} with {second}")
    one, first = next(iter(leading.items()))
    if mask is not None and np.ndim(mask) == 4 and len(set(leading.values())) == 1:
        theirs = np.shape(mask)[:2]
        if not _fits(theirs, first) and _fits(theirs, first[::-1]):
            return _found(f"{one} begins with {first}, and the mask with {theirs}")
    return _by_value(arrays, mask)


def _fits(small, large):
    return all(a in (1, b) for a, b in zip(small, large, strict=True))


@np.errstate(all="ignore")
def _by_value(arrays, mask):
    """As many heads as sequences: only the numbers tell."""
    if not {"query", "key", "weights"} <= set(arrays):
        return None
    query, key, weights = (arrays[n].astype(np.float64) for n in ("query", "key", "weights"))
    n_batch, n_heads = weights.shape[:2]
    if n_batch != n_heads or n_batch < 2 or query.shape[-1] != key.shape[-1]:
        return None
    scores = query @ key.swapaxes(-1, -2) / np.sqrt(query.shape[-1])
    if scores.shape != weights.shape:
        return None
    visible, bias = read_mask(mask, weights.shape)
    turned_mask = np.where(visible, bias, -np.inf)
    for turned in (
        softmax(scores + turned_mask).swapaxes(0, 1),
        softmax(scores.swapaxes(0, 1) + turned_mask),
        softmax(scores + turned_mask.swapaxes(0, 1)),
    ):
        right = softmax(scores + turned_mask)
        near = 4 * np.finfo(arrays["weights"].dtype).eps + 1e-5
        if np.abs(turned - weights).max() < near < np.abs(right - weights).max():
            return _found("the numbers agree once the first two axes of one array are swapped")
    return None


def _found(number):
    return Diagnosis(
        "batch and heads swapped",
        "A head reads another sentence's mask, or shapes do not fit.",
        f"{number}.",
        "heads were moved in front of the batch, (heads, batch, n, d).",
        "keep the batch first: (batch, n, heads, d) → (batch, heads, n, d), axes 1 and 2 swapped.",
    )
