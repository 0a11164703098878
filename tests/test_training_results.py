"""The lesson-size trainings reach what the lessons say about them: one seed each.

The short ones run every day and stand for the others, which take a minute: `pytest -m slow` runs
one seed each, --all five.
"""

import os

import numpy as np
import pytest

from helpers.models import (
    AttentionOnly,
    Captioner,
    LookupHead,
    TinyBERT,
    TinyGPT,
    Translator,
    TwoRelations,
    train,
    without,
)  # fmt: skip
from helpers.tasks import induction, language, lookup, pictures, ring, translation

SEEDS = range(5 if "ATTENTION_TEST_ALL" in os.environ else 1)
pytestmark = pytest.mark.parametrize("seed", SEEDS)


def fit(model, batches, steps):
    return train(model, batches, steps, progress=False)


def gpt(seed, **options):
    rng = np.random.default_rng(seed)
    model = TinyGPT(56, 12, rng=rng, pad=language.PAD, **options)
    fit(model, lambda: language.causal_batch(32, rng), 400)
    return model


def perplexity(model):
    return np.exp(model.loss(language.causal_batch(2000, np.random.default_rng(99))))


def blanks(model, clue, shift):
    """Share of blanks filled rightly, by the logits `shift` places before the blank."""
    cases = language.blanks(800, np.random.default_rng(7), clue=clue)
    tokens = cases.tokens[:, :-1] if shift else cases.tokens
    logits = model.forward(tokens)[np.arange(800), cases.position - shift]
    said = np.take_along_axis(logits, cases.candidates, axis=1).argmax(axis=1)
    return np.mean(said == cases.answers)


@pytest.mark.slow
def test_gpt_learns_the_language_but_cannot_see_a_later_clue(seed):
    model = gpt(seed)
    floor = language.floor_perplexity()
    assert floor - 0.05 < perplexity(model) < floor + 0.06
    begin = np.full((500, 1), language.BEGIN)
    cool = model.generate(
        begin, language.LENGTH, rng=np.random.default_rng(5), temperature=0.7, end=language.END
    )
    warm = model.generate(begin, language.LENGTH, rng=np.random.default_rng(5), end=language.END)
    assert language.is_grammatical(warm).mean() > 0.93
    assert language.is_grammatical(cool).mean() > 0.98
    assert blanks(model, "earlier", 1) > 0.98
    assert blanks(model, "later", 1) == 0.25, "chance: a later clue is hidden"


@pytest.mark.slow
def test_bert_uses_clues_on_both_sides(seed):
    rng = np.random.default_rng(seed)
    model = TinyBERT(56, 12, rng=rng, pad=language.PAD)
    fit(model, lambda: language.masked_batch(32, rng), 400)
    assert blanks(model, "later", 0) > 0.98 and blanks(model, "earlier", 0) > 0.98


@pytest.mark.slow
def test_without_its_mask_gpt_copies_and_cannot_write(seed):
    model = gpt(seed, causal=False)
    assert perplexity(model) < 1.05 < language.floor_perplexity()
    begin = np.full((500, 1), language.BEGIN)
    written = model.generate(begin, language.LENGTH, rng=np.random.default_rng(5), end=2)
    assert language.is_grammatical(written).mean() < 0.2


@pytest.mark.slow
def test_without_the_scale_one_head_learns_less(seed):
    with_scale = perplexity(gpt(seed, n_heads=1, n_layers=1))
    assert with_scale + 0.05 < perplexity(gpt(seed, n_heads=1, n_layers=1, scale=1.0))


@pytest.mark.parametrize("d, factor", [(64, 1.5), (256, 3)])
def test_look_up_takes_longer_without_the_scale_the_wider_it_is(seed, d, factor):
    def steps_to_learn(scale):
        rng = np.random.default_rng(seed)
        model = LookupHead(d, rng=rng, scale=scale)
        history = fit(model, lambda: lookup.lookup_batch(32, rng, d=d), 150)
        smooth = np.convolve(history.accuracies, np.full(10, 0.1), "valid")
        assert smooth[-1] > 0.9, "slower is not never"
        return int(np.argmax(smooth > 0.9))

    assert steps_to_learn(False) > factor * steps_to_learn(True)


@pytest.mark.slow
@pytest.mark.parametrize("attention", [True, False])
def test_translation_forgets_with_length_only_without_attention(seed, attention):
    rng = np.random.default_rng(seed)
    model = Translator(24, 24, attention=attention, rng=rng)
    fit(model, lambda: translation.batch(64, translation.random_length(rng), rng), 1000)
    accuracy = {}
    for length in (3, 8, 12, 20):
        pairs = translation.batch(500, length, np.random.default_rng(3))
        accuracy[length] = model.accuracy(pairs.source, pairs.target)
    assert accuracy[3] > 0.98
    if not attention:
        assert accuracy[8] < 0.9 and accuracy[12] < 0.65 and accuracy[20] < 0.4
        return
    assert min(accuracy.values()) > 0.95
    looked = model.weights(pairs.source, pairs.target).argmax(axis=-1)
    assert np.mean(looked == pairs.alignment) > 0.9, "it looks at the word it translates"


def test_two_relations_need_two_heads(seed):
    test = ring.ring_batch(500, np.random.default_rng(3))
    for n_heads in (1, 2):
        rng = np.random.default_rng(seed)
        model = TwoRelations(n_heads=n_heads, rng=rng)
        fit(model, lambda rng=rng: ring.ring_batch(64, rng), 1500)
        left, right, both = model.accuracy(test)
        if n_heads == 2:
            assert both > 0.99
        else:
            assert max(left, right) > 0.99 and min(left, right) < 0.2 and both < 0.2


def test_a_bend_lets_one_head_say_both(seed):
    rng = np.random.default_rng(seed)
    model = TwoRelations(n_heads=1, hidden=32, rng=rng)
    fit(model, lambda: ring.ring_batch(64, rng), 1500)
    assert model.accuracy(ring.ring_batch(500, np.random.default_rng(3)))[2] > 0.9


@pytest.mark.slow
def test_copying_needs_two_layers_and_their_heads(seed):
    test = induction.repeated_batch(500, np.random.default_rng(3))
    accuracy = {}
    for n_layers in (1, 2):
        rng = np.random.default_rng(seed)
        model = AttentionOnly(24, 24, n_layers=n_layers, rng=rng)
        fit(model, lambda rng=rng: induction.repeated_batch(64, rng), 800)
        accuracy[n_layers] = model.accuracy(test)
    assert accuracy[2] > 0.95 and accuracy[1] < 0.5
    assert model.accuracy(test, edit=without((1, 0))) < 0.3


@pytest.mark.slow
def test_captions_are_right_and_words_look_at_their_patch(seed):
    rng = np.random.default_rng(seed)
    model = Captioner(12, pictures.CAPTION_LENGTH, 16, 48, rng=rng)
    fit(model, lambda: pictures.pictures_batch(32, rng), 1500)
    test = pictures.pictures_batch(500, np.random.default_rng(3))
    patches = pictures.patches(test.images)
    assert model.accuracy(patches, test.captions) > 0.75
    looked = model.weights(patches, test.captions)[0].mean(axis=1).argmax(axis=-1)  # (500, 7)
    named = test.alignment >= 0
    assert np.mean((looked == test.alignment)[named]) > 0.85
