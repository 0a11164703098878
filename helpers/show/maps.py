"""Attention maps from anywhere, as one array: (layers, heads, n_queries, n_keys)."""

import numpy as np

LONGEST = 4096  # tokens
FORMS = "(n_queries, n_keys), (heads, n_queries, n_keys) or (layers, heads, n_queries, n_keys)"


def as_numbers(values, name="values"):
    """Anything that holds numbers, as a float64 array: NumPy, torch, (nested) lists.

    Raises ValueError for what holds none: text, ragged lists, complex numbers.
    """
    if isinstance(values, (list, tuple)) and any(hasattr(part, "detach") for part in values):
        values = [as_numbers(part, name) for part in values]
        if len({part.shape for part in values}) > 1:
            shapes = ", ".join(str(part.shape) for part in values[:4])
            raise ValueError(
                f"{name}: the parts have different shapes ({shapes}). Pass one of them."
            )
    if hasattr(values, "detach"):  # a torch tensor: off the graph, off the device, in a NumPy type
        values = values.detach().cpu().double().numpy()
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(
            f"{name} is ragged: its rows or layers differ in length. Pass one array, or parts of "
            f"one shape."
        ) from error
    if array.dtype.kind not in "biuf":
        raise ValueError(
            f"{name} holds {array.dtype}, and real numbers are needed. Pass an array of floats."
        )
    return array.astype(np.float64)


def as_maps(weights, name="weights"):
    """Attention maps in any usual form, as (layers, heads, n_queries, n_keys).

    Accepts those forms with leading axes left out, and what other libraries return: a list or
    tuple of one tensor a layer, (1, heads, n_queries, n_keys) each. Raises ValueError for anything
    else, naming the shape.
    """
    array = as_numbers(weights, name)
    shape = array.shape
    if array.size == 0:
        raise ValueError(f"{name} of shape {shape} is empty: there is no weight to show.")
    if array.ndim == 5:  # one tensor a layer, stacked: (layers, batch, heads, n_queries, n_keys)
        if shape[1] != 1:
            raise ValueError(
                f"{name} holds a batch of {shape[1]} texts, shape {shape}. Show one: take "
                f"[layer[0] for layer in {name}]."
            )
        array = array[:, 0]
    elif array.ndim in (2, 3):
        array = array.reshape((1,) * (4 - array.ndim) + shape)
    elif array.ndim == 1:
        raise ValueError(
            f"{name} has shape {shape}, one row of {shape[0]}. A map has a row for each query: "
            f"pass {name}[None, :], or show a single row with show.bars({name}, words)."
        )
    elif array.ndim != 4:
        raise ValueError(f"{name} has shape {shape}; a map is {FORMS}.")
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
