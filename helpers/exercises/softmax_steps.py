"""From scores to weights, and what people get wrong about it: one step of all attention."""

import numpy as np

from helpers.exercises.steps import step

SHARE = "What should the weights of one query come to?"
LAST = "Count the axis from the end: which axis holds the keys?"


def softmax(scores, axis=-1):
    """softmax along an axis, without a guard: a row that is hidden wholly gives NaN."""
    exponentials = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)


@step
def weights(scaled):
    """Scores to shares: every row sums to 1."""
    return softmax(scaled)


@weights.wrong("no softmax", "Scores are no weights yet: what do the weights of a query sum to?")
def _(scaled):
    return scaled


@weights.wrong("softmax over the queries", "Who shares out 1: a query, or a key?")
def _(scaled):
    return softmax(scaled, axis=-2)


@weights.also("softmax over the queries")
def _(scaled):
    exponentials = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-2, keepdims=True)


@weights.wrong("softmax over axis 0", LAST)
def _(scaled):
    return softmax(scaled, axis=0)


@weights.also("softmax over axis 0")
def _(scaled):
    exponentials = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=0, keepdims=True)


@weights.wrong("softmax over axis 1", LAST)
def _(scaled):
    return softmax(scaled, axis=1)


@weights.also("softmax over axis 1")
def _(scaled):
    exponentials = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


@weights.wrong("softmax over everything", "Every query shares out a 1 of its own.")
def _(scaled):
    exponentials = np.exp(scaled - scaled.max())
    return exponentials / exponentials.sum()


@weights.wrong("softmax over each whole table", "Every query shares out a 1 of its own.")
def _(scaled):
    exponentials = np.exp(scaled - scaled.max(axis=(-2, -1), keepdims=True))
    return exponentials / exponentials.sum(axis=(-2, -1), keepdims=True)


@weights.wrong("no maximum taken off", "How large may a score be before it overflows?")
def _(scaled):
    return np.exp(scaled) / np.exp(scaled).sum(axis=-1, keepdims=True)


@weights.wrong("largest of everything taken off", "Each row has its own largest score.")
def _(scaled):
    exponentials = np.exp(scaled - scaled.max())
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@weights.wrong("axis lost", "After a sum the axis is gone: how do you keep it for the division?")
def _(scaled):
    exponentials = np.exp(scaled - scaled.max(axis=-1))
    return exponentials / exponentials.sum(axis=-1)


@weights.also("axis lost")
def _(scaled):
    return np.exp(scaled) / np.exp(scaled).sum(axis=-1)


@weights.also("axis lost")
def _(scaled):
    exponentials = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1)


@weights.wrong("not normalised", SHARE)
def _(scaled):
    return np.exp(scaled)


@weights.wrong("largest weight is 1", SHARE)
def _(scaled):
    return np.exp(scaled - scaled.max(axis=-1, keepdims=True))


@weights.wrong("no exponential", "A score below 0 should get a small weight, never a negative.")
def _(scaled):
    return scaled / scaled.sum(axis=-1, keepdims=True)


@weights.wrong("base 2", "Which number does softmax raise to the power of a score?")
def _(scaled):
    return softmax(scaled * np.log(2))


@weights.wrong("sigmoid", "Each score was treated alone; the words of a row share one 1.")
def _(scaled):
    return 1 / (1 + np.exp(-scaled))


@weights.wrong(
    "later keys hidden", "Nothing is hidden in this lesson: the mask comes in lesson 06."
)
def _(scaled):
    n_queries, n_keys = scaled.shape[-2:]
    seen = np.tri(n_queries, n_keys, n_keys - n_queries, dtype=bool)
    return softmax(np.where(seen, scaled, -np.inf))


@weights.wrong("softmax in float32", "The softmax threw digits away: where are numbers cast?")
def _(scaled):
    return softmax(scaled.astype(np.float32)).astype(scaled.dtype)


@weights.wrong("weights in float16", "The weights lost digits: where are they cast?")
def _(scaled):
    return softmax(scaled).astype(np.float16).astype(scaled.dtype)


@weights.wrong("scaled after the softmax", "What should a row of weights sum to?")
def _(scores, query):
    return softmax(scores) / np.sqrt(query.shape[-1])


@weights.wrong("softmax twice", "Weights went through softmax a second time.")
def _(scaled):
    return softmax(softmax(scaled))


@weights.wrong("arg-max", "Attention is soft: the second-best key brings in its value too.")
def _(scaled):
    return (scaled == scaled.max(axis=-1, keepdims=True)).astype(scaled.dtype)


@weights.wrong(
    "plain mean of the values", "Every key got the same weight, whatever the query asks."
)
def _(scaled):
    return np.full_like(scaled, 1 / scaled.shape[-1])
