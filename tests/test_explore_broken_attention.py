"""broken_attention: every knob breaks something, and the diagnosis says what."""

import numpy as np
import pytest

from helpers import explore
from helpers.explore.broken_attention import N, turn

WELL = dict(
    size="normal", scale="1/√d", mask="before softmax", shares="the keys", dtype="float64",
    largest="taken off",
)  # fmt: skip


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({}, "Healthy: nothing found."),
        ({"dtype": "float32"}, "Healthy: nothing found."),
        ({"dtype": "float16"}, "Healthy: nothing found."),
        ({"largest": "left on"}, "Healthy: nothing found."),
        ({"size": "tiny"}, "Diagnosis: tiny projections."),
        ({"size": "large"}, "Diagnosis: one-hot."),
        ({"size": "huge", "largest": "left on"}, "Diagnosis: exp overflow. NaN or inf in 5 of 6"),
        ({"size": "huge", "dtype": "float16"}, "Diagnosis: float16 overflow."),
        ({"scale": "none"}, "Diagnosis: scale missing."),
        ({"scale": "1/√d, twice"}, "Diagnosis: scale doubled."),
        ({"mask": "off by one"}, "Diagnosis: leak."),
        ({"mask": "forgotten"}, "Diagnosis: leak."),
        ({"mask": "-10 in place"}, "Diagnosis: leak."),
        ({"mask": "inverted"}, "Diagnosis: mask inverted."),
        ({"mask": "after softmax"}, "Diagnosis: masked after softmax."),
        ({"shares": "the queries"}, "Diagnosis: transposed."),
    ],
)
def test_a_knob_is_diagnosed(state, words):
    explorer = explore.broken_attention()
    assert explorer.words == "Healthy: nothing found."
    explorer.set(**state)
    assert explorer.words.startswith(words)
    explorer.set(**WELL)
    assert explorer.words == "Healthy: nothing found."
    explorer.close()


def test_every_setting_can_be_drawn():
    """All of them, also those that leave NaN everywhere: a picture and words, no warning."""
    explorer = explore.broken_attention()
    for name, control in explorer.controls.items():
        for option in control.source.options:
            value = option[1] if isinstance(option, tuple) else option
            explorer.set(**(WELL | {"size": "huge", "largest": "left on", name: value}))
            assert explorer.picture.png().startswith(b"\x89PNG")
    explorer.close()


def test_the_sound_setting_is_the_courses_attention():
    from helpers.attention import scaled_dot_product_attention

    query, key = np.random.default_rng(1).normal(size=(2, N, 64))
    _, weights = scaled_dot_product_attention(query, key, key, causal=True)
    np.testing.assert_allclose(turn(query, key, **WELL).weights, weights, atol=1e-12)


def test_it_starts_where_it_is_told():
    assert explore.broken_attention(scale="none").words.startswith("Diagnosis: scale missing.")
    with pytest.raises(ValueError, match="no knob 'scala'"):
        explore.broken_attention(scala="none")
    with pytest.raises(ValueError, match="expected one of"):
        explore.broken_attention(scale="2")


def test_what_leaks_is_shown_in_the_table():
    sound = explore.broken_attention().picture.table()
    leaking = explore.broken_attention(mask="off by one").picture.table()
    assert sound.count("–</td>") - leaking.count("–</td>") == N - 1
