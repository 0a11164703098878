"""Wrong answers to row_means, each under the name by which it is known."""

import numpy as np

from named_mistakes.answers import Answers

answers = Answers("row_means")


@answers("column means")
def _(rows):
    return rows.mean(axis=0)


@answers("mean of everything")
def _(rows):
    return rows.mean()


@answers("sum")
def _(rows):
    return rows.sum(axis=-1)


@answers("divided by the number of rows")
def _(rows):
    return rows.sum(axis=-1) / len(rows)


@answers("divided by one number too few")
def _(rows):
    return rows.sum(axis=-1) / (rows.shape[-1] - 1)


@answers("divided by the size of everything")
def _(rows):
    return rows.sum(axis=-1) / rows.size


@answers("kept the axis")
def _(rows):
    return rows.mean(axis=-1, keepdims=True)


@answers("median")
def _(rows):
    return np.median(rows, axis=-1)


@answers("largest of every row")
def _(rows):
    return rows.max(axis=-1)


@answers("middle between smallest and largest")
def _(rows):
    return (rows.min(axis=-1) + rows.max(axis=-1)) / 2


@answers("first column only")
def _(rows):
    return rows[:, 0]


@answers("last column left out")
def _(rows):
    return rows[:, :-1].mean(axis=-1)


@answers("rounded down")
def _(rows):
    return rows.sum(axis=-1) // rows.shape[-1]


@answers("mean of absolute values")
def _(rows):
    return np.abs(rows).mean(axis=-1)


@answers("root of the mean square")
def _(rows):
    return np.sqrt((rows**2).mean(axis=-1))
