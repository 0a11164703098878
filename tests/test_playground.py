"""explore.playground: every setting drawn, everything typed harmless, everything to take home."""

import base64
import csv
import io
import itertools
import re
import xml.etree.ElementTree as ElementTree
from html import escape

import numpy as np
import pytest
from peers import installed

from helpers import explore
from helpers.explore import playground_models
from helpers.explore.playground_downloads import COLUMNS
from helpers.explore.playground_models import MASKS, MODELS, SCALES, Setting, attend, mask_of
from helpers.models import head_kit, pretrained
from helpers.tasks import SENTENCE

NASTY = (
    "<script>alert(1)</script> {__import__('os').system('x')} <img src=x onerror=alert(1)> &amp;"
)


@pytest.fixture
def play():
    explorer = explore.playground()
    yield explorer
    explorer.close()


def setting(model="kit", head=(3, 1), mask="own", size=2, scale="root", factor=0.5):
    return Setting(model, head, mask, size, scale, factor)


def live(explorer):
    """All that the explorer shows, as HTML; the browser writes the words as text."""
    return "".join(view.widget.value for view in explorer._views) + escape(explorer._words.text)


def test_it_starts_with_the_kit_and_one_difference(play):
    assert '"it" looks most at "cat" (0.49)' in play.words
    assert "scaled by 1/√d" in play.words and "not scaled" in play.words
    changed = {name for name in ("model", "head", "mask", "size", "scale", "factor")
               if play.state[f"{name}_a"] != play.state[f"{name}_b"]}  # fmt: skip
    assert changed == {"scale"}


def test_the_start_asks_for_no_optional_model(monkeypatch):
    def missing():
        raise AssertionError("the stored notebook would differ where the model is not installed")

    monkeypatch.setattr(pretrained, "encoder", missing)
    explore.playground().close()


def test_the_kit_gives_the_weights_of_the_kit():
    side = attend("A", SENTENCE, setting())
    np.testing.assert_array_equal(side.weights, head_kit.read(SENTENCE, 3, 1).weights)
    assert side.hidden is None


def test_the_tiny_model_gives_the_weights_that_it_used():
    from helpers.models import trained_tiny_gpt

    tokens = trained_tiny_gpt.tokens(SENTENCE)
    maps = trained_tiny_gpt.model().weights(tokens)
    for layer, head in MODELS["tiny"].heads:
        side = attend("A", SENTENCE, setting("tiny", (layer, head)))
        np.testing.assert_allclose(side.weights, maps[layer, head], atol=1e-12)


def test_the_encoder_gives_the_weights_that_it_used():
    read = installed(pretrained.encoder).read("a sentence of my own")
    side = attend("A", "a sentence of my own", setting("pretrained", (5, 11)))
    np.testing.assert_allclose(side.weights, read.weights[5, 11], atol=1e-5)


def test_masks_hide_what_they_say():
    n = 5
    assert mask_of(setting(mask="none"), n, True) is None
    assert mask_of(setting(mask="own"), n, False) is None
    past = np.tri(n, dtype=bool)
    np.testing.assert_array_equal(mask_of(setting(mask="own"), n, True), past)
    np.testing.assert_array_equal(mask_of(setting(mask="causal"), n, False), past)
    padding = mask_of(setting(mask="padding", size=2), n, False)
    np.testing.assert_array_equal(padding, [[True, True, True, False, False]] * n)
    window = mask_of(setting(mask="window", size=1), n, False)
    np.testing.assert_array_equal(window.sum(axis=1), [2, 3, 3, 3, 2])


def test_scales_do_what_they_say():
    read = head_kit.read(SENTENCE, 3, 1)
    scores = read.query @ read.key.T
    for chosen, factor in (("root", 1 / np.sqrt(32)), ("none", 1.0), ("chosen", 0.25)):
        weights = attend("A", SENTENCE, setting(scale=chosen, factor=0.25)).weights
        expected = np.exp(factor * scores - (factor * scores).max(axis=1, keepdims=True))
        expected /= expected.sum(axis=1, keepdims=True)
        np.testing.assert_allclose(weights, expected, atol=1e-12, err_msg=chosen)


def test_every_setting_is_said_and_every_choice_drawn(play):
    drawn = set()
    for setting in itertools.product(["tiny", "kit"], MASKS, SCALES):
        model, mask, scale = setting
        play.set(model_b=model, mask_b=mask, scale_b=scale)
        assert play.error is None, setting
        assert MODELS[model].name in play.words and live(play).count("<table") >= 3, setting
        if not drawn >= set(setting):
            assert play.picture.png(), f"the picture of {setting} can be drawn"
            drawn |= set(setting)


def test_all_hidden_is_said(play):
    play.set(mask_b="padding", size_b=16)
    assert '"it" has nothing to look at' in play.words


def test_another_model_brings_its_own_heads_and_keeps_the_one_shown(play):
    head = play.controls["head_b"]
    play.set(model_b="tiny")
    assert len(head.source.options) == 8 and head.value == MODELS["tiny"].best
    play.set(head_b=(1, 3))
    play.set(model_b="kit")
    assert head.value == (1, 3), "the kit has head 1.3, too"


def test_the_words_that_may_ask_are_those_of_the_sentence(play):
    options = dict(play.controls["asks"].source.options)
    assert options["the"] == ("the", 0) and options["the (2)"] == ("the", 1)
    play.set(ready="the king sat by the fire because it was warm", model_a="tiny")
    assert play.state["sentence"] == "the king sat by the fire because it was warm"
    assert "fire" in dict(play.controls["asks"].source.options)
    play.set(asks=("fire", 0))
    assert '"fire" looks most' in play.words
    play.set(sentence="the queen slept")
    assert play.state["ready"] == "" and '"the" looks most' in play.words


def test_a_sentence_that_the_kit_lacks_is_said_beside_the_other_side(play):
    play.set(sentence="the king slept", model_a="tiny")
    assert "tiny GPT" in play.words and "only these sentences" in play.words
    assert "explore-error" in live(play) and "<table" in live(play)


def test_a_model_that_is_not_installed_is_said(play, monkeypatch):
    def missing():
        raise pretrained.ModelMissing("Get it with: python start.py models")

    monkeypatch.setattr(pretrained, "encoder", missing)
    playground_models.projections.cache_clear()
    play.set(model_b="pretrained")
    assert "Get it with: python start.py models" in play.words and play.error is None


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "sentence",
    [NASTY, "", "x" * 2000, "a " * 240, "\N{GRINNING FACE} " * 20, "\u202e\x00\ud83d", "ab\u0301"],
    ids=["markup", "nothing", "2,000 characters", "240 words", "emoji", "odd", "accent"],
)  # fmt: skip
def test_whatever_is_typed_is_answered_in_words(play, model, sentence):
    play.set(sentence=sentence, model_a=model, model_b=model, files=True)
    assert play.error is None and play.words
    shown = live(play)
    assert "<script" not in shown and "<img src=x" not in shown


def test_markup_is_shown_as_it_was_typed(play):
    play.set(sentence=NASTY, model_a="tiny")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in live(play)


def test_too_long_says_how_long_and_what_to_do(play):
    play.set(sentence="x" * 2000)
    assert "2,000 characters; the playground reads at most 500. Shorten it." in play.words


def test_files_are_in_the_links(play):
    assert "download" not in live(play)
    play.set(files=True, mask_b="causal")
    found = {
        name: base64.b64decode(data)
        for name, data in re.findall(
            r'download="([^"]+)" href="data:[\w/+]+;base64,([^"]+)"', live(play)
        )
    }
    assert list(found) == [f"playground.{kind}" for kind in ("png", "svg", "txt", "csv")]
    assert found["playground.png"] == play.picture.png(caption=True)
    assert ElementTree.fromstring(found["playground.svg"]).tag.endswith("svg")
    assert found["playground.txt"].decode().strip() == play.words
    rows = list(csv.DictReader(io.StringIO(found["playground.csv"].decode())))
    assert tuple(rows[0]) == COLUMNS and len(rows) == 2 * 12 * 12
    of_it = [row for row in rows if row["setting"] == "A" and row["query"] == "it"]
    assert abs(sum(float(row["weight"]) for row in of_it) - 1) < 1e-4
    hidden = [row for row in rows if row["hidden"] == "yes"]
    assert {row["setting"] for row in hidden} == {"B"} and len(hidden) == 66
    assert {float(row["weight"]) for row in hidden} == {0.0}


def test_a_long_sentence_is_an_image_with_its_row_as_a_table(play, monkeypatch):
    def projections(sentence, layer, head):
        rng = np.random.default_rng(0)
        query, key, value = rng.normal(size=(3, 30, 8))
        return playground_models.Projections(
            tuple(sentence.split()), query, key, value, causal=False
        )

    monkeypatch.setattr(MODELS["pretrained"], "projections", staticmethod(projections))
    playground_models.projections.cache_clear()
    play.set(sentence=" ".join(f"w{i}" for i in range(30)), model_a="pretrained")
    playground_models.projections.cache_clear()
    assert play.error is None and '"w0" looks most' in play.words
    assert live(play).count("<img alt=") == 1 and "looks at most</caption>" in live(play)
    assert play.picture.png()
