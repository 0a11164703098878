"""explore.next_word: a prompt and a temperature in, the next words and a row of weights out."""

import numpy as np
import pytest
from peers import installed

from helpers import explore
from helpers.explore import language_model
from helpers.explore.next_word import chances
from helpers.models import TinyGPT, pretrained
from helpers.tasks import language

VOCABULARY = language.VOCABULARY


class Knows:
    """Stands in for a trained TinyGPT: it knows the language's own probabilities."""

    def logits(self, tokens):
        wanted = np.full((len(tokens), tokens.shape[1], len(VOCABULARY)), -40.0)
        for row, place in np.ndindex(tokens.shape):
            try:
                chance = language.next_word(tokens[row, : place + 1])
            except ValueError:  # no sentence begins so
                wanted[row, place, language.END] = 0
            else:
                wanted[row, place] = np.log(np.maximum(chance, 1e-15))
        return wanted


@pytest.fixture
def model(monkeypatch):
    tiny = TinyGPT(
        len(VOCABULARY), language.LENGTH, rng=np.random.default_rng(0), d_model=8, pad=language.PAD
    )
    seen = tiny.forward
    looks = {}

    def weights(tokens):
        seen(np.atleast_2d(tokens))
        looks["maps"] = np.stack([block.attention.weights for block in tiny.blocks])[:, 0]
        return looks["maps"]

    monkeypatch.setattr(tiny, "weights", weights)
    monkeypatch.setattr(tiny, "forward", Knows().logits)
    return tiny


def test_it_says_the_next_words_and_where_the_last_one_looks(model):
    explorer = explore.next_word(model)
    assert explorer.words.startswith(
        'At temperature 1, the next word is "she" (0.70) or "it" (0.30). In all heads, on average, '
        '"because" looks most at "'
    )
    assert "Written on: the queen sat on the mat because " in explorer.words
    assert explorer.words.endswith("(end).")
    assert "<td>0.70</td><td>0.70</td>" in explorer.picture.table(), "beside the language's own"
    live = explorer._views[1].widget.value
    assert "width:210px" in live and "width:90px" in live, "bars of 0.7 and 0.3"


def test_temperature_sharpens_flattens_and_at_0_takes_the_likeliest(model):
    explorer = explore.next_word(model, temperature=0.5)
    cool = 0.7**2 / (0.7**2 + 0.3**2)
    assert f'"she" ({cool:.2f})' in explorer.words
    explorer.set(temperature=0.0)
    assert 'the next word is "she" (1.00).' in explorer.words
    explorer.set(temperature=2.0)
    warm = 0.7**0.5 / (0.7**0.5 + 0.3**0.5)
    assert f'"she" ({warm:.2f})' in explorer.words


def test_top_k_leaves_so_many_words(model):
    explorer = explore.next_word(model, "the king sat on", top_k=1)
    assert 'drawn among the likeliest alone, the next word is "the" (1.00)' in explorer.words
    explorer.set(prompt="the king sat", top_k=2)
    assert explorer.picture.table().count("<tr><th") == 2 + 1, "two words, and the head"


def test_a_head_can_be_chosen(model):
    explorer = explore.next_word(model, "the cat slept because")
    maps = model.weights(language.encode("the cat slept because")[:5])
    explorer.set(look=(1, 2))
    best = int(maps[1, 2, -1].argmax())
    word = ["<begin>", "the", "cat", "slept", "because"][best]
    assert f'In head 2 of layer 1, "because" looks most at "{word}"' in explorer.words
    assert f"({maps[1, 2, -1, best]:.2f})" in explorer.words


def test_another_draw_may_write_something_else_and_the_same_draw_the_same(model):
    explorer = explore.next_word(model, "the")
    said = []
    for draw in (0, 1, 2, 3, 0):
        explorer.set(draw=draw)
        said.append(explorer.words.split("Written on: ")[1])
    assert said[0] == said[-1] and len(set(said)) > 1
    assert all(language.is_grammatical(text.removesuffix(" (end).")) for text in said)


def test_the_prompt_may_be_empty_and_may_break_the_grammar(model):
    explorer = explore.next_word(model, "")
    assert 'the next word is "the" (1.00)' in explorer.words
    explorer.set(prompt="cat cat cat")
    assert "in the language itself" not in explorer.picture.table()
    with pytest.raises(ValueError, match="dragon"):
        explorer.set(prompt="the dragon slept")
    assert "earlier setting" in explorer._words.text
    explorer.set(prompt="the queen")
    assert "earlier setting" not in explorer._words.text


def test_stored_it_is_a_picture_with_words(model):
    explorer = explore.next_word(model)
    data, metadata = explorer._repr_mimebundle_()
    assert data["text/plain"] == metadata["image/png"]["alt"] == explorer.words
    assert explorer.picture.png() == explorer.picture.png()


def test_without_the_optional_model_the_tiny_one_is_shown_and_said(model, monkeypatch):
    def missing():
        raise pretrained.ModelMissing("SmolLM2 is not installed. Get it so.")

    monkeypatch.setattr(pretrained, "decoder", missing)
    monkeypatch.setattr(language_model, "_trained", lambda: model)
    explorer = explore.next_word("smollm2")
    assert explorer.words.endswith("SmolLM2 is not installed. Get it so. So this is the tiny GPT.")
    assert "not installed" not in explore.next_word().words


def test_the_pretrained_model_is_read_in_the_same_explorer():
    decoder = installed(pretrained.decoder)
    explorer = explore.next_word("smollm2", "The capital of France is")
    (piece, chance), *_ = decoder.next_words("The capital of France is", 1)
    assert f'the next word is "{piece.strip()}" ({chance:.2f})' in explorer.words
    assert '"is" looks most at "The"' in explorer.words, "the first token is the sink"
    explorer.set(temperature=0.0, look=(18, -1))
    assert "In layer 18, on average" in explorer.words
    assert "The capital of France is Paris" in explorer.words
    with pytest.raises(ValueError, match="pieces"):
        explorer.set(prompt="")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"temperature": 0.9}, "Temperature"),
        ({"top_k": 4}, "Draw among"),
        ({"prompt": "the dragon"}, "dragon"),
    ],
)
def test_what_does_not_fit_is_refused(model, changes, said):
    with pytest.raises(ValueError, match=said):
        explore.next_word(model, **changes)


def test_another_model_is_refused():
    with pytest.raises(ValueError, match="TinyGPT"):
        explore.next_word("gpt-4")


def test_chances_are_softmax_over_the_likeliest():
    logits = np.log([0.1, 0.2, 0.3, 0.4])
    np.testing.assert_allclose(chances(logits, 1), [0.1, 0.2, 0.3, 0.4])
    np.testing.assert_allclose(chances(logits, 1, 2), [0, 0, 3 / 7, 4 / 7])
    np.testing.assert_allclose(chances(logits, 0), [0, 0, 0, 1])
    np.testing.assert_allclose(chances(logits, 0.5), np.array([1, 4, 9, 16]) / 30)
