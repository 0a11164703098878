"""who_answers: what it says of every way to ask, and what it refuses."""

import re

import numpy as np
import pytest

from helpers import explore
from helpers.attention import softmax
from helpers.contrast import contrast
from helpers.tasks import embeddings


def live(explorer, place=0):
    return explorer._views[place].widget.value


def roles(explorer):
    return re.findall(r"(\w+) \(([a-z ]+)\)</div>", live(explorer))


@pytest.mark.parametrize(
    ("query", "answers", "kind", "best", "shapes"),
    [
        ((0, 2), "sentence", "the sentence: cross-attention", '"cat"', "(5, 10) and output (5, 3)"),
        ((0, 2), "question", "its own sequence: self", '"me"', "(5, 5) and output (5, 3)"),
        ((1, 7), "sentence", "its own sequence: self-att", '"cat"', "(10, 10) and output (10, 3)"),
        ((1, 7), "question", "the question: cross-attention", '"me"', "(10, 5) and output (10, 3)"),
    ],
)  # fmt: skip
def test_it_says_who_asks_whom_and_what_comes_out(query, answers, kind, best, shapes):
    explorer = explore.who_answers()
    explorer.set(query=query, answers=answers)
    assert f"asks {kind}" in explorer.words
    assert f"looks most at {best}" in explorer.words
    assert shapes in explorer.words


def test_the_weights_are_those_of_the_chosen_word():
    explorer = explore.who_answers(start=("sentence", "it"), answers="question")
    w_query, w_key, _ = embeddings.toy_projections()
    (words, x), (asked, question) = embeddings.toy_words(), embeddings.toy_question()
    wanted = softmax(x[words.index("it")] @ w_query @ (question @ w_key).T / 2)
    rows = re.findall(r'row">([^<]*)</th><td>([^<]*)</td><td>([^<]*)', live(explorer, 1))
    got = {word: float(weight) for word, _, weight in rows}
    assert got == pytest.approx(dict(zip(asked, wanted, strict=True)), abs=0.005)


def test_only_the_sequence_that_answers_carries_numbers():
    explorer = explore.who_answers(start=("question", "who"))
    assert roles(explorer) == [("question", "asks"), ("sentence", "answers")]
    question, sentence = live(explorer).split("sentence (answers)")
    assert len(re.findall(r">\d\.\d\d<", sentence)) == 10 and "asks" not in sentence
    assert not re.search(r">\d\.\d\d<", question) and ">asks<" in question
    explorer.set(answers="question")
    assert roles(explorer) == [("question", "asks and answers"), ("sentence", "is not asked")]
    explorer.set(query=(1, 0))
    assert roles(explorer) == [("question", "answers"), ("sentence", "asks")]


def test_the_word_that_asks_is_itself_where_it_answers_itself():
    words = ["a", "b"]
    sequences = {"one": (words, 9 * np.eye(2)), "two": (["c"], np.ones((1, 2)))}
    explorer = explore.who_answers(sequences, [np.eye(2)] * 3, answers="one")
    assert explorer.words == (
        '"a" of the one asks its own sequence: self-attention. It looks most at itself (1.00), '
        'then at "b" (0.00); in all, two queries and two keys make weights (2, 2) and output '
        "(2, 2)."
    )
    explorer.set(answers="two")
    assert "two queries and one key make" in explorer.words and "then" not in explorer.words


def test_inks_are_legible():
    explorer = explore.who_answers({"x": (["a", "b"], 9 * np.eye(2)), "y": (["c"], np.eye(2)[:1])},
                                   [np.eye(2)] * 3, answers="x")  # fmt: skip
    pairs = re.findall("background:(#[0-9a-f]+);color:(#[0-9a-f]+)", live(explorer))
    assert len(pairs) == 3
    assert min(contrast(*pair) for pair in pairs) >= 4.5


def test_words_are_escaped_and_many_words_stay_within_the_picture():
    words = ["<b>", *(f"word-{i}" for i in range(15))]
    x = np.eye(16)
    explorer = explore.who_answers({"x": (words, x), "y": (words, x)}, [x] * 3)
    assert "&lt;b&gt;" in live(explorer) and "<b>" not in live(explorer)
    axes = explorer.picture.figure().axes[0]
    right = max(patch.get_x() + patch.get_width() for patch in axes.patches)
    assert right <= axes.get_xlim()[1]
    assert "8 others" in live(explorer, 1)


GOOD = {"x": (["a"], np.ones((1, 2))), "y": (["b"], np.ones((1, 2)))}


@pytest.mark.parametrize(
    ("sequences", "options", "said"),
    [
        ({"x": GOOD["x"]}, {}, "1 sequences; pass two"),
        (GOOD | {"y": (["b"], np.ones((1, 3)))}, {}, "y has shape"),
        (GOOD | {"y": (["b"] * 17, np.ones((17, 2)))}, {}, "1 to 16 words"),
        (GOOD | {"y": (["b", "c"], np.ones((1, 2)))}, {}, "2 words for 1"),
        (GOOD, {"start": ("z", 0)}, "names no sequence"),
        (GOOD, {"start": ("x", "q")}, "none of the words"),
        (GOOD, {"start": ("x", 1)}, "index from 0 to 0"),
        (GOOD, {"answers": "z"}, "is no sequence"),
        (GOOD, {"projections": [np.eye(2)] * 2}, "2 projections"),
        (GOOD, {"projections": [np.eye(2), np.ones((2, 3)), np.eye(2)]}, "d_model, d_k"),
    ],
)
def test_it_refuses(sequences, options, said):
    projections = options.pop("projections", [np.eye(2)] * 3)
    with pytest.raises(ValueError, match=said):
        explore.who_answers(sequences, projections, **options)
