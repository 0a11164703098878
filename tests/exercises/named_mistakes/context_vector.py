"""Wrong answers to context_vector, each under the name by which it is known."""

import numpy as np

from helpers import attention
from named_mistakes.answers import Answers

answers = Answers("context_vector")


@answers("plain mean")
def _(weights, memory):
    return memory.mean(axis=0)


@answers("plain sum")
def _(weights, memory):
    return memory.sum(axis=0)


@answers("last row")
def _(weights, memory):
    return memory[-1]


@answers("row of the largest weight")
def _(weights, memory):
    return memory[weights.argmax()]


@answers("row of the largest weight, weighted")
def _(weights, memory):
    return weights.max() * memory[weights.argmax()]


@answers("rows not added up")
def _(weights, memory):
    return weights[:, None] * memory


@answers("summed along the row")
def _(weights, memory):
    return (weights[:, None] * memory).sum(axis=-1)


@answers("mean along the row")
def _(weights, memory):
    return (weights[:, None] * memory).mean(axis=-1)


@answers("summed over everything")
def _(weights, memory):
    return (weights[:, None] * memory).sum()


@answers("divided by the number of words")
def _(weights, memory):
    return weights @ memory / len(memory)


@answers("memory in front")
def _(weights, memory):
    return memory @ weights


@answers("memory transposed", same_as="memory in front")
def _(weights, memory):
    return weights @ memory.T


@answers("memory reshaped")
def _(weights, memory):
    return memory.reshape(memory.shape[::-1]) @ weights


@answers("weights as a row")
def _(weights, memory):
    return (weights * memory).sum(axis=0)


@answers("one row too many axes")
def _(weights, memory):
    return weights[None] @ memory


@answers("column")
def _(weights, memory):
    return memory.T @ weights[:, None]


@answers("softmax once more")
def _(weights, memory):
    return attention.softmax(weights) @ memory


@answers("softmax of the context")
def _(weights, memory):
    return attention.softmax(weights @ memory)


@answers("divided by the largest weight")
def _(weights, memory):
    return weights @ memory / weights.max()


@answers("weights squared")
def _(weights, memory):
    return weights**2 @ memory


@answers("weights reversed")
def _(weights, memory):
    return weights[::-1] @ memory


@answers("weights sorted")
def _(weights, memory):
    return np.sort(weights)[::-1] @ memory


@answers("weights rounded to 0 and 1")
def _(weights, memory):
    return weights.round() @ memory


@answers("brought to length 1")
def _(weights, memory):
    context = weights @ memory
    return context / np.linalg.norm(context)


@answers("weights returned")
def _(weights, memory):
    return weights


@answers("weights added")
def _(weights, memory):
    return (weights[:, None] + memory).sum(axis=0)
