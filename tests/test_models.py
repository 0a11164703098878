"""What the models promise: who sees what, maps, ablation, words written."""

import numpy as np
import pytest
from layer_cases import small_models

from helpers.models import AttentionOnly, Captioner, TinyBERT, TinyGPT, Translator, without
from helpers.tasks import pictures

NARROW = dict(d_model=8, n_heads=2, n_layers=3, d_hidden=12, pad=0)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("kind", [TinyGPT, AttentionOnly])
def test_a_later_word_changes_no_earlier_logit(rng, kind):
    options = NARROW if kind is TinyGPT else dict(d_model=8, n_heads=2)
    model = kind(9, 8, rng=rng, **options)
    tokens = rng.integers(1, 9, (2, 7))
    changed = tokens.copy()
    changed[:, 4] = 1 + changed[:, 4] % 8
    before, after = model.forward(tokens), model.forward(changed)
    np.testing.assert_array_equal(before[:, :4], after[:, :4])
    assert (before[:, 4:] != after[:, 4:]).any(axis=-1).all()


def test_bert_sees_both_sides_but_no_padding(rng):
    model = TinyBERT(9, 8, rng=rng, **NARROW)
    tokens = np.array([[3, 4, 5, 6, 0, 0]])
    changed = np.array([[3, 4, 5, 7, 0, 0]])
    assert (model.forward(tokens)[0, 0] != model.forward(changed)[0, 0]).any()
    weights = model.weights(tokens[0])
    assert (weights[..., 4:] == 0).all()
    np.testing.assert_allclose(weights.sum(axis=-1), 1)
    alone = model.forward(tokens[:, :4])
    np.testing.assert_allclose(model.forward(tokens)[:, :4], alone, atol=1e-12)


def test_gpt_and_bert_are_one_mask_apart(rng):
    gpt = TinyGPT(9, 8, rng=np.random.default_rng(1), **NARROW)
    bert = TinyBERT(9, 8, rng=np.random.default_rng(1), **NARROW)
    np.testing.assert_array_equal(gpt.flat, bert.flat)
    tokens = rng.integers(1, 9, (2, 6))
    bert.causal = True
    np.testing.assert_array_equal(gpt.forward(tokens), bert.forward(tokens))


def test_maps_have_layers_and_heads_in_front(rng):
    model = TinyGPT(9, 8, rng=rng, **NARROW)
    tokens = rng.integers(1, 9, (4, 6))
    assert model.weights(tokens).shape == (3, 4, 2, 6, 6)
    assert model.weights(tokens[1]).shape == (3, 2, 6, 6)
    np.testing.assert_allclose(model.weights(tokens[1]), model.weights(tokens)[:, 1], atol=1e-14)


def test_a_head_switched_off_gives_its_mean(rng):
    model = TinyGPT(9, 8, rng=rng, **NARROW)
    tokens = rng.integers(1, 9, (2, 6))
    seen = {}

    def watch(layer, heads):
        seen[layer] = without((1, 0))(layer, heads)
        assert seen[layer] is heads or layer == 1, "other layers are left alone, without a copy"
        return seen[layer]

    whole, off = model.forward(tokens), model.forward(tokens, edit=watch)
    assert np.ptp(seen[1][:, 0], axis=-2).max() == 0, "the same at every position"
    assert np.ptp(seen[1][:, 1], axis=-2).min() > 0, "the other head is left alone"
    assert (whole != off).any()
    np.testing.assert_array_equal(model.forward(tokens, edit=without()), whole)


def test_generation_is_what_the_model_finds_likeliest(rng):
    model = TinyGPT(9, 8, rng=rng, **NARROW)
    written = model.generate(np.array([[1], [2]]), 6, temperature=0)
    assert written.shape == (2, 6)
    np.testing.assert_array_equal(model.forward(written)[:, :-1].argmax(-1)[:, 0:], written[:, 1:])


def test_generation_stops_at_the_end_and_samples_from_the_softmax(rng):
    model = TinyGPT(9, 8, rng=rng, **NARROW)
    written = model.generate(np.full((400, 1), 1), 8, rng=rng, end=2)
    for row in written:
        ends = np.flatnonzero(row == 2)
        assert not len(ends) or (row[ends[0] + 1 :] == 0).all(), row
    first = np.bincount(model.generate(np.full((4000, 1), 1), 2, rng=rng)[:, 1], minlength=9)
    expected = model.probabilities(np.array([1]))[0]
    assert np.abs(first / 4000 - expected).max() < 0.04
    with pytest.raises(ValueError, match="rng"):
        model.generate(np.array([[1]]), 4)


def test_top_k_draws_among_the_likeliest_only(rng):
    model = TinyGPT(9, 8, rng=rng, **NARROW)
    begin = np.full((2000, 1), 1)
    likely = np.argsort(-model.probabilities(np.array([1]))[0])
    drawn = np.bincount(model.generate(begin, 2, rng=rng, top_k=3)[:, 1], minlength=9)
    assert drawn[likely[:3]].min() > 0 and drawn[likely[3:]].sum() == 0, drawn
    greedy = model.generate(begin[:5], 6, temperature=0)
    np.testing.assert_array_equal(model.generate(begin[:5], 6, rng=rng, top_k=1), greedy)
    every = [model.generate(begin, 6, rng=np.random.default_rng(1), top_k=k) for k in (None, 9)]
    np.testing.assert_array_equal(*every)
    with pytest.raises(ValueError, match="top_k is 0"):
        model.generate(begin, 4, rng=rng, top_k=0)


def test_translator_looks_back_only_with_attention(rng):
    source, target = rng.integers(0, 9, (3, 5)), rng.integers(0, 9, (3, 4))
    model = Translator(9, 9, attention=True, rng=rng)
    weights = model.weights(source, target)
    assert weights.shape == (3, 4, 5)
    np.testing.assert_allclose(weights.sum(axis=-1), 1)
    assert model.weights(source[0]).shape == (5, 5)
    with pytest.raises(ValueError, match="no attention"):
        Translator(9, 9, attention=False, rng=rng).weights(source)


@pytest.mark.parametrize("attention", [True, False])
def test_translating_word_by_word_is_one_pass_over_the_own_words(rng, attention):
    model = Translator(9, 9, attention=attention, rng=rng)
    source = rng.integers(0, 9, (4, 6))
    said = model.translate(source)
    np.testing.assert_array_equal(model.forward(source, said).argmax(axis=-1), said)
    assert model.accuracy(source, said) == 1


def test_captioner_words_do_not_see_what_comes_later(rng):
    model = Captioner(12, 7, 16, 48, rng=rng)
    batch = pictures.pictures_batch(3, rng)
    patches = pictures.patches(batch.images)
    changed = batch.captions.copy()
    changed[:, 4:] = 1
    before, after = model.forward(patches, batch.captions), model.forward(patches, changed)
    np.testing.assert_array_equal(before[:, :5], after[:, :5])
    said = model.describe(patches, 7)
    np.testing.assert_array_equal(model.forward(patches, said).argmax(axis=-1), said)
    assert model.weights(patches, said).shape == (1, 3, 2, 7, 16)
    assert model.weights(patches[0], said[0]).shape == (1, 2, 7, 16)


def test_two_relations_models_are_of_equal_size(rng):
    from helpers.models import TwoRelations

    assert {TwoRelations(n_heads=heads, rng=rng).flat.size for heads in (1, 2, 4)} == {1536}


# Files. -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(small_models(np.random.default_rng(0))))
def test_saved_and_loaded_is_the_same_model(tmp_path, name):
    model, batch = small_models(np.random.default_rng(1))[name]
    other, _ = small_models(np.random.default_rng(2))[name]
    model.save(tmp_path / "model")
    assert other.load(tmp_path / "model") is other
    np.testing.assert_array_equal(model.flat, other.flat)
    assert model.loss_and_gradient(batch) == other.loss_and_gradient(batch)


def refused(model, path, match):
    before = model.flat.copy()
    with pytest.raises(ValueError, match=match):
        model.load(path)
    np.testing.assert_array_equal(model.flat, before, err_msg="a refused file changed the model")


def test_wrong_files_are_refused_by_name_and_shape(rng, tmp_path):
    model = TinyGPT(9, 8, rng=rng, **NARROW)
    path = tmp_path / "model.npz"
    TinyGPT(10, 8, rng=rng, **NARROW).save(path)
    refused(model, path, r"words.table is \(10, 8\) in the file and \(9, 8\) here")
    AttentionOnly(9, 8, rng=rng).save(path)
    refused(model, path, "another model: missing block_0.norm_1.gain")
    broken = {name: array.copy() for name, array in model.named_parameters().items()}
    broken["norm.gain"][0] = np.nan
    np.savez(path, **broken)
    refused(model, path, "norm.gain holds values that are not finite")


def test_damaged_files_are_refused(rng, tmp_path):
    model = TinyGPT(9, 8, rng=rng, **NARROW)
    whole, path = tmp_path / "whole.npz", tmp_path / "model.npz"
    model.save(whole)
    data = whole.read_bytes()
    damaged = bytearray(data)
    damaged[len(data) // 2] ^= 0xFF
    for content in (data[: len(data) // 2], b"", b"not a model", bytes(damaged)):
        path.write_bytes(content)
        refused(model, path, "cannot be read as .npz parameters")
    with path.open("wb") as file:
        np.save(file, np.zeros(3))
    refused(model, path, "it holds a single array")
    with pytest.raises(FileNotFoundError):
        model.load(tmp_path / "nowhere.npz")


def test_a_pickle_is_never_opened(rng, tmp_path):
    model = TinyGPT(9, 8, rng=rng, **NARROW)
    objects = {name: np.array([print], object) for name in model.named_parameters()}
    np.savez(tmp_path / "model.npz", **objects)
    refused(model, tmp_path / "model.npz", "allow_pickle=False")
