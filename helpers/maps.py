"""Attention maps from anywhere: whatever a library returns, as (layers, heads, n_queries, n_keys).

>>> as_maps([[0.5, 0.5], [0.2, 0.8]]).shape
(1, 1, 2, 2)
"""

from collections.abc import Mapping

import numpy as np

from helpers.arrays import as_numbers, is_tensor, shapes_of, type_of
from helpers.attention import read_mask

FORMS = "(n_queries, n_keys), (heads, n_queries, n_keys) or (layers, heads, n_queries, n_keys)"
LOAD = (
    'Load the model so that it returns them: from_pretrained(..., attn_implementation="eager"), '
    "and call it with output_attentions=True. Fast kernels return None."
)


def as_maps(weights, name="weights", *, integers=False):
    """Attention maps in any usual form, as one float64 array (layers, heads, n_queries, n_keys).

    weights: an array in that form, or with leading axes left out; or what a library returns: a list
        or tuple of one tensor a layer, (1, heads, n_queries, n_keys) each, or a model's output that
        holds one such list under a name that ends in "attentions". Queries and keys may differ in
        number, as in cross-attention.
    name: what error messages call them. integers: whether whole numbers are welcome, as scores are;
        weights are floats, and 116 of 255 would pass for one.
    Raises ValueError for everything else, and says what to pass: layers that are None, steps of a
    generation, a batch of several texts, layers of different shapes, masked arrays.
    """
    stack = _of_one_text(weights, as_stack(weights, name, integers=integers), name)
    return stack.reshape((1,) * (4 - stack.ndim) + stack.shape)


def as_stack(weights, name="weights", *, integers=False):
    """One map or more as float64, all leading axes kept: (..., n_queries, n_keys).

    weights, name, integers: as in `as_maps`; a batch stays where it is.
    Raises ValueError as `as_maps` does.
    """
    weights = _unwrapped(weights, name)
    _refuse_missing(weights, name)
    weights = _refuse_steps(weights, name)
    _refuse_ragged(weights, name)
    array = as_numbers(weights, name)
    if array.size == 0:
        raise ValueError(f"{name} of shape {array.shape} is empty: there is no weight to show.")
    if array.ndim == 1:
        raise ValueError(
            f"{name} has shape {array.shape}, one row of {len(array)}. A map has a row for each "
            f"query: pass {name}[None, :], or show a single row with show.bars({name}, words)."
        )
    if array.ndim == 0:
        raise ValueError(f"{name} is one number; a map is {FORMS}.")
    if not integers:
        _refuse_integers(weights, array, name)
    return array


def as_square(weights, tokens=None, name="weights"):
    """Maps of a text looking at itself: (..., n, n), as many rows as columns as tokens.

    weights, name: as in `as_maps`. tokens: n words or numbers, or None.
    Raises ValueError where rows and columns, or tokens and columns, differ in number.
    """
    stack = _of_one_text(weights, as_stack(weights, name), name)
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


def as_mask(mask):
    """A mask of any library as NumPy has it: boolean, or float64 where it is added to scores.

    mask: (..., n_queries, n_keys), or what broadcasts to that; an array, a tensor or lists. Whole
    numbers stay whole numbers, for `attention.read_mask` to refuse.
    """
    numbers, kind = as_numbers(mask, "mask"), type_of(mask)
    if "bool" in kind:
        return numbers != 0
    return numbers if "float" in kind else numbers.astype(np.int64)


def as_hidden(mask, shape):
    """What a mask hides, True where a query may not look, broadcast to the maps' shape; or None.

    mask: boolean (True = may look) or additive float (-inf hides, any other bias does not), or
    None. Raises ValueError for integers, and where the mask does not broadcast.
    """
    if mask is None:
        return None
    visible, _ = read_mask(as_mask(mask), shape, np.float64)
    return ~visible


def check_finite(maps, hidden, name="weights"):
    """Raise ValueError for NaN and inf, except where the mask hides them.

    maps: (layers, heads, n_queries, n_keys). hidden: as `as_hidden` returns it. name: what error
    messages call the maps.
    """
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


def is_causal(stack):
    """Whether no query of any map looks at a later key. stack: (..., n, n). Returns: bool."""
    return bool(stack.shape[-1] > 1 and not np.triu(stack, 1).any())


def _unwrapped(weights, name):
    """The attentions of a model's output; anything else as it is."""
    if is_tensor(weights) or isinstance(weights, np.ndarray):
        return weights
    held = dict(weights) if isinstance(weights, Mapping) else {}
    fields = [*held, *getattr(weights, "__dataclass_fields__", getattr(weights, "_fields", ()))]
    found = [key for key in dict.fromkeys(fields) if str(key).endswith("attentions")]
    if not found:
        if isinstance(weights, Mapping):
            keys = ", ".join(map(repr, list(held)[:6])) or "nothing"
            raise ValueError(
                f"{name} is a dictionary and holds {keys}. Pass the maps themselves, one value, or "
                f"list({name}.values()) where each value is a layer."
            )
        return weights
    held = {key: held[key] if key in held else getattr(weights, key, None) for key in found}
    there = [key for key in found if held[key] is not None]
    if not there:
        raise ValueError(f"{name}: {', '.join(found)} of the model's output is None. {LOAD}")
    if len(there) > 1:
        raise ValueError(
            f"{name} is a model's output with {', '.join(there)}. Pass one: output.{there[0]}."
        )
    return held[there[0]]


def _is_list(values):
    return isinstance(values, (list, tuple))


def _refuse_missing(weights, name):
    """None instead of maps: the most frequent thing that fast kernels return."""
    if isinstance(weights, np.ndarray) and weights.dtype == object:
        weights = weights.tolist()
    parts = weights if _is_list(weights) else [weights]
    if _is_list(weights) and parts and all(map(_is_list, parts)):
        for part in parts:
            _refuse_missing(part, name)
    if weights is None or (_is_list(weights) and not len(weights)):
        raise ValueError(f"{name} is {weights!r}: the model returned no attention weights. {LOAD}")
    if _is_list(weights) and len(parts) == 2 and parts[1] is None and parts[0] is not None:
        raise ValueError(
            f"{name} is a pair whose second part is None: if it is (output, weights), call the "
            f"attention with need_weights=True. {LOAD}"
        )
    missing = [index for index, part in enumerate(parts) if part is None]
    if len(missing) == len(parts):
        raise ValueError(
            f"{name} holds None for all {len(parts)} layers: the model returned no attention "
            f"weights. {LOAD}"
        )
    if missing:
        told = ", ".join(map(str, missing[:6])) + (", …" if len(missing) > 6 else "")
        raise ValueError(
            f"{name} holds None at {told} of {len(parts)} layers: these returned no weights. "
            f"{LOAD} Or leave them out: [layer for layer in {name} if layer is not None]."
        )


def _refuse_steps(weights, name):
    """Steps of a generation, each with all its layers: one step is as good as a list of layers."""
    steps = _is_list(weights) and [part for part in weights if _is_list(part) and len(part)]
    if not steps or not hasattr(steps[0][0], "shape"):
        return weights
    if len(steps) < len(weights):
        raise ValueError(
            f"{name} holds arrays beside lists of arrays: is it all that a model returned? Pass "
            f"the attentions in it, for instance output.attentions, or output[-1]."
        )
    shapes = [tuple(step[0].shape) for step in steps]
    if len(shapes[0]) < (4 if len(set(shapes)) == 1 else 3):
        return weights
    if len(steps) == 1:
        return steps[0]
    raise ValueError(
        f"{name} holds {len(steps)} steps of generate(), each with {len(steps[0])} layers, of "
        f"shape {shapes[0]} at first and {shapes[-1]} at last. Pass one step: {name}[0] is the "
        f"prompt, each later one has a single row. For one map of the whole text, call the model "
        f"once more on what was generated."
    )


def _refuse_ragged(weights, name):
    """Layers of different shapes, or a pair (output, weights)."""
    if not _is_list(weights) or not all(hasattr(part, "shape") for part in weights):
        return
    if len({tuple(part.shape) for part in weights}) == 1:
        return
    pair = f" If it is a pair (output, weights), pass {name}[1]." if len(weights) == 2 else ""
    raise ValueError(
        f"{name} is ragged: its layers have different shapes ({shapes_of(weights)}). Pass those "
        f"of one shape, or one layer: {name}[0].{pair}"
    )


def _refuse_integers(weights, array, name):
    kind = type_of(weights)
    if "int" in kind and (array == np.rint(array)).all() and not np.isin(array, (0, 1)).all():
        raise ValueError(
            f"{name} holds {kind} from {array.min():g} to {array.max():g}, and weights are floats "
            f"from 0 to 1. If they were stored as whole numbers, turn them back: {name} / 255 for "
            f"what was multiplied by 255."
        )


def _of_one_text(weights, stack, name):
    """(..., n_queries, n_keys) with at most two axes in front, and no batch among them."""
    shape = stack.shape
    if stack.ndim == 5 and shape[1] == 1:  # one tensor a layer: (layers, 1, heads, ...)
        return stack[:, 0]
    if stack.ndim == 5:
        raise ValueError(
            f"{name} holds a batch of {shape[1]} texts, shape {shape}. Show one: take "
            f"[layer[0] for layer in {name}]."
        )
    if stack.ndim > 5:
        raise ValueError(f"{name} has shape {shape}; a map is {FORMS}.")
    if stack.ndim == 4 and shape[0] > 1 and is_tensor(weights):
        raise ValueError(
            f"{name} is one tensor of shape {shape}: a batch of {shape[0]} texts in one layer, or "
            f"{shape[0]} layers? Pass {name}[0] for the first text of a batch, list({name}) for "
            f"layers."
        )
    return stack
