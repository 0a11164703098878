"""linear_attention: a running state instead of a table, and what people get wrong about it."""

import numpy as np

from helpers.exercises.cases import queries_keys_values
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.memory import peak
from helpers.exercises.softmax_steps import softmax
from helpers.exercises.steps import step


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


HOW_MUCH = "What should the weights of one query come to?"
AT_0 = "What is φ(0) from the left, and what from the right?"
BOTH_SIDES = "Is φ the same for -3 and for 3?"
WHAT_IS_3 = "Which function is asked for: what is φ(3)?"
ITSELF = "May a word see itself: what does the first one read?"


def phi(x):
    """elu(x) + 1."""
    return np.where(x > 0, x + 1, np.exp(np.minimum(x, 0)))


@step("q", "k", said="features")
def features(query, key):
    """φ of both sides of the product."""
    return phi(query), phi(key)


# fmt: off
features.wrong("features of the queries only", "Both sides of the product need their features.",
               lambda query, key: (phi(query), key))
features.wrong("features of the keys only", "Both sides of the product need their features.",
               lambda query, key: (query, phi(key)))
features.wrong("query and key swapped", "Who asks: the state is made of keys and values.",
               lambda query, key: (phi(key), phi(query)))
features.wrong("key used as query", "Who asks here: is every word a query of its own?",
               lambda key: (phi(key), phi(key)))
# fmt: on


@features.wrong("divided by the root of d first", "The divisor is softmax's: who divides here?")
def _(query, key):
    return phi(query / np.sqrt(query.shape[1])), phi(key)


def _exchanged(x):
    return np.where(x > 0, np.exp(x), x + 1)


def _unguarded(x):
    high = (x > 0).astype(x.dtype)
    return high * (x + 1) + (1 - high) * np.exp(x)


def _instead(name, sentence, function):
    """Declare another function in the place of φ, of both sides."""
    features.wrong(name, sentence, lambda query, key: (function(query), function(key)))


_instead("without features", "Can a weight be negative: what makes φ positive?", lambda x: x)
_instead("elu without the 1", "How small can elu be: is it always above 0?", lambda x: phi(x) - 1)
_instead("1 added above 0 twice", AT_0, lambda x: phi(x) + (x > 0))
_instead("1 added below 0 too", AT_0, lambda x: np.where(x > 0, x + 2, phi(x) + 1))
_instead("x above 0, exp below", AT_0, lambda x: phi(x) - (x > 0))
_instead("above and below exchanged", "Which side is the straight one?", _exchanged)
_instead("exp that overflows where it is not used", "Does exp see numbers above 0?", _unguarded)
_instead("relu", "What does a word weigh whose features are all 0?", lambda x: np.maximum(x, 0))
_instead("relu + 1", "Below 0, φ is a curve, not a line.", lambda x: np.maximum(x, 0) + 1)
_instead("exp as features", "Above 0, φ is a straight line.", np.exp)
_instead("sigmoid as features", WHAT_IS_3, lambda x: 1 / (1 + np.exp(-x)))
_instead("softmax as features", WHAT_IS_3, softmax)
_instead("softplus as features", WHAT_IS_3, lambda x: np.logaddexp(x, 0))
_instead("absolute value + 1", BOTH_SIDES, lambda x: np.abs(x) + 1)
_instead("square as features", BOTH_SIDES, np.square)


@features.family("query and key multiplied", "Whose φ({constant} x) is this?", over=(1e-2, 1e2))
def _(query, key, constant):
    return phi(constant * query), phi(constant * key)


@step
def so_far():
    """What makes a sum over the words up to each, its own place included."""
    return lambda each: np.cumsum(each, axis=0)


# fmt: off
so_far.wrong("not causal", "The state of a word holds what came up to it: who reads the future?",
             lambda: _everybody)
so_far.wrong("read before it is written", ITSELF,
             lambda: lambda each: np.cumsum(np.concatenate([0 * each[:1], each[:-1]]), axis=0))
so_far.wrong("one word of the future", "How far has the state come when a word reads it?",
             lambda: lambda each: np.cumsum(np.concatenate([each, 0 * each[:1]]), axis=0)[1:])
so_far.wrong("from the back", "The state grows from the first word to the last.",
             lambda: lambda each: np.cumsum(each[::-1], axis=0)[::-1])
so_far.wrong("state not accumulated", "What became of the words before: is the state a sum?",
             lambda: lambda each: each)
# fmt: on


def _everybody(each):
    return np.broadcast_to(each.sum(axis=0), each.shape)


@step
def states(k, value, so_far):
    """Sums of φ(key) and value, one table (d_key, d_value) for every word."""
    return so_far(k[:, :, None] * value[:, None])


# fmt: off
states.wrong("everybody's state, the past's sum", "How many words are in the state when one reads?",
             lambda k, value: _everybody(k[:, :, None] * value[:, None]))
states.wrong("features of the values", "What is mixed are the values as they are.",
             lambda k, value, so_far: so_far(k[:, :, None] * phi(value)[:, None]))
# fmt: on


@states.wrong("state turned", "Which comes first in the state: the key's width, or the value's?")
def _(k, value):
    state = np.zeros((k.shape[1], value.shape[1]))
    state += np.outer(value[0], k[0])
    return state


# fmt: off
states.also("state turned",
            lambda k, value: np.zeros((k.shape[1], value.shape[1])) + np.outer(value[0], k[0]))
# fmt: on


@step
def sums(k, so_far):
    """Sums of φ(key), one row (d_key,) for every word."""
    return so_far(k)


# fmt: off
sums.wrong("divided by everybody's sum", "How many words has the first one read when it divides?",
           lambda k: _everybody(k))
sums.wrong("summed over the width", "What is added up: words, or the numbers of one word?",
           lambda k: np.cumsum(k, axis=1))
# fmt: on


@step
def mixed(q, states):
    """What every query reads from the state: (n, d_value)."""
    return np.einsum("nk,nkv->nv", q, states)


@step
def divisors(q, sums):
    """What the weights of every query come to: (n, 1)."""
    return (q * sums).sum(axis=1, keepdims=True)


# fmt: off
divisors.wrong("not divided", HOW_MUCH, lambda q: np.ones_like(q[:, :1]))
divisors.wrong("divided by the number of words", HOW_MUCH,
               lambda q: np.arange(1, len(q) + 1)[:, None].astype(q.dtype))
divisors.wrong("divided by the sum of the features", "The divisor asks too: where is its query?",
               lambda sums: sums.sum(axis=1, keepdims=True))
divisors.wrong("divided by the own product", HOW_MUCH,
               lambda q, k: (q * k).sum(axis=1, keepdims=True))
# fmt: on


@step
def output(mixed, divisors):
    """Every word's mixture of the values so far."""
    return mixed / divisors


@output.wrong("own place hidden, zeros first", ITSELF)
def _(q, k, value):
    weights = np.tril(q @ k.T, -1)
    return np.nan_to_num(weights @ value / weights.sum(axis=1, keepdims=True))


# fmt: off
output.wrong("state divided number by number", "One number divides a whole row: which, and when?",
             lambda q, states, sums: np.einsum("nk,nkv->nv", q, states / sums[:, :, None]))
# fmt: on


@output.wrong("product first, features after", "Can φ(q · k) be taken out of a sum, or only φ(q)?")
def _(query, key, value):
    weights = np.tril(phi(query @ key.T))
    return weights / weights.sum(axis=1, keepdims=True) @ value


@output.wrong("works in place", "Which line writes into what was passed in?")
def _(query, key, value):
    key[:] = phi(key)
    weights = np.tril(phi(query) @ key.T)
    return weights / weights.sum(axis=1, keepdims=True) @ value


@output.wrong("softmax attention", "Here a weight is a product of features, and no exponential.")
def _(query, key, value):
    scores = query @ key.T / np.sqrt(query.shape[1])
    return softmax(np.where(np.tri(len(query)) > 0, scores, -np.inf)) @ value


@output.wrong("plain mean of the past", "What did the query ask for?")
def _(value):
    return np.cumsum(value, axis=0) / np.arange(1, len(value) + 1)[:, None].astype(value.dtype)


@step
def returned(output):
    """One row for every word."""
    return output


@returned.wrong("weights returned", "These are weights: what do they mix?")
def _(q, k):
    weights = np.tril(q @ k.T)
    return weights / weights.sum(axis=1, keepdims=True)


# fmt: off
returned.wrong("state returned", "This is the state after the last word: who reads it?",
               lambda states: states[-1])
returned.wrong("last word only", "Every word reads the state when its turn comes.",
               lambda output: output[-1])
returned.wrong("first word only", "The loop ended too early: is there a return inside it?",
               lambda output: output[0])
# fmt: on


@returned.wrong("last row left at 0", "The last word reads too: how far does the loop go?")
def _(output):
    return np.where(np.arange(len(output))[:, None] < len(output) - 1, output, 0)


# fmt: off
returned.wrong("cast to float32", "Which step throws digits away?",
               lambda output: output.astype(np.float32))
# fmt: on


linear_attention.steps(features, so_far, states, sums, mixed, divisors, output, returned)


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
def _(call, output, query, key, value):
    if len(query) < 9 or not same(output, linear_attention(query, key, value)):
        return True  # once is enough, in the longest text; and first come the numbers
    n = 1200
    longer = [np.resize(array, (n, array.shape[1])) for array in (query, key, value)]
    names = ("query", "key", "value")
    bytes_taken = peak(lambda: call(**dict(zip(names, longer, strict=True))))
    if bytes_taken < n * n:  # a table of True and False takes one byte a place, numbers more
        return True
    return f"the numbers are right, but for {n} words it took the memory of a table of {n} × {n}"
