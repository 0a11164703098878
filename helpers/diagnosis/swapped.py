"""Batch and heads in each other's place, told by shapes alone."""

import numpy as np

from helpers.diagnosis.order import batch_and_heads


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
