"""From what single queries look at to the score of a head, and what people get wrong about it."""

import numpy as np

from helpers.exercises.steps import step

OF_A_HEAD = "Each head has a score of its own."
EVERY_QUERY = "One query does not make a score: which ones count?"


@step
def scores(looks):
    """The mean over the queries that have a say: (n_asking, h) to (h,)."""
    return looks.mean(axis=0)


# fmt: off
scores.wrong("sum instead of mean", "A score that grows with the length of the text tells nothing.",
             lambda looks: looks.sum(axis=0))
scores.wrong("divided by all queries", "How many queries have a say in this mean?",
             lambda looks, weights: looks.sum(axis=0) / weights.shape[-1])
scores.wrong("divided by one query too few", "How many queries have a say in this mean?",
             lambda looks: looks.sum(axis=0) / (len(looks) - 1))
scores.wrong("largest instead of mean", "One query that looks there does not make the head do so.",
             lambda looks: looks.max(axis=0))
scores.wrong("median instead of mean", "The mean is asked for: every query counts with its weight.",
             lambda looks: np.median(looks, axis=0))
scores.wrong("not averaged", "One number a head is asked for.", lambda looks: looks.T)
scores.also("not averaged", lambda looks: looks)
scores.wrong("averaged over heads too", OF_A_HEAD, lambda looks: looks.mean())
scores.wrong("averaged over heads only", "Which axis holds the heads, and which the queries?",
             lambda looks: looks.mean(axis=1))
scores.wrong("return inside the loop", EVERY_QUERY, lambda looks: looks[0])
scores.wrong("the last query alone", EVERY_QUERY, lambda looks: looks[-1])
scores.wrong("the first head alone", OF_A_HEAD, lambda looks: looks[:, 0].mean())
scores.wrong("the last head alone", OF_A_HEAD, lambda looks: looks[:, -1].mean())
scores.wrong("counted from a half on", "How large the weight is counts: what becomes of 0.4?",
             lambda looks: (looks > 0.5).mean(axis=0))
# fmt: on
