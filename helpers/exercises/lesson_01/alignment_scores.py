"""alignment_scores: how well each word fits the state, and what people get wrong about it."""

import numpy as np

from helpers import attention
from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise


@exercise(lesson=1, gives={"scores": "(n_keys,)"})
def alignment_scores(state, memory):
    """How well every word of the source fits the decoder's state.

    state: (d,), memory: (n_keys, d).
    Returns: scores (n_keys,).
    """
    return memory @ state


alignment_scores.hints(
    "The memory holds one row for each word of the source. How many scores should come out?",
    "A score is the dot product of the state with one row of the memory. One matrix product makes "
    "all of them, if the two axes of size d meet.",
    "scores = memory, (n_keys, d), times state, (d,): for each row, the sum of row · state.",
)


@alignment_scores.case("six words")
def _(rng):
    return dict(state=numbers(rng, 4), memory=numbers(rng, 6, 4))


@alignment_scores.case("fewer words than the state is wide")
def _(rng):
    return dict(state=numbers(rng, 7), memory=numbers(rng, 3, 7))


@alignment_scores.case("a sentence of one word")
def _(rng):
    return dict(state=numbers(rng, 5), memory=numbers(rng, 1, 5))


@alignment_scores.case("a wide state")
def _(rng):
    return dict(state=numbers(rng, 32), memory=numbers(rng, 9, 32, size=0.3))


@alignment_scores.mistake("memory transposed", "Write the shapes side by side: which axes meet?")
def _(state, memory):
    return memory.T @ state


@alignment_scores.mistake(
    "state in front", "Write the shapes side by side: which axes meet?", same_as="memory transposed"
)
def _(state, memory):
    return state @ memory


@alignment_scores.mistake("memory reshaped", "A reshape keeps the order of the numbers.")
def _(state, memory):
    return state @ memory.reshape(memory.shape[::-1])


@alignment_scores.mistake("products not summed", "A dot product is one number; which axis goes?")
def _(state, memory):
    return state * memory


@alignment_scores.mistake("summed over the words", "Every word has a score of its own.")
def _(state, memory):
    return (state * memory).sum(axis=0)


@alignment_scores.mistake("summed over everything", "Every word has a score of its own.")
def _(state, memory):
    return (state * memory).sum()


@alignment_scores.mistake("last word only", "Every word has a score of its own.")
def _(state, memory):
    return memory[-1] @ state


@alignment_scores.mistake("column", "One axis is enough: the words.")
def _(state, memory):
    return memory @ state[:, None]


@alignment_scores.mistake("row", "One axis is enough: the words.")
def _(state, memory):
    return state[None] @ memory.T


@alignment_scores.mistake("memory with itself", "Where does `state` come in?")
def _(state, memory):
    return memory @ memory.T


@alignment_scores.mistake("memory's own lengths", "Where does `state` come in?")
def _(state, memory):
    return (memory * memory).sum(axis=-1)


@alignment_scores.mistake("sum of the memory's rows", "Where does `state` come in?")
def _(state, memory):
    return memory.sum(axis=-1)


@alignment_scores.mistake("cosine", "Here the lengths of state and memory count too.")
def _(state, memory):
    return memory @ state / (np.linalg.norm(memory, axis=-1) * np.linalg.norm(state))


@alignment_scores.mistake("memory brought to length 1", "Here the lengths of the rows count too.")
def _(state, memory):
    return memory @ state / np.linalg.norm(memory, axis=-1)


@alignment_scores.mistake("state brought to length 1", "Here the length of the state counts too.")
def _(state, memory):
    return memory @ state / np.linalg.norm(state)


@alignment_scores.mistake("scaled", "Nothing is divided here; that is lesson 03.")
def _(state, memory):
    return memory @ state / np.sqrt(len(state))


@alignment_scores.mistake("mean of the products", "A dot product is a sum, not a mean.")
def _(state, memory):
    return (state * memory).mean(axis=-1)


@alignment_scores.mistake("softmax applied", "Scores are asked for, before they become weights.")
def _(state, memory):
    return attention.softmax(memory @ state)


@alignment_scores.mistake("scaled and softmax applied", "Scores are asked for, not yet weights.")
def _(state, memory):
    return attention.softmax(memory @ state / np.sqrt(len(state)))


@alignment_scores.mistake("exponential", "Scores may be negative; they are not weights yet.")
def _(state, memory):
    return np.exp(memory @ state)


@alignment_scores.mistake("divided by their sum", "Scores need not sum to 1; weights will.")
def _(state, memory):
    scores = memory @ state
    return scores / scores.sum()


@alignment_scores.mistake("largest score taken off", "Scores are asked for as they are.")
def _(state, memory):
    scores = memory @ state
    return scores - scores.max()


@alignment_scores.mistake("place of the best word", "How well does each of the others fit?")
def _(state, memory):
    return (memory @ state).argmax()


@alignment_scores.mistake("best word is 1", "How well does each of the others fit?")
def _(state, memory):
    scores = memory @ state
    return (scores == scores.max()).astype(memory.dtype)


@alignment_scores.mistake("sorted", "The first score belongs to the first word.")
def _(state, memory):
    return np.sort(memory @ state)[::-1]


@alignment_scores.mistake("from the last word to the first", "Which word does a score belong to?")
def _(state, memory):
    return (memory @ state)[::-1]


@alignment_scores.mistake("absolute scores", "What is the score of a row that points away?")
def _(state, memory):
    return np.abs(memory @ state)


@alignment_scores.mistake("sign turned", "Which row should score highest: the best fit or worst?")
def _(state, memory):
    return -(memory @ state)


@alignment_scores.mistake("distance", "A score is a product of state and row, not a distance.")
def _(state, memory):
    return np.linalg.norm(memory - state, axis=-1)


@alignment_scores.mistake("distance, negative", "A score is a product, not a distance.")
def _(state, memory):
    return -np.linalg.norm(memory - state, axis=-1)


@alignment_scores.mistake("squared distance, negative", "A score is a product, not a distance.")
def _(state, memory):
    return -((memory - state) ** 2).sum(axis=-1)


# Bahdanau, Cho & Bengio score by a small network; who has read them starts from this.
@alignment_scores.mistake("state added", "Here state and row are multiplied, not added.")
def _(state, memory):
    return np.tanh(memory + state).sum(axis=-1)


@alignment_scores.holds("reordering the words reorders the scores alike")
def _(call, memory, scores):
    return same(call(memory=memory[::-1].copy()), scores[::-1])


@alignment_scores.holds("a word's score does not depend on the other words")
def _(call, memory, scores):
    return same(call(memory=memory[:1]), scores[:1])


@alignment_scores.holds("a state of zeros scores 0 with every word")
def _(call, state, memory):
    return same(call(state=0 * state), np.zeros(len(memory)))


@alignment_scores.holds("a state twice as long doubles every score")
def _(call, state, scores):
    return same(call(state=2 * state), 2 * scores)


@alignment_scores.holds("a state that is 1 in one place reads off that column")
def _(call, state, memory):
    one = np.zeros_like(state)
    one[-1] = 1
    return same(call(state=one), memory[:, -1])
