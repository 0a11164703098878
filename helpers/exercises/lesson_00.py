"""Lesson 00, the warm-up: the mean of every row, and what people get wrong about an axis."""

import numpy as np

from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.steps import step


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


@step
def counted(rows):
    """The numbers that count: all of them, as they are."""
    return rows


def _of_rows(way):
    return lambda rows: way(rows)


EVERY = "A mean counts every number of the row."
HOW_MANY = "How many numbers does one row hold?"
LAST = "Where does the last one stand: how far does the loop go?"
for name, sentence, way in [
    ("mean of absolute values", "What becomes of the numbers below 0?", lambda x: np.abs(x)),
    ("mean of squares", "A plain mean squares nothing.", lambda x: x**2),
    ("last column left out", "A row ends later than your sum does.", lambda x: x[:, :-1]),
    ("first column left out", "A row begins earlier than your sum does.", lambda x: x[:, 1:]),
    ("first column only", EVERY, lambda x: x[:, :1]),
    ("last column only", EVERY, lambda x: x[:, -1:]),
    ("last row left out", LAST, lambda x: x[:-1]),
]:
    counted.wrong(name, sentence, _of_rows(way))


@step
def means(counted):
    """What comes to each number of a row, if all were alike: (n,)."""
    return counted.mean(axis=-1)


def _of_counted(way):
    return lambda counted: way(counted)


for name, sentence, way in [
    ("column means", "Along which axis does a row run?", lambda x: x.mean(axis=0)),
    ("mean of everything", "Each row has a mean of its own.", lambda x: x.mean()),
    (
        "the same for all rows",
        "Each row has a mean of its own.",
        lambda x: np.full(len(x), x.mean()),
    ),
    ("return inside the loop", "How many rows are there?", lambda x: x[0].mean()),
    ("the last row alone", "How many rows are there?", lambda x: x[-1].mean()),
    ("sum", "What turns a sum into a mean?", lambda x: x.sum(axis=-1)),
    ("column sums", "Along which axis does a row run?", lambda x: x.sum(axis=0)),
    ("divided by the number of rows", HOW_MANY, lambda x: x.sum(axis=-1) / len(x)),
    ("divided by one number too few", HOW_MANY, lambda x: x.sum(axis=-1) / (x.shape[-1] - 1)),
    ("divided by one number too many", HOW_MANY, lambda x: x.sum(axis=-1) / (x.shape[-1] + 1)),
    ("divided by the size of everything", HOW_MANY, lambda x: x.sum(axis=-1) / x.size),
    (
        "kept the axis",
        "One number a row is enough: look at keepdims.",
        lambda x: x.mean(axis=-1, keepdims=True),
    ),
    ("not averaged", "One number a row is asked for.", lambda x: x),
    ("median", "The number in the middle is not yet the mean.", lambda x: np.median(x, axis=-1)),
    ("largest of every row", EVERY, lambda x: x.max(axis=-1)),
    ("smallest of every row", EVERY, lambda x: x.min(axis=-1)),
    ("middle between smallest and largest", EVERY, lambda x: (x.min(axis=-1) + x.max(axis=-1)) / 2),
    ("rounded down", "A mean is rarely a whole number.", lambda x: x.sum(axis=-1) // x.shape[-1]),
    ("rounded", "A mean is rarely a whole number.", lambda x: x.mean(axis=-1).round()),
    (
        "root of the mean square",
        "A plain mean squares nothing.",
        lambda x: np.sqrt((x**2).mean(-1)),
    ),
]:
    means.wrong(name, sentence, _of_counted(way))


@means.family("divided by a constant", "Why {constant}, however long a row is?", over=(1.01, 1e3))
def _(counted, constant):
    return counted.sum(axis=-1) / constant


row_means.steps(counted, means)


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
