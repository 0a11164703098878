"""Features that people take in the place of elu + 1, and features in the wrong places."""

import numpy as np

from helpers.exercises.lesson_07.linear_attention import linear_attention, phi, table

mistake = linear_attention.mistake


@mistake("without features", "Can a weight be negative: what makes φ positive?")
def _(query, key, value):
    return table(query, key, value)


@mistake("features of the queries only", "Both sides of the product need their features.")
def _(query, key, value):
    return table(phi(query), key, value)


@mistake("features of the keys only", "Both sides of the product need their features.")
def _(query, key, value):
    return table(query, phi(key), value)


@mistake("features of the values", "What is mixed are the values as they are.")
def _(query, key, value):
    return table(phi(query), phi(key), phi(value))


@mistake("elu without the 1", "How small can elu be: is it always above 0?")
def _(query, key, value):
    return table(phi(query) - 1, phi(key) - 1, value)


@mistake("1 added above 0 twice", "What is φ(0) from the left, and what from the right?")
def _(query, key, value):
    q, k = (np.where(x > 0, x + 2, np.exp(np.minimum(x, 0))) for x in (query, key))
    return table(q, k, value)


@mistake("1 added below 0 too", "What is φ(0) from the left, and what from the right?")
def _(query, key, value):
    q, k = (np.where(x > 0, x, np.exp(np.minimum(x, 0)) - 1) + 2 for x in (query, key))
    return table(q, k, value)


@mistake("x above 0, exp below", "What is φ(0) from the left, and what from the right?")
def _(query, key, value):
    q, k = (np.where(x > 0, x, np.exp(np.minimum(x, 0))) for x in (query, key))
    return table(q, k, value)


@mistake("above and below exchanged", "Which side is the straight one?")
def _(query, key, value):
    with np.errstate(all="ignore"):
        q, k = (np.where(x > 0, np.exp(x), x + 1) for x in (query, key))
        return table(q, k, value)


@mistake("relu", "What does a word weigh whose features are all 0?")
def _(query, key, value):
    with np.errstate(all="ignore"):
        return table(np.maximum(query, 0), np.maximum(key, 0), value)


@mistake("relu + 1", "Below 0, φ is a curve, not a straight line.")
def _(query, key, value):
    return table(np.maximum(query, 0) + 1, np.maximum(key, 0) + 1, value)


@mistake("exp as features", "Above 0, φ is a straight line.")
def _(query, key, value):
    with np.errstate(all="ignore"):
        return table(np.exp(query), np.exp(key), value)


@mistake("exp that overflows where it is not used", "Does exp see numbers above 0?")
def _(query, key, value):
    def unguarded(x):
        high = (x > 0).astype(x.dtype)
        return high * (x + 1) + (1 - high) * np.exp(x)

    with np.errstate(all="ignore"):
        return table(unguarded(query), unguarded(key), value)


@mistake("sigmoid as features", "Which function is asked for: what is φ(3)?")
def _(query, key, value):
    with np.errstate(all="ignore"):
        return table(1 / (1 + np.exp(-query)), 1 / (1 + np.exp(-key)), value)


@mistake("softmax as features", "Which function is asked for: what is φ(3)?")
def _(query, key, value):
    q, k = (np.exp(x - x.max(axis=1, keepdims=True)) for x in (query, key))
    q, k = (x / x.sum(axis=1, keepdims=True) for x in (q, k))
    return table(q, k, value)


@mistake("absolute value + 1", "Is φ the same for -3 and for 3?")
def _(query, key, value):
    return table(np.abs(query) + 1, np.abs(key) + 1, value)


@mistake("square as features", "Is φ the same for -3 and for 3?")
def _(query, key, value):
    return table(query**2, key**2, value)
