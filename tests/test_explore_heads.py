"""Explorers of heads: every setting says what its numbers are, and errors say what to pass."""

import numpy as np
import pytest

from helpers import explore
from helpers.attention import softmax
from helpers.heads import score_table
from helpers.models import head_findings, head_kit

WORDS = ["the", "cat", "sat", "on", "the", "mat"]
MAPS = softmax(np.random.default_rng(0).normal(size=(2, 6, 6)))


def html(explorer):
    return " ".join(view.widget.value for view in explorer._views)


def test_head_view_follows_text_and_head():
    explorer = explore.head_view()
    assert explorer.words.startswith("Head 0.2: On average") and "previous 1.00" in html(explorer)
    for text in head_kit.sentences():
        explorer.set(text=text, head="4.5")
        assert explorer.words.startswith('Head 4.5: "[CLS]", the first token')
    assert html(explorer).count("<img") == 6 and "<caption>Head 4.5" in html(explorer)
    explorer.close()


def test_head_view_takes_maps_of_anyone():
    explorer = explore.head_view({"mine": (WORDS, MAPS)}, names=["a", "b"], head="b")
    assert explorer.words.startswith("Head b:")
    long = softmax(np.random.default_rng(0).normal(size=(2, 40, 40)))
    wide = explore.head_view({"long": ([f"w{i}" for i in range(40)], long)})
    assert html(wide).count("<img") == 3, "two small maps, and the chosen one as an image"


def test_model_view_follows_the_score():
    explorer = explore.model_view()
    assert "Of 72 heads, 0.2 has the highest previous (encoder): 1.00" in explorer.words
    explorer.set(kind="induction (decoder)")
    assert "Of 270 heads, 18.6" in explorer.words and "The ten highest" in html(explorer)
    own = explore.model_view(score_table([(MAPS, WORDS)]), kind="itself")
    assert "Of two heads" in own.words and "would have 0.17" in own.words
    assert set(head_findings.decoder_scores()) == {"previous", "first", "induction"}


def test_neuron_view_follows_who_asks_and_answers():
    explorer = explore.neuron_view()
    assert 'The score of "it" with "cat"' in explorer.words
    reading = head_kit.read(head_kit.sentences()[0], 3, 1)
    explorer.set(head="3.1", asks=11, answers=6)
    expected = (reading.query[11] @ reading.key[6]) / np.sqrt(32)
    assert f'of "[SEP]" with "mat" is {expected:.1f}' in explorer.words
    explorer.set(asks=6)
    assert 'of "mat" with itself' in explorer.words


def test_a_causal_neuron_view_never_asks_what_is_hidden():
    rng = np.random.default_rng(0)
    query, key = rng.normal(size=(2, 6, 4))
    explorer = explore.neuron_view(query, key, WORDS, causal=True, asks=4, answers=1)
    explorer.set(asks=1, answers=5)
    assert 'of "cat" with itself' in explorer.words and html(explorer).count("hidden") == 4


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: explore.head_view({}), "no text"),
        (lambda: explore.head_view({"a": (WORDS, MAPS), "b": (WORDS, MAPS[:1])}), "different num"),
        (lambda: explore.head_view({"a": (WORDS, MAPS)}, names=["x"]), "1 names for 2 heads"),
        (lambda: explore.head_view({"a": (WORDS, MAPS)}, head="9"), "Head: expected one of 0, 1"),
        (lambda: explore.model_view({}), "no score"),
        (lambda: explore.model_view(kind="love"), "Score: expected one of"),
        (lambda: explore.neuron_view(MAPS[0], MAPS[1], WORDS, asks="dog"), "none of the words"),
    ],
)
def test_errors_say_what_to_pass(call, message):
    with pytest.raises(ValueError, match=message):
        call()
