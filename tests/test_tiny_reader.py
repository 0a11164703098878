"""The stored tiny model: small, what its script makes, and able to say what it cannot read."""

import numpy as np
import pytest

from helpers.models import tiny_reader
from helpers.tasks import SENTENCE, language
from tools import build_tiny_reader


def test_it_is_small_and_needs_no_pickle():
    assert tiny_reader.PATH.stat().st_size < 400_000
    with np.load(tiny_reader.PATH, allow_pickle=False) as stored:
        assert {stored[name].dtype.name for name in stored.files} == {"float16"}


def test_its_script_makes_it_again():
    again, stored = build_tiny_reader.trained(), tiny_reader.model()
    for name, array in again.named_parameters().items():
        np.testing.assert_allclose(
            stored.named_parameters()[name], array, rtol=2e-3, atol=1e-4,
            err_msg=f"{name}: run python -m tools.build_tiny_reader and say why it changed",
        )  # fmt: skip


def test_it_has_learned_the_language():
    batch = language.causal_batch(1000, np.random.default_rng(1))
    perplexity = np.exp(tiny_reader.model().loss(batch))
    assert perplexity < 1.05 * language.floor_perplexity()


def test_the_head_that_the_playground_starts_with_looks_from_it_to_cat():
    tokens = tiny_reader.tokens(SENTENCE)
    words = [language.VOCABULARY[token] for token in tokens]
    row = tiny_reader.model().weights(tokens)[1, 1, words.index("it")]
    assert words[int(row.argmax())] == "cat" and row.max() > 0.5


def test_what_it_does_not_know_is_said_once_with_all_that_it_knows():
    with pytest.raises(ValueError) as caught:
        tiny_reader.tokens("the zebra and the zebra, slept")
    said = str(caught.value)
    assert 'does not know "zebra", "and", "zebra,".' in said
    assert all(word in said for word in tiny_reader.words())


def test_a_word_without_end_is_cut_in_the_message():
    with pytest.raises(ValueError, match=f'"{"x" * 30}"'):
        tiny_reader.tokens("x" * 2000)


def test_a_sentence_that_is_too_long_is_said():
    with pytest.raises(ValueError, match="11 words, expected at most 10"):
        tiny_reader.tokens(" ".join(["the"] * 11))
