"""The stored tiny GPT: what its training makes, and able to say what it cannot read."""

import numpy as np
import pytest

from helpers import data
from helpers.models import trained_tiny_gpt
from helpers.tasks import SENTENCE, language
from tools.make_data import trained_tiny_gpt as making


def test_its_training_makes_it_again():
    stored = data.load("trained_tiny_gpt.npz")
    for name, array in making.arrays().items():
        np.testing.assert_allclose(
            stored[name].astype(float), array.astype(float), **making.TOLERANCE,
            err_msg=f"{name}: python -m tools.make_data trained_tiny_gpt, and say why it changed",
        )  # fmt: skip


def test_it_has_learned_the_language():
    batch = language.causal_batch(1000, np.random.default_rng(1))
    perplexity = np.exp(trained_tiny_gpt.model().loss(batch))
    assert perplexity < 1.05 * language.floor_perplexity()


def test_the_head_that_the_playground_starts_with_looks_from_it_to_cat():
    tokens = trained_tiny_gpt.tokens(SENTENCE)
    words = [language.VOCABULARY[token] for token in tokens]
    row = trained_tiny_gpt.model().weights(tokens)[1, 1, words.index("it")]
    assert words[int(row.argmax())] == "cat" and row.max() > 0.5


def test_what_it_does_not_know_is_said_once_with_all_that_it_knows():
    with pytest.raises(ValueError) as caught:
        trained_tiny_gpt.tokens("the zebra and the zebra, slept")
    said = str(caught.value)
    assert 'does not know "zebra", "and", "zebra,".' in said
    assert all(word in said for word in trained_tiny_gpt.words())


def test_a_word_without_end_is_cut_in_the_message():
    with pytest.raises(ValueError, match=f'"{"x" * 30}"'):
        trained_tiny_gpt.tokens("x" * 2000)


def test_a_sentence_that_is_too_long_is_said():
    with pytest.raises(ValueError, match="11 words, expected at most 10"):
        trained_tiny_gpt.tokens(" ".join(["the"] * 11))
