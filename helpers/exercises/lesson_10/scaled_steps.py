"""The steps of the patients who scale, 1, 2 and 9: what people try when they repair them."""

import numpy as np

from helpers.exercises import attention_steps, softmax_steps

scores = attention_steps.scores.adapted(without=["values instead of keys"])
scaled = attention_steps.scaled.adapted(
    without=["divided by the root of the values' width"],
    names={
        "divided by the root of the number of keys": "root of the number of keys",
        "divided by 8": "a constant of 8",
    },
)


# fmt: off
scaled.wrong("multiplied by the width", "In which direction does the scale go now?",
             lambda scores, query: scores * query.shape[-1])
scaled.wrong("root of another axis", attention_steps.WIDTH,
             lambda scores, query: scores / np.sqrt(query.shape[-3] if query.ndim > 2 else 1))
scaled.wrong("divided by their own spread", "What if one text has large scores, and means it?",
             lambda scores: scores / scores.std())
scaled.wrong("divided by the spread of each row", "What if one query is sure, and another not?",
             lambda scores: scores / scores.std(axis=-1, keepdims=True))
# fmt: on


weights = softmax_steps.weights.adapted(
    names={"scaled after the softmax": "scaled after softmax"},
    sentences={"later keys hidden": "Nothing is to be hidden here: where does a mask come in?"},
)
