"""context_vector: the memory, mixed by weight, and what people get wrong about it."""

import numpy as np

from helpers.exercises.cases import numbers, rows_of_weights
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.softmax_steps import softmax
from helpers.exercises.steps import step


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


MEET = "Write the shapes side by side: which axes meet?"
ALREADY = "What do the weights already sum to?"


@step
def shares(weights):
    """The weight of every word, as it came in."""
    return weights


@shares.wrong("plain sum", "Where do the weights come in?")
def _(weights):
    return np.ones_like(weights)


@shares.wrong("plain mean", "Every word came in with the same weight.")
def _(weights):
    return np.full_like(weights, 1 / len(weights))


@shares.wrong("row of the largest weight", "The second-best word brings something too.")
def _(weights):
    return (weights == weights.max()).astype(weights.dtype)


@shares.wrong("row of the largest weight, weighted", "The other words bring something too.")
def _(weights):
    return np.where(weights == weights.max(), weights, 0)


@shares.wrong("last word left out", "Every word brings something: where does the loop end?")
def _(weights):
    return np.where(np.arange(len(weights)) < len(weights) - 1, weights, 0)


@shares.wrong("first word left out", "Every word brings something: where does the loop begin?")
def _(weights):
    return np.where(np.arange(len(weights)) > 0, weights, 0)


@shares.wrong("softmax once more", "The weights are weights already.")
def _(weights):
    return softmax(weights)


@shares.also("softmax once more")
def _(weights):
    return np.exp(weights)


@shares.wrong("divided by the largest weight", ALREADY)
def _(weights):
    return weights / weights.max()


@shares.wrong("weights squared", "Each weight counts once.")
def _(weights):
    return weights**2


@shares.wrong("weights reversed", "Does the first weight meet the first word?")
def _(weights):
    return weights[::-1]


@shares.wrong("weights sorted", "Does the first weight meet the first word?")
def _(weights):
    return np.sort(weights)[::-1]


@shares.also("weights sorted")
def _(weights):
    return np.sort(weights)


@shares.wrong("weights rounded to 0 and 1", "A small weight is still a weight.")
def _(weights):
    return weights.round()


@step
def context(shares, memory):
    """The rows of the memory, each by its share, added up: (d,)."""
    return shares @ memory


@context.wrong("last row", "That is all a translator without attention ever gets.")
def _(memory):
    return memory[-1]


@context.wrong("rows not added up", "The words are still apart; which axis should go?")
def _(shares, memory):
    return shares[:, None] * memory


@context.wrong("summed along the row", "Which axis should go: the words, or the width?")
def _(shares, memory):
    return (shares[:, None] * memory).sum(axis=-1)


@context.wrong("mean along the row", "Which axis should go: the words, or the width?")
def _(shares, memory):
    return (shares[:, None] * memory).mean(axis=-1)


@context.wrong("summed over everything", "The context is as wide as one row of memory.")
def _(shares, memory):
    return (shares[:, None] * memory).sum()


@context.wrong("divided by the number of words", ALREADY)
def _(shares, memory):
    return shares @ memory / len(memory)


@context.wrong("memory in front", MEET)
def _(shares, memory):
    return memory @ shares


@context.wrong("memory reshaped", "A reshape keeps the order of the numbers.")
def _(shares, memory):
    return memory.reshape(memory.shape[::-1]) @ shares


@context.wrong("weights as a row", "Each weight belongs to a word: which axis is that?")
def _(shares, memory):
    return (shares * memory).sum(axis=0)


@context.wrong("weights added", "A weight multiplies its row.")
def _(shares, memory):
    return (shares[:, None] + memory).sum(axis=0)


@context.wrong("weights returned", "These are the weights; what do they weigh?")
def _(shares):
    return shares


@step
def returned(context):
    """The context as it is."""
    return context


@returned.wrong("one row too many axes", "One axis is enough: the width.")
def _(context):
    return context[None]


@returned.wrong("column", "One axis is enough: the width.")
def _(context):
    return context[:, None]


@returned.wrong("softmax of the context", "The memory is mixed as it is.")
def _(context):
    return softmax(context)


@returned.wrong("brought to length 1", "A mean keeps the size of what it mixes.")
def _(context):
    return context / np.linalg.norm(context)


@returned.wrong("squashed", "The memory is mixed as it is: which function bends it?")
def _(context):
    return np.tanh(context)


@returned.family(
    "divided by a constant", "Why {constant}? The weights already sum to 1.", over=(1.01, 1e3)
)
def _(context, constant):
    return context / constant


@returned.family(
    "multiplied by a constant", "Why {constant}? The weights already sum to 1.", over=(1.01, 1e3)
)
def _(context, constant):
    return context * constant


context_vector.steps(shares, context, returned)


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
