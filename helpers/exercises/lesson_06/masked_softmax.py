"""masked_softmax: weights of what may be seen, and what people get wrong about it."""

import numpy as np

from helpers import attention
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


@masked_softmax.case("scores near 1000 and near -1000", dtypes=("float64",), extreme=True)
def _(rng):
    scores = numbers(rng, 2, 6) + np.array([[1000], [-1000]])
    return dict(scores=scores, mask=_mask(rng, 2, 6))


mistake = masked_softmax.mistake


def _plain(scores):
    """Softmax as in lesson 02, with no thought of a row that is all -inf."""
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def _shares(exponentials, total=None):
    total = exponentials.sum(axis=-1, keepdims=True) if total is None else total
    return exponentials / np.where(total == 0, 1, total)


@mistake("mask not used", "Everything is seen: where does the mask come in?")
def _(scores, mask):
    return _plain(scores)


@mistake("mask inverted", "True says that a query may look: which places does it keep?")
def _(scores, mask):
    return attention.softmax(np.where(mask, -np.inf, scores))


@mistake("mask transposed", "Rows are queries, in the mask too.")
def _(scores, mask):
    return attention.softmax(np.where(mask.swapaxes(-1, -2), scores, -np.inf))


@mistake("multiplied into the scores", "A score of 0 is a score like any other: what has weight 0?")
def _(scores, mask):
    return _plain(scores * mask)


@mistake("hidden scores set to 0", "A score of 0 is a score like any other: what has weight 0?",
         same_as="multiplied into the scores")  # fmt: skip
def _(scores, mask):
    return _plain(np.where(mask, scores, 0))


@mistake("added as a number", "True counts as 1 in a sum: what should be added where it is False?")
def _(scores, mask):
    return _plain(scores + mask)


@mistake("after softmax", "Who got the share that is missing: add up a row.")
def _(scores, mask):
    return np.where(mask, _plain(scores), 0)


@mistake("after softmax, shared out again", "What is left to share if hidden words took it all?")
def _(scores, mask):
    weights = np.where(mask, _plain(scores), 0)
    return weights / weights.sum(axis=-1, keepdims=True)


@mistake("after softmax, shared out again, guarded", "Did hidden words take all before they went?")
def _(scores, mask):
    return _shares(np.where(mask, _plain(scores), 0))


@mistake("nothing to look at gives NaN", "What is largest, and what is the sum, of a hidden row?")
def _(scores, mask):
    return _plain(np.where(mask, scores, -np.inf))


@mistake("-10 put in place", "How small is the exponential of that number: is it 0?")
def _(scores, mask):
    return _plain(np.where(mask, scores, -10))


@mistake("10 taken off", "How small is the exponential of that number: is it 0?")
def _(scores, mask):
    return _plain(np.where(mask, scores, scores - 10))


@mistake("-100 put in place", "Is a hidden score always below that number?")
def _(scores, mask):
    return _plain(np.where(mask, scores, -100))


@mistake("a billion put in place", "What does a row look at in which all have that same score?")
def _(scores, mask):
    return _plain(np.where(mask, scores, -1e9))


@mistake("smallest number put in place", "What does a row look at in which all scores are equal?",
         same_as="a billion put in place")  # fmt: skip
def _(scores, mask):
    return _plain(np.where(mask, scores, np.finfo(scores.dtype).min))


@mistake("a billion taken off", "What does a row look at if all its scores are as much lower?")
def _(scores, mask):
    return _plain(np.where(mask, scores, scores - np.asarray(1e9, scores.dtype)))


@mistake("softmax over the queries", "Who shares out 1: a query, or a key?")
def _(scores, mask):
    return attention.softmax(np.where(mask, scores, -np.inf), axis=-2)


@mistake("softmax over axis 1", "Count the axis from the end: which axis holds the keys?")
def _(scores, mask):
    return attention.softmax(np.where(mask, scores, -np.inf), axis=1)


@mistake("softmax over everything", "Every query shares out a 1 of its own.")
def _(scores, mask):
    visible = np.where(mask, scores, -np.inf)
    return attention.softmax(visible.ravel()).reshape(visible.shape)


@mistake("no maximum taken off", "How large may a score be before it overflows?")
def _(scores, mask):
    return _shares(np.where(mask, np.exp(scores), 0))


@mistake("largest of the hidden taken off", "Did hidden words take all before they went?",
         same_as="after softmax, shared out again, guarded")  # fmt: skip
def _(scores, mask):
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return _shares(np.where(mask, exponentials, 0))


@mistake("scores returned", "These are scores still: what turns them into weights?")
def _(scores, mask):
    return np.where(mask, scores, -np.inf)


@mistake("zeros for the hidden, no softmax", "These are scores still: what makes weights of them?")
def _(scores, mask):
    return np.where(mask, scores, 0)


@mistake("not normalised", "What should the weights of one query come to?")
def _(scores, mask):
    visible = np.where(mask, scores, -np.inf)
    largest = visible.max(axis=-1, keepdims=True)
    return np.exp(visible - np.where(largest == -np.inf, 0, largest))


@mistake("divided by the number of visible keys", "What should a row come to?")
def _(scores, mask):
    visible = np.where(mask, scores, -np.inf)
    largest = visible.max(axis=-1, keepdims=True)
    exponentials = np.exp(visible - np.where(largest == -np.inf, 0, largest))
    return exponentials / np.maximum(mask.sum(axis=-1, keepdims=True), 1)


@mistake("visible keys alike", "Visible keys share by their scores, not evenly.")
def _(scores, mask):
    return _shares(np.broadcast_to(mask, scores.shape).astype(scores.dtype))


@mistake("the first row's mask for all", "Every query has a row of the mask to itself.")
def _(scores, mask):
    return attention.softmax(np.where(mask[..., :1, :], scores, -np.inf))


@mistake("something small added to the sum", "Only a sum of 0 needs care; the others were right.")
def _(scores, mask):
    visible = np.where(mask, scores, -np.inf)
    largest = visible.max(axis=-1, keepdims=True)
    exponentials = np.exp(visible - np.where(largest == -np.inf, 0, largest))
    return exponentials / (exponentials.sum(axis=-1, keepdims=True) + 1e-4)


@mistake("works in place", "Which line writes into `scores` itself?")
def _(scores, mask):
    scores[~np.broadcast_to(mask, scores.shape)] = -np.inf
    return attention.softmax(scores)


@mistake("cast to float32", "Which step throws digits away?")
def _(scores, mask):
    return attention.softmax(np.where(mask, scores, -np.inf).astype(np.float32))


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
    return not call(mask=np.zeros_like(mask)).any()


@holds("adding the same number to all scores of a row changes nothing")
def _(call, weights, scores):
    return same(call(scores=scores + 3), weights)


@holds("reordering the keys reorders the weights alike")
def _(call, weights, scores, mask):
    return same(call(scores=scores[..., ::-1].copy(), mask=mask[..., ::-1].copy()),
                weights[..., ::-1])  # fmt: skip
