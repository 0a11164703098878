"""What was passed, checked and completed: what is missing is computed from what is there."""

from dataclasses import dataclass

import numpy as np

from helpers.attention import softmax

HIDES = -1e4  # an added number below this is meant to hide


@dataclass(frozen=True)
class Evidence:
    """All of it in float64; None where it was not passed and cannot be computed.

    visible: boolean, the shape of the weights; bias: what the mask adds where it does not hide.
    weights_given, scores_given: whether these are the reader's own, or follow from the rest.
    types: the floating types as they were passed, by name.
    """

    query: np.ndarray | None
    key: np.ndarray | None
    scores: np.ndarray | None
    weights: np.ndarray | None
    visible: np.ndarray
    bias: np.ndarray
    masked: bool
    weights_given: bool
    scores_given: bool
    types: dict

    @property
    def products(self):
        """query · key, unscaled, or None."""
        if self.query is None:
            return None
        with np.errstate(all="ignore"):
            return self.query @ self.key.swapaxes(-1, -2)

    @property
    def epsilon(self):
        """The rounding of the weights as they were passed."""
        return float(np.finfo(self.types.get("weights", np.dtype(np.float64))).eps)


@np.errstate(all="ignore")
def gather(query=None, key=None, scores=None, mask=None, weights=None):
    """Evidence from what there is. Raises ValueError where the shapes do not fit."""
    passed = dict(query=query, key=key, scores=scores, weights=weights)
    arrays = {name: as_floats(name, array) for name, array in passed.items() if array is not None}
    types = {name: array.dtype for name, array in arrays.items()}
    arrays = {name: array.astype(np.float64) for name, array in arrays.items()}
    shape = shape_of(arrays)
    visible, bias = read_mask(mask, shape)
    query, key = arrays.get("query"), arrays.get("key")
    if query is None or key is None:
        query = key = None
    scores = arrays.get("scores")
    if scores is None and query is not None:
        scores = query @ key.swapaxes(-1, -2) / np.sqrt(query.shape[-1])
    if scores is not None:
        scores = np.broadcast_to(scores, shape)
        if "scores" in arrays:  # a mask may have been added to them
            visible = visible & ~(scores <= HIDES)
    weights = arrays.get("weights")
    if weights is None:
        weights = softmax(np.where(visible, scores + bias, -np.inf))
    return Evidence(
        query, key, scores, np.broadcast_to(weights, shape), visible, bias, mask is not None,
        "weights" in arrays, "scores" in arrays, types,
    )  # fmt: skip


def as_floats(name, array):
    """The array as numbers, also a tensor of another library; ValueError where it is none."""
    if hasattr(array, "detach"):
        array = array.detach()
    array = np.asarray(array)
    if array.dtype.kind not in "fiub" or array.ndim < 2 or not array.size:
        raise ValueError(
            f"{name} {array.shape} holds {array.dtype}: expected numbers with two axes or more, "
            f"{'(..., n, d)' if name in ('query', 'key') else '(..., n_queries, n_keys)'}."
        )
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def shape_of(arrays):
    """The shape of the weights that all of the arrays agree on."""
    told = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
    query, key = arrays.get("query"), arrays.get("key")
    shapes = [arrays[name].shape for name in ("scores", "weights") if name in arrays]
    if query is not None and key is not None:
        if query.shape[-1] != key.shape[-1]:
            raise ValueError(f"{told}: query and key need the same width, the last axis.")
        try:
            leading = np.broadcast_shapes(query.shape[:-2], key.shape[:-2])
        except ValueError:
            raise ValueError(f"{told}: the axes before the last two do not fit.") from None
        shapes.append((*leading, query.shape[-2], key.shape[-2]))
    if not shapes:
        raise ValueError(f"{told}: query and key are of use together; pass both, or weights.")
    if len(set(shapes)) > 1:
        raise ValueError(
            f"{told}: these do not belong together; expected (..., n_queries, n_keys) that fit."
        )
    return shapes[0]


def read_mask(mask, shape):
    """Where a query may look, and what is added there."""
    if mask is None:
        return np.ones(shape, dtype=bool), np.zeros(shape)
    if hasattr(mask, "detach"):
        mask = mask.detach()
    mask = np.asarray(mask)
    if mask.dtype.kind not in "bf":
        raise ValueError(f"mask is {mask.dtype}: make it bool (True = may look) or float (added).")
    try:
        mask = np.broadcast_to(mask, shape)
    except ValueError:
        raise ValueError(
            f"mask {mask.shape} does not broadcast to the weights {shape}, the axes "
            "(..., n_queries, n_keys)."
        ) from None
    if mask.dtype.kind == "b":
        return mask, np.zeros(shape)
    visible = mask > HIDES
    return visible, np.where(visible, mask, 0).astype(np.float64)
