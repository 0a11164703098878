"""masked_softmax: weights of what may be seen, and what people get wrong about it."""

import numpy as np

from helpers import attention
from helpers.exercises import mask_steps
from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise


@exercise(lesson=6, gives={"weights": "(..., n_queries, n_keys)"})
def masked_softmax(scores, mask):
    """Softmax of what the mask lets through.

    scores: (..., n_queries, n_keys); mask: boolean, broadcasts to it, True = may look.
    Returns: weights (..., n_queries, n_keys); a row with nothing to look at is all 0.
    """
    visible = np.where(mask, scores, -np.inf)
    largest = visible.max(axis=-1, keepdims=True)
    largest = np.where(largest == -np.inf, 0, largest)  # -inf - (-inf) would be NaN
    exponentials = np.exp(visible - largest)
    total = exponentials.sum(axis=-1, keepdims=True)
    return exponentials / np.where(total == 0, 1, total)


masked_softmax.hints(
    "Which number has an exponential of exactly 0? And what is a row of nothing but that number?",
    "Put -np.inf in the place of what is hidden, before softmax. A row that is all -inf makes two "
    "troubles: its largest score cannot be taken off, and its sum is 0.",
    "visible = scores where the mask is True, else -inf; largest = the largest of each row, or 0 "
    "where that is -inf; divide exp(visible - largest) by its sum, or by 1 where the sum is 0.",
)


def _mask(rng, *shape, seen=0.6):
    """A random mask in which every row shows and hides something."""
    mask = rng.random(shape) < seen
    shown = rng.integers(shape[-1], size=shape[:-1])[..., None]
    np.put_along_axis(mask, shown, True, axis=-1)
    np.put_along_axis(mask, (shown + 1) % shape[-1], False, axis=-1)
    return mask


@masked_softmax.case("one table")
def _(rng):
    return dict(scores=numbers(rng, 4, 6, size=1.5), mask=_mask(rng, 4, 6))


@masked_softmax.case("several heads, one mask")
def _(rng):
    return dict(scores=numbers(rng, 2, 3, 5, size=1.5), mask=_mask(rng, 3, 5))


@masked_softmax.case("a batch with padding, the same for every query")
def _(rng):
    return dict(scores=numbers(rng, 3, 4, 6, size=1.5), mask=_mask(rng, 3, 1, 6))


@masked_softmax.case("rows with nothing to look at", extreme=True)
def _(rng):
    mask = _mask(rng, 4, 5)
    mask[1] = mask[3] = False
    return dict(scores=numbers(rng, 4, 5, size=1.5), mask=mask)


# In float16, -1e9 is -inf and 1e-9 is 0: what only looks safe shows here.
@masked_softmax.case("a row with nothing to look at, in float16", dtypes=("float16",), extreme=True)
def _(rng):
    mask = _mask(rng, 3, 5)
    mask[2] = False
    return dict(scores=numbers(rng, 3, 5, size=1.5), mask=mask)


# 3000, not more: float32 then still has three digits behind the point.
@masked_softmax.case("what is hidden scores 3000 more, or 3000 less", extreme=True)
def _(rng):
    scores, mask = numbers(rng, 3, 7, size=1.5), _mask(rng, 3, 7)
    return dict(scores=scores + np.where(mask, 0, [[3000.0], [-3000.0], [300.0]]), mask=mask)


@masked_softmax.case("scores near 1000, near -1000 and near 0", dtypes=("float64",), extreme=True)
def _(rng):
    scores = numbers(rng, 3, 6) + np.array([[1000], [-1000], [0]])
    return dict(scores=scores, mask=_mask(rng, 3, 6))


masked_softmax.steps(mask_steps.looked, mask_steps.visible, mask_steps.weights, mask_steps.filled)


holds = masked_softmax.holds


@holds("hidden weights are exactly 0")
def _(weights, mask):
    leaked = np.where(np.broadcast_to(mask, weights.shape), 0, weights)
    count = int((leaked != 0).sum())
    return True if not count else f"{count} hidden places have weight, and should have exactly 0"


@holds("a row sums to 1, or to 0 where it has nothing to look at")
def _(weights, mask):
    sees = np.broadcast_to(mask, weights.shape).any(axis=-1)
    return same(weights.sum(axis=-1), sees.astype(weights.dtype))


@holds("no weight is negative")
def _(weights):
    return bool((weights >= 0).all())


@holds("changing a hidden score changes no weight, not by a bit")
def _(call, weights, scores, mask):
    other = np.where(mask, scores, scores[..., ::-1] * 3 + 50)
    return call(scores=other.astype(scores.dtype)).tobytes() == weights.tobytes()


@holds("with nothing hidden it is softmax")
def _(call, scores, mask):
    return same(call(mask=np.ones_like(mask)), attention.softmax(scores))


@holds("with everything hidden all is 0")
def _(call, scores, mask):
    return same(call(mask=np.zeros_like(mask)), np.zeros_like(scores))


@holds("adding the same number to all scores of a row changes nothing")
def _(call, weights, scores):
    return same(call(scores=scores + 3), weights)


@holds("reordering the keys reorders the weights alike")
def _(call, weights, scores, mask):
    return same(call(scores=scores[..., ::-1].copy(), mask=mask[..., ::-1].copy()),
                weights[..., ::-1])  # fmt: skip
