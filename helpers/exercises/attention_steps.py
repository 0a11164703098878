"""The steps of attention, and what people get wrong at each. Lessons 02 to 10 take from them.

query, key → scores → scaled → weights; weights, value → output
"""

import numpy as np

from helpers.exercises.steps import step

MEET = "Write the shapes side by side: which axes should meet?"
SHARE = "What should the weights of one query come to?"
LAST = "Count the axis from the end: which axis holds the keys?"
WIDTH = "Count the axis from the end: where does the width stand?"
SUMMED = "Which axis does the dot product sum over?"


def turned(array):
    """The last two axes exchanged."""
    return array.swapaxes(-1, -2)


def softmax(scores, axis=-1):
    """softmax along an axis, without a guard: a row that is hidden wholly gives NaN."""
    exponentials = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)


def unit(array):
    """Rows of length 1."""
    return array / np.linalg.norm(array, axis=-1, keepdims=True)


@step("query", "key", "value")
def projected(x, w_query, w_key, w_value):
    return x @ w_query, x @ w_key, x @ w_value


def _each(project):
    """All three projections made in one wrong way."""
    return lambda x, w_query, w_key, w_value: tuple(
        project(x, w) for w in (w_query, w_key, w_value)
    )


@projected.wrong("query and key exchanged", "Which matrix belongs to which name?")
def _(x, w_query, w_key, w_value):
    return x @ w_key, x @ w_query, x @ w_value


@projected.wrong("key and value exchanged", "In which order are the three asked for?")
def _(x, w_query, w_key, w_value):
    return x @ w_query, x @ w_value, x @ w_key


@projected.wrong("value first", "In which order are the three asked for?")
def _(x, w_query, w_key, w_value):
    return x @ w_value, x @ w_key, x @ w_query


@projected.wrong("one matrix for all", "Each of the three has a matrix of its own.")
def _(x, w_query):
    return x @ w_query, x @ w_query, x @ w_query


@projected.also("one matrix for all")
def _(x, w_key):
    return x @ w_key, x @ w_key, x @ w_key


@projected.also("one matrix for all")
def _(x, w_value):
    return x @ w_value, x @ w_value, x @ w_value


@projected.wrong("key from the query's matrix", "Which matrix makes the keys?")
def _(x, w_query, w_value):
    return x @ w_query, x @ w_query, x @ w_value


@projected.wrong("query from the key's matrix", "Which matrix makes the queries?")
def _(x, w_key, w_value):
    return x @ w_key, x @ w_key, x @ w_value


@projected.wrong("value from the key's matrix", "Which matrix makes the values?")
def _(x, w_query, w_key):
    return x @ w_query, x @ w_key, x @ w_key


@projected.wrong("value from the query's matrix", "Which matrix makes the values?")
def _(x, w_query, w_key):
    return x @ w_query, x @ w_key, x @ w_query


@projected.wrong("query left as it came", "Which matrix makes the queries?")
def _(x, w_key, w_value):
    return x, x @ w_key, x @ w_value


@projected.wrong("key left as it came", "Which matrix makes the keys?")
def _(x, w_query, w_value):
    return x @ w_query, x, x @ w_value


@projected.wrong("value left as it came", "The values are projected too.")
def _(x, w_query, w_key):
    return x @ w_query, x @ w_key, x


@projected.wrong("matrix transposed", MEET)
def _(x, w_query, w_key, w_value):
    return x @ w_query.T, x @ w_key.T, x @ w_value.T


projected.wrong("matrix in front", MEET, _each(lambda x, w: w @ x))
projected.wrong("rows are widths", "One row a word: which axis is the words'?",
                _each(lambda x, w: w.T @ turned(x)))  # fmt: skip
projected.wrong("element by element", "Which product sums over the width of the model?",
                _each(lambda x, w: x * w))  # fmt: skip
projected.wrong("input added", "Nothing is added here: a projection is the product alone.",
                _each(lambda x, w: x + x @ w))  # fmt: skip
projected.wrong("softmax too early", "A projection is the product alone; weights come later.",
                _each(lambda x, w: softmax(x @ w)))  # fmt: skip
projected.wrong("scaled", "A projection is the product alone; the scale comes in lesson 03.",
                _each(lambda x, w: x @ w / np.sqrt(x.shape[-1])))  # fmt: skip
projected.wrong("rows of length 1", "A projection is the product alone: lengths stay.",
                _each(lambda x, w: unit(x @ w)))  # fmt: skip
projected.wrong("negative numbers cut off", "A projection is linear: numbers below 0 stay.",
                _each(lambda x, w: np.maximum(x @ w, 0)))  # fmt: skip


@step(any_shift=True)
def scores(query, key):
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


@step(any_shift=True)
def scaled(scores, query):
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
def weights(scaled):
    return softmax(scaled)


@weights.wrong("no softmax", "Scores are no weights yet: what do the weights of a query sum to?")
def _(scaled):
    return scaled


@weights.wrong("softmax over the queries", "Who shares out 1: a query, or a key?")
def _(scaled):
    return softmax(scaled, axis=-2)


@weights.also("softmax over the queries")
def _(scaled):
    exponentials = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-2, keepdims=True)


@weights.wrong("softmax over axis 0", LAST)
def _(scaled):
    return softmax(scaled, axis=0)


@weights.also("softmax over axis 0")
def _(scaled):
    exponentials = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=0, keepdims=True)


@weights.wrong("softmax over axis 1", LAST)
def _(scaled):
    return softmax(scaled, axis=1)


@weights.also("softmax over axis 1")
def _(scaled):
    exponentials = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


@weights.wrong("softmax over everything", "Every query shares out a 1 of its own.")
def _(scaled):
    exponentials = np.exp(scaled - scaled.max())
    return exponentials / exponentials.sum()


@weights.wrong("softmax over each whole table", "Every query shares out a 1 of its own.")
def _(scaled):
    exponentials = np.exp(scaled - scaled.max(axis=(-2, -1), keepdims=True))
    return exponentials / exponentials.sum(axis=(-2, -1), keepdims=True)


@weights.wrong("no maximum taken off", "How large may a score be before it overflows?")
def _(scaled):
    return np.exp(scaled) / np.exp(scaled).sum(axis=-1, keepdims=True)


@weights.wrong("largest of everything taken off", "Each row has its own largest score.")
def _(scaled):
    exponentials = np.exp(scaled - scaled.max())
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@weights.wrong("axis lost", "After a sum the axis is gone: how do you keep it for the division?")
def _(scaled):
    exponentials = np.exp(scaled - scaled.max(axis=-1))
    return exponentials / exponentials.sum(axis=-1)


@weights.also("axis lost")
def _(scaled):
    return np.exp(scaled) / np.exp(scaled).sum(axis=-1)


@weights.also("axis lost")
def _(scaled):
    exponentials = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1)


@weights.wrong("not normalised", SHARE)
def _(scaled):
    return np.exp(scaled)


@weights.wrong("largest weight is 1", SHARE)
def _(scaled):
    return np.exp(scaled - scaled.max(axis=-1, keepdims=True))


@weights.wrong("no exponential", "A score below 0 should get a small weight, never a negative.")
def _(scaled):
    return scaled / scaled.sum(axis=-1, keepdims=True)


@weights.wrong("base 2", "Which number does softmax raise to the power of a score?")
def _(scaled):
    return softmax(scaled * np.log(2))


@weights.wrong("sigmoid", "Each score was treated alone; the words of a row share one 1.")
def _(scaled):
    return 1 / (1 + np.exp(-scaled))


@weights.wrong(
    "later keys hidden", "Nothing is hidden in this lesson: the mask comes in lesson 06."
)
def _(scaled):
    n_queries, n_keys = scaled.shape[-2:]
    seen = np.tri(n_queries, n_keys, n_keys - n_queries, dtype=bool)
    return softmax(np.where(seen, scaled, -np.inf))


@weights.wrong("softmax in float32", "The softmax threw digits away: where are numbers cast?")
def _(scaled):
    return softmax(scaled.astype(np.float32)).astype(scaled.dtype)


@weights.wrong("weights in float16", "The weights lost digits: where are they cast?")
def _(scaled):
    return softmax(scaled).astype(np.float16).astype(scaled.dtype)


@weights.wrong("scaled after the softmax", "What should a row of weights sum to?")
def _(scores, query):
    return softmax(scores) / np.sqrt(query.shape[-1])


@weights.wrong("softmax twice", "Weights went through softmax a second time.")
def _(scaled):
    return softmax(softmax(scaled))


@weights.wrong("arg-max", "Attention is soft: the second-best key brings in its value too.")
def _(scaled):
    return (scaled == scaled.max(axis=-1, keepdims=True)).astype(scaled.dtype)


@weights.wrong(
    "plain mean of the values", "Every key got the same weight, whatever the query asks."
)
def _(scaled):
    return np.full_like(scaled, 1 / scaled.shape[-1])


@step
def output(weights, value):
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
