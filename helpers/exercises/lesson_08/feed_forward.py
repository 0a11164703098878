"""feed_forward: two matrices and a bend between them, and what people get wrong about it."""

import math

import numpy as np

from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.softmax_steps import softmax
from helpers.exercises.steps import step


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


UNUSED = "One parameter has not been used: what is {} for?"


@step(said="hidden numbers")
def hidden(x, w_in, b_in):
    """Every word, widened: (..., d_hidden)."""
    return x @ w_in + b_in


# fmt: off
hidden.wrong("b_in forgotten", UNUSED.format("b_in"), lambda x, w_in: x @ w_in)
hidden.wrong("b_in subtracted", "Which way does a bias of 1 move a number?",
             lambda x, w_in, b_in: x @ w_in - b_in)
hidden.wrong("biases exchanged", "How wide is each bias, and how wide is what it is added to?",
             lambda x, w_in, b_out: x @ w_in + b_out)
hidden.wrong("matrices exchanged", "How many rows does a matrix need that multiplies x?",
             lambda x, w_out, b_out: x @ w_out + b_out)
hidden.wrong("matrices transposed", "The matrices stand as they are needed.",
             lambda x, w_in, b_in: x @ w_in.T + b_in)
hidden.wrong("matrix in front", "Which axes of x and w_in meet?",
             lambda x, w_in, b_in: w_in @ x + b_in)
# fmt: on


@hidden.wrong(
    "element by element", "A row meets every column of w_in: which sign multiplies matrices?"
)
def _(x, w_in, b_in):
    return x * w_in + b_in


@step(said="bent numbers")
def bent(hidden):
    """ReLU: every negative number becomes 0."""
    return np.maximum(hidden, 0)


def _gelu(h):
    return h * (1 + np.vectorize(math.erf)(h / np.sqrt(2))) / 2


def _gelu_by_tanh(h):
    return h * (1 + np.tanh(math.sqrt(2 / math.pi) * (h + 0.044715 * h**3))) / 2


SQUEEZED = "Should a large number stay large, or be squeezed to 1 at most?"
OF_BERT = "That is the bend of GPT-2 and BERT; here, the simpler ReLU is asked for."
OF_OTHERS = "That is the bend of other models: what does the one asked for leave of -3?"
BENDS = {
    "no ReLU": ("Two matrices in a row are one: what stands between them?", lambda h: h),
    "the positive cut away": ("Does 3 pass the bend, or -3?", lambda h: np.minimum(h, 0)),
    "absolute value": ("What becomes of a negative number: 0, or a positive one?", np.abs),
    "step": ("What becomes of a positive number: 1, or itself?", lambda h: (h > 0).astype(h.dtype)),
    "softmax": ("The hidden numbers do not compete: each is bent alone.", softmax),
    "sigmoid": (SQUEEZED, lambda h: 1 / (1 + np.exp(-h))),
    "tanh": (SQUEEZED, np.tanh),
    "GELU": (OF_BERT, _gelu),
    "GELU by tanh": (OF_BERT, _gelu_by_tanh),
    "GELU by sigmoid": (OF_BERT, lambda h: h / (1 + np.exp(-1.702 * h))),
    "SiLU": (OF_OTHERS, lambda h: h / (1 + np.exp(-h))),
    "ELU": (OF_OTHERS, lambda h: np.where(h > 0, h, np.expm1(h))),
    "softplus": (OF_OTHERS, lambda h: np.log1p(np.exp(h))),
    "squared ReLU": (OF_OTHERS, lambda h: np.maximum(h, 0) ** 2),
    "np.max for np.maximum": (
        "What is the 0 in np.max(h, 0): a number, or an axis?",
        lambda h: np.max(h, 0),
    ),
    "largest of everything": (
        "How many numbers does the largest of all leave?",
        lambda h: np.full_like(h, max(h.max(), 0)),
    ),
}


def _of_hidden(bend):
    return lambda hidden: bend(hidden)


for name, (sentence, bend) in BENDS.items():
    bent.wrong(name, sentence, _of_hidden(bend))


# np.dot, unlike @, multiplies where one of the two is a single number.
# fmt: off
bent.also("np.max for np.maximum",
          lambda hidden: np.max(hidden, 0) * (np.eye(len(hidden)) if hidden.ndim == 1 else 1))
bent.wrong("ReLU before the first matrix", "Is it x that is bent, or what w_in makes of it?",
           lambda x, w_in, b_in: np.maximum(x, 0) @ w_in + b_in)
bent.wrong("ReLU before the bias", "Is b_in added before the bend, or after it?",
           lambda x, w_in, b_in: np.maximum(x @ w_in, 0) + b_in)
# fmt: on


@bent.family(
    "leaky ReLU", "{constant} of a negative number is left: how much should be?", over=(1e-4, 0.99)
)
def _(hidden, constant):
    return np.where(hidden > 0, hidden, constant * hidden)


@bent.family("capped", "Should a number above {constant} stay as it is?", over=(0.2, 3))
def _(hidden, constant):
    return np.clip(hidden, 0, constant)


@step
def output(bent, w_out, b_out):
    """Every word, as wide as it came: (..., d_model)."""
    return bent @ w_out + b_out


# fmt: off
output.wrong("b_out forgotten", UNUSED.format("b_out"), lambda bent, w_out: bent @ w_out)
output.wrong("b_out subtracted", "Which way does a bias of 1 move a number?",
             lambda bent, w_out, b_out: bent @ w_out - b_out)
output.wrong("b_out twice", "How often is a bias added?",
             lambda bent, w_out, b_out: bent @ w_out + 2 * b_out)
# fmt: on


@output.wrong(
    "b_in after both matrices", "How wide is each bias, and how wide is what it is added to?"
)
def _(bent, w_out, b_in):
    return bent @ w_out + b_in


# fmt: off
output.wrong("w_out transposed", "The matrices stand as they are needed.",
             lambda bent, w_out, b_out: bent @ w_out.T + b_out)
output.wrong("w_in twice", "Which of the two matrices brings back?",
             lambda bent, w_in, b_out: bent @ w_in + b_out)
output.wrong("w_in transposed for w_out", "Which of the two matrices brings back?",
             lambda bent, w_in, b_out: bent @ w_in.T + b_out)
# fmt: on


@output.wrong(
    "hidden numbers returned", "They are as wide as w_in makes them: what brings them back?"
)
def _(bent):
    return bent


@output.wrong(
    "input added", "The residual belongs to the block, which comes next: what is asked here?"
)
def _(x, bent, w_out, b_out):
    return x + bent @ w_out + b_out


@output.wrong("ReLU after both matrices", "One bend is enough: should the result have no negative?")
def _(bent, w_out, b_out):
    return np.maximum(bent @ w_out + b_out, 0)


@output.wrong(
    "ReLU after the second matrix", "The result is never negative: where does the bend stand?"
)
def _(hidden, w_out, b_out):
    return np.maximum(hidden @ w_out + b_out, 0)


feed_forward.steps(hidden, bent, output)


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
