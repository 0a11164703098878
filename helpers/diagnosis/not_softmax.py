"""What people take in the place of one softmax over the keys, each computed and compared."""

import numpy as np

from helpers.attention import softmax
from helpers.diagnosis.hypothesis import Hypothesis, first_that_fits, told


def wrongly_shared(link):
    """Weights made of the right scores by something else than one softmax over the keys."""
    if link.target != "weights":
        return None
    with np.errstate(all="ignore"):
        found = first_that_fits(HYPOTHESES, link, lambda part, weights: part.matches(weights))
    return told(
        found, link, f"The weights are not softmax of {link.source}.",
        "they are {}, to the digits that they have.",
    )  # fmt: skip


def _where_masked(make):
    """The same, where there is a mask that hides something: without one, it changes nothing."""
    return lambda link: None if link.evidence.visible.all() else make(link)


def _masked(link):
    """The scores as softmax should get them."""
    return np.where(link.evidence.visible, link.scores + link.evidence.bias, -np.inf)


def _masked_twice(link):
    return softmax(np.where(link.evidence.visible, link.expected, -np.inf))


def _masked_the_second_time(link):
    weights = softmax(link.scores + link.evidence.bias)
    return softmax(np.where(link.evidence.visible, weights, -np.inf))


def _averaged_over(axis):
    def make(link):
        right = link.expected
        if right.ndim < -axis or right.shape[axis] == 1:
            return None
        return np.broadcast_to(right.mean(axis=axis, keepdims=True), right.shape)

    return make


def _exponentials(link):
    return np.exp(_masked(link))


def _shifted_exponentials(link):
    scores = _masked(link)
    top = scores.max(axis=-1, keepdims=True)
    return np.exp(scores - np.where(np.isfinite(top), top, 0))


def _scores_by_their_sum(link):
    scores = _masked(link)
    return scores / scores.sum(axis=-1, keepdims=True) if np.isfinite(scores).all() else None


def _one_at_the_largest(link):
    """1 at a largest score of each row, whichever was taken where several are; or None."""
    weights = link.goal
    rows = weights.any(axis=-1)
    if not np.isin(weights, (0, 1)).all() or (weights.sum(axis=-1) > 1).any() or not rows.any():
        return None
    scores = _masked(link)
    chosen = np.take_along_axis(scores, weights.argmax(axis=-1, keepdims=True), axis=-1)
    lower = chosen < scores.max(axis=-1, keepdims=True) - 2 * link.slack
    return None if lower[rows].any() else weights


_HIDE = "put −∞ at every hidden place before softmax: np.where(mask, scores, -np.inf)."
_TWICE = "softmax was taken of what softmax had given: weights of at most 1 hardly differ."
_ONCE = "take it once; does the function that you call take softmax itself?"
_USE = "use softmax: exponentials, each divided by the sum of its row."

HYPOTHESES = (
    Hypothesis(
        "softmax twice", "softmax of softmax of these scores", _TWICE, _ONCE,
        lambda link: softmax(link.expected),
    ),
    Hypothesis(
        "softmax twice", "softmax of softmax of these scores, masked again", _TWICE, _ONCE,
        _where_masked(_masked_twice),
    ),
    Hypothesis(
        "softmax twice", "masked softmax of softmax of these scores", _TWICE, _ONCE,
        _where_masked(_masked_the_second_time),
    ),
    Hypothesis(
        "leak", "softmax of the scores times the mask",
        "the mask was multiplied into the scores: a score of 0 is a score like any other.", _HIDE,
        _where_masked(lambda link: softmax(link.scores * link.evidence.visible)),
    ),
    Hypothesis(
        "leak", "softmax of the scores plus the mask as 1 and 0",
        "True and False were added as 1 and 0, which hides nothing.", _HIDE,
        _where_masked(lambda link: softmax(link.scores + link.evidence.visible)),
    ),
    *(
        Hypothesis(
            f"{many} averaged", f"the mean of the right weights over the {one}",
            f"maps were averaged over the {one}.",
            "keep the maps apart: some libraries average unless told otherwise.",
            _averaged_over(axis), part="few_queries",
        )
        for axis, one, many in ((-3, "heads", "heads"), (-4, "batch", "sentences"))
    ),
    Hypothesis(
        "sigmoid", "1 / (1 + exp(−scores))",
        "sigmoid in the place of softmax: places do not compete.", _USE,
        lambda link: 1 / (1 + np.exp(-_masked(link))),
    ),
    *(
        Hypothesis(
            "not divided", "exponentials of these scores", "the division by the sum is missing.",
            _USE, make,
        )
        for make in (_exponentials, _shifted_exponentials)
    ),
    Hypothesis(
        "not divided", "these scores divided by their sum",
        "exp is missing: scores may be below 0, and shares may not.", _USE, _scores_by_their_sum,
    ),
    Hypothesis(
        "argmax", "1 at the largest score of each row, and 0 elsewhere",
        "argmax in the place of softmax.", "use softmax, whose small weights carry the gradient.",
        _one_at_the_largest,
    ),
)  # fmt: skip
