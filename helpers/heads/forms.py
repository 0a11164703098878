"""Attention maps from anywhere, as one array: (layers, heads, n_queries, n_keys)."""

import numpy as np

FORMS = "(n_queries, n_keys), (heads, n_queries, n_keys) or (layers, heads, n_queries, n_keys)"


def as_numbers(values, name="values"):
    """Anything that holds numbers, as a float64 array: NumPy, torch, (nested) lists.

    values: of any shape, (...). name: what error messages call them.
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

    weights: in those forms with leading axes left out, or what other libraries return: a list or
        tuple of one tensor a layer, (1, heads, n_queries, n_keys) each.
    Raises ValueError for anything else, naming the shape; name: what it calls the weights.
    """
    stack = as_stack(weights, name)
    return stack.reshape((1,) * (4 - stack.ndim) + stack.shape)


def as_stack(weights, name="weights"):
    """As `as_maps`, with no axis added: (..., n_queries, n_keys), at most two axes in front.

    weights, name: as there.
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
        return array[:, 0]
    if array.ndim == 1:
        raise ValueError(
            f"{name} has shape {shape}, one row of {shape[0]}. A map has a row for each query: "
            f"pass {name}[None, :], or show a single row with show.bars({name}, words)."
        )
    if not 2 <= array.ndim <= 4:
        raise ValueError(f"{name} has shape {shape}; a map is {FORMS}.")
    return array


def as_square(weights, tokens=None, name="weights"):
    """Maps of a text looking at itself: (..., n, n), as many rows as columns as tokens.

    weights, name: as in `as_maps`. tokens: n words or numbers, or None.
    Raises ValueError where rows and columns, or tokens and columns, differ in number.
    """
    stack = as_stack(weights, name)
    n_queries, n_keys = stack.shape[-2:]
    if n_queries != n_keys:
        raise ValueError(
            f"{name} has {n_queries} queries and {n_keys} keys, shape {stack.shape}. Scores are "
            f"for a text that looks at itself: pass (..., n, n)."
        )
    if tokens is not None and len(tokens) != n_keys:
        raise ValueError(
            f"{len(tokens)} tokens for maps of {n_keys} keys, shape {stack.shape}. Pass one token "
            f"for each key."
        )
    return stack


def is_causal(stack):
    """Whether no query of any map looks at a later key. stack: (..., n, n). Returns: bool."""
    return bool(stack.shape[-1] > 1 and not np.triu(stack, 1).any())
