"""The steps of attention, and what people get wrong at each. Lessons 02 to 10 take from them.

    query, key → scores → scaled → weights; weights, value → output

From scores to weights is in softmax_steps.py, the way to query, key and value in
projection_steps.py.
"""

import numpy as np

from helpers.exercises.steps import step

MEET = "Write the shapes side by side: which axes should meet?"
WIDTH = "Count the axis from the end: where does the width stand?"
SUMMED = "Which axis does the dot product sum over?"
ONLY_THE_WAY_IN = "The three are only the way in: what do they do next?"


def turned(array):
    """The last two axes exchanged."""
    return array.swapaxes(-1, -2)


def unit(array):
    """Rows of length 1."""
    return array / np.linalg.norm(array, axis=-1, keepdims=True)


@step(any_shift=True)
def scores(query, key):
    """Every query with every key: (..., n_queries, n_keys)."""
    return query @ turned(key)


@scores.wrong("key not transposed", "Every query meets every key: which axes should meet?")
def _(query, key):
    return query @ key


@scores.wrong("all axes turned round", "Batch and heads stay in front: which two axes turn?")
def _(query, key):
    return query @ key.T


@scores.wrong("key reshaped", "A reshape keeps the order of the numbers: which axes turn?")
def _(query, key):
    return query @ key.reshape(*key.shape[:-2], key.shape[-1], key.shape[-2])


@scores.wrong("query transposed", MEET)
def _(query, key):
    return turned(query) @ key


@scores.wrong("all heads crossed", "np.dot pairs every head with every other one: what does not?")
def _(query, key):
    return np.dot(query, turned(key))


@scores.wrong("element by element", "Every query meets every key, not only its own.")
def _(query, key):
    return query * key


@scores.wrong("query and key exchanged", "Rows are queries, columns are keys: who asks here?")
def _(query, key):
    return key @ turned(query)


@scores.wrong("queries with themselves", "Where does `key` come in?")
def _(query):
    return query @ turned(query)


@scores.wrong("keys with themselves", "Where does `query` come in?")
def _(key):
    return key @ turned(key)


@scores.wrong("values instead of keys", "What does a query meet: what is searched, or found?")
def _(query, value):
    return query @ turned(value)


@scores.wrong("cosine", "The lengths of query and key count too.")
def _(query, key):
    return unit(query) @ turned(unit(key))


@scores.wrong("distance", "A score is a product of query and key, not a distance.")
def _(query, key):
    return -np.linalg.norm(query[..., :, None, :] - key[..., None, :, :], axis=-1)


@scores.wrong("squared distance", "A score is a product of query and key, not a distance.")
def _(query, key):
    return -((query[..., :, None, :] - key[..., None, :, :]) ** 2).sum(axis=-1)


@scores.wrong("sign turned", "Which key should weigh most: the best fit, or the worst?")
def _(query, key):
    return -query @ turned(key)


@scores.wrong("absolute scores", "What should a score far below 0 weigh?")
def _(query, key):
    return np.abs(query @ turned(key))


@step(any_shift=True, said="scaled scores")
def scaled(scores, query):
    """Scores of one size, whatever the width is."""
    return scores / np.sqrt(query.shape[-1])


@scaled.wrong("no scale", "What keeps scores at the same size when the width grows?")
def _(scores):
    return scores


@scaled.wrong("divided by the width", "The spread of a score grows more slowly than the width.")
def _(scores, key):
    return scores / key.shape[-1]


@scaled.wrong("divided by the root of the number of keys", SUMMED)
def _(scores, key):
    return scores / np.sqrt(key.shape[-2])


@scaled.wrong("divided by the root of the number of queries", SUMMED)
def _(scores, query):
    return scores / np.sqrt(query.shape[-2])


@scaled.wrong("divided by the root of the values' width", "Values take no part in the scores.")
def _(scores, value):
    return scores / np.sqrt(value.shape[-1])


@scaled.wrong("width read from axis 1", WIDTH)
def _(scores, query):
    return scores / np.sqrt(query.shape[1])


@scaled.also("width read from axis 1")
def _(scores, key):
    return scores / np.sqrt(key.shape[1])


@scaled.wrong("width read from axis 0", WIDTH)
def _(scores, key):
    return scores / np.sqrt(len(key))


@scaled.also("width read from axis 0")
def _(scores, query):
    return scores / np.sqrt(len(query))


@scaled.wrong("divided by the root of the size", "Which one axis does the dot product sum over?")
def _(scores, query):
    return scores / np.sqrt(query.size)


@scaled.wrong("multiplied by the root", "Which way should the scale change a score too large?")
def _(scores, query):
    return scores * np.sqrt(query.shape[-1])


@scaled.wrong("square instead of root", "How does the spread of a sum grow with its terms?")
def _(scores, query):
    return scores / query.shape[-1] ** 2


@scaled.wrong("divided by 8", "That number fits one width only.")
def _(scores):
    return scores / 8


@scaled.family("another divisor", "Why {constant}, whatever the width is?", over=(1.01, 1e3))
def _(scores, constant):
    return scores / constant


@scaled.family("another factor", "Why times {constant}, whatever the width is?", over=(1.01, 1e2))
def _(scores, constant):
    return scores * constant


# Lesson 02's scores are not scaled: there, every scale is a mistake.
unscaled = scaled.adapted(
    right=lambda scores: scores,
    without=["no scale"],
    sentences=dict.fromkeys(
        [way.name for way in scaled.ways],
        "This lesson's scores are the plain dot products.",
    ),
)
unscaled.wrong("scaled", "This lesson's scores are the plain dot products.", scaled.right)


@step
def output(weights, value):
    """Every query's mixture of the values: (..., n_queries, d_value)."""
    return weights @ value


@output.wrong("keys instead of values", "What is mixed: what is searched, or what is found?")
def _(weights, key):
    return weights @ key


@output.wrong("queries instead of values", "What is mixed: what asks, or what is found?")
def _(weights, query):
    return weights @ query


@output.wrong("weights transposed before mixing", MEET)
def _(weights, value):
    return turned(weights) @ value


@output.wrong("value transposed", MEET)
def _(weights, value):
    return weights @ turned(value)


@output.wrong("value in front", MEET)
def _(weights, value):
    return value @ weights


@output.wrong("query added", "Nothing is added to the mix of the values in this lesson.")
def _(weights, value, query):
    return weights @ value + query


@step
def returned(output, weights):
    """The output, and the weights it was mixed with."""
    return output, weights


@returned.wrong("output only", "The weights are asked for as well.")
def _(output):
    return output


@returned.wrong("weights only", "The output is asked for as well.")
def _(weights):
    return weights


@returned.wrong("output and weights exchanged", "In which order are the two asked for?")
def _(output, weights):
    return weights, output


@returned.wrong("scores returned", "The second array holds scores; what are weights?")
def _(output, scaled):
    return output, scaled


@returned.also("scores returned")
def _(output, scores):
    return output, scores


@returned.wrong("weights transposed", "Rows are queries, in the weights too.")
def _(output, weights):
    return output, turned(weights)


@returned.wrong("result transposed", "Rows are queries: how many rows should there be?")
def _(output, weights):
    return turned(output), weights


def for_one_table(step):
    """The step where no batch stands in front: the last two axes are all there are."""
    only_in_a_batch = {
        "all axes turned round", "all heads crossed", "softmax over axis 0", "softmax over axis 1",
        "softmax over each whole table", "width read from axis 0", "width read from axis 1",
    }  # fmt: skip
    return step.adapted(without=only_in_a_batch & {way.name for way in step.ways})
