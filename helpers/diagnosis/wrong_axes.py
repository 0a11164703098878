"""Axes that were taken for others: batch for heads, and those that a mask lacks."""

import numpy as np

from helpers.diagnosis.diagnosis import Diagnosis


def swapped(arrays, mask_shape):
    """Shapes that fit only after their first two axes are swapped, or None.

    arrays: names to arrays of four axes or others. mask_shape: tuple, or None without a mask.
    """
    if any(np.ndim(array) != 4 for array in arrays.values()):
        return None
    leading = {name: array.shape[:2] for name, array in arrays.items()}
    for one, first in leading.items():
        for other, second in leading.items():
            if first != second and first == second[::-1] and 1 not in first:
                return batch_and_heads(f"{one} begins with {first}, and {other} with {second}.")
    one, first = next(iter(leading.items()))
    if mask_shape is not None and len(mask_shape) == 4 and len(set(leading.values())) == 1:
        theirs = mask_shape[:2]
        if not _fits(theirs, first) and _fits(theirs, first[::-1]):
            return batch_and_heads(f"{one} begins with {first}, and the mask with {theirs}.")
    return None


def _fits(small, large):
    return all(a in (1, b) for a, b in zip(small, large, strict=True))


def wrong_mask_axes(link):
    """A mask whose axes are those of batch and heads the wrong way round."""
    evidence = link.evidence
    mask, shape = evidence.mask, evidence.weights.shape
    if link.target != "weights" or mask is None or len(shape) < 3:
        return None
    if mask.dtype.kind == "b" and mask.shape == (shape[0], shape[-1]) and shape[0] == shape[-2]:
        of_each = mask.reshape(shape[0], *[1] * (len(shape) - 2), shape[-1])
        if link.agrees(link.scores, visible=of_each):
            return mask_along_queries(mask.shape, shape)
    if len(shape) != 4 or shape[0] != shape[1]:
        return None
    visible, bias = (a.swapaxes(0, 1) for a in (evidence.visible, evidence.bias))
    if not link.agrees(link.scores, visible=visible, bias=bias):
        return None
    if mask.ndim == 4:
        return batch_and_heads()
    return mask_along_heads(mask.shape, shape)


def mask_along_queries(mask, weights):
    """A mask (batch, n_keys) for weights (batch, ..., n_queries, n_keys), both given by shape."""
    return Diagnosis(
        "mask broadcasts along the queries",
        "The weights fit the mask once its first axis counts the sentences.",
        f"the mask {mask} meets the last two axes of {weights}, so that sentence i's mask goes to "
        f"query i; no shape complains, because there are {weights[0]} of each.",
        "padding (batch, n_keys) lacks the axes of heads and queries.",
        "give it them: mask[:, None, None, :], (batch, 1, 1, n_keys).",
    )


def mask_along_heads(mask, weights):
    """A mask (batch, n_queries, n_keys) for weights (batch, heads, ...), both given by shape."""
    return Diagnosis(
        "mask broadcasts along the heads",
        "The weights fit the mask once its first axis counts the sentences.",
        f"the mask {mask} meets the last three axes of {weights}, so that sentence i's mask "
        f"goes to head i; no shape complains, because there are {weights[0]} of each.",
        "a mask (batch, n_queries, n_keys) lacks the axis of the heads.",
        "give it one: mask[:, None], (batch, 1, n_queries, n_keys).",
    )


def batch_and_heads(number="the numbers agree once the first two axes of one array are swapped."):
    """Heads in front of the batch; number: what shows it."""
    return Diagnosis(
        "batch and heads swapped",
        "A head reads another sentence's arrays.",
        number,
        "heads were moved in front of the batch, (heads, batch, n, d).",
        "keep the batch first: (batch, n, heads, d) → (batch, heads, n, d), axes 1 and 2 swapped.",
    )
