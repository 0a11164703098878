"""What people take in the place of one softmax over the keys, each computed and compared."""

import numpy as np

from helpers.attention import softmax
from helpers.diagnosis.diagnosis import Diagnosis

_OVER_KEYS = "take softmax over the keys, the last axis."


def wrongly_shared(link):
    """Weights made of the right scores by something else than one softmax over the keys."""
    if link.target != "weights":
        return None
    for name, weights, cause, remedy in _other_ways(link):
        if link.matches(weights):
            return _instead(link, name, cause, remedy)
    return _argmax(link)


def _instead(link, name, cause, remedy):
    return Diagnosis(
        name, f"The weights are not softmax of {link.source}.",
        f"they are {cause[0]}, to the digits that they have.", cause[1], remedy,
    )  # fmt: skip


def _argmax(link):
    """1 at a largest score of each row, whichever where several are; or None."""
    weights = link.goal
    rows = weights.any(axis=-1)
    if not np.isin(weights, (0, 1)).all() or (weights.sum(axis=-1) > 1).any() or not rows.any():
        return None
    scores = np.where(link.evidence.visible, link.scores + link.evidence.bias, -np.inf)
    chosen = np.take_along_axis(scores, weights.argmax(axis=-1, keepdims=True), axis=-1)
    lower = chosen < scores.max(axis=-1, keepdims=True) - 2 * link.slack
    if lower[rows].any():
        return None
    return _instead(
        link, "argmax",
        ("1 at the largest score of each row, and 0 elsewhere", "argmax in the place of softmax."),
        "use softmax, whose small weights carry the gradient.",
    )  # fmt: skip


@np.errstate(all="ignore")
def _other_ways(link):
    evidence, right = link.evidence, link.expected
    visible = evidence.visible
    scores = np.where(visible, link.scores + evidence.bias, -np.inf)
    twice = "softmax was taken of what softmax had given: weights of at most 1 hardly differ."
    once = "take it once; does the function that you call take softmax itself?"
    yield "softmax twice", softmax(right), ("softmax of softmax of these scores", twice), once
    if not visible.all():
        masked_twice = softmax(np.where(visible, right, -np.inf))
        yield (
            "softmax twice", masked_twice,
            ("softmax of softmax of these scores, masked again", twice), once,
        )  # fmt: skip
        again = softmax(np.where(visible, softmax(link.scores + evidence.bias), -np.inf))
        yield "softmax twice", again, ("masked softmax of softmax of these scores", twice), once
        hide = "put −∞ at every hidden place before softmax: np.where(mask, scores, -np.inf)."
        yield (
            "leak", softmax(link.scores * visible),
            ("softmax of the scores times the mask", "the mask was multiplied into the scores: a "
             "score of 0 is a score like any other."), hide,
        )  # fmt: skip
        yield (
            "leak", softmax(link.scores + visible),
            ("softmax of the scores plus the mask as 1 and 0", "True and False were added as 1 "
             "and 0, which hides nothing."), hide,
        )  # fmt: skip
        yield (
            "masked after softmax", softmax(link.scores + evidence.bias) * visible,
            ("softmax of all scores, times the mask", "softmax shared out everything, and the "
             "mask threw some of it away afterwards."),
            "put −∞ in the place of hidden scores before softmax.",
        )  # fmt: skip
    if right.shape[-1] == right.shape[-2]:
        yield (
            "transposed", right.swapaxes(-1, -2),
            ("the right weights with rows and columns changed", "the map was transposed."),
            "rows are queries: leave the last two axes as they are.",
        )  # fmt: skip
    yield (
        "transposed", softmax(scores, axis=-2),
        ("softmax of these scores over the queries", "softmax ran over the queries."),
        "sum over the keys, the last axis: rows are queries.",
    )  # fmt: skip
    for axis, what in ((-3, "heads"), (-4, "batch")):
        if scores.ndim >= -axis and scores.shape[axis] > 1:
            yield (
                "rows do not sum to 1", softmax(scores, axis=axis),
                (f"softmax of these scores over the {what}", f"softmax ran over the {what}, axis "
                 f"{axis}."), _OVER_KEYS,
            )  # fmt: skip
            mean = np.broadcast_to(right.mean(axis=axis, keepdims=True), right.shape)
            yield (
                f"{'heads' if axis == -3 else 'sentences'} averaged", mean,
                (f"the mean of the right weights over the {what}", f"maps were averaged over the "
                 f"{what}."), "keep the maps apart: some libraries average unless told otherwise.",
            )  # fmt: skip
    yield from _without_softmax(scores, right)


def _without_softmax(scores, right):
    top = scores.max(axis=-1, keepdims=True)
    use = "use softmax: exponentials, each divided by the sum of its row."
    yield (
        "sigmoid", 1 / (1 + np.exp(-scores)),
        ("1 / (1 + exp(−scores))", "sigmoid in the place of softmax: places do not compete."), use,
    )  # fmt: skip
    top = np.where(np.isfinite(top), top, 0)
    for exponentials in (np.exp(scores), np.exp(scores - top)):
        yield (
            "not divided", exponentials,
            ("exponentials of these scores", "the division by the sum is missing."), use,
        )  # fmt: skip
    if np.isfinite(scores).all():
        yield (
            "not divided", scores / scores.sum(axis=-1, keepdims=True),
            ("these scores divided by their sum", "exp is missing: scores may be below 0, and "
             "shares may not."), use,
        )  # fmt: skip
    yield (
        "logarithms", np.log(right),
        ("the logarithms of the right weights", "log_softmax in the place of softmax."),
        "use softmax, or take exp of these before values are mixed.",
    )  # fmt: skip
