"""layer_norm: every row to mean 0 and spread 1, and what people get wrong about it."""

import numpy as np

from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.steps import step


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
    # Rows of their own mean and spread, so that whoever mixes rows is seen; of five sizes, so that
    # whichever eps was added shows in one of them.
    rows = numbers(rng, *shape) * rng.uniform(0.5, 3, (*shape[:-1], 1))
    x = rows + rng.uniform(-2, 2, (*shape[:-1], 1))
    sizes = 10.0 ** -((np.arange(shape[-2])[:, None] + 2) % 5)
    return dict(x=sizes * x, gain=rng.uniform(0.5, 2, shape[-1]), bias=numbers(rng, shape[-1]))


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


@layer_norm.case("rows far from 0", extreme=True)
def _(rng):
    return _inputs(rng, 5, 9) | dict(x=100 + numbers(rng, 5, 9))


@step("mean", "variance", said="mean and variance")
def moments(x):
    """Of every row, with its axis kept: (..., 1) each."""
    return _mean(x), _variance(x)


def _mean(x, axis=-1):
    return x.mean(axis=axis, keepdims=True)


def _variance(x, axis=-1):
    return x.var(axis=axis, keepdims=True)


def _over(axis):
    return lambda x: (_mean(x, axis), _variance(x, axis))


OF_A_ROW = "Every word is normed by itself: along which axis do its numbers lie?"
MIXED = "One mean for several words mixes them: how many should there be?"
moments.wrong("over the words", OF_A_ROW, _over(-2))
moments.wrong("over the first axis", OF_A_ROW, _over(0))
moments.wrong("over everything", MIXED, _over(None))
moments.wrong("over each sentence", MIXED, _over((-2, -1)))


# fmt: off
moments.wrong("axis lost", "A mean of each row has lost an axis: how can it be kept?",
              lambda x: (x.mean(axis=-1), x.var(axis=-1)))
moments.wrong("divided by n - 1", "A plain mean of squares is asked for: by what is it divided?",
              lambda x: (_mean(x), x.var(axis=-1, ddof=1, keepdims=True)))
moments.wrong("sum of squares", "Is the variance of a row the sum of its squares, or their mean?",
              lambda x: (_mean(x), _variance(x) * x.shape[-1]))
moments.wrong("not centred", "What is the mean of a row, after your norm and before gain and bias?",
              lambda x: (0 * _mean(x), _variance(x)))
moments.wrong("root mean square", "That is RMSNorm: the norm asked for takes something away first.",
              lambda x: (0 * _mean(x), _mean(x**2)))
moments.wrong("variance around 0", "The numbers are centred, and their variance counts from where?",
              lambda x: (_mean(x), _mean(x**2)))
# fmt: on


# Right on paper: in float32 the two are nearly the same large number, and little is left of them.
@moments.wrong(
    "mean of squares minus square of mean", "Which of two large numbers keeps its digits?"
)
def _(x):
    return _mean(x), _mean(x**2) - _mean(x) ** 2


@moments.wrong("median", "The number in the middle of a row is not yet its mean.")
def _(x):
    return np.median(x, axis=-1, keepdims=True), _variance(x)


@step(said="centred rows")
def centred(x, mean):
    """Rows of mean 0."""
    return x - mean


@step
def spread(variance, eps):
    """How far the numbers of a row lie from their mean; never 0."""
    return np.sqrt(variance + eps)


def _of_variance(way):
    return lambda variance, eps: way(variance, eps)


METRES = "In which unit is it, if x is in metres?"
for name, sentence, way in [
    ("no eps", "What if all numbers of a row are alike?", lambda v, eps: np.sqrt(v)),
    (
        "eps outside the root",
        "Is it the variance that eps is added to?",
        lambda v, eps: np.sqrt(v) + eps,
    ),
    (
        "eps subtracted",
        "What would a small variance minus eps be?",
        lambda v, eps: np.sqrt(v - eps),
    ),
    ("eps squared", "eps is added as it came.", lambda v, eps: np.sqrt(v + eps**2)),
    ("divided by the variance", METRES, lambda v, eps: v + eps),
    ("divided by the square of the variance", METRES, lambda v, eps: (v + eps) ** 2),
    ("centred only", "The mean is right; how large are the rows?", lambda v, eps: np.ones_like(v)),
]:
    spread.wrong(name, sentence, _of_variance(way))


ANY = (1e-13, 1e-2)


# fmt: off
spread.family("eps hard-coded", "It is {constant} here: what may the caller ask for?",
              lambda variance, constant: np.sqrt(variance + constant), over=ANY)
spread.family("eps hard-coded, outside the root", "Why {constant}, and why there?",
              lambda variance, constant: np.sqrt(variance) + constant, over=ANY)
# fmt: on


@spread.family("another eps by default", "Where none is given, yours is {constant}: why?", over=ANY)
def _(variance, eps, constant):
    return np.sqrt(variance + (constant if eps == 1e-5 else eps))


@step(said="normed rows")
def normed(centred, spread):
    """Rows of mean 0 and variance 1."""
    return centred / spread


# fmt: off
normed.wrong("mean taken away after dividing", "Which comes first, taking away or dividing?",
             lambda x, mean, spread: x / spread - mean)
normed.wrong("root of the numbers too", "What stands under the root: the denominator, or all?",
             lambda centred, variance, eps: np.sqrt(centred / (variance + eps)))
normed.wrong("eps added to the result", "eps guards the division: where does it have to stand?",
             lambda centred, variance, eps: centred / np.sqrt(variance) + eps)
# fmt: on


@normed.wrong("from 0 to 1", "Smallest and largest are not asked for: mean and variance are.")
def _(x, eps):
    low, high = x.min(axis=-1, keepdims=True), x.max(axis=-1, keepdims=True)
    return (x - low) / (high - low + eps)


@step
def output(normed, gain, bias):
    """Every column as large and as high as the model wants it."""
    return normed * gain + bias


def _of_normed(way):
    return lambda normed, gain, bias: way(normed, gain, bias)


UNUSED = "One parameter has not been used: what is {} for?"
BOTH = "Two parameters have not been used: gain and bias."
for name, sentence, way in [
    ("gain and bias exchanged", "Which multiplies, and which is added?", lambda n, g, b: n * b + g),
    ("gain forgotten", UNUSED.format("gain"), lambda n, g, b: n + b),
    ("bias forgotten", UNUSED.format("bias"), lambda n, g, b: n * g),
    ("gain and bias forgotten", BOTH, lambda n, g, b: n),
    ("bias multiplied by the gain", "Which is first, gain or bias?", lambda n, g, b: (n + b) * g),
    ("bias subtracted", "Where does a bias of 1 move a 0?", lambda n, g, b: n * g - b),
    ("divided by the gain", "What does a gain of 2 make of a 1?", lambda n, g, b: n / g + b),
    ("gain counted from 1", "What does a gain of 1 change?", lambda n, g, b: n * (1 + g) + b),
]:
    output.wrong(name, sentence, _of_normed(way))


@output.wrong("gain and bias before the norm", "What undoes a gain that comes before the norm?")
def _(x, gain, bias, eps):
    x = x * gain + bias
    return (x - x.mean(axis=-1, keepdims=True)) / np.sqrt(x.var(axis=-1, keepdims=True) + eps)


layer_norm.steps(moments, centred, spread, normed, output)


holds = layer_norm.holds


def _plain(gain, bias):
    return dict(gain=np.ones_like(gain), bias=np.zeros_like(bias))


@holds("with gain 1 and bias 0, every row has mean 0")
def _(call, x, gain, bias):
    means = call(**_plain(gain, bias)).mean(axis=-1)
    return same(means + 1, np.ones_like(means))


@holds("with gain 1, bias 0 and next to no eps, every row has variance 1")
def _(call, x, gain, bias):
    variances = call(**_plain(gain, bias), eps=1e-20).var(axis=-1)
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
