"""transformer_block: attention and feed-forward, each normed in front and added on top."""

import numpy as np

from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.steps import step


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


@step("attention", "norm_1", "mlp", "norm_2")
def parts(attention, norm_1, mlp, norm_2):
    """Who works first and what norms it, who works next and what norms that."""
    return attention, norm_1, mlp, norm_2


def _plain(x):
    return x


NORMS = "There are two norms, with parameters of their own: where is {}?"
UNCALLED = "One of the functions has not been called: what does {} read?"
BY_ITSELF = "One step is missing: how do the words hear of each other?"
WITHOUT_MLP = "One step is missing: who works on what attention brought?"
SILENT = np.zeros_like
PARTS = [
    ("norm_1 twice", NORMS.format("norm_2"), lambda a, n_1, m, n_2: (a, n_1, m, n_1)),
    ("norm_2 twice", NORMS.format("norm_1"), lambda a, n_1, m, n_2: (a, n_2, m, n_2)),
    ("norms exchanged", "Which norm is attention's?", lambda a, n_1, m, n_2: (a, n_2, m, n_1)),
    ("no norms", "What are the two norms for?", lambda a, n_1, m, n_2: (a, _plain, m, _plain)),
    ("norm_1 forgotten", UNCALLED.format("attention"), lambda a, n_1, m, n_2: (a, _plain, m, n_2)),
    ("norm_2 forgotten", UNCALLED.format("the mlp"), lambda a, n_1, m, n_2: (a, n_1, m, _plain)),
    ("mlp first", "Which of the two comes first?", lambda a, n_1, m, n_2: (m, n_2, a, n_1)),
    ("attention forgotten", BY_ITSELF, lambda a, n_1, m, n_2: (SILENT, n_1, m, n_2)),
    ("mlp twice", BY_ITSELF, lambda a, n_1, m, n_2: (m, n_1, m, n_2)),
    ("mlp forgotten", WITHOUT_MLP, lambda a, n_1, m, n_2: (a, n_1, SILENT, n_2)),
    ("attention twice", WITHOUT_MLP, lambda a, n_1, m, n_2: (a, n_1, a, n_2)),
]


def _of_parts(change):
    return lambda attention, norm_1, mlp, norm_2: change(attention, norm_1, mlp, norm_2)


for name, sentence, change in PARTS:
    parts.wrong(name, sentence, _of_parts(change))
parts.also("attention forgotten", lambda norm_1, mlp: (SILENT, norm_1, mlp, _plain))


@step
def attention_share(x, attention, norm_1):
    """What attention makes of x, normed."""
    return attention(norm_1(x))


@attention_share.wrong(
    "norm of what is added", "Is normed what goes into attention, or what comes out?"
)
def _(x, attention, norm_1):
    return norm_1(attention(x))


@attention_share.wrong(
    "x inside attention", "Is x added to what attention reads, or to what it brings?"
)
def _(x, attention, norm_1):
    return attention(norm_1(x) + x)


@step(said="first sum")
def middle(x, attention_share):
    """x with what attention brought."""
    return x + attention_share


# fmt: off
middle.wrong("first residual forgotten", "Attention replaces x here: what should it do with x?",
             lambda attention_share: attention_share)
middle.wrong("first residual of the normed", "In the first sum, what is added to: x, or x normed?",
             lambda x, norm_1, attention_share: norm_1(x) + attention_share)
middle.wrong("norm after the sum", "Do norms stand in front of a step, or behind the sum?",
             lambda x, attention, norm_1: norm_1(x + attention(x)))
middle.wrong("attention added to itself", "x is gone: what is added to what?",
             lambda attention_share: attention_share + attention_share)
middle.wrong("subtracted", "What a step brings is added; what does a minus do?",
             lambda x, attention_share: x - attention_share)
middle.wrong("multiplied", "What a step brings is added to x: what if it brings zeros?",
             lambda x, attention_share: x * attention_share)
# fmt: on


@middle.wrong("x changed in place", "Does x += … make a new array, or change the caller's?")
def _(x, attention_share):
    x += attention_share
    return x


@step
def mlp_share(middle, mlp, norm_2):
    """What the mlp makes of the sum, normed."""
    return mlp(norm_2(middle))


# fmt: off
mlp_share.wrong("mlp reads x", "The mlp works on what attention brought: what does it read?",
                lambda x, mlp, norm_2: mlp(norm_2(x)))
mlp_share.wrong("mlp reads what attention brought, without x", "It reads the sum: what is missing?",
                lambda attention_share, mlp, norm_2: mlp(norm_2(attention_share)))
mlp_share.wrong("norm of what the mlp adds", "Is normed what goes into the mlp, or what comes out?",
                lambda middle, mlp, norm_2: norm_2(mlp(middle)))
# fmt: on


@mlp_share.wrong(
    "sum inside the mlp", "Is the sum added to what the mlp reads, or to what it brings?"
)
def _(middle, mlp, norm_2):
    return mlp(norm_2(middle) + middle)


@step
def output(middle, mlp_share):
    """The sum, with what the mlp brought."""
    return middle + mlp_share


# fmt: off
output.wrong("second residual forgotten", "The mlp replaces the sum: what should it do with it?",
             lambda mlp_share: mlp_share)
output.wrong("second sum starts from x", "Attention is lost: to what is the mlp's share added?",
             lambda x, mlp_share: x + mlp_share)
output.wrong("second sum starts without x", "To what is the mlp's output added: is x still in it?",
             lambda attention_share, mlp_share: attention_share + mlp_share)
# fmt: on


@output.wrong(
    "second residual of the normed", "To what is the mlp's share added: the sum, or the sum normed?"
)
def _(middle, mlp, norm_2):
    return norm_2(middle) + mlp(norm_2(middle))


# fmt: off
output.also("second residual of the normed",
            lambda middle, mlp, norm_2: norm_2(middle) + mlp(middle))
output.wrong("x added twice", "How often does x come through, if attention and mlp say nothing?",
             lambda x, middle, mlp_share: x + middle + mlp_share)
output.wrong("normed at the end", "A block hands on a plain sum: what does the last norm do?",
             lambda middle, mlp_share, norm_2: norm_2(middle + mlp_share))
# fmt: on


@output.wrong(
    "second norm after the sum", "Does norm_2 stand in front of the mlp, or behind the sum?"
)
def _(middle, mlp, norm_2):
    return norm_2(middle + mlp(middle))


# fmt: off
output.wrong("mlp's share subtracted", "What a step brings is added; what does a minus do?",
             lambda middle, mlp_share: middle - mlp_share)
output.wrong("multiplied by the mlp's share", "What a step brings is added: what if it is 0?",
             lambda middle, mlp_share: middle * mlp_share)
# fmt: on


transformer_block.steps(parts, attention_share, middle, mlp_share, output)


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
