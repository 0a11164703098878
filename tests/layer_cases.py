"""What the tests of layers and models share: small cases, and gradients by finite differences."""

from types import SimpleNamespace

import numpy as np

from helpers.models.attention_only import AttentionOnly
from helpers.models.captioner import Captioner
from helpers.models.lookup_head import LookupHead
from helpers.models.transformer import TinyBERT, TinyGPT
from helpers.models.translator import Translator
from helpers.models.two_relations import TwoRelations

STEP = 1e-6  # of the differences: small enough for the curvature, large enough for rounding


def numerical_gradient(loss, array):
    """(loss(array + step) − loss(array − step)) / 2 step, for every element, which is changed
    and put back."""
    gradient = np.empty_like(array)
    for at in np.ndindex(array.shape):
        kept = array[at]
        array[at] = kept + STEP
        above = loss()
        array[at] = kept - STEP
        below = loss()
        array[at] = kept
        gradient[at] = (above - below) / (2 * STEP)
    return gradient


def assert_gradient(ours, loss, array, name, tolerance=1e-7):
    """`ours` is the slope of loss() in every element of `array`."""
    np.testing.assert_allclose(
        ours, numerical_gradient(loss, array), rtol=tolerance, atol=tolerance,
        err_msg=f"the gradient by hand of {name} is not the slope of the loss",
    )  # fmt: skip


def language_batch(rng, n_words=9, length=7):
    """Tokens with padding (0) at the end of some rows, targets, and which of them count."""
    inputs = rng.integers(1, n_words, (3, length))
    inputs[1, 5:] = 0
    counts = rng.random((3, length)) < 0.7
    return SimpleNamespace(
        inputs=inputs, targets=rng.integers(0, n_words, (3, length)), counts=counts
    )


def pairs_batch(rng, n_words=9):
    source, target = rng.integers(0, n_words, (3, 5)), rng.integers(0, n_words, (3, 6))
    return SimpleNamespace(source=source, target=target)


def ring_batch(rng):
    tokens = rng.integers(0, 6, (2, 5))
    return SimpleNamespace(
        tokens=tokens, left=np.roll(tokens, 1, axis=1), right=np.roll(tokens, -1, axis=1)
    )


def look_up_batch(rng, d=6):
    value = rng.integers(0, 7, (2, 5))
    return SimpleNamespace(
        query=rng.normal(size=(2, 3, d)), key=rng.normal(size=(2, 5, d)),
        value=value, answer=value[:, :3],
    )  # fmt: skip


def pictures_batch(rng):
    return SimpleNamespace(
        images=rng.random((2, 16, 16, 3)), captions=rng.integers(0, 12, (2, 7))
    )  # fmt: skip


def small_models(rng, dtype=np.float64):
    """Every model, as small as it can be and still say something, with a batch for it."""
    small = dict(rng=rng, dtype=dtype)
    narrow = dict(d_model=8, n_heads=2, n_layers=2, d_hidden=12, pad=0)
    return {
        "tiny GPT": (TinyGPT(9, 8, **narrow, **small), language_batch(rng)),
        "tiny BERT": (TinyBERT(9, 8, **narrow, **small), language_batch(rng)),
        "attention only": (
            AttentionOnly(9, 8, d_model=6, n_heads=2, **small), language_batch(rng),
        ),
        "translator with": (
            Translator(9, 9, attention=True, d_embedding=3, d_state=5, **small), pairs_batch(rng),
        ),
        "translator without": (
            Translator(9, 9, attention=False, d_embedding=3, d_state=5, **small), pairs_batch(rng),
        ),
        "two relations": (TwoRelations(6, 5, n_heads=2, d_model=8, **small), ring_batch(rng)),
        "two relations, ReLU": (
            TwoRelations(6, 5, n_heads=1, d_model=8, hidden=7, **small), ring_batch(rng),
        ),
        "look-up": (LookupHead(6, **small), look_up_batch(rng)),
        "captioner": (Captioner(12, 7, 16, 48, d_model=4, **small), pictures_batch(rng)),
    }  # fmt: skip
