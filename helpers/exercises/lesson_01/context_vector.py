"""context_vector: the memory, mixed by weight, and what people get wrong about it."""

import numpy as np

from helpers import attention
from helpers.exercises.cases import numbers, rows_of_weights
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise


@exercise(lesson=1, gives={"context": "(d,)"})
def context_vector(weights, memory):
    """What the decoder brings home: the mean of the memory's rows, weighted.

    weights: (n_keys,), they sum to 1; memory: (n_keys, d).
    Returns: context (d,).
    """
    return weights @ memory


context_vector.hints(
    "All weight on one word should give that word's row, unchanged. What has the shape of a row?",
    "Multiply every row of the memory by its own weight, then add the rows up. The weights already "
    "sum to 1, so there is nothing left to divide by.",
    "context = weights, (n_keys,), times memory, (n_keys, d): the sum over all words of weight · "
    "row.",
)


@context_vector.case("six words")
def _(rng):
    return dict(weights=rows_of_weights(rng, 6), memory=numbers(rng, 6, 4))


@context_vector.case("fewer words than the memory is wide")
def _(rng):
    return dict(weights=rows_of_weights(rng, 3), memory=numbers(rng, 3, 7))


@context_vector.case("a memory far from zero")
def _(rng):
    return dict(weights=rows_of_weights(rng, 8), memory=10 + numbers(rng, 8, 5))


@context_vector.mistake("plain mean", "Every word came in with the same weight.")
def _(weights, memory):
    return memory.mean(axis=0)


@context_vector.mistake("plain sum", "Where do the weights come in?")
def _(weights, memory):
    return memory.sum(axis=0)


@context_vector.mistake("last row", "That is all a translator without attention ever gets.")
def _(weights, memory):
    return memory[-1]


@context_vector.mistake("row of the largest weight", "The second-best word brings something too.")
def _(weights, memory):
    return memory[weights.argmax()]


@context_vector.mistake(
    "row of the largest weight, weighted", "The other words bring something too."
)
def _(weights, memory):
    return weights.max() * memory[weights.argmax()]


@context_vector.mistake("rows not added up", "The words are still apart; which axis should go?")
def _(weights, memory):
    return weights[:, None] * memory


@context_vector.mistake("summed along the row", "Which axis should go: the words, or the width?")
def _(weights, memory):
    return (weights[:, None] * memory).sum(axis=-1)


@context_vector.mistake("mean along the row", "Which axis should go: the words, or the width?")
def _(weights, memory):
    return (weights[:, None] * memory).mean(axis=-1)


@context_vector.mistake("summed over everything", "The context is as wide as one row of memory.")
def _(weights, memory):
    return (weights[:, None] * memory).sum()


@context_vector.mistake("divided by the number of words", "What do the weights already sum to?")
def _(weights, memory):
    return weights @ memory / len(memory)


@context_vector.mistake("memory in front", "Write the shapes side by side: which axes meet?")
def _(weights, memory):
    return memory @ weights


@context_vector.mistake(
    "memory transposed",
    "Write the shapes side by side: which axes meet?",
    same_as="memory in front",
)
def _(weights, memory):
    return weights @ memory.T


@context_vector.mistake("memory reshaped", "A reshape keeps the order of the numbers.")
def _(weights, memory):
    return memory.reshape(memory.shape[::-1]) @ weights


@context_vector.mistake("weights as a row", "Each weight belongs to a word: which axis is that?")
def _(weights, memory):
    return (weights * memory).sum(axis=0)


@context_vector.mistake("one row too many axes", "One axis is enough: the width.")
def _(weights, memory):
    return weights[None] @ memory


@context_vector.mistake("column", "One axis is enough: the width.")
def _(weights, memory):
    return memory.T @ weights[:, None]


@context_vector.mistake("softmax once more", "The weights are weights already.")
def _(weights, memory):
    return attention.softmax(weights) @ memory


@context_vector.mistake("softmax of the context", "The memory is mixed as it is.")
def _(weights, memory):
    return attention.softmax(weights @ memory)


@context_vector.mistake("divided by the largest weight", "What do the weights already sum to?")
def _(weights, memory):
    return weights @ memory / weights.max()


@context_vector.mistake("weights squared", "Each weight counts once.")
def _(weights, memory):
    return weights**2 @ memory


@context_vector.mistake("weights reversed", "Does the first weight meet the first word?")
def _(weights, memory):
    return weights[::-1] @ memory


@context_vector.mistake("weights sorted", "Does the first weight meet the first word?")
def _(weights, memory):
    return np.sort(weights)[::-1] @ memory


@context_vector.mistake("weights rounded to 0 and 1", "A small weight is still a weight.")
def _(weights, memory):
    return weights.round() @ memory


@context_vector.mistake("brought to length 1", "A mean keeps the size of what it mixes.")
def _(weights, memory):
    context = weights @ memory
    return context / np.linalg.norm(context)


@context_vector.mistake("weights returned", "These are the weights; what do they weigh?")
def _(weights, memory):
    return weights


@context_vector.mistake("weights added", "A weight multiplies its row.")
def _(weights, memory):
    return (weights[:, None] + memory).sum(axis=0)


@context_vector.holds("all weight on one word gives that word's row")
def _(call, weights, memory):
    one = np.zeros_like(weights)
    one[1] = 1
    return same(call(weights=one), memory[1])


@context_vector.holds("equal weights give the plain mean")
def _(call, weights, memory):
    return same(call(weights=np.full_like(weights, 1 / len(weights))), memory.mean(axis=0))


@context_vector.holds("the mean lies between the smallest and the largest number of each column")
def _(context, memory):
    slack = 1e-5 * np.abs(memory).max()
    low, high = memory.min(axis=0) - slack, memory.max(axis=0) + slack
    return bool(((low <= context) & (context <= high)).all())


@context_vector.holds("reordering words and weights together changes nothing")
def _(call, weights, memory, context):
    return same(call(weights=weights[::-1].copy(), memory=memory[::-1].copy()), context)


@context_vector.holds("a word of weight 0 brings nothing, whatever it holds")
def _(call, weights, memory):
    without_first = weights.copy()
    without_first[0] = 0
    other = memory.copy()
    other[0] = 50
    return same(call(weights=without_first, memory=other), call(weights=without_first))
