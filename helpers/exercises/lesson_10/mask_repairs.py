"""The steps of the patients with a mask, 4 to 7: what people try when they repair them."""

import numpy as np

from helpers.exercises import mask_steps

softmax = mask_steps.weights.right
looked = mask_steps.looked

# Where every query sees something, a large number is as good as -inf.
visible = mask_steps.visible.adapted(
    without=["a large number put in place of -inf", "a large number taken off"]
)


@visible.wrong("plus infinity", "What does softmax make of a score that is infinitely large?")
def _(scores, looked):
    return np.where(looked, scores, np.inf)


# Nothing overflows here: that is patient 8.
weights = mask_steps.weights.adapted(
    without=["no maximum taken off", "largest of everything taken off"]
)


weights.also("softmax twice", lambda scores, looked: softmax(softmax(scores) * looked))


@weights.wrong("shared out again, guarded", mask_steps.TOOK_ALL)
def _(scores, looked):
    left = softmax(scores) * looked
    return left / (left.sum(axis=-1, keepdims=True) + 1e-12)


@weights.wrong("what is missing spread evenly", "Visible words share by their scores, not evenly.")
def _(scores, looked):
    left = softmax(scores) * looked
    missing = 1 - left.sum(axis=-1, keepdims=True)
    return left + missing * looked / looked.sum(axis=-1, keepdims=True)


@weights.wrong("1 minus the weights", "What do the rows sum to now?")
def _(scores, looked):
    return 1 - softmax(np.where(looked, -np.inf, scores))
