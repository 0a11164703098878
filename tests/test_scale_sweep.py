"""The stored runs of lesson 03 are what training gives, and made as the lesson makes its own."""

from pathlib import Path

import numpy as np
import pytest

from helpers.models import Adam, LookupHead, scale_sweep, train
from helpers.tasks import lookup
from tools.lesson import read
from tools.make_data import scale_sweep as making

LESSON = Path(__file__).parents[1] / "lessons" / "03_scaling.md"
STORED = scale_sweep.load()


def test_every_setting_is_stored_and_is_a_share():
    shape = len(scale_sweep.RATES), len(scale_sweep.WIDTHS), scale_sweep.SEEDS
    assert list(STORED) == ["with the scale", "without"]
    for name, runs in STORED.items():
        assert runs.shape == shape and 0 <= runs.min() <= runs.max() <= 1, name


def test_training_again_gives_the_stored_numbers():
    """Where training converges: a head that stalls ends in other digits on other machines."""
    for d, scale, rate in ((16, True, 0.01), (16, False, 0.01), (64, True, 0.003)):
        stored = STORED["with the scale" if scale else "without"][
            scale_sweep.RATES.index(rate), scale_sweep.WIDTHS.index(d), :2
        ]
        again = scale_sweep.measure(d, scale, rate, seeds=2)
        np.testing.assert_allclose(again, stored, atol=0.0051, err_msg=f"{d}, {scale}, {rate}")


def test_a_wide_head_without_the_scale_stalls_again_at_a_high_rate():
    assert scale_sweep.measure(256, False, 0.03, seeds=1)[0] < 0.5
    assert STORED["without"][scale_sweep.RATES.index(0.03), -1].max() < 0.5


def test_the_lesson_trains_as_the_stored_runs_were_trained():
    cell = next(c.source for c in read(LESSON).cells if "\ndef learn(" in c.source)
    space = {"np": np}
    exec(cell, space)
    assert (space["LookupHead"], space["train"], space["lookup"]) == (LookupHead, train, lookup)
    _, accuracy = space["learn"](16, True, Adam(0.01), np.random.default_rng([0, 0]))
    assert accuracy == scale_sweep.measure(16, True, 0.01, seeds=1)[0]


def test_what_is_made_is_what_is_read(monkeypatch):
    monkeypatch.setattr(scale_sweep, "STEPS", 2)
    arrays = making.arrays(rates=(0.1, 0.2), widths=(3, 4, 5), seeds=2)
    monkeypatch.setattr(scale_sweep.data, "load", lambda name: arrays)
    found = scale_sweep.load.__wrapped__()
    for scale, runs in zip((True, False), found.values(), strict=True):
        assert runs.shape == (2, 3, 2)
        again = scale_sweep.measure(5, scale, 0.2, seeds=2)
        np.testing.assert_allclose(runs[1, 2], again, atol=0.0051)


@pytest.mark.parametrize("name", STORED)
def test_what_is_stored_is_rounded(name):
    np.testing.assert_array_equal(STORED[name], STORED[name].round(making.DIGITS))
