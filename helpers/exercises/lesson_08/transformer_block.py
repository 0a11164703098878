"""transformer_block: attention and feed-forward, each normed in front and added on top."""

import numpy as np

from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise


@exercise(lesson=8, gives={"output": "(..., n, d_model)"})
def transformer_block(x, attention, norm_1, mlp, norm_2):
    """Attention, then the feed-forward network, each normed in front and added on top.

    x: (..., n, d_model); attention, norm_1, mlp, norm_2: functions, (..., n, d_model) to the same.
    Returns: (..., n, d_model).
    """
    x = x + attention(norm_1(x))
    return x + mlp(norm_2(x))


transformer_block.hints(
    "There are two steps, and each adds something to what it was given. What does the second step "
    "start from?",
    "First step: norm, attention, and add to x. Second step: take the sum that you have now, norm "
    "it, mlp, and add to that sum. What is added to is never normed.",
    "middle = x plus attention of norm_1 of x; return middle plus mlp of norm_2 of middle.",
)


def _parts(rng, d_model):
    """Four functions that differ, are not linear, and keep the floating type."""
    w_a, w_m = (numbers(rng, d_model, d_model, size=d_model**-0.5) for _ in range(2))
    gain_1, gain_2 = rng.uniform(0.5, 2, (2, d_model))
    bias_1, bias_2 = numbers(rng, 2, d_model, size=0.5)

    def norm(x, gain, bias):
        centred = x - x.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + x.dtype.type(1e-5))
        return centred / spread * gain.astype(x.dtype) + bias.astype(x.dtype)

    def attention(x):  # every word takes half of its own, and half of the mean of all
        mixed = (x + x.mean(axis=-2, keepdims=True)) / 2
        return np.tanh(mixed) @ w_a.astype(x.dtype)

    return dict(
        attention=attention,
        norm_1=lambda x: norm(x, gain_1, bias_1),
        mlp=lambda x: np.maximum(x @ w_m.astype(x.dtype), 0),
        norm_2=lambda x: norm(x, gain_2, bias_2),
    )


@transformer_block.case("one sentence")
def _(rng):
    return dict(x=numbers(rng, 5, 7, size=1.5)) | _parts(rng, 7)


@transformer_block.case("a batch of sentences")
def _(rng):
    return dict(x=numbers(rng, 2, 5, 8, size=1.5)) | _parts(rng, 8)


@transformer_block.case("two leading axes")
def _(rng):
    return dict(x=numbers(rng, 3, 2, 4, 6, size=1.5)) | _parts(rng, 6)


mistake = transformer_block.mistake


@mistake("norm after the sum", "Where do the norms stand: in front of a step, or behind the sum?")
def _(x, attention, norm_1, mlp, norm_2):
    x = norm_1(x + attention(x))
    return norm_2(x + mlp(x))


@mistake("norm of what is added", "What is normed: what goes into attention, or what comes out?")
def _(x, attention, norm_1, mlp, norm_2):
    x = x + norm_1(attention(x))
    return x + norm_2(mlp(x))


@mistake("first residual forgotten", "Attention replaces x here: what should it do with x?")
def _(x, attention, norm_1, mlp, norm_2):
    x = attention(norm_1(x))
    return x + mlp(norm_2(x))


@mistake("second residual forgotten", "The mlp replaces what was there: what should it do with it?")
def _(x, attention, norm_1, mlp, norm_2):
    return mlp(norm_2(x + attention(norm_1(x))))


@mistake("both residuals forgotten", "If attention and mlp say nothing, what is left of x?")
def _(x, attention, norm_1, mlp, norm_2):
    return mlp(norm_2(attention(norm_1(x))))


@mistake("norm_1 twice", "There are two norms, with parameters of their own: where is norm_2?")
def _(x, attention, norm_1, mlp, norm_2):
    x = x + attention(norm_1(x))
    return x + mlp(norm_1(x))


@mistake("norm_2 twice", "There are two norms, with parameters of their own: where is norm_1?")
def _(x, attention, norm_1, mlp, norm_2):
    x = x + attention(norm_2(x))
    return x + mlp(norm_2(x))


@mistake("norms exchanged", "Which norm belongs to attention, and which to the mlp?")
def _(x, attention, norm_1, mlp, norm_2):
    x = x + attention(norm_2(x))
    return x + mlp(norm_1(x))


@mistake("mlp reads x", "The mlp works on what attention has brought: what does it read here?")
def _(x, attention, norm_1, mlp, norm_2):
    return x + attention(norm_1(x)) + mlp(norm_2(x))


@mistake("mlp reads what attention brought, without x", "The mlp reads the sum: what is missing?")
def _(x, attention, norm_1, mlp, norm_2):
    brought = attention(norm_1(x))
    return x + brought + mlp(norm_2(brought))


@mistake("second sum starts from x", "What attention brought is lost: to what is the mlp added?")
def _(x, attention, norm_1, mlp, norm_2):
    return x + mlp(norm_2(x + attention(norm_1(x))))


@mistake("second sum starts without x", "To what is the mlp's output added: is x still in it?")
def _(x, attention, norm_1, mlp, norm_2):
    brought = attention(norm_1(x))
    return brought + mlp(norm_2(x + brought))


@mistake("x added twice", "How often does x come through, if attention and mlp say nothing?")
def _(x, attention, norm_1, mlp, norm_2):
    middle = x + attention(norm_1(x))
    return x + middle + mlp(norm_2(middle))


@mistake("residuals of the normed", "What is added to: x as it came, or x normed?")
def _(x, attention, norm_1, mlp, norm_2):
    x = norm_1(x)
    x = norm_2(x + attention(x))
    return x + mlp(x)


@mistake("first residual of the normed", "In the first sum, what is added to: x, or x normed?")
def _(x, attention, norm_1, mlp, norm_2):
    x = norm_1(x)
    x = x + attention(x)
    return x + mlp(norm_2(x))


@mistake("second residual of the normed", "In the second sum, to what is the mlp's output added?")
def _(x, attention, norm_1, mlp, norm_2):
    x = norm_2(x + attention(norm_1(x)))
    return x + mlp(x)


@mistake("no norms", "Two of the functions have not been called: what are the norms for?")
def _(x, attention, norm_1, mlp, norm_2):
    x = x + attention(x)
    return x + mlp(x)


@mistake("norm_1 forgotten", "One of the functions has not been called: what does attention read?")
def _(x, attention, norm_1, mlp, norm_2):
    x = x + attention(x)
    return x + mlp(norm_2(x))


@mistake("norm_2 forgotten", "One of the functions has not been called: what does the mlp read?")
def _(x, attention, norm_1, mlp, norm_2):
    x = x + attention(norm_1(x))
    return x + mlp(x)


@mistake("mlp first", "Which of the two steps comes first?")
def _(x, attention, norm_1, mlp, norm_2):
    x = x + mlp(norm_2(x))
    return x + attention(norm_1(x))


@mistake("mlp forgotten", "One step is missing: who works on what attention brought?")
def _(x, attention, norm_1, mlp, norm_2):
    return x + attention(norm_1(x))


@mistake("attention forgotten", "One step is missing: how do the words hear of each other?")
def _(x, attention, norm_1, mlp, norm_2):
    return x + mlp(norm_2(x))


@mistake("normed at the end", "What a block hands on is a plain sum: what does the last norm do?")
def _(x, attention, norm_1, mlp, norm_2):
    x = x + attention(norm_1(x))
    return norm_2(x + mlp(norm_2(x)))


@mistake("subtracted", "What a step brings is added; what does a minus do?")
def _(x, attention, norm_1, mlp, norm_2):
    x = x - attention(norm_1(x))
    return x - mlp(norm_2(x))


@mistake("multiplied", "What a step brings is added to x: what if it brings zeros?")
def _(x, attention, norm_1, mlp, norm_2):
    x = x * attention(norm_1(x))
    return x * mlp(norm_2(x))


@mistake("mlp of attention, added once", "How many sums are there: one, or one for each step?")
def _(x, attention, norm_1, mlp, norm_2):
    return x + mlp(norm_2(attention(norm_1(x))))


@mistake("x changed in place", "Does x += … make a new array, or change the caller's?")
def _(x, attention, norm_1, mlp, norm_2):
    x += attention(norm_1(x))
    x += mlp(norm_2(x))
    return x


holds = transformer_block.holds


@holds("where attention and mlp say nothing, x comes through unchanged")
def _(call, x):
    return same(call(attention=np.zeros_like, mlp=np.zeros_like), x)


@holds("where the mlp says nothing, attention's share is added to x")
def _(call, x, attention, norm_1):
    return same(call(mlp=np.zeros_like), x + attention(norm_1(x)))


@holds("where attention says nothing, the mlp's share is added to x")
def _(call, x, mlp, norm_2):
    return same(call(attention=np.zeros_like), x + mlp(norm_2(x)))


@holds("the mlp reads what attention left, normed")
def _(call, output, mlp, norm_2):
    middle = call(mlp=np.zeros_like)
    return same(output - middle, mlp(norm_2(middle)))


@holds("reordering the words reorders the output in the same way")
def _(call, x, output):
    return same(call(x=x[..., ::-1, :].copy()), output[..., ::-1, :])
