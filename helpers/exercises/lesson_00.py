"""Lesson 00, the warm-up: the mean of every row, and what people get wrong about an axis."""

import numpy as np

from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise


@exercise(lesson=0, gives={"means": "(n,)"}, whole_numbers=True)
def row_means(rows):
    """Mean of every row.

    rows: (n, d).
    Returns: (n,).
    """
    return rows.mean(axis=1)


row_means.hints(
    "An array of shape (n, d) has n rows. How many numbers should your result hold?",
    "np.mean takes an `axis`: the axis that disappears, because the mean runs along it.",
    "rows.mean over the last axis, the one along which a row runs.",
)


@row_means.case("a few rows")
def _(rng):
    return dict(rows=numbers(rng, 3, 5))


@row_means.case("more rows than columns, far from zero")
def _(rng):
    return dict(rows=10 + numbers(rng, 7, 4))


@row_means.case("a single row")
def _(rng):
    return dict(rows=numbers(rng, 1, 6))


@row_means.mistake("column means", "Along which axis does a row run?")
def _(rows):
    return rows.mean(axis=0)


@row_means.mistake("mean of everything", "Each row has a mean of its own.")
def _(rows):
    return rows.mean()


@row_means.mistake("sum", "What turns a sum into a mean?")
def _(rows):
    return rows.sum(axis=-1)


@row_means.mistake("divided by the number of rows", "How many numbers does one row hold?")
def _(rows):
    return rows.sum(axis=-1) / len(rows)


@row_means.mistake("divided by one number too few", "How many numbers does one row hold?")
def _(rows):
    return rows.sum(axis=-1) / (rows.shape[-1] - 1)


@row_means.mistake("divided by the size of everything", "How many numbers does one row hold?")
def _(rows):
    return rows.sum(axis=-1) / rows.size


@row_means.mistake("kept the axis", "One number a row is enough: look at keepdims.")
def _(rows):
    return rows.mean(axis=-1, keepdims=True)


@row_means.mistake("median", "The number in the middle is not yet the mean.")
def _(rows):
    return np.median(rows, axis=-1)


@row_means.mistake("largest of every row", "A mean counts every number, not one of them.")
def _(rows):
    return rows.max(axis=-1)


@row_means.mistake("middle between smallest and largest", "A mean counts every number of the row.")
def _(rows):
    return (rows.min(axis=-1) + rows.max(axis=-1)) / 2


@row_means.mistake("first column only", "A mean counts every number of the row.")
def _(rows):
    return rows[:, 0]


@row_means.mistake("last column left out", "A row ends later than your sum does.")
def _(rows):
    return rows[:, :-1].mean(axis=-1)


@row_means.mistake("rounded down", "A mean is rarely a whole number.")
def _(rows):
    return rows.sum(axis=-1) // rows.shape[-1]


@row_means.mistake("mean of absolute values", "What becomes of the numbers below 0?")
def _(rows):
    return np.abs(rows).mean(axis=-1)


@row_means.mistake("root of the mean square", "A plain mean squares nothing.")
def _(rows):
    return np.sqrt((rows**2).mean(axis=-1))


@row_means.holds("a row of equal numbers has that number as its mean")
def _(call, rows):
    return same(call(rows=np.full_like(rows, 2.5)), np.full(len(rows), 2.5))


@row_means.holds("the order of the numbers in a row does not matter")
def _(call, rows, result):
    return same(call(rows=rows[:, ::-1].copy()), result)


@row_means.holds("a row's mean depends on that row alone")
def _(call, rows, result):
    rows[0] += 7
    return same(call(rows=rows)[1:], result[1:])


@row_means.holds("adding 1 to every number adds 1 to every mean")
def _(call, rows, result):
    return same(call(rows=rows + 1), result + 1)


@row_means.holds("no mean is above the largest number of its row, or below the smallest")
def _(rows, result):
    room = 1e-4 * np.abs(rows).max()
    return bool(np.all((rows.min(-1) - room <= result) & (result <= rows.max(-1) + room)))
