"""The encoder: the numbers of the reference, and what can be done with its heads."""

import numpy as np
import pytest
from peers import installed, peer

from helpers import attention
from helpers.models import pretrained
from helpers.models.pretrained.configurations import MINILM
from helpers.models.pretrained.files import find
from helpers.models.pretrained.norms_and_activations import gelu, silu
from helpers.tasks import SENTENCE

TEXTS = [SENTENCE, "", "Why?", "unhappiness, antidisestablishmentarianism and co.", SENTENCE * 9]


@pytest.fixture(scope="module")
def encoder():
    return installed(pretrained.encoder)


@pytest.fixture(scope="module")
def reference(encoder):
    torch = peer("torch")
    torch.set_num_threads(1)  # on busy cores two threads wait for each other
    transformers = peer("transformers")
    folder = find(MINILM.weights).parent
    return transformers.BertModel.from_pretrained(folder, attn_implementation="eager").eval()


@pytest.mark.parametrize("text", TEXTS, ids=["running", "empty", "short", "pieces", "long"])
def test_maps_and_hidden_states_are_the_references(encoder, reference, text):
    import torch

    reading = encoder.read(text)
    with torch.no_grad():
        expected = reference(
            torch.tensor([reading.ids]), output_attentions=True, output_hidden_states=True
        )
    maps = np.stack([layer[0].numpy() for layer in expected.attentions])
    hidden = np.stack([layer[0].numpy() for layer in expected.hidden_states])
    np.testing.assert_allclose(reading.weights, maps, rtol=0, atol=1e-5)
    np.testing.assert_allclose(reading.hidden, hidden, rtol=0, atol=2e-5)


def test_shapes_and_words(encoder):
    reading = encoder.read(SENTENCE, head_outputs=True)
    assert reading.words == ["[CLS]", *SENTENCE.split(), "[SEP]"]
    n = len(reading.words)
    assert reading.weights.shape == (6, 12, n, n)
    assert reading.hidden.shape == (7, n, 384)
    assert reading.head_outputs.shape == (6, 12, n, 32)
    assert encoder.read(SENTENCE).head_outputs is None
    np.testing.assert_allclose(reading.weights.sum(axis=-1), 1, atol=1e-5)


def test_every_head_is_the_courses_own_attention(encoder):
    """A layer's input and three matrices, through helpers.attention, give its map and output."""
    reading = encoder.read(SENTENCE, head_outputs=True)
    for layer, head in [(0, 2), (3, 1), (5, 11)]:
        w, b = encoder.projections(layer, head)
        query, key, value = (reading.hidden[layer] @ w[i] + b[i] for i in range(3))
        output, weights = attention.scaled_dot_product_attention(query, key, value)
        np.testing.assert_allclose(weights, reading.weights[layer, head], atol=1e-5)
        np.testing.assert_allclose(output, reading.head_outputs[layer, head], atol=1e-5)


def test_embeddings_tell_what_is_alike(encoder):
    cat, kitten, rates = (
        encoder.embed(text)
        for text in ("a cat sleeps", "a kitten is asleep", "the bank raised its interest rates")
    )
    assert cat.shape == (384,)
    np.testing.assert_allclose(np.linalg.norm(cat), 1, atol=1e-6)
    assert cat @ kitten > 0.5 > cat @ rates


def test_embedding_is_the_mean_of_the_last_hidden_states(encoder):
    mean = encoder.read(SENTENCE).hidden[-1].mean(axis=0)
    np.testing.assert_allclose(
        encoder.embed(SENTENCE), mean / np.linalg.norm(mean), rtol=0, atol=1e-6
    )


@pytest.mark.parametrize("way", ["mean", "zero"])
def test_an_ablated_head_gathers_nothing_of_its_own(encoder, way):
    whole = encoder.read(SENTENCE, head_outputs=True)
    cut = encoder.read(SENTENCE, head_outputs=True, ablate={(2, 7): way})
    expected = whole.head_outputs[2, 7].mean(axis=0) if way == "mean" else np.zeros(32)
    np.testing.assert_allclose(cut.head_outputs[2, 7], np.tile(expected, (12, 1)), atol=1e-6)
    others = [head for head in range(12) if head != 7]
    np.testing.assert_array_equal(cut.head_outputs[2, others], whole.head_outputs[2, others])
    np.testing.assert_array_equal(cut.hidden[:3], whole.hidden[:3])
    assert np.abs(cut.hidden[3] - whole.hidden[3]).max() > 1e-3, "the layer's output must change"
    assert np.abs(encoder.embed(SENTENCE, ablate={(2, 7): way}) - encoder.embed(SENTENCE)).max() > 0


def test_one_head_in_seventy_two_matters_little(encoder):
    """facts.md: 1 - cos changes by about 0.002. The sentence's vector hardly moves."""
    whole = encoder.embed(SENTENCE)
    moved = [1 - whole @ encoder.embed(SENTENCE, ablate={(3, h): "mean"}) for h in range(12)]
    assert np.median(moved) < 0.01


def test_reading_changes_nothing(encoder):
    first = encoder.read(SENTENCE)
    encoder.read("something else", ablate={(0, 0): "zero"})
    np.testing.assert_array_equal(encoder.read(SENTENCE).weights, first.weights)
    assert pretrained.encoder() is encoder, "loaded once and kept"


def test_float64_agrees_with_float32(encoder):
    reading = pretrained.encoder(np.float64).read(SENTENCE)
    assert reading.weights.dtype == np.float64
    np.testing.assert_allclose(encoder.read(SENTENCE).weights, reading.weights, rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda e: e.read("word " * 511), "513 pieces"),
        (lambda e: e.embed("word " * 511), "at most 512"),
        (lambda e: e.read("a", ablate={(6, 0): "zero"}), r"no head 6\.0"),
        (lambda e: e.read("a", ablate={(0, 12): "zero"}), r"no head 0\.12"),
        (lambda e: e.read("a", ablate={(0, 0): "median"}), "'median'"),
        (lambda e: e.projections(-1, 0), "no head -1.0"),
    ],
)
def test_errors(encoder, call, message):
    with pytest.raises(ValueError, match=message):
        call(encoder)


def test_the_longest_text_is_read(encoder):
    assert len(encoder.read("word " * 510).words) == 512


def test_gelu_is_within_its_stated_error():
    import math

    x = np.linspace(-8, 8, 4001)
    exact = np.array([0.5 * v * (1 + math.erf(v / math.sqrt(2))) for v in x])
    assert np.abs(gelu(x.copy()) - exact).max() < 8 * 1.5e-7 / 2
    np.testing.assert_array_equal(gelu(np.array([50.0, -50.0])), [50, 0])


def test_silu_neither_overflows_nor_warns():
    x = np.array([-1e4, -100, -1, 0, 1, 100, 1e4], np.float32)
    expected = [0, 0, -0.26894143, 0, 0.7310586, 100, 1e4]
    np.testing.assert_allclose(silu(x.copy()), expected, rtol=1e-6, atol=1e-30)
