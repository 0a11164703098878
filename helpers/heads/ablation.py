"""Switch a head off: replace what it gathered by its mean over the places, or by zero."""

import numpy as np

from helpers.arrays import as_numbers

WAYS = ("mean", "zero")


def ablate_head(head_outputs, head, way="mean"):
    """Head outputs with one head, or several, switched off. The input stays as it is.

    head_outputs: (..., heads, n, d_head). head: a number or a list of them. way: "mean" takes away
    what the head says about each place and leaves what it always says; "zero" takes away both, and
    pushes what comes after out of what it knows.
    Returns: an array of the same shape and floating type.
    (Michel et al. 2019, "Are sixteen heads really better than one?"; for the mean, Wang et al.
    2023, "Interpretability in the wild".)
    """
    outputs = np.asarray(head_outputs)
    if outputs.ndim < 3 or outputs.dtype.kind != "f":
        outputs = as_numbers(head_outputs, "head_outputs")
    if outputs.ndim < 3:
        raise ValueError(
            f"head_outputs has shape {outputs.shape}; expected (..., heads, n, d_head)."
        )
    if way not in WAYS:
        raise ValueError(f'way is {way!r}; it can be "mean" or "zero".')
    n_heads = outputs.shape[-3]
    changed = outputs.copy()
    for one in np.atleast_1d(head):
        if not 0 <= one < n_heads:
            raise ValueError(f"There is no head {one}: heads count from 0 to {n_heads - 1}.")
        rows = outputs[..., one, :, :]  # (..., n, d_head)
        changed[..., one, :, :] = rows.mean(axis=-2, keepdims=True) if way == "mean" else 0
    return changed
