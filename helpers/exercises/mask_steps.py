"""Masks, and softmax of what they let through; and what people get wrong about both.

    seen → mask → truth
    mask → looked; scores, looked → visible → weights → filled

The first is of exercises that make a mask, the second of those that are given one.
"""

import numpy as np

from helpers.exercises import softmax_steps
from helpers.exercises.steps import step

TRUTH = "A mask that says yes or no holds True and False."
WHOSE_ROW = "Every query has a row of the mask to itself."
SCORE_OF_0 = "A score of 0 is a score like any other: what has weight 0?"
ALIKE = "What does a row look at in which all have that same score?"
AS_MUCH_LOWER = "What does a row look at if all its scores are as much lower?"
BILLION = "In float16 such a number is infinite, and elsewhere a hidden row shares out a 1."
NOTHING_LEFT = "What divides where hidden words took all, and is it above 0 in float16?"
TOOK_ALL = "Did hidden words take all before they went?"


@step
def mask(seen):
    """The mask as it is asked for: rows are queries, columns are keys."""
    return seen


# fmt: off
mask.wrong("inverted", "True says that a query may look: read the first row aloud.",
           lambda seen: ~seen)
mask.wrong("transposed", "Rows are queries, columns are keys: who asks here?",
           lambda seen: seen.swapaxes(-1, -2))
mask.wrong("rows upside down", "The first row is the first query, which has read least.",
           lambda seen: seen[::-1])
mask.wrong("columns reversed", "The first column is the first word: who sees it?",
           lambda seen: seen[:, ::-1])
mask.wrong("last row left out", "What does the last query see: how far does the loop go?",
           lambda seen: seen & (np.arange(len(seen)) < len(seen) - 1)[:, None])
mask.wrong("last column left out", "Who sees the last key: how far does the loop go?",
           lambda seen: seen & (np.arange(seen.shape[-1]) < seen.shape[-1] - 1))
mask.wrong("first column left out", "Who sees the first key: where does the loop begin?",
           lambda seen: seen & (np.arange(seen.shape[-1]) > 0))
mask.wrong("first row only", "The other rows were never filled: is there a return in the loop?",
           lambda seen: seen & (np.arange(len(seen)) == 0)[:, None])
# fmt: on


@step
def truth(mask):
    """True and False, not numbers."""
    return mask


# fmt: off
truth.wrong("numbers instead of truth", TRUTH, lambda mask: mask.astype(float))
truth.wrong("whole numbers instead of truth", TRUTH, lambda mask: mask.astype(int))
truth.wrong("something to add to the scores", "Say yes or no here; numbers come later.",
            lambda mask: np.where(mask, 0, -np.inf))
# fmt: on


@truth.family("something to add to the scores", "Say yes or no here; numbers come later.",
              over=(1.5, 1e40))  # fmt: skip
def _(mask, constant):
    return np.where(mask, 0, -constant)


@step
def looked(mask):
    """The mask as it is used: True where a query looks."""
    return mask


# fmt: off
looked.wrong("mask not used", "Everything is seen: where does the mask come in?",
             lambda mask: np.ones_like(mask))
looked.wrong("mask inverted", "True says that a query may look: which places does it keep?",
             lambda mask: ~mask)
looked.wrong("mask transposed", "Rows are queries, in the mask too.",
             lambda mask: mask.swapaxes(-1, -2))
looked.wrong("the first row's mask for all", WHOSE_ROW, lambda mask: mask[..., :1, :])
looked.wrong("the last row's mask for all", WHOSE_ROW, lambda mask: mask[..., -1:, :])
looked.wrong("whole queries hidden", "What is hidden are keys: which axis of the scores is theirs?",
             lambda mask, scores: np.broadcast_to(mask, scores.shape)[..., :1])
# fmt: on


@step(any_shift=True, said="visible scores")
def visible(scores, looked):
    """Scores where a query looks, -inf where it does not."""
    return np.where(looked, scores, -np.inf)


# fmt: off
visible.wrong("multiplied into the scores", SCORE_OF_0, lambda scores, looked: scores * looked)
visible.wrong("added as a number", "True counts as 1 in a sum: what should be added for False?",
              lambda scores, looked: scores + looked)
# fmt: on


@visible.wrong("works in place", "Which line writes into `scores` itself?")
def _(scores, looked):
    scores[~np.broadcast_to(looked, scores.shape)] = -np.inf
    return scores


# Up to 30, an exponential shows how large the number is. Above, only what it does is to be seen:
# where all is hidden, where hidden scores are as far above, and what rounding makes of the sum.
@visible.family("a small number put in place of -inf", "How small is exp(-{constant}): is it 0?",
                over=(1e-2, 30))  # fmt: skip
def _(scores, looked, constant):
    return np.where(looked, scores, -constant)


@visible.family("a small number taken off", "How small is exp(-{constant}): is it 0?",
                over=(1e-2, 30))  # fmt: skip
def _(scores, looked, constant):
    return np.where(looked, scores, scores - constant)


def _in_place(constant):
    return lambda scores, looked: np.where(looked, scores, -constant)


def _taken_off(constant):
    return lambda scores, looked: np.where(looked, scores, scores - scores.dtype.type(constant))


def _added(constant, in_its_type=False):
    """As in scores + (1 - mask) * -10000.0, which is float64 unless somebody casts the mask."""

    def way(scores, looked):
        dtype = scores.dtype if in_its_type else np.dtype("float64")
        return scores + (1 - looked.astype(dtype)) * -dtype.type(constant)

    return way


visible.wrong("a large number put in place of -inf", ALIKE, _in_place(1e4))
visible.also("a large number put in place of -inf", _in_place(1000))
visible.also("a large number put in place of -inf", _in_place(100))
visible.wrong("a large number taken off", AS_MUCH_LOWER, _taken_off(1e4))
visible.also("a large number taken off", _taken_off(1000))
visible.also("a large number taken off", _taken_off(100))
visible.also("a large number taken off", _added(1e4))
visible.also("a large number taken off", _added(1000))


@visible.family("scores multiplied", "Whose scores are {constant} times these?", over=(1e-2, 1e2))
def _(scores, looked, constant):
    return np.where(looked, scores * constant, -np.inf)


# What is true of every softmax, and asked of this one as well: a hidden row is NaN until `filled`.
def _softmax(visible):
    with np.errstate(invalid="ignore"):
        return softmax_steps.softmax(visible)


weights = softmax_steps.weights.adapted(
    right=_softmax,
    reads={"scaled": "visible"},
    only=[
        "softmax over the queries", "softmax over axis 0", "softmax over axis 1",
        "softmax over everything", "no maximum taken off", "largest of everything taken off",
        "largest weight is 1", "base 2", "sigmoid", "arg-max",
        "weights in float16", "softmax twice",
    ],
    names={"largest weight is 1": "not normalised"},
)  # fmt: skip


# fmt: off
weights.also("not normalised", lambda visible: np.exp(visible))
weights.also("softmax over the queries",
             lambda visible: np.nan_to_num(softmax_steps.softmax(visible, axis=-2)))
weights.also("softmax over axis 1",
             lambda visible: np.nan_to_num(softmax_steps.softmax(visible, axis=1)))
# fmt: on


@weights.also("softmax twice")
def _(visible, looked):
    return softmax_steps.softmax(np.where(looked, softmax_steps.softmax(visible), -np.inf))


# fmt: off
weights.also("softmax twice",
             lambda visible: softmax_steps.softmax(np.nan_to_num(softmax_steps.softmax(visible))))
# fmt: on


@weights.wrong("softmax in float16", "The softmax threw digits away: where are numbers cast?")
def _(visible):
    return softmax_steps.softmax(visible.astype(np.float16)).astype(visible.dtype)


# fmt: off
weights.wrong("scores returned", "These are scores still: what turns them into weights?",
              lambda visible: visible)
weights.also("scores returned", lambda scores, looked: np.where(looked, scores, 0))
weights.wrong("after softmax", "Who got the share that is missing: add up a row.",
              lambda scores, looked: np.where(looked, softmax_steps.softmax(scores), 0))
# fmt: on


@weights.wrong("after softmax, shared out again", TOOK_ALL)
def _(scores, looked):
    left = np.where(looked, softmax_steps.softmax(scores), 0)
    return left / left.sum(axis=-1, keepdims=True)


@weights.wrong("divided by the number of visible keys", "What should a row come to?")
def _(visible, looked):
    exponentials = np.exp(visible - visible.max(axis=-1, keepdims=True))
    return exponentials / looked.sum(axis=-1, keepdims=True)


@weights.wrong("visible keys alike", "Visible keys share by their scores, not evenly.")
def _(scores, looked):
    shares = np.broadcast_to(looked, scores.shape).astype(scores.dtype)
    return shares / shares.sum(axis=-1, keepdims=True)


@weights.family("something small added to the sum", "Only a sum of 0 needs care, and {constant} "
                "was added to all.", over=(1e-7, 1e-1))  # fmt: skip
def _(visible, constant):
    exponentials = np.exp(visible - visible.max(axis=-1, keepdims=True))
    return exponentials / (exponentials.sum(axis=-1, keepdims=True) + constant)


@step
def filled(weights):
    """Weights, and 0 in every row that has nothing to look at."""
    return np.where(_nothing(weights), 0, weights)


def _nothing(weights):
    return np.isnan(weights).all(axis=-1, keepdims=True)


# fmt: off
filled.wrong("nothing to look at gives NaN", "What is the sum of a hidden row, and its largest?",
             lambda weights: weights)
# fmt: on


@filled.wrong("nothing to look at gives the first key", "Whom does a row see that may see none?")
def _(weights):
    first = (np.arange(weights.shape[-1]) == 0).astype(weights.dtype)
    return np.where(_nothing(weights), first, weights)


@filled.wrong("multiplied before softmax and after", NOTHING_LEFT)
def _(scores, looked):
    left = softmax_steps.softmax(scores * looked) * looked
    return left / (left.sum(axis=-1, keepdims=True) + 1e-13)


# fmt: off
# In float16 these are infinite, so that a hidden row is NaN: nothing may fill it.
filled.wrong("a billion put in place", BILLION,
             lambda scores, looked: softmax_steps.softmax(_in_place(1e9)(scores, looked)))
filled.wrong("a billion taken off", BILLION,
             lambda scores, looked: softmax_steps.softmax(_taken_off(1e9)(scores, looked)))
# fmt: on


_POWERS = [1e5, 1e6, 1e8, 1e9, 1e10, 1e12, 1e15]


@filled.family("a billion taken off", BILLION, over=_POWERS)
def _(scores, looked, constant):
    return softmax_steps.softmax(_taken_off(constant)(scores, looked))


@filled.family("a billion taken off", BILLION, over=_POWERS)
def _(scores, looked, constant):
    return softmax_steps.softmax(_added(constant, in_its_type=True)(scores, looked))


@filled.family("a billion taken off", BILLION, over=_POWERS[4:])
def _(scores, looked, constant):
    return softmax_steps.softmax(_added(constant)(scores, looked))


# fmt: off
filled.wrong("cast to float32", "Which step throws digits away?",
             lambda weights: filled.right(weights).astype(np.float32))
# fmt: on
