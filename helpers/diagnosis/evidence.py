"""Evidence: what was passed, checked, completed and brought to one form."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from helpers.arrays import as_numbers, type_of
from helpers.attention import causal_mask, read_mask, softmax
from helpers.diagnosis.rounding import declared, stored
from helpers.maps import as_mask, as_stack

HIDES = -1e4  # an added number as low as this is meant to hide
_AXES = {"query": "(..., n, d)", "key": "(..., n, d)", "value": "(..., n, d)"}


@dataclass(frozen=True)
class Evidence:
    """All of it in float64; None where it was not passed and cannot be computed.

    visible: boolean, the shape of the weights; bias: what the mask adds where it does not hide.
    mask: the mask as it was passed, boolean or float64, or None. given: the names that were passed.
    types: names to the type as it was passed. rounding: names to what the numbers say of it.
    scale: what scores should be multiplied by.
    """

    query: np.ndarray | None
    key: np.ndarray | None
    value: np.ndarray | None
    scores: np.ndarray | None
    weights: np.ndarray
    output: np.ndarray | None
    mask: np.ndarray | None
    visible: np.ndarray
    bias: np.ndarray
    scale: float
    given: frozenset
    types: dict
    rounding: dict

    @property
    def masked(self):
        """Whether a mask was passed."""
        return self.mask is not None

    @property
    def weights_given(self):
        """Whether the weights are the owner's own, not computed here."""
        return "weights" in self.given

    @property
    def scores_given(self):
        """Whether the scores are the owner's own, not computed here."""
        return "scores" in self.given

    @property
    def scale_given(self):
        """Whether the owner said what scores should be multiplied by."""
        return "scale" in self.given

    @property
    def weights_rounding(self):
        """The Rounding that the weights have been through."""
        return self.rounding["weights"]

    @property
    def looks_rougher(self):
        """Whether an array has fewer digits than its type could hold."""
        return any(self.rounding[name] != declared(kind) for name, kind in self.types.items())

    @cached_property
    def products(self):
        """query · key, unscaled, or None."""
        if self.query is None:
            return None
        with np.errstate(all="ignore"):
            return self.query @ self.key.swapaxes(-1, -2)

    @cached_property
    def sum_tolerance(self):
        """How far from 1 rounding may bring the sum of a row."""
        rough = self.weights_rounding
        return 8 * rough.relative + 2 * self.weights.shape[-1] * rough.absolute + 1e-6

    @cached_property
    def rows_share_out_1(self):
        """Whether every row sums to 1, or to 0, or is not finite."""
        rows = self.weights.sum(axis=-1)
        off = np.minimum(np.abs(rows - 1), np.abs(rows))
        return bool((off[np.isfinite(rows)] <= self.sum_tolerance).all())

    def one_map(self, place):
        """The same of one map; place: its index along each axis before the last two."""
        names = ("query", "key", "value", "scores", "weights", "visible", "bias")
        return replace(self, **{name: one_map(getattr(self, name), place) for name in names})

    def queries(self, at):
        """The same of some queries; at: a slice of them."""
        names = ("query", "scores", "weights", "visible", "bias")
        arrays = {name: getattr(self, name) for name in names}
        arrays = {name: a if a is None else a[..., at, :] for name, a in arrays.items()}
        return replace(self, **arrays)

    def seeing(self, visible):
        """The same evidence with another mask in the place of the one that was meant."""
        return replace(self, visible=np.broadcast_to(visible, self.weights.shape))


def one_map(array, place):
    """One map of (..., n, m) as (1, ..., 1, n, m); axes that broadcast, and None, stay."""
    if array is None:
        return None
    leading = array.shape[:-2]
    theirs = place[len(place) - len(leading) :]
    return array[
        tuple(
            slice(i, i + 1) if n > 1 else slice(None) for i, n in zip(theirs, leading, strict=True)
        )
    ]


def steps_ahead(n_queries, n_keys):
    """Key minus query, where the last query stands beside the last key; (n_queries, n_keys)."""
    return np.arange(n_keys) - np.arange(n_queries)[:, None] - (n_keys - n_queries)


@np.errstate(all="ignore")
def gather(passed, arrays, mask=None, scale=None):
    """Evidence from what there is. Raises ValueError where the shapes do not fit.

    passed: names to arrays as they were passed; arrays: the same by `as_floats`.
    """
    types = {name: type_of(passed[name]) for name in arrays}
    arrays = arrays | _shared(arrays)
    shape = shape_of(arrays)
    raw_mask = None if mask is None else _with_axes(as_mask(mask), shape)
    visible, bias = _meant(raw_mask, shape)
    query, key = arrays.get("query"), arrays.get("key")
    if query is None or key is None:
        query = key = None
    factor = 1 / np.sqrt((query.shape[-1] if query is not None else 1) or 1)
    factor = factor if scale is None else float(scale)
    scores = arrays.get("scores")
    if scores is None and query is not None:
        scores = (query * factor) @ key.swapaxes(-1, -2)
    if scores is not None:
        scores = np.broadcast_to(scores, shape)
        if "scores" in arrays:  # a mask may have been added to them
            visible = visible & ~(scores <= HIDES)
    weights = arrays.get("weights")
    if weights is None:
        weights = softmax(np.where(visible, scores + bias, -np.inf))
    weights = np.broadcast_to(weights, shape)
    rounding = {name: stored(array) for name, array in arrays.items()}
    rounding.setdefault("weights", stored(weights))
    given = {*arrays, *(() if scale is None else ("scale",))}
    found = Evidence(
        query, key, arrays.get("value"), scores, weights, arrays.get("output"), raw_mask, visible,
        bias, factor, frozenset(given), types, rounding,
    )  # fmt: skip
    return found if found.masked or not found.weights_given else _with_usual_mask(found)


def as_floats(name, array):
    """The array in float64, whatever library it is of; ValueError where it is none."""
    maps = name in ("weights", "scores")
    if maps and not hasattr(array, "shape"):  # what a model returns: layers, or an output of it
        return as_stack(array, name, integers=True)
    numbers = as_numbers(array, name)
    if numbers.ndim < 2 or not numbers.size:
        raise ValueError(
            f"{name} {numbers.shape} holds {type_of(array)}: expected numbers with two axes or "
            f"more, {_AXES.get(name, '(..., n_queries, n_keys)')}."
        )
    return numbers


def _with_axes(mask, shape):
    """A tokenizer's mask, whole numbers (batch, n_keys), with the axes of heads and queries."""
    of_texts = mask.dtype.kind in "iu" and mask.shape == (shape[0], shape[-1]) and len(shape) > 2
    return mask.reshape(len(mask), *[1] * (len(shape) - 2), shape[-1]) if of_texts else mask


def _meant(mask, shape):
    """Where a query may look, and what is added there."""
    if mask is not None and mask.dtype.kind in "iu" and set(np.unique(mask)) == {0, 1}:
        mask = mask.astype(np.float64)  # what it does where it is added; said in the diagnosis
    visible, bias = read_mask(mask, shape, np.float64)
    if visible is None:
        return np.ones(shape, dtype=bool), np.zeros(shape)
    bias = np.broadcast_to(bias, shape)
    visible = visible & (bias > HIDES)
    return visible, np.where(visible, bias, 0.0)


def _with_usual_mask(evidence):
    """No mask was passed: weights that are 0 in all that comes later, or in whole keys, had one."""
    known = np.isfinite(evidence.weights).all(axis=-1, keepdims=True)
    seen = known & (evidence.weights != 0)
    n_queries, n_keys = seen.shape[-2:]
    causal = causal_mask(n_queries, n_keys)
    visible = evidence.visible
    if n_queries > 1 and not seen[..., ~causal].any():
        visible = visible & causal
    keys = seen.any(axis=-2, keepdims=True)
    if n_queries > 2 and keys.sum(axis=-1).min() > 1 and evidence.rows_share_out_1:
        visible = visible & keys
    return evidence.seeing(visible)


def _shared(arrays):
    """Keys and values repeated for the query heads that share them (Ainslie et al. 2023)."""
    full = [arrays[name] for name in ("query", "weights", "scores") if name in arrays]
    if not full or full[0].ndim < 3:
        return {}
    heads, repeated = full[0].shape[-3], {}
    for name in ("key", "value"):
        array = arrays.get(name)
        theirs = array.shape[-3] if array is not None and array.ndim > 2 else 1
        if 1 < theirs < heads and heads % theirs == 0:
            repeated[name] = np.repeat(array, heads // theirs, axis=-3)
    return repeated


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
        raise ValueError(_misfit(told, arrays, shapes))
    value = arrays.get("value")
    if value is not None and value.shape[-2] != shapes[0][-1]:
        raise ValueError(
            f"{told}: value has {value.shape[-2]} rows, and there are {shapes[0][-1]} keys; "
            "expected one row for each key."
        )
    return shapes[0]


def _misfit(told, arrays, shapes):
    said = f"{told}: these do not belong together; expected (..., n_queries, n_keys) that fit"
    weights = arrays["weights"].shape if "weights" in arrays else ()
    others = [shape for shape in shapes if shape != weights]
    if not weights or not others:
        return said + "."
    other, d = others[0], arrays["query"].shape[-1] if "query" in arrays else None
    if weights[:-1] == other[:-1] and weights[-1] < other[-1]:
        said += f". Were keys cut off after softmax? {weights[-1]} of {other[-1]} have weights"
    elif len(other) > 2 and weights == (*other[:-3], *other[-2:]):
        said += ". Were the heads averaged? Ask for one map a head (average_attn_weights=False)"
    elif d and weights[-2:] == (d, d):
        said += f". These weights are between the {d} features: query and key were transposed"
    return said + "."
