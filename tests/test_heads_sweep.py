"""The stored runs of lesson 05 are what training gives, and made as the lesson makes its own."""

from pathlib import Path

import numpy as np
import pytest

from helpers.attention import MultiHeadAttention, merge_heads
from helpers.models import Adam, TwoRelations, heads_sweep, train
from helpers.tasks import ring
from tools.lesson import read
from tools.make_data import heads_sweep as making

STORED = heads_sweep.load()
LESSON = Path(__file__).parents[1] / "lessons" / "05_multi_head.md"


def test_every_setting_is_stored():
    assert set(STORED) == set(heads_sweep.SETTINGS)


@pytest.mark.parametrize("runs", STORED.values(), ids=lambda runs: f"{runs.d_model}-{runs.n_heads}")
def test_a_record_fits_its_setting(runs):
    layer = MultiHeadAttention.random(runs.d_model, runs.n_heads, rng=np.random.default_rng(0))
    in_the_layer = 4 * layer.w_query.size
    assert runs.parameters == in_the_layer + 2 * 8 * runs.d_model + runs.d_model * 16
    assert runs.accuracies.shape == (heads_sweep.SEEDS, 3)
    assert runs.maps.shape == (runs.n_heads, 8, 8)
    np.testing.assert_allclose(runs.maps.sum(axis=-1), 1, atol=0.005)  # rounded to 3 decimals


@pytest.mark.parametrize("setting", [(16, 2), (32, 4)])
def test_training_again_gives_the_stored_numbers(setting):
    stored, again = STORED[setting], heads_sweep.measure(*setting, seeds=1)
    np.testing.assert_allclose(again.maps, stored.maps, atol=2e-3)
    np.testing.assert_allclose(again.accuracies, stored.accuracies[:1], atol=2e-3)
    assert again.parameters == stored.parameters


def test_one_head_again_looks_at_both_and_names_one():
    """It stays on a plateau, where machines differ in the digits but not in this."""
    for runs in (STORED[16, 1], heads_sweep.measure(16, 1, seeds=1)):
        best, worst = np.sort(runs.accuracies[0, :2])[::-1]
        assert best > 0.98 and worst < 0.25
        place = np.arange(8)
        sides = [runs.maps[0, place, (place + by) % 8].mean() for by in (-1, 1)]
        assert min(sides) > 0.4, f"light on the two neighbours: {sides}"


def test_the_lesson_trains_as_the_stored_runs_were_trained():
    cell = next(c.source for c in read(LESSON).cells if c.source.startswith("def learn("))
    space = {"np": np, "Adam": Adam, "TwoRelations": TwoRelations, "train": train, "ring": ring}
    exec(cell, space)
    model, rings = space["learn"](2, 1, d_model=8, steps=20)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(heads_sweep, "STEPS", 20)
        other, other_rings = heads_sweep.learn(2, 1, d_model=8)
    assert np.array_equal(model.flat, other.flat)
    assert np.array_equal(rings.tokens, other_rings.tokens)
    assert f"steps={heads_sweep.STEPS}, rate={TwoRelations.rate}" in cell


def test_tied_rows_of_w_output_are_an_average_of_heads():
    rng = np.random.default_rng(0)
    model = TwoRelations(n_heads=4, rng=rng, average=True)
    train(model, lambda: ring.ring_batch(5, rng), 3, progress=False)
    tokens = ring.ring_batch(6, rng).tokens
    found = model.forward(tokens)

    p = model.named_parameters()
    x = model.positions.forward(model.values.forward(tokens))
    # With the identity as w_output the merged heads come out as they are.
    bare = MultiHeadAttention(*(p[f"attention.w_{n}"] for n in ("query", "key", "value")),
                              np.eye(16), 4)  # fmt: skip
    heads = bare(x)[0].reshape(6, 8, 4, 4)  # (rings, places, heads, d_head)
    assert merge_heads(heads.swapaxes(1, 2)).shape == (6, 8, 16)
    w_one_head = p["attention.w_output"].reshape(4, 4, 16).sum(axis=0)
    expected = heads.mean(axis=2) @ w_one_head @ p["readout_0.weight"]
    np.testing.assert_allclose(found, expected.reshape(found.shape), atol=1e-12)


def test_what_is_made_is_what_is_read(monkeypatch):
    """Two small runs, laid out for the file and taken apart again."""
    settings = ((4, 1), (4, 2))
    monkeypatch.setattr(heads_sweep, "STEPS", 2)
    arrays = making.arrays(settings)
    monkeypatch.setattr(heads_sweep.data, "load", lambda name: arrays)
    found = heads_sweep.load.__wrapped__()
    assert tuple(found) == settings
    for setting, runs in found.items():
        again = heads_sweep.measure(*setting)
        assert runs.parameters == again.parameters
        np.testing.assert_allclose(runs.accuracies, again.accuracies, atol=5.1e-4)
        np.testing.assert_allclose(runs.maps, again.maps, atol=5.1e-4)
