"""Wrong answers to ablate_head, each under the name by which it is known."""

import numpy as np

from named_mistakes.answers import Answers

answers = Answers("ablate_head")


def _with(head_outputs, head, value):
    outputs = head_outputs.copy()
    outputs[head] = value
    return outputs


@answers("zero instead of mean")
def _(head_outputs, head):
    return _with(head_outputs, head, 0)


@answers("mean over the heads")
def _(head_outputs, head):
    return _with(head_outputs, head, head_outputs.mean(axis=0))


@answers("mean of the other heads")
def _(head_outputs, head):
    others = np.delete(head_outputs, head, axis=0)
    return _with(head_outputs, head, others.mean(axis=0))


@answers("mean over everything")
def _(head_outputs, head):
    return _with(head_outputs, head, head_outputs.mean())


@answers("one mean for the whole head")
def _(head_outputs, head):
    return _with(head_outputs, head, head_outputs[head].mean())


@answers("mean over the width")
def _(head_outputs, head):
    return _with(head_outputs, head, head_outputs[head].mean(axis=-1, keepdims=True))


@answers("all heads ablated")
def _(head_outputs, head):
    return np.broadcast_to(head_outputs.mean(axis=1, keepdims=True), head_outputs.shape).copy()


@answers("all other heads ablated")
def _(head_outputs, head):
    outputs = np.broadcast_to(head_outputs.mean(axis=1, keepdims=True), head_outputs.shape).copy()
    outputs[head] = head_outputs[head]
    return outputs


@answers("all other heads set to zero")
def _(head_outputs, head):
    outputs = np.zeros_like(head_outputs)
    outputs[head] = head_outputs[head]
    return outputs


@answers("everything set to zero")
def _(head_outputs, head):
    return np.zeros_like(head_outputs)


@answers("head left out")
def _(head_outputs, head):
    return np.delete(head_outputs, head, axis=0)


@answers("the one head only")
def _(head_outputs, head):
    return np.broadcast_to(head_outputs[head].mean(axis=0), head_outputs.shape[1:]).copy()


@answers("the mean row only")
def _(head_outputs, head):
    return head_outputs[head].mean(axis=0)


@answers("counted from 1")
def _(head_outputs, head):
    return _with(head_outputs, head - 1, head_outputs[head - 1].mean(axis=0))


@answers("a position instead of a head")
def _(head_outputs, head):
    outputs = head_outputs.copy()
    outputs[:, head] = head_outputs.mean(axis=1)
    return outputs


@answers("a position set to zero")
def _(head_outputs, head):
    outputs = head_outputs.copy()
    outputs[:, head] = 0
    return outputs


@answers("a column instead of a head")
def _(head_outputs, head):
    outputs = head_outputs.copy()
    outputs[..., head] = head_outputs[..., head].mean(axis=-1, keepdims=True)
    return outputs


@answers("mean taken off")
def _(head_outputs, head):
    return _with(head_outputs, head, head_outputs[head] - head_outputs[head].mean(axis=0))


@answers("first position everywhere")
def _(head_outputs, head):
    return _with(head_outputs, head, head_outputs[head][0])


@answers("last position everywhere")
def _(head_outputs, head):
    return _with(head_outputs, head, head_outputs[head][-1])


@answers("median")
def _(head_outputs, head):
    return _with(head_outputs, head, np.median(head_outputs[head], axis=0))


@answers("sum instead of mean")
def _(head_outputs, head):
    return _with(head_outputs, head, head_outputs[head].sum(axis=0))


@answers("positions shuffled")
def _(head_outputs, head):
    return _with(head_outputs, head, np.roll(head_outputs[head], 1, axis=0))


@answers("nothing changed")
def _(head_outputs, head):
    return head_outputs.copy()
