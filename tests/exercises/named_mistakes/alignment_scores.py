"""Wrong answers to alignment_scores, each under the name by which it is known."""

import numpy as np

from helpers import attention
from named_mistakes.answers import Answers

answers = Answers("alignment_scores")


@answers("memory transposed")
def _(state, memory):
    return memory.T @ state


@answers("state in front", same_as="memory transposed")
def _(state, memory):
    return state @ memory


@answers("memory reshaped")
def _(state, memory):
    return state @ memory.reshape(memory.shape[::-1])


@answers("products not summed")
def _(state, memory):
    return state * memory


@answers("summed over the words")
def _(state, memory):
    return (state * memory).sum(axis=0)


@answers("summed over everything")
def _(state, memory):
    return (state * memory).sum()


@answers("last word only")
def _(state, memory):
    return memory[-1] @ state


@answers("column")
def _(state, memory):
    return memory @ state[:, None]


@answers("row")
def _(state, memory):
    return state[None] @ memory.T


@answers("memory with itself")
def _(state, memory):
    return memory @ memory.T


@answers("memory's own lengths")
def _(state, memory):
    return (memory * memory).sum(axis=-1)


@answers("sum of the memory's rows")
def _(state, memory):
    return memory.sum(axis=-1)


@answers("cosine")
def _(state, memory):
    return memory @ state / (np.linalg.norm(memory, axis=-1) * np.linalg.norm(state))


@answers("memory brought to length 1")
def _(state, memory):
    return memory @ state / np.linalg.norm(memory, axis=-1)


@answers("state brought to length 1")
def _(state, memory):
    return memory @ state / np.linalg.norm(state)


@answers("scaled")
def _(state, memory):
    return memory @ state / np.sqrt(len(state))


@answers("mean of the products")
def _(state, memory):
    return (state * memory).mean(axis=-1)


@answers("softmax applied")
def _(state, memory):
    return attention.softmax(memory @ state)


@answers("scaled and softmax applied")
def _(state, memory):
    return attention.softmax(memory @ state / np.sqrt(len(state)))


@answers("exponential")
def _(state, memory):
    return np.exp(memory @ state)


@answers("divided by their sum")
def _(state, memory):
    scores = memory @ state
    return scores / scores.sum()


@answers("largest score taken off")
def _(state, memory):
    scores = memory @ state
    return scores - scores.max()


@answers("place of the best word")
def _(state, memory):
    return (memory @ state).argmax()


@answers("best word is 1")
def _(state, memory):
    scores = memory @ state
    return (scores == scores.max()).astype(memory.dtype)


@answers("sorted")
def _(state, memory):
    return np.sort(memory @ state)[::-1]


@answers("from the last word to the first")
def _(state, memory):
    return (memory @ state)[::-1]


@answers("absolute scores")
def _(state, memory):
    return np.abs(memory @ state)


@answers("sign turned")
def _(state, memory):
    return -(memory @ state)


@answers("distance")
def _(state, memory):
    return np.linalg.norm(memory - state, axis=-1)


@answers("distance, negative")
def _(state, memory):
    return -np.linalg.norm(memory - state, axis=-1)


@answers("squared distance, negative")
def _(state, memory):
    return -((memory - state) ** 2).sum(axis=-1)


@answers("state added")
def _(state, memory):
    return np.tanh(memory + state).sum(axis=-1)
