"""ablate_head: switching a head off by its mean, and what people get wrong about it."""

import numpy as np

from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.steps import step


@exercise(lesson=9, gives={"outputs": "(h, n, d_head)"})
def ablate_head(head_outputs, head):
    """Switch one head off: its output becomes its mean over the positions.

    head_outputs: (h, n, d_head); head: which one, a whole number.
    Returns: (h, n, d_head), a new array.
    """
    outputs = head_outputs.copy()
    outputs[head] = head_outputs[head].mean(axis=0)
    return outputs


ablate_head.hints(
    "What does a head still say when it says the same at every position?",
    "head_outputs[head] is (n, d_head), a row for each position. The mean of the rows is one row; "
    "put it in the place of all of them, in a copy.",
    "copy head_outputs; in the copy, set the chosen head to the mean of its rows over the "
    "positions; return the copy.",
)


@ablate_head.case("three heads")
def _(rng):
    return dict(head_outputs=1 + numbers(rng, 3, 5, 4), head=1)


@ablate_head.case("the first of four heads")
def _(rng):
    return dict(head_outputs=numbers(rng, 4, 7, 5) - 0.5, head=0)


@ablate_head.case("the last of five heads")
def _(rng):
    return dict(head_outputs=0.5 + numbers(rng, 5, 6, 8), head=4)


ONE_HEAD = "Only one head is to be switched off."
WHOSE = "Whose mean is it: this head's, or that of others?"
ROWS = "Positions are rows: along which axis do they lie?"
COUNTED = "How many positions went into that row?"
COLUMNS = "Each column of the head has a mean of its own."
OTHERS = "What do the other heads say?"
EACH = "Which is switched off: this head, or all but this one?"
AXES = "Which axis holds the heads, and which the positions?"


@step("head")
def chosen(head):
    """The number of the head, counted from 0."""
    return head


# fmt: off
chosen.wrong("counted from 1", "Heads count from 0.", lambda head: head - 1)
chosen.wrong("the next head", "Heads count from 0.",
             lambda head, head_outputs: (head + 1) % len(head_outputs))
# fmt: on


@step
def mean(head_outputs, head):
    """The mean of the head's rows over the positions: (d_head,)."""
    return head_outputs[head].mean(axis=0)


def _of_the_head(row):
    return lambda head_outputs, head: row(head_outputs, head)


for name, sentence, row in [
    ("zero instead of mean", "Is the layer above used to zeros?", lambda o, h: 0 * o[0, 0]),
    ("mean over the heads", WHOSE, lambda o, h: o.mean(axis=0)),
    ("mean of the other heads", WHOSE, lambda o, h: np.delete(o, h, axis=0).mean(axis=0)),
    ("one row for all heads", WHOSE, lambda o, h: o.mean(axis=(0, 1))),
    ("mean over everything", COLUMNS, lambda o, h: o.mean()),
    ("one mean for the whole head", COLUMNS, lambda o, h: o[h].mean()),
    ("mean over the width", ROWS, lambda o, h: o[h].mean(axis=-1, keepdims=True)),
    ("mean over the width, axis lost", ROWS, lambda o, h: o[h].mean(axis=-1)),
    ("mean taken off", "What is to go: the mean, or the rest?", lambda o, h: o[h] - o[h].mean(0)),
    ("first position everywhere", "Is the first like the others?", lambda o, h: o[h, 0]),
    ("last position everywhere", "Is the last like the others?", lambda o, h: o[h, -1]),
    ("last position left out", COUNTED, lambda o, h: o[h, :-1].mean(axis=0)),
    ("sum instead of mean", COUNTED, lambda o, h: o[h].sum(axis=0)),
    ("divided by one position too few", COUNTED, lambda o, h: o[h].sum(0) / (o.shape[1] - 1)),
    ("median", "The mean is asked for.", lambda o, h: np.median(o[h], axis=0)),
    ("positions shuffled", "Does it say one thing now?", lambda o, h: np.roll(o[h], 1, axis=0)),
]:
    mean.wrong(name, sentence, _of_the_head(row))


@step
def outputs(head_outputs, head, mean):
    """All heads, with that row in every place of the one."""
    outputs = head_outputs.copy()
    outputs[head] = mean
    return outputs


def _means(head_outputs):
    """Every head switched off."""
    return np.broadcast_to(head_outputs.mean(axis=1, keepdims=True), head_outputs.shape).copy()


def _back(outputs, head_outputs, head):
    """The outputs, with one head as it was."""
    outputs[head] = head_outputs[head]
    return outputs


# fmt: off
outputs.wrong("nothing changed", "Which head should have changed?",
              lambda head_outputs: head_outputs.copy())
outputs.wrong("all heads ablated", ONE_HEAD, lambda head_outputs: _means(head_outputs))
outputs.wrong("everything set to zero", ONE_HEAD, lambda head_outputs: np.zeros_like(head_outputs))
outputs.wrong("all other heads ablated", EACH,
              lambda head_outputs, head: _back(_means(head_outputs), head_outputs, head))
outputs.wrong("all other heads set to zero", EACH,
              lambda head_outputs, head: _back(np.zeros_like(head_outputs), head_outputs, head))
outputs.wrong("head left out", "The layer after it expects as many heads as before.",
              lambda head_outputs, head: np.delete(head_outputs, head, axis=0))
outputs.wrong("the one head only", OTHERS,
              lambda head_outputs, mean: np.broadcast_to(mean, head_outputs.shape[1:]).copy())
outputs.wrong("the mean row only", OTHERS, lambda mean: mean)
# fmt: on


@outputs.wrong("a position instead of a head", AXES)
def _(head_outputs, head):
    outputs = head_outputs.copy()
    outputs[:, head] = head_outputs.mean(axis=1)
    return outputs


@outputs.wrong("a position set to zero", AXES)
def _(head_outputs, head):
    outputs = head_outputs.copy()
    outputs[:, head] = 0
    return outputs


@outputs.wrong("a column instead of a head", "Which axis holds the heads, and which the width?")
def _(head_outputs, head):
    outputs = head_outputs.copy()
    outputs[..., head] = head_outputs[..., head].mean(axis=-1, keepdims=True)
    return outputs


@outputs.wrong("first position only", "At how many positions should the head say its mean?")
def _(head_outputs, head, mean):
    outputs = head_outputs.copy()
    outputs[head, 0] = mean
    return outputs


ablate_head.steps(chosen, mean, outputs)


@ablate_head.mistake("input changed", "Whoever passed it in still needs it: what is a copy for?")
def _(head_outputs, head):
    head_outputs[head] = head_outputs[head].mean(axis=0)
    return head_outputs


holds = ablate_head.holds


@holds("the head says the same at every position")
def _(outputs, head):
    return same(outputs[head], np.broadcast_to(outputs[head][0], outputs[head].shape))


@holds("the other heads are as they were")
def _(outputs, head_outputs, head):
    return same(np.delete(outputs, head, axis=0), np.delete(head_outputs, head, axis=0))


@holds("the mean of the head is as it was")
def _(outputs, head_outputs, head):
    return same(outputs[head].mean(axis=0), head_outputs[head].mean(axis=0))


@holds("switching it off twice is switching it off once")
def _(call, outputs):
    return same(call(head_outputs=outputs), outputs)


@holds("reordering the positions reorders the other heads, and leaves this one as it is")
def _(call, outputs, head_outputs, head):
    changed, expected = call(head_outputs=head_outputs[:, ::-1].copy()), outputs[:, ::-1].copy()
    expected[head] = outputs[head]
    return same(changed, expected)
