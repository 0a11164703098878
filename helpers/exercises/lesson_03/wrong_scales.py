"""What people divide the scores by, and where: the wrong scales of lesson 03."""

from helpers import attention
from helpers.exercises.lesson_03.scaled_dot_product_attention import (
    _mixed,
    _root,
    _scores,
    scaled_dot_product_attention,
)

mistake = scaled_dot_product_attention.mistake


@mistake("no scale", "What keeps scores at the same size when the width grows?")
def _(query, key, value):
    return _mixed(_scores(query, key), value)


@mistake("divided by the width", "The spread of a score grows more slowly than the width does.")
def _(query, key, value):
    return _mixed(_scores(query, key) / key.shape[-1], value)


@mistake("divided by the root of the number of keys", "Which axis does the dot product sum over?")
def _(query, key, value):
    return _mixed(_scores(query, key) / _root(key.shape[-2]), value)


@mistake("divided by the root of the number of queries", "Which axis does a dot product sum over?")
def _(query, key, value):
    return _mixed(_scores(query, key) / _root(query.shape[-2]), value)


@mistake("divided by the root of the values' width", "Values take no part in the scores.")
def _(query, key, value):
    return _mixed(_scores(query, key) / _root(value.shape[-1]), value)


@mistake("width read from axis 1", "Count the axis from the end: where does the width stand?")
def _(query, key, value):
    return _mixed(_scores(query, key) / _root(query.shape[1]), value)


@mistake("width read from axis 0", "Count the axis from the end: where does the width stand?")
def _(query, key, value):
    return _mixed(_scores(query, key) / _root(len(key)), value)


@mistake("divided by the root of the size", "Which one axis does the dot product sum over?")
def _(query, key, value):
    return _mixed(_scores(query, key) / _root(query.size), value)


@mistake("divided by 8", "That number fits one width only.")
def _(query, key, value):
    return _mixed(_scores(query, key) / 8, value)


@mistake("multiplied by the root", "Which way should the scale change a score that is too large?")
def _(query, key, value):
    return _mixed(_scores(query, key) * _root(query.shape[-1]), value)


@mistake("square instead of root", "How does the spread of a sum grow with the number of terms?")
def _(query, key, value):
    return _mixed(_scores(query, key) / query.shape[-1] ** 2, value)


@mistake("scaled after the softmax", "What should a row of weights sum to?")
def _(query, key, value):
    weights = attention.softmax(_scores(query, key)) / _root(query.shape[-1])
    return weights @ value, weights


@mistake("output scaled", "Where must the scale act for the weights to change?")
def _(query, key, value):
    output, weights = _mixed(_scores(query, key), value)
    return output / _root(query.shape[-1]), weights
