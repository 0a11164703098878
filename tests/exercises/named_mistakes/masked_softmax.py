"""Wrong answers to masked_softmax, each under the name by which it is known."""

import numpy as np

from helpers import attention
from named_mistakes.answers import Answers

answers = Answers("masked_softmax")


def _plain(scores):
    """Softmax as in lesson 02, with no thought of a row that is all -inf."""
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def _shares(exponentials, total=None):
    total = exponentials.sum(axis=-1, keepdims=True) if total is None else total
    return exponentials / np.where(total == 0, 1, total)


@answers("mask not used")
def _(scores, mask):
    return _plain(scores)


@answers("mask inverted")
def _(scores, mask):
    return attention.softmax(np.where(mask, -np.inf, scores))


@answers("mask transposed")
def _(scores, mask):
    return attention.softmax(np.where(mask.swapaxes(-1, -2), scores, -np.inf))


@answers("multiplied into the scores")
def _(scores, mask):
    return _plain(scores * mask)


@answers("hidden scores set to 0", same_as="multiplied into the scores")
def _(scores, mask):
    return _plain(np.where(mask, scores, 0))


@answers("added as a number")
def _(scores, mask):
    return _plain(scores + mask)


@answers("after softmax")
def _(scores, mask):
    return np.where(mask, _plain(scores), 0)


@answers("after softmax, shared out again")
def _(scores, mask):
    weights = np.where(mask, _plain(scores), 0)
    return weights / weights.sum(axis=-1, keepdims=True)


@answers("after softmax, shared out again, guarded")
def _(scores, mask):
    return _shares(np.where(mask, _plain(scores), 0))


@answers("nothing to look at gives NaN")
def _(scores, mask):
    return _plain(np.where(mask, scores, -np.inf))


@answers("-10 put in place")
def _(scores, mask):
    return _plain(np.where(mask, scores, -10))


@answers("10 taken off")
def _(scores, mask):
    return _plain(np.where(mask, scores, scores - 10))


@answers("-100 put in place")
def _(scores, mask):
    return _plain(np.where(mask, scores, -100))


@answers("a billion put in place")
def _(scores, mask):
    return _plain(np.where(mask, scores, -1e9))


@answers("smallest number put in place", same_as="a billion put in place")
def _(scores, mask):
    return _plain(np.where(mask, scores, np.finfo(scores.dtype).min))


@answers("a billion taken off")
def _(scores, mask):
    return _plain(np.where(mask, scores, scores - np.asarray(1e9, scores.dtype)))


@answers("softmax over the queries")
def _(scores, mask):
    return attention.softmax(np.where(mask, scores, -np.inf), axis=-2)


@answers("softmax over axis 1")
def _(scores, mask):
    return attention.softmax(np.where(mask, scores, -np.inf), axis=1)


@answers("softmax over everything")
def _(scores, mask):
    visible = np.where(mask, scores, -np.inf)
    return attention.softmax(visible.ravel()).reshape(visible.shape)


@answers("no maximum taken off")
def _(scores, mask):
    return _shares(np.where(mask, np.exp(scores), 0))


@answers("largest of the hidden taken off", same_as="after softmax, shared out again, guarded")
def _(scores, mask):
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return _shares(np.where(mask, exponentials, 0))


@answers("scores returned")
def _(scores, mask):
    return np.where(mask, scores, -np.inf)


@answers("zeros for the hidden, no softmax")
def _(scores, mask):
    return np.where(mask, scores, 0)


@answers("not normalised")
def _(scores, mask):
    visible = np.where(mask, scores, -np.inf)
    largest = visible.max(axis=-1, keepdims=True)
    return np.exp(visible - np.where(largest == -np.inf, 0, largest))


@answers("divided by the number of visible keys")
def _(scores, mask):
    visible = np.where(mask, scores, -np.inf)
    largest = visible.max(axis=-1, keepdims=True)
    exponentials = np.exp(visible - np.where(largest == -np.inf, 0, largest))
    return exponentials / np.maximum(mask.sum(axis=-1, keepdims=True), 1)


@answers("visible keys alike")
def _(scores, mask):
    return _shares(np.broadcast_to(mask, scores.shape).astype(scores.dtype))


@answers("the first row's mask for all")
def _(scores, mask):
    return attention.softmax(np.where(mask[..., :1, :], scores, -np.inf))


@answers("something small added to the sum")
def _(scores, mask):
    visible = np.where(mask, scores, -np.inf)
    largest = visible.max(axis=-1, keepdims=True)
    exponentials = np.exp(visible - np.where(largest == -np.inf, 0, largest))
    return exponentials / (exponentials.sum(axis=-1, keepdims=True) + 1e-4)


@answers("works in place")
def _(scores, mask):
    scores[~np.broadcast_to(mask, scores.shape)] = -np.inf
    return attention.softmax(scores)


@answers("cast to float32")
def _(scores, mask):
    return attention.softmax(np.where(mask, scores, -np.inf).astype(np.float32))
