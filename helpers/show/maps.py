"""Attention maps from anywhere, as one array: (layers, heads, n_queries, n_keys)."""

import numpy as np

from helpers.heads import forms
from helpers.heads.forms import as_numbers

__all__ = ["as_hidden", "as_maps", "as_numbers", "check_finite", "coarser"]

LONGEST = 4096  # tokens


def as_maps(weights, name="weights"):
    """Attention maps in any usual form, as (layers, heads, n_queries, n_keys): `heads.as_maps`.

    Raises ValueError for what is none, and for more than 4096 queries or keys.
    """
    array = forms.as_maps(weights, name)
    if max(array.shape[-2:]) > LONGEST:
        raise ValueError(
            f"{name} has {array.shape[-2]} queries and {array.shape[-1]} keys; at most {LONGEST} "
            f"of each can be shown. Take a part: {name}[..., :512, :512]."
        )
    return array


def as_hidden(mask, shape):
    """What a mask hides, True where a query may not look, broadcast to the maps' shape.

    mask: boolean (True = may look) or additive float (-inf hides, any other bias does not).
    """
    if mask is None:
        return None
    mask = mask.detach().cpu().numpy() if hasattr(mask, "detach") else np.asarray(mask)
    if mask.dtype == bool:
        hidden = ~mask
    elif mask.dtype.kind == "f":
        hidden = np.isneginf(mask)
    else:
        raise ValueError(
            f"mask holds {mask.dtype}. Pass booleans (True = may look) or floats to add to the "
            f"scores (0 and -inf); integers could mean either."
        )
    try:
        return np.broadcast_to(hidden, shape)
    except ValueError:
        raise ValueError(
            f"mask has shape {mask.shape} and does not broadcast to the maps' "
            f"{shape[-2]} queries x {shape[-1]} keys (maps: {shape})."
        ) from None


def check_finite(maps, hidden, name="weights"):
    """Raise ValueError for NaN and inf, except where the mask hides them."""
    bad = ~np.isfinite(maps)
    if hidden is not None:
        bad &= ~hidden
    if not bad.any():
        return
    kinds = [
        f"{int(found.sum())} {kind}"
        for kind, found in (("NaN", np.isnan(maps) & bad), ("inf", np.isinf(maps) & bad))
        if found.any()
    ]
    layer, head, query, key = (int(index) for index in np.argwhere(bad)[0])
    raise ValueError(
        f"{name} holds {' and '.join(kinds)}, first at layer {layer}, head {head}, query {query}, "
        f"key {key}. Pass mask= if these places are hidden; otherwise something before softmax "
        f"went wrong."
    )


def coarser(maps, most):
    """Maps of at most so many rows and columns, and the block's side that one cell stands for.

    Each cell is the largest of its block: a thin line of high weights stays visible.
    """
    block = -(-max(maps.shape[-2:]) // most)
    if block == 1:
        return maps, 1
    rows, columns = (-(-size // block) for size in maps.shape[-2:])
    padded = np.full((*maps.shape[:-2], rows * block, columns * block), -np.inf)
    padded[..., : maps.shape[-2], : maps.shape[-1]] = maps
    return padded.reshape(*maps.shape[:-2], rows, block, columns, block).max((-3, -1)), block
