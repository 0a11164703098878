"""ablate_head: switching a head off by its mean, and what people get wrong about it."""

import numpy as np

from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise


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


mistake = ablate_head.mistake


def _with(head_outputs, head, value):
    outputs = head_outputs.copy()
    outputs[head] = value
    return outputs


@mistake("zero instead of mean", "What comes after is used to the head saying something: what?")
def _(head_outputs, head):
    return _with(head_outputs, head, 0)


@mistake("mean over the heads", "Whose mean is it: this head's, or that of all?")
def _(head_outputs, head):
    return _with(head_outputs, head, head_outputs.mean(axis=0))


@mistake("mean of the other heads", "Whose mean is it: this head's, or that of the others?")
def _(head_outputs, head):
    others = np.delete(head_outputs, head, axis=0)
    return _with(head_outputs, head, others.mean(axis=0))


@mistake("mean over everything", "Each column of a head has a mean of its own.")
def _(head_outputs, head):
    return _with(head_outputs, head, head_outputs.mean())


@mistake("one mean for the whole head", "Each column of the head has a mean of its own.")
def _(head_outputs, head):
    return _with(head_outputs, head, head_outputs[head].mean())


@mistake("mean over the width", "Positions are rows: along which axis do they lie?")
def _(head_outputs, head):
    return _with(head_outputs, head, head_outputs[head].mean(axis=-1, keepdims=True))


@mistake("all heads ablated", "Only one head is to be switched off.")
def _(head_outputs, head):
    return np.broadcast_to(head_outputs.mean(axis=1, keepdims=True), head_outputs.shape).copy()


@mistake("all other heads ablated", "Which is switched off: this head, or all but this one?")
def _(head_outputs, head):
    outputs = np.broadcast_to(head_outputs.mean(axis=1, keepdims=True), head_outputs.shape).copy()
    outputs[head] = head_outputs[head]
    return outputs


@mistake("all other heads set to zero", "Which is switched off: this head, or all but this one?")
def _(head_outputs, head):
    outputs = np.zeros_like(head_outputs)
    outputs[head] = head_outputs[head]
    return outputs


@mistake("everything set to zero", "Only one head is to be switched off.")
def _(head_outputs, head):
    return np.zeros_like(head_outputs)


@mistake("head left out", "The layer after it expects as many heads as before.")
def _(head_outputs, head):
    return np.delete(head_outputs, head, axis=0)


@mistake("the one head only", "What do the other heads say?")
def _(head_outputs, head):
    return np.broadcast_to(head_outputs[head].mean(axis=0), head_outputs.shape[1:]).copy()


@mistake("the mean row only", "What do the other heads say?")
def _(head_outputs, head):
    return head_outputs[head].mean(axis=0)


@mistake("counted from 1", "Heads count from 0.")
def _(head_outputs, head):
    return _with(head_outputs, head - 1, head_outputs[head - 1].mean(axis=0))


@mistake("a position instead of a head", "Which axis holds the heads, and which the positions?")
def _(head_outputs, head):
    outputs = head_outputs.copy()
    outputs[:, head] = head_outputs.mean(axis=1)
    return outputs


@mistake("a position set to zero", "Which axis holds the heads, and which the positions?")
def _(head_outputs, head):
    outputs = head_outputs.copy()
    outputs[:, head] = 0
    return outputs


@mistake("a column instead of a head", "Which axis holds the heads, and which the width?")
def _(head_outputs, head):
    outputs = head_outputs.copy()
    outputs[..., head] = head_outputs[..., head].mean(axis=-1, keepdims=True)
    return outputs


@mistake("mean taken off", "What is to go: the mean, or what differs from it?")
def _(head_outputs, head):
    return _with(head_outputs, head, head_outputs[head] - head_outputs[head].mean(axis=0))


@mistake("first position everywhere", "Is the first position like the others?")
def _(head_outputs, head):
    return _with(head_outputs, head, head_outputs[head][0])


@mistake("last position everywhere", "Is the last position like the others?")
def _(head_outputs, head):
    return _with(head_outputs, head, head_outputs[head][-1])


@mistake("median", "The mean is asked for.")
def _(head_outputs, head):
    return _with(head_outputs, head, np.median(head_outputs[head], axis=0))


@mistake("sum instead of mean", "How many positions went into that row?")
def _(head_outputs, head):
    return _with(head_outputs, head, head_outputs[head].sum(axis=0))


@mistake("positions shuffled", "The head still says something else at every position.")
def _(head_outputs, head):
    return _with(head_outputs, head, np.roll(head_outputs[head], 1, axis=0))


@mistake("nothing changed", "Which head should have changed?")
def _(head_outputs, head):
    return head_outputs.copy()


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
