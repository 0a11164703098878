"""Switch heads off: replace what a head gathered by its mean over the places, or by zero.

"mean" takes away what a head says about each place and leaves what it always says; "zero" takes
away both, and pushes what comes after out of what it knows. Michel et al. 2019, "Are sixteen heads
really better than one?"; Wang et al. 2023, "Interpretability in the wild", for the mean.
"""

import numpy as np

from helpers.arrays import as_numbers

WAYS = ("mean", "zero")


def ablate_head(head_outputs, head, way="mean"):
    """Head outputs with one head, or several, switched off. The input stays as it is.

    head_outputs: (..., heads, n, d_head). head: a number or a list of them. way: "mean" or "zero".
    Returns: an array of the same shape and floating type.

    >>> ablate_head([[[1.0], [3.0]], [[5.0], [5.5]]], 0).tolist()
    [[[2.0], [2.0]], [[5.0], [5.5]]]
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


def ablate_layer(head_outputs, layer, plan):
    """Head outputs of one layer with those heads switched off that a plan for the model names.

    head_outputs: (..., heads, n, d_head). layer: which one. plan: dict (layer, head) -> "mean" or
    "zero", checked by `check_plan`; None switches nothing off.
    Returns: an array of the same shape and floating type.
    """
    for (place, head), way in (plan or {}).items():
        if place == layer:
            head_outputs = ablate_head(head_outputs, head, way)
    return head_outputs


def check_plan(plan, n_layers, n_heads):
    """Raise ValueError unless a plan names heads of a model, each with "mean" or "zero".

    plan: dict (layer, head) -> way, or None. n_layers, n_heads: of the model.
    """
    for (layer, head), way in (plan or {}).items():
        if way not in WAYS:
            raise ValueError(
                f'Ablation of head {(layer, head)} is {way!r}; it can be "mean" or "zero".'
            )
        if not (0 <= layer < n_layers and 0 <= head < n_heads):
            raise ValueError(
                f"There is no head {layer}.{head}: layers count from 0 to {n_layers - 1}, "
                f"heads from 0 to {n_heads - 1}."
            )
