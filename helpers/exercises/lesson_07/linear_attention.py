"""linear_attention: a running state instead of a table, and what people get wrong about it."""

import tracemalloc

import numpy as np

from helpers.exercises.cases import queries_keys_values
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise


@exercise(lesson=7, gives={"output": "(n, d_value)"})
def linear_attention(query, key, value):
    """Causal attention with weights φ(query) · φ(key), φ(x) = elu(x) + 1, without (n, n).

    query, key: (n, d_key); value: (n, d_value). A word sees itself and the words before it.
    Returns: (n, d_value).
    """

    def features(x):
        return np.where(x > 0, x + 1, np.exp(np.minimum(x, 0)))

    state = np.zeros((key.shape[1], value.shape[1]))
    sums = np.zeros(key.shape[1])
    output = np.empty_like(value)
    for i, (q, k) in enumerate(zip(features(query), features(key), strict=True)):
        state += np.outer(k, value[i])
        sums += k
        output[i] = q @ state / (q @ sums)
    return output


linear_attention.hints(
    "The weight of a key is a product, φ(q) · φ(k). In the sum over keys, φ(q) is the same for "
    "every key: what is left if you take it out?",
    "Two things grow from word to word: the sum of φ(k) vᵀ, a table (d_key, d_value), and the sum "
    "of φ(k), a row (d_key,). A word reads them after it has added its own key and value.",
    "φ(x) is x + 1 above 0 and exp(x) below. For each word: state += outer(φ(k), v); "
    "sums += φ(k); output = φ(q) @ state / (φ(q) @ sums).",
)


def _inputs(rng, n, d_key, d_value, size=1.0):
    return queries_keys_values(rng, n_queries=n, n_keys=n, d_key=d_key, d_value=d_value, size=size)


@linear_attention.case("a short text")
def _(rng):
    return _inputs(rng, 6, 3, 4)


@linear_attention.case("a longer text with wider values")
def _(rng):
    return _inputs(rng, 9, 4, 5)


@linear_attention.case("keys wider than values, large entries")
def _(rng):
    return _inputs(rng, 7, 5, 2, size=2.0)


@linear_attention.case("two words")
def _(rng):
    return _inputs(rng, 2, 3, 5)


@linear_attention.case("entries near 900 and near -900", dtypes=("float64",), extreme=True)
def _(rng):
    made = _inputs(rng, 5, 3, 4)
    made["key"] += np.array([900.0, -900.0, 0.0])
    return made


mistake = linear_attention.mistake


def phi(x):
    """elu(x) + 1."""
    return np.where(x > 0, x + 1, np.exp(np.minimum(x, 0)))


def table(query, key, value, seen=None):
    """Weights query · key where they may be seen, divided by their sum, times the values."""
    weights = query @ key.T
    weights = weights * (np.tri(len(query)) if seen is None else seen)
    return (weights / weights.sum(axis=1, keepdims=True)) @ value


@mistake("not causal", "The state of a word holds what came up to it: who reads the future here?")
def _(query, key, value):
    return table(phi(query), phi(key), value, seen=1)


@mistake("divided by everybody's sum", "How many words has the first one read when it divides?")
def _(query, key, value):
    q, k = phi(query), phi(key)
    return ((q @ k.T) * np.tri(len(q))) @ value / (q @ k.sum(axis=0))[:, None]


@mistake("everybody's state, the past's sum", "How many words are in the state when one reads it?")
def _(query, key, value):
    q, k = phi(query), phi(key)
    return q @ (k.T @ value) / (q * np.cumsum(k, axis=0)).sum(axis=1, keepdims=True)


@mistake("read before it is written", "May a word see itself: what does the first one read?")
def _(query, key, value):
    with np.errstate(all="ignore"):
        return table(phi(query), phi(key), value, np.tri(len(query), k=-1))


@mistake("own place hidden, zeros first", "May a word see itself: what does the first one read?")
def _(query, key, value):
    q, k = phi(query), phi(key)
    weights = (q @ k.T) * np.tri(len(q), k=-1)
    total = weights.sum(axis=1, keepdims=True)
    return (weights / np.where(total == 0, 1, total)) @ value


@mistake("from the back", "The state grows from the first word to the last.")
def _(query, key, value):
    return table(phi(query), phi(key), value, np.tri(len(query)).T)


@mistake("state not accumulated", "What became of the words before: is the state a sum?")
def _(query, key, value):
    return value.copy()


@mistake("product first, features after", "What can be taken out of the sum: φ(q · k), or φ(q)?")
def _(query, key, value):
    weights = phi(query @ key.T) * np.tri(len(query))
    return (weights / weights.sum(axis=1, keepdims=True)) @ value


@mistake("softmax attention", "Here a weight is a product of features, and no exponential.")
def _(query, key, value):
    scores = np.where(np.tri(len(query)) > 0, query @ key.T / np.sqrt(query.shape[1]), -np.inf)
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return (weights / weights.sum(axis=1, keepdims=True)) @ value


@mistake("divided by the root of d first", "The divisor belongs to softmax: who divides here?")
def _(query, key, value):
    return table(phi(query / np.sqrt(query.shape[1])), phi(key), value)


@mistake("not divided", "What should the weights of one query come to?")
def _(query, key, value):
    return ((phi(query) @ phi(key).T) * np.tri(len(query))) @ value


@mistake("divided by the number of words", "What should the weights of one query come to?")
def _(query, key, value):
    count = np.arange(1, len(query) + 1)[:, None].astype(value.dtype)
    return ((phi(query) @ phi(key).T) * np.tri(len(query))) @ value / count


@mistake("divided by the sum of the features", "The divisor asks too: where is its query?")
def _(query, key, value):
    k = phi(key)
    mixed = ((phi(query) @ k.T) * np.tri(len(query))) @ value
    return mixed / np.cumsum(k.sum(axis=1))[:, None]


@mistake("divided by the own product", "What should the weights of one query come to?")
def _(query, key, value):
    q, k = phi(query), phi(key)
    return ((q @ k.T) * np.tri(len(q))) @ value / (q * k).sum(axis=1, keepdims=True)


@mistake("query and key swapped", "Who asks: the state is made of keys and values.")
def _(query, key, value):
    return table(phi(key), phi(query), value)


@mistake("key used as query", "Who asks here: is every word a query of its own?")
def _(query, key, value):
    return table(phi(key), phi(key), value)


@mistake("plain mean of the past", "What did the query ask for?")
def _(query, key, value):
    return np.cumsum(value, axis=0) / np.arange(1, len(value) + 1)[:, None].astype(value.dtype)


@mistake("weights returned", "These are weights: what do they mix?")
def _(query, key, value):
    weights = (phi(query) @ phi(key).T) * np.tri(len(query))
    return weights / weights.sum(axis=1, keepdims=True)


@mistake("state returned", "This is the state after the last word: who reads it?")
def _(query, key, value):
    return phi(key).T @ value


@mistake("last word only", "Every word reads the state when its turn comes.")
def _(query, key, value):
    return table(phi(query), phi(key), value)[-1]


@mistake("works in place", "Which line writes into what was passed in?")
def _(query, key, value):
    key[:] = phi(key)
    return table(phi(query), key, value)


@mistake("cast to float32", "Which step throws digits away?")
def _(query, key, value):
    return table(phi(query), phi(key), value).astype(np.float32)


holds = linear_attention.holds


@holds("the first word gets its own value")
def _(output, value):
    return same(output[0], value[0])


@holds("an output lies between the smallest and the largest value so far")
def _(output, value):
    low, high = np.minimum.accumulate(value), np.maximum.accumulate(value)
    room = 1e-4 * np.abs(value).max()
    return bool((output >= low - room).all() and (output <= high + room).all())


@holds("changing the last word changes no output before it")
def _(call, output, key, value):
    key[-1], value[-1] = -key[-1], value[-1] + 1
    return same(call(key=key, value=value)[:-1], output[:-1])


@holds("the output of a word is what it is when the text ends there")
def _(call, output, query, key, value):
    return same(call(query=query[:-1], key=key[:-1], value=value[:-1]), output[:-1])


@holds("values twice as large give outputs twice as large")
def _(call, output, value):
    return same(call(value=2 * value), 2 * output)


@holds(
    "no table of n × n numbers is made",
    advice="Which step needs a row for every query and a column for every key?",
)
def _(call, query, key, value):
    n = 1200
    longer = [np.resize(array, (n, array.shape[1])) for array in (query, key, value)]
    names = ("query", "key", "value")
    peak = _peak(lambda: call(**dict(zip(names, longer, strict=True))))
    if peak < n * n:  # a table of True and False takes one byte a place, of numbers four or eight
        return True
    return f"for {n} words it took the memory of a table of {n} × {n}"


def _peak(function):
    """Bytes at the highest point of a call, beyond what was there before."""
    tracing = tracemalloc.is_tracing()
    if not tracing:
        tracemalloc.start()
    try:
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        function()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        if not tracing:
            tracemalloc.stop()
