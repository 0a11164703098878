"""entropy: how undecided a row of weights is, and what people get wrong about it."""

import numpy as np

from helpers.exercises.cases import rows_of_weights, rows_with_zeros
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.steps import step


@exercise(lesson=3, gives={"entropy": "(...)"})
def entropy(weights):
    """Spread of every row of weights, in bits.

    weights: (..., n_keys), each row sums to 1; zeros count as 0.
    Returns: (...).
    """
    positive = np.where(weights > 0, weights, 1)  # log2(1) = 0, so zeros add nothing
    return -(weights * np.log2(positive)).sum(axis=-1)


entropy.hints(
    "A row that looks at one word has entropy 0. What does your function give for [1, 0, 0]?",
    "Add up -log2(weight) over the row, each term multiplied by the weight itself.",
    "-sum(weight * log2(weight)) over the last axis, where a zero adds 0.",
)


@entropy.case("rows without zeros")
def _(rng):
    return dict(weights=rows_of_weights(rng, 4, 6))


@entropy.case("several tables without zeros")
def _(rng):
    return dict(weights=rows_of_weights(rng, 2, 5, 8))


@entropy.case("a single row without zeros", seed=3)
def _(rng):
    return dict(weights=rows_of_weights(rng, 7))


# Zeros come last: whoever takes a mean *and* stumbles over a zero hears about the mean.
@entropy.case("sharp, flat and mixed rows, with zeros", extreme=True)
def _(rng):
    return dict(weights=rows_with_zeros(rng, 3, 4, 9))


@step
def weights(weights):
    """The rows as they came: they are weights already."""
    return weights


@weights.wrong("softmax first", "These are weights already, not scores.")
def _(weights):
    return np.exp(weights) / np.exp(weights).sum(axis=-1, keepdims=True)


@weights.family("something small added to every weight", "A weight became larger by {constant}.",
                over=(1e-8, 1e-1))  # fmt: skip
def _(weights, constant):
    return weights + constant


@step
def logarithms(weights):
    """Bits of every weight; a weight of 0 adds nothing."""
    return np.log2(np.where(weights > 0, weights, 1))


@logarithms.wrong("nats", "In which unit does your logarithm count?")
def _(weights):
    return np.log(np.where(weights > 0, weights, 1))


@logarithms.wrong("base 10", "In which unit does your logarithm count?")
def _(weights):
    return np.log10(np.where(weights > 0, weights, 1))


@logarithms.wrong("zeros give NaN", "What does your function make of a weight of 0?")
def _(weights):
    return np.log2(weights)


@logarithms.wrong("logarithm of 1 + weight", "The logarithm is to be taken of the weight itself.")
def _(weights):
    return np.log1p(weights)


@logarithms.also("logarithm of 1 + weight")
def _(weights):
    return np.log2(weights + 1)


@logarithms.family("something small added", "Every weight was shifted; only zeros need care.",
                   over=(1e-8, 1e-1))  # fmt: skip
def _(weights, constant):
    return np.log2(weights + constant)


@logarithms.family("another base", "In which unit does your logarithm count?", over=(1.1, 100))
def _(weights, constant):
    return np.log(np.where(weights > 0, weights, 1)) / np.log(constant)


@step
def terms(weights, logarithms):
    """Bits of every weight, as often as it comes up."""
    return weights * logarithms


@terms.wrong("logarithms unweighted", "How often does each word come up in the mean?")
def _(logarithms):
    return logarithms


@terms.wrong("zeros give infinity", "What should a weight of 0 add to the sum?")
def _(weights):
    return np.log2(weights)


@step
def entropy_of_rows(terms):
    """The sum of every row."""
    return -terms.sum(axis=-1)


@entropy_of_rows.wrong("no minus", "The logarithm of a weight is negative; a spread is not.")
def _(terms):
    return terms.sum(axis=-1)


@entropy_of_rows.wrong("sum over everything", "Every row has an entropy of its own.")
def _(terms):
    return -terms.sum()


@entropy_of_rows.wrong("mean over everything", "Every row has an entropy of its own.")
def _(terms):
    return -terms.sum(axis=-1).mean()


@entropy_of_rows.wrong("mean instead of sum", "The weights already say how often each counts.")
def _(terms):
    return -terms.mean(axis=-1)


@entropy_of_rows.wrong("over the queries", "Along which axis does one query's row run?")
def _(terms):
    return -terms.sum(axis=0)


@entropy_of_rows.wrong("over the last axis but one", "Along which axis does one query's row run?")
def _(terms):
    return -terms.sum(axis=-2)


@entropy_of_rows.wrong("axis 1, whatever the shape", "Count the axis from the end: which is a row?")
def _(terms):
    return -terms.sum(axis=1)


@entropy_of_rows.wrong("kept the axis", "One number a row is enough: look at keepdims.")
def _(terms):
    return -terms.sum(axis=-1, keepdims=True)


@entropy_of_rows.wrong("not summed", "These are the parts; a row needs one number.")
def _(terms):
    return -terms


@entropy_of_rows.wrong("number of words, not bits", "How many bits tell that many words apart?")
def _(terms):
    return 2 ** -terms.sum(axis=-1)


@entropy_of_rows.wrong("share of the largest possible", "Bits are asked for, not a share of 1.")
def _(terms):
    return -terms.sum(axis=-1) / np.log2(terms.shape[-1])


@entropy_of_rows.wrong("largest weight only", "All weights of the row count, not one alone.")
def _(weights):
    return -np.log2(weights.max(axis=-1))


@entropy_of_rows.wrong("logarithm of a square", "The weight before the logarithm counts once.")
def _(weights):
    return -np.log2((weights**2).sum(axis=-1))


@entropy_of_rows.wrong("no logarithm", "A share is turned into bits by what?")
def _(weights):
    return 1 - (weights**2).sum(axis=-1)


entropy.steps(weights, logarithms, terms, entropy_of_rows)


def _one_hot(weights):
    sharp = np.zeros_like(weights)
    sharp[..., 1] = 1
    return sharp


@entropy.holds("a row that looks at one word has entropy 0")
def _(call, weights):
    found = np.max(np.abs(call(weights=_one_hot(weights))))
    return bool(found < 1e-4)


@entropy.holds("n words alike make log2(n) bits")
def _(call, weights):
    n = weights.shape[-1]
    return same(call(weights=np.full_like(weights, 1 / n)), np.full(weights.shape[:-1], np.log2(n)))


@entropy.holds("no row has less than 0 bits")
def _(entropy):
    return bool((entropy > -1e-6).all())


@entropy.holds("no row of n words has more than log2(n) bits")
def _(entropy, weights):
    return bool((entropy < np.log2(weights.shape[-1]) + 1e-4).all())


@entropy.holds("the order of the words does not matter")
def _(call, entropy, weights):
    return same(call(weights=weights[..., ::-1].copy()), entropy)


@entropy.holds("a further word of weight 0 changes nothing")
def _(call, entropy, weights):
    wider = np.concatenate([weights, np.zeros_like(weights[..., :1])], axis=-1)
    return same(call(weights=wider), entropy)
