"""explore.translator: length in, both accuracies, a sentence and its alignment out."""

import numpy as np
import pytest

from helpers import explore
from helpers.models import Translator
from helpers.tasks import translation


class Knows:
    """A stand-in for a trained Translator: right up to a length, and looking where it should."""

    def __init__(self, attention, up_to):
        self.attention = attention
        self.up_to = up_to

    def translate(self, source):
        """Right up to `up_to` words, beyond them the source's own words in their own order."""
        alignment = np.stack([translation._swapped(row[None])[0] for row in source])
        right = np.take_along_axis(source, alignment, axis=1)
        return right if source.shape[1] <= self.up_to else np.full_like(right, 23)

    def accuracy(self, source, target):
        return float((self.translate(source) == target).mean())

    def weights(self, source):
        return np.eye(len(source))[translation._swapped(source[None])[0]]


def made(**changes):
    return explore.translator(Knows(False, 5), Knows(True, 12), **({"longest": 20} | changes))


def live(explorer, place):
    return explorer._views[place].widget.value


def test_it_says_both_accuracies_and_counts_this_sentence():
    explorer = made(length=5)
    assert explorer.words == (
        "Sentences of 5 words: 1.00 of all words are right without attention, 1.00 with it. Of "
        "the one shown, 5 of 5 without and 5 with; 5 of 5 looks fall most on the word to translate."
    )
    explorer.set(length=8)
    assert "words are right without attention, 1.00 with it" in explorer.words
    assert "and 8 with; 8 of 8 looks" in explorer.words
    explorer.set(length=17)
    assert explorer.words.startswith("Sentences of 17 words, longer than any in training: 0.0")


def test_the_sentence_is_judged_word_by_word():
    explorer = made(length=8)
    one, other = live(explorer, 1), None
    assert one.count("✔") + one.count("✘") == 16 and one.count("✔") >= 8
    assert one.count("(1.00)") == 8, "each word has the one it looks most at"
    explorer.set(sentence=1)
    other = live(explorer, 1)
    assert other != one


def test_the_map_is_a_table_of_up_to_16_words_and_then_an_image():
    explorer = made(length=16)
    assert "<table" in live(explorer, 2)
    explorer.set(length=17)
    assert "<table" not in live(explorer, 2) and "query (asks) down" in live(explorer, 2)
    assert len(live(explorer, 2)) < 100_000


def test_a_real_pair_can_be_explored():
    pair = [
        Translator(24, 24, attention=attention, rng=np.random.default_rng(0), d_state=6)
        for attention in (False, True)
    ]
    explorer = explore.translator(*pair, longest=9, n_sentences=10)
    data, metadata = explorer._repr_mimebundle_()
    assert data["text/plain"] == metadata["image/png"]["alt"] == explorer.words
    assert explorer.picture.png() == explorer.picture.png()


@pytest.mark.parametrize(
    ("models", "changes", "said"),
    [
        ((Knows(True, 5), Knows(False, 5)), {}, "first model has to be a Translator without"),
        ((Knows(False, 5), Knows(True, 5)), {"longest": 3}, "from 4 to 60"),
        ((Knows(False, 5), Knows(True, 5)), {"length": 31}, "Words in the sentence"),
        ((Knows(False, 5), Knows(True, 5)), {"n_sentences": 3}, "at least 6"),
    ],
)
def test_what_does_not_fit_is_refused(models, changes, said):
    with pytest.raises(ValueError, match=said):
        explore.translator(*models, **changes)
