"""feed_forward: two matrices and a bend between them, and what people get wrong about it."""

import math

import numpy as np

from helpers.attention import softmax
from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise


@exercise(lesson=8, gives={"output": "(..., d_model)"})
def feed_forward(x, w_in, b_in, w_out, b_out):
    """Every word alone: widen, bend, and back.

    x: (..., d_model); w_in: (d_model, d_hidden), b_in: (d_hidden,);
    w_out: (d_hidden, d_model), b_out: (d_model,).
    Returns: (..., d_model).
    """
    hidden = np.maximum(x @ w_in + b_in, 0)
    return hidden @ w_out + b_out


feed_forward.hints(
    "Follow the shapes: (..., d_model) times w_in is (..., d_hidden). What happens there, before "
    "w_out brings it back?",
    "Two linear layers, each a product and a bias. Between them, every negative number becomes 0; "
    "np.maximum compares two things number by number.",
    "hidden = the larger of 0 and (x times w_in, plus b_in); return hidden times w_out, plus "
    "b_out.",
)


def _inputs(rng, *leading, d_model, d_hidden):
    return dict(
        x=numbers(rng, *leading, d_model),
        w_in=numbers(rng, d_model, d_hidden, size=d_model**-0.5),
        b_in=numbers(rng, d_hidden, size=0.5),
        w_out=numbers(rng, d_hidden, d_model, size=d_hidden**-0.5),
        b_out=numbers(rng, d_model, size=0.5),
    )


@feed_forward.case("one sentence")
def _(rng):
    return _inputs(rng, 5, d_model=7, d_hidden=11)


@feed_forward.case("a batch of sentences")
def _(rng):
    return _inputs(rng, 2, 5, d_model=6, d_hidden=13)


@feed_forward.case("one word, narrow inside")
def _(rng):
    return _inputs(rng, d_model=8, d_hidden=5)


mistake = feed_forward.mistake


def _bent(bend, x, w_in, b_in, w_out, b_out):
    return (bend(x @ w_in + b_in) @ w_out + b_out).astype(x.dtype, copy=False)


def _relu(x):
    return np.maximum(x, 0)


@mistake("no ReLU", "Two matrices in a row are one matrix: what stands between them?")
def _(x, w_in, b_in, w_out, b_out):
    return (x @ w_in + b_in) @ w_out + b_out


@mistake("ReLU after the second matrix", "The result is never negative: where does the bend stand?")
def _(x, w_in, b_in, w_out, b_out):
    return _relu((x @ w_in + b_in) @ w_out + b_out)


@mistake("ReLU after both matrices", "One bend is enough: should the result have no negative?")
def _(x, w_in, b_in, w_out, b_out):
    return _relu(_bent(_relu, x, w_in, b_in, w_out, b_out))


@mistake("ReLU before the first matrix", "Is it x that is bent, or what w_in makes of it?")
def _(x, w_in, b_in, w_out, b_out):
    return (_relu(x) @ w_in + b_in) @ w_out + b_out


@mistake("ReLU before the bias", "Is b_in added before the bend, or after it?")
def _(x, w_in, b_in, w_out, b_out):
    return (_relu(x @ w_in) + b_in) @ w_out + b_out


@mistake("the positive cut away", "Which numbers pass the bend, the positive or the negative?")
def _(*inputs):
    return _bent(lambda h: np.minimum(h, 0), *inputs)


@mistake("np.max for np.maximum", "Does np.max(h, 0) compare with 0, or is 0 something else there?")
def _(x, w_in, b_in, w_out, b_out):
    return np.max(x @ w_in + b_in, 0) @ w_out + b_out if x.ndim > 1 else (
        np.max(x @ w_in + b_in, 0) * w_out + b_out
    )  # fmt: skip


@mistake("largest of everything", "How many numbers does the largest of them all leave?")
def _(x, w_in, b_in, w_out, b_out):
    hidden = x @ w_in + b_in
    return np.full_like(hidden, max(hidden.max(), 0)) @ w_out + b_out


@mistake("absolute value", "What becomes of a negative number: 0, or a positive one?")
def _(*inputs):
    return _bent(np.abs, *inputs)


@mistake("step", "What becomes of a positive number: 1, or itself?")
def _(x, *others):
    return _bent(lambda h: (h > 0).astype(x.dtype), x, *others)


@mistake("leaky ReLU", "The bend asked for leaves nothing of a negative number.")
def _(*inputs):
    return _bent(lambda h: np.where(h > 0, h, 0.01 * h), *inputs)


@mistake("GELU", "That is the bend of GPT-2 and BERT; here, the simpler ReLU is asked for.")
def _(*inputs):
    erf = np.vectorize(math.erf)
    return _bent(lambda h: h * (1 + erf(h / np.sqrt(2))) / 2, *inputs)


@mistake("GELU by tanh", "That is a bend of GPT-2's, approximated; here, ReLU is asked for.")
def _(*inputs):
    root = math.sqrt(2 / math.pi)
    return _bent(lambda h: h * (1 + np.tanh(root * (h + 0.044715 * h**3))) / 2, *inputs)


@mistake("SiLU", "That is the bend of many newer models; here, the simpler ReLU is asked for.")
def _(*inputs):
    return _bent(lambda h: h / (1 + np.exp(-h)), *inputs)


@mistake("sigmoid", "Should a large number stay large, or be squeezed below 1?")
def _(*inputs):
    return _bent(lambda h: 1 / (1 + np.exp(-h)), *inputs)


@mistake("tanh", "Should a large number stay large, or be squeezed between -1 and 1?")
def _(*inputs):
    return _bent(np.tanh, *inputs)


@mistake("softmax", "The hidden numbers do not compete: each of them is bent alone.")
def _(*inputs):
    return _bent(softmax, *inputs)


@mistake("b_in forgotten", "One parameter has not been used: what is b_in for?")
def _(x, w_in, b_in, w_out, b_out):
    return _relu(x @ w_in) @ w_out + b_out


@mistake("b_out forgotten", "One parameter has not been used: what is b_out for?")
def _(x, w_in, b_in, w_out, b_out):
    return _relu(x @ w_in + b_in) @ w_out


@mistake("both biases forgotten", "Two parameters have not been used: b_in and b_out.")
def _(x, w_in, b_in, w_out, b_out):
    return _relu(x @ w_in) @ w_out


@mistake("hidden numbers returned", "They are as wide as w_in makes them: what brings them back?")
def _(x, w_in, b_in, w_out, b_out):
    return _relu(x @ w_in + b_in)


@mistake("biases exchanged", "How wide is each bias, and how wide is what it is added to?")
def _(x, w_in, b_in, w_out, b_out):
    return _relu(x @ w_in + b_out) @ w_out + b_in


@mistake("matrices exchanged", "How many rows does a matrix need that multiplies x?")
def _(x, w_in, b_in, w_out, b_out):
    return _relu(x @ w_out + b_out) @ w_in + b_in


@mistake(
    "matrices transposed", "The matrices stand as they are needed.", same_as="matrices exchanged"
)
def _(x, w_in, b_in, w_out, b_out):
    return _relu(x @ w_in.T + b_in) @ w_out.T + b_out


@mistake("input added", "The residual belongs to the block, which comes next: what is asked here?")
def _(x, *others):
    return x + _bent(_relu, x, *others)


holds = feed_forward.holds


@holds("where nothing inside is positive, the output is b_out")
def _(call, x, b_in, b_out):
    return same(call(b_in=np.full_like(b_in, -1000)), np.broadcast_to(b_out, x.shape))


@holds("where all inside is positive, it is linear")
def _(call, x, w_in, b_in, w_out, b_out):
    high = np.full_like(b_in, 30)
    return same(call(b_in=high), (x @ w_in + high) @ w_out + b_out)


@holds("without biases, three times x gives three times the output")
def _(call, x, b_in, b_out):
    none = dict(b_in=np.zeros_like(b_in), b_out=np.zeros_like(b_out))
    return same(call(x=3 * x, **none), 3 * call(**none))


@holds("it bends: without biases, -x does not give minus the output")
def _(call, x, b_in, b_out):
    none = dict(b_in=np.zeros_like(b_in), b_out=np.zeros_like(b_out))
    return not same(call(x=-x, **none), -call(**none))


@holds("a larger b_out moves the output by as much")
def _(call, b_out, output):
    return same(call(b_out=b_out + 2), output + 2)


@holds("every word goes through alone")
def _(call, x, output):
    return x.ndim == 1 or same(call(x=x[..., :1, :].copy()), output[..., :1, :])
