"""alignment_scores: how well each word fits the state, and what people get wrong about it."""

import numpy as np

from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.softmax_steps import softmax
from helpers.exercises.steps import step


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


MEET = "Write the shapes side by side: which axes meet?"
NOT_YET = "Scores are asked for, before they become weights."


@step
def scores(state, memory):
    """The state with every word of the memory: (n_keys,)."""
    return memory @ state


@scores.wrong("memory transposed", MEET)
def _(state, memory):
    return memory.T @ state


@scores.wrong("memory reshaped", "A reshape keeps the order of the numbers.")
def _(state, memory):
    return state @ memory.reshape(memory.shape[::-1])


@scores.wrong("products not summed", "A dot product is one number; which axis goes?")
def _(state, memory):
    return state * memory


@scores.wrong("summed over the words", "Every word has a score of its own.")
def _(state, memory):
    return (state * memory).sum(axis=0)


@scores.wrong("summed over everything", "Every word has a score of its own.")
def _(state, memory):
    return (state * memory).sum()


@scores.wrong("mean of the products", "A dot product is a sum, not a mean.")
def _(state, memory):
    return (state * memory).mean(axis=-1)


@scores.wrong("first word only", "Every word has a score of its own.")
def _(state, memory):
    return memory[0] @ state


@scores.wrong("last word only", "Every word has a score of its own.")
def _(state, memory):
    return memory[-1] @ state


@scores.wrong("last word left out", "Every word has a score: where does the loop end?")
def _(state, memory):
    return memory[:-1] @ state


@scores.wrong("memory with itself", "Where does `state` come in?")
def _(memory):
    return memory @ memory.T


@scores.wrong("memory's own lengths", "Where does `state` come in?")
def _(memory):
    return (memory * memory).sum(axis=-1)


@scores.wrong("sum of the memory's rows", "Where does `state` come in?")
def _(memory):
    return memory.sum(axis=-1)


@scores.wrong("state's own length", "Where does `memory` come in?")
def _(state):
    return state @ state


@scores.wrong("cosine", "Here the lengths of state and memory count too.")
def _(state, memory):
    return memory @ state / (np.linalg.norm(memory, axis=-1) * np.linalg.norm(state))


@scores.wrong("memory brought to length 1", "Here the lengths of the rows count too.")
def _(state, memory):
    return memory @ state / np.linalg.norm(memory, axis=-1)


@scores.wrong("state brought to length 1", "Here the length of the state counts too.")
def _(state, memory):
    return memory @ state / np.linalg.norm(state)


@scores.wrong("distance", "A score is a product of state and row, not a distance.")
def _(state, memory):
    return np.linalg.norm(memory - state, axis=-1)


@scores.wrong("distance, negative", "A score is a product, not a distance.")
def _(state, memory):
    return -np.linalg.norm(memory - state, axis=-1)


@scores.wrong("squared distance, negative", "A score is a product, not a distance.")
def _(state, memory):
    return -((memory - state) ** 2).sum(axis=-1)


# Bahdanau, Cho & Bengio score by a small network; who has read them starts from this.
ADDED = "Here state and row are multiplied, not added or joined."


@scores.wrong("state added", ADDED)
def _(state, memory):
    return np.tanh(memory + state).sum(axis=-1)


@scores.also("state added")
def _(state, memory):
    return (memory + state).sum(axis=-1)


@scores.also("state added")
def _(state, memory):
    joined = np.concatenate([np.broadcast_to(state, memory.shape), memory], axis=1)
    return np.tanh(joined).sum(axis=1)


@scores.also("state added")
def _(state, memory):
    return np.concatenate([np.broadcast_to(state, memory.shape), memory], axis=1).sum(axis=1)


@step
def returned(scores):
    """The scores as they are, a number for each word in its order."""
    return scores


@returned.wrong("column", "One axis is enough: the words.")
def _(scores):
    return scores[:, None]


@returned.wrong("row", "One axis is enough: the words.")
def _(scores):
    return scores[None]


@returned.wrong("scaled", "Nothing is divided here; that is lesson 03.")
def _(scores, state):
    return scores / np.sqrt(len(state))


@returned.wrong("softmax applied", NOT_YET)
def _(scores):
    return softmax(scores)


@returned.also("softmax applied")
def _(scores):
    return np.exp(scores) / np.exp(scores).sum()


@returned.wrong("scaled and softmax applied", NOT_YET)
def _(scores, state):
    return softmax(scores / np.sqrt(len(state)))


@returned.wrong("exponential", "Scores may be negative; they are not weights yet.")
def _(scores):
    return np.exp(scores)


@returned.wrong("divided by their sum", "Scores need not sum to 1; weights will.")
def _(scores):
    return scores / scores.sum()


@returned.wrong("largest score taken off", "Scores are asked for as they are.")
def _(scores):
    return scores - scores.max()


@returned.wrong("place of the best word", "How well does each of the others fit?")
def _(scores):
    return scores.argmax()


@returned.wrong("best word is 1", "How well does each of the others fit?")
def _(scores):
    return (scores == scores.max()).astype(scores.dtype)


@returned.wrong("best score only", "How well does each of the others fit?")
def _(scores):
    return scores.max()


@returned.wrong("sorted", "The first score belongs to the first word.")
def _(scores):
    return np.sort(scores)[::-1]


@returned.also("sorted")
def _(scores):
    return np.sort(scores)


@returned.wrong("from the last word to the first", "Which word does a score belong to?")
def _(scores):
    return scores[::-1]


@returned.wrong("absolute scores", "What is the score of a row that points away?")
def _(scores):
    return np.abs(scores)


@returned.wrong("negative scores cut off", "What is the score of a row that points away?")
def _(scores):
    return np.maximum(scores, 0)


@returned.wrong("squashed", "Scores are asked for as they are: which function bends them?")
def _(scores):
    return np.tanh(scores)


@returned.wrong("sign turned", "Which row should score highest: the best fit or worst?")
def _(scores):
    return -scores


@returned.family(
    "divided by a constant", "Why {constant}? Nothing is divided here.", over=(1.01, 1e3)
)
def _(scores, constant):
    return scores / constant


@returned.family(
    "multiplied by a constant",
    "Why {constant}? Scores are asked for as they are.",
    over=(1.01, 1e3),
)
def _(scores, constant):
    return scores * constant


alignment_scores.steps(scores, returned)


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
