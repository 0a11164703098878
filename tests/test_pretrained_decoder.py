"""The decoder: the numbers of the reference, its cache, its writing and its heads."""

import numpy as np
import pytest
from peers import installed, peer

from helpers import attention
from helpers.models import pretrained
from helpers.models.pretrained.configurations import SMOLLM2
from helpers.models.pretrained.decoder_layer import rotate, rotations
from helpers.models.pretrained.norms_and_activations import rms_norm
from helpers.tasks import SENTENCE

TEXTS = ["The", SENTENCE, "def f(x):\n    return x ** 2  # squared\n", (SENTENCE + ". ") * 3]
STORY = "Once upon a time"


@pytest.fixture(scope="module")
def decoder():
    return installed(pretrained.decoder)


@pytest.fixture(scope="module")
def reference(decoder):
    """The same weights in transformers' Llama, which turns other pairs."""
    torch = peer("torch")
    torch.set_num_threads(1)  # on busy cores two threads wait for each other
    peer("transformers")
    from benchmarks.llama import llama

    return llama()


@pytest.mark.parametrize("text", TEXTS, ids=["one", "running", "code", "long"])
def test_maps_hidden_states_and_logits_are_the_references(decoder, reference, text):
    import torch

    reading = decoder.read(text)
    with torch.no_grad():
        expected = reference(
            torch.tensor([reading.ids]), output_attentions=True, output_hidden_states=True
        )
    maps = np.stack([layer[0].numpy() for layer in expected.attentions])
    np.testing.assert_allclose(reading.weights, maps, rtol=0, atol=1e-5)
    # Some hidden numbers of this model reach 22,000, where float32 counts in steps of 0.002. So
    # 2e-5 is measured against the largest number of each row. (Theirs ends with the last norm.)
    hidden = np.stack([layer[0].numpy() for layer in expected.hidden_states[:-1]])
    largest = np.abs(hidden).max(axis=-1, keepdims=True)
    np.testing.assert_allclose(reading.hidden[:-1] / largest, hidden / largest, rtol=0, atol=2e-5)
    np.testing.assert_allclose(reading.logits, expected.logits[0].numpy(), rtol=0, atol=1e-3)


def test_it_writes_what_the_reference_writes(decoder, reference):
    import torch

    ids = decoder.encode(STORY)
    longer = reference.generate(
        torch.tensor([ids]), max_new_tokens=8, do_sample=False, pad_token_id=0, eos_token_id=None
    )
    assert decoder.generate(STORY, 8) == decoder.tokenizer.decode(longer[0, len(ids) :].tolist())


def test_shapes_and_words(decoder):
    reading = decoder.read(SENTENCE, head_outputs=True)
    assert reading.words == ["the", *(" " + word for word in SENTENCE.split()[1:])]
    n = len(reading.words)
    assert reading.weights.shape == (30, 9, n, n)
    assert reading.hidden.shape == (31, n, 576)
    assert reading.head_outputs.shape == (30, 9, n, 64)
    assert reading.logits.shape == (n, 49152)
    np.testing.assert_allclose(reading.weights.sum(axis=-1), 1, atol=1e-5)
    assert np.all(np.triu(reading.weights, 1) == 0), "no weight looks ahead"


def test_every_head_is_the_courses_own_attention(decoder):
    """Normed input, three matrices, turned by position, through helpers.attention."""
    reading = decoder.read(SENTENCE, head_outputs=True)
    turns = rotations(np.arange(len(reading.words)), SMOLLM2)
    for layer, head in [(0, 0), (17, 4), (29, 8)]:
        x = decoder.normed_input(reading, layer)
        query, key, value = (x @ w for w in decoder.projections(layer, head))
        query, key = (rotate(array[:, None], turns)[:, 0] for array in (query, key))
        output, weights = attention.scaled_dot_product_attention(query, key, value, causal=True)
        np.testing.assert_allclose(weights, reading.weights[layer, head], atol=1e-5)
        np.testing.assert_allclose(output, reading.head_outputs[layer, head], rtol=0, atol=1e-4)


def test_turning_makes_scores_depend_on_the_distance_only():
    query, key = np.random.default_rng(0).normal(size=(2, 1, 1, 64)).astype(np.float32)

    def score(query_place, key_place):
        turned = (
            rotate(query, rotations([query_place], SMOLLM2)),
            rotate(key, rotations([key_place], SMOLLM2)),
        )
        return np.vdot(*turned)

    assert score(7, 3) == pytest.approx(score(104, 100), abs=1e-4)
    assert abs(score(7, 3) - score(7, 4)) > 0.1


def test_the_cache_changes_nothing(decoder):
    """One piece at a time, or in two parts, gives the scores of one pass."""
    ids = decoder.encode(SENTENCE)
    whole = decoder.logits(ids)
    cache = decoder.new_cache()
    steps = np.stack([decoder.step([number], cache) for number in ids])
    np.testing.assert_allclose(steps, whole, rtol=0, atol=1e-3)
    cache = decoder.new_cache()
    decoder.step(ids[:4], cache)
    np.testing.assert_allclose(decoder.step(ids[4:], cache), whole[-1], rtol=0, atol=1e-3)
    with pytest.raises(ValueError, match=r"holds 10 pieces and 8183 .* at most 8192"):
        decoder.step([1] * 8183, cache)


def test_later_words_change_nothing_before_them(decoder):
    ids = decoder.encode(SENTENCE)
    other = [*ids[:-1], ids[0]]
    np.testing.assert_array_equal(decoder.logits(ids)[:-1], decoder.logits(other)[:-1])


def test_next_words(decoder):
    (word, probability), *rest = decoder.next_words("The capital of France is", 3)
    assert word == " Paris" and 0.7 < probability < 0.85
    assert len(rest) == 2 and rest[0][1] >= rest[1][1]


def test_drawing_needs_and_uses_its_generator(decoder):
    def draw(seed):
        return decoder.generate(
            STORY, 8, temperature=1.0, top_k=50, rng=np.random.default_rng(seed)
        )

    assert draw(0) == draw(0)
    assert draw(0) != draw(1)
    with pytest.raises(ValueError, match=r"rng=np\.random\.default_rng"):
        decoder.generate(STORY, 8, temperature=1.0)


def test_streaming_gives_the_same_text_piece_by_piece(decoder):
    pieces = list(decoder.stream(STORY, 6))
    assert len(pieces) == 7, "six pieces, and what is left of a half-written character: nothing"
    assert pieces[-1] == "" and "".join(pieces) == decoder.generate(STORY, 6)


def test_it_stops_where_the_text_ends(decoder):
    question = "What is the capital of France?"
    prompt = f"<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n"
    assert decoder.generate(prompt, 40) == "The capital of France is Paris."


def repeated_loss(decoder, ablate=None):
    """Mean loss, in nats, on the second copy of a random sequence."""
    first = np.random.default_rng(0).integers(1000, 40000, 40).tolist()
    logits = decoder.logits(first * 2, ablate=ablate)[40:-1].astype(np.float64)
    logits -= logits.max(axis=-1, keepdims=True)
    log_probabilities = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    return -log_probabilities[np.arange(39), first[1:]].mean()


def test_without_its_induction_heads_it_cannot_repeat(decoder):
    heads = [(18, 6), (17, 4), (17, 3), (17, 5)]
    others = [(18, 2), (17, 1), (17, 8), (17, 7)]
    whole = repeated_loss(decoder)
    assert repeated_loss(decoder, dict.fromkeys(heads, "zero")) > whole + 2
    assert repeated_loss(decoder, dict.fromkeys(others, "zero")) < whole + 1


def test_ablation_by_the_mean(decoder):
    whole = decoder.read(SENTENCE, head_outputs=True)
    cut = decoder.read(SENTENCE, head_outputs=True, ablate={(4, 7): "mean"})
    mean = whole.head_outputs[4, 7].mean(axis=0)
    np.testing.assert_allclose(cut.head_outputs[4, 7], np.tile(mean, (10, 1)), atol=1e-5)
    np.testing.assert_array_equal(cut.hidden[:5], whole.hidden[:5])
    assert np.abs(cut.hidden[5] - whole.hidden[5]).max() > 1e-4


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda d: d.read(""), "0 pieces"),
        (lambda d: d.read([5] * 513), "1 to 512"),
        (lambda d: d.read([49152]), "between 0 and 49151"),
        (lambda d: d.read("a", ablate={(30, 0): "zero"}), r"no head 30\.0"),
        (lambda d: d.generate("", 3), "at least one to start from"),
        (lambda d: d.generate("a", 9000), "at most 8192"),
        (lambda d: d.generate("a", 3, temperature=-1), "temperature is -1"),
        (lambda d: d.generate("a", 3, top_k=0), "top_k is 0"),
        (lambda d: d.generate("a", 3, ablate={(0, 0): "mean"}), 'Use "zero"'),
    ],
)
def test_errors(decoder, call, message):
    with pytest.raises(ValueError, match=message):
        call(decoder)


def test_rms_norm_leaves_its_input_alone():
    x = np.array([[3.0, 4.0]], np.float32)
    normed = rms_norm(x, np.float32([1, 2]), 0.0)
    np.testing.assert_allclose(normed, np.array([[3, 8]]) / np.sqrt(12.5), rtol=1e-6)
    np.testing.assert_array_equal(x, [[3, 4]])
