"""layer_norm: every row to mean 0 and spread 1, and what people get wrong about it."""

import numpy as np

from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise


@exercise(lesson=8, gives={"normed": "(..., d)"})
def layer_norm(x, gain, bias, eps=1e-5):
    """Every row to mean 0 and variance 1, then times gain, plus bias.

    x: (..., d); gain, bias: (d,).
    Returns: (..., d).
    """
    centred = x - x.mean(axis=-1, keepdims=True)
    variance = (centred**2).mean(axis=-1, keepdims=True)
    return centred / np.sqrt(variance + eps) * gain + bias


layer_norm.hints(
    "Take one row, say [1, 2, 3]. What do you take away so that its mean is 0, and what do you "
    "divide by so that its spread is 1?",
    "Means and variances run along the last axis and keep it, so that they broadcast. The small "
    "number keeps the division safe; gain and bias come last.",
    "centred = x minus its row's mean; divide it by the root of (variance of the row + eps); "
    "multiply by the gain; add the bias.",
)


def _inputs(rng, *shape):
    # Rows of their own mean and spread, so that whoever mixes rows is seen.
    rows = numbers(rng, *shape) * rng.uniform(0.5, 3, (*shape[:-1], 1))
    x = rows + rng.uniform(-2, 2, (*shape[:-1], 1))
    return dict(x=x, gain=rng.uniform(0.5, 2, shape[-1]), bias=numbers(rng, shape[-1]))


@layer_norm.case("one sentence")
def _(rng):
    return _inputs(rng, 5, 8)


@layer_norm.case("a batch of sentences, eps given")
def _(rng):
    return _inputs(rng, 2, 5, 7) | dict(eps=0.5)


@layer_norm.case("two leading axes")
def _(rng):
    return _inputs(rng, 3, 2, 4, 9)


@layer_norm.case("rows that hardly vary", extreme=True)
def _(rng):
    return _inputs(rng, 4, 6) | dict(x=0.003 * numbers(rng, 4, 6))


mistake = layer_norm.mistake


def _mean(x, axis=-1):
    return x.mean(axis=axis, keepdims=True)


def _variance(x, axis=-1):
    return x.var(axis=axis, keepdims=True)


def _normal(x, eps, axis=-1):
    return (x - _mean(x, axis)) / np.sqrt(_variance(x, axis) + eps)


@mistake("no eps", "What if all numbers of a row are alike?")
def _(x, gain, bias, eps=1e-5):
    return _normal(x, 0) * gain + bias


@mistake("eps outside the root", "Is eps added to the variance, or to its root?")
def _(x, gain, bias, eps=1e-5):
    return (x - _mean(x)) / (np.sqrt(_variance(x)) + eps) * gain + bias


@mistake("eps subtracted", "What would a small variance minus eps be?")
def _(x, gain, bias, eps=1e-5):
    with np.errstate(invalid="ignore"):
        return _normal(x, -eps) * gain + bias


@mistake("eps added to the result", "eps guards the division: where does it have to stand?")
def _(x, gain, bias, eps=1e-5):
    return (_normal(x, 0) + eps) * gain + bias


@mistake("eps hard-coded", "The caller may ask for another eps: where is it used?")
def _(x, gain, bias, eps=1e-5):
    return _normal(x, 1e-5) * gain + bias


@mistake("divided by the variance", "In which unit is a variance, if x is in metres?")
def _(x, gain, bias, eps=1e-5):
    return (x - _mean(x)) / (_variance(x) + eps) * gain + bias


@mistake("divided by n - 1", "The variance here is a plain mean of squares: by what is it divided?")
def _(x, gain, bias, eps=1e-5):
    variance = x.var(axis=-1, keepdims=True, ddof=1)
    return (x - _mean(x)) / np.sqrt(variance + eps) * gain + bias


@mistake("sum of squares", "Is the variance of a row the sum of its squares, or their mean?")
def _(x, gain, bias, eps=1e-5):
    centred = x - _mean(x)
    return centred / np.sqrt((centred**2).sum(axis=-1, keepdims=True) + eps) * gain + bias


@mistake("over the words", "Every word is normed by itself: along which axis do its numbers lie?")
def _(x, gain, bias, eps=1e-5):
    return _normal(x, eps, axis=-2) * gain + bias


@mistake("over the first axis", "Which axis holds the numbers of one word, with a batch in front?")
def _(x, gain, bias, eps=1e-5):
    return _normal(x, eps, axis=0) * gain + bias


@mistake("over everything", "One mean for all words mixes them: how many means should there be?")
def _(x, gain, bias, eps=1e-5):
    return _normal(x, eps, axis=None) * gain + bias


@mistake("over each sentence", "One mean for a sentence mixes its words: how many should there be?")
def _(x, gain, bias, eps=1e-5):
    return _normal(x, eps, axis=(-2, -1)) * gain + bias


@mistake("not centred", "What is the mean of a row, after your norm and before gain and bias?")
def _(x, gain, bias, eps=1e-5):
    return x / np.sqrt(_variance(x) + eps) * gain + bias


@mistake("root mean square", "That is another norm, RMSNorm: this one takes something away first.")
def _(x, gain, bias, eps=1e-5):
    return x / np.sqrt(_mean(x**2) + eps) * gain + bias


@mistake("variance around 0", "The numbers are centred, and their variance is measured from where?")
def _(x, gain, bias, eps=1e-5):
    return (x - _mean(x)) / np.sqrt(_mean(x**2) + eps) * gain + bias


@mistake("mean taken away after dividing", "Which comes first, taking away or dividing?")
def _(x, gain, bias, eps=1e-5):
    return (x / np.sqrt(_variance(x) + eps) - _mean(x)) * gain + bias


@mistake("centred only", "The mean is right; how large are the rows?")
def _(x, gain, bias, eps=1e-5):
    return (x - _mean(x)) * gain + bias


@mistake("root of the numbers too", "What stands under the root: the denominator, or everything?")
def _(x, gain, bias, eps=1e-5):
    with np.errstate(invalid="ignore"):
        return np.sqrt((x - _mean(x)) / (_variance(x) + eps)) * gain + bias


@mistake("from 0 to 1", "Smallest and largest are not asked for: mean and variance are.")
def _(x, gain, bias, eps=1e-5):
    low, high = x.min(axis=-1, keepdims=True), x.max(axis=-1, keepdims=True)
    return (x - low) / (high - low + eps) * gain + bias


@mistake("gain and bias exchanged", "Which of the two multiplies, and which is added?")
def _(x, gain, bias, eps=1e-5):
    return _normal(x, eps) * bias + gain


@mistake("gain forgotten", "One parameter has not been used: what is gain for?")
def _(x, gain, bias, eps=1e-5):
    return _normal(x, eps) + bias


@mistake("bias forgotten", "One parameter has not been used: what is bias for?")
def _(x, gain, bias, eps=1e-5):
    return _normal(x, eps) * gain


@mistake("gain and bias forgotten", "Two parameters have not been used: gain and bias.")
def _(x, gain, bias, eps=1e-5):
    return _normal(x, eps)


@mistake("bias multiplied by the gain", "Is the bias added before the gain, or after it?")
def _(x, gain, bias, eps=1e-5):
    return (_normal(x, eps) + bias) * gain


@mistake("gain counted from 1", "A gain of 1 leaves a number as it is: what does yours do?")
def _(x, gain, bias, eps=1e-5):
    return _normal(x, eps) * (1 + gain) + bias


@mistake("gain and bias before the norm", "What undoes a gain that comes before the norm?")
def _(x, gain, bias, eps=1e-5):
    return _normal(x * gain + bias, eps)


@mistake("axis lost", "A mean of each row has lost an axis: how can it be kept?")
def _(x, gain, bias, eps=1e-5):
    return (x - x.mean(axis=-1)) / np.sqrt(x.var(axis=-1) + eps) * gain + bias


holds = layer_norm.holds


def _plain(gain, bias):
    return dict(gain=np.ones_like(gain), bias=np.zeros_like(bias))


@holds("with gain 1 and bias 0, every row has mean 0")
def _(call, x, gain, bias):
    means = call(**_plain(gain, bias)).mean(axis=-1)
    return same(means + 1, np.ones_like(means))


@holds("with gain 1, bias 0 and next to no eps, every row has variance 1")
def _(call, x, gain, bias):
    variances = call(**_plain(gain, bias), eps=1e-12).var(axis=-1)
    return same(variances, np.ones_like(variances))


@holds("with eps as large as a row's variance, the spread falls to the root of a half")
def _(call, x, gain, bias):
    row = x.reshape(-1, x.shape[-1])[:1]
    got = call(x=row, **_plain(gain, bias), eps=float(row.var())).var()
    return same(got, np.full_like(got, 0.5))


@holds("a row of equal numbers becomes the bias")
def _(call, x, bias):
    return same(call(x=np.full_like(x, 3)), np.broadcast_to(bias, x.shape))


@holds("3 added to every number of a row changes nothing")
def _(call, x, normed):
    return np.allclose(call(x=x + 3), normed, atol=2e-3)  # small rows lose digits in float32


@holds("twice the gain, and no bias: twice the result")
def _(call, gain, bias):
    none = np.zeros_like(bias)
    return same(call(gain=2 * gain, bias=none), 2 * call(gain=gain, bias=none))


@holds("a bias larger by 1 moves every number by 1")
def _(call, bias, normed):
    return same(call(bias=bias + 1), normed + 1)


@holds("every word is normed by itself")
def _(call, x, normed):
    return same(call(x=x[..., :1, :].copy()), normed[..., :1, :])
