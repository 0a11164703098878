"""Lesson 08's stored trainings: whole, plausible, and two of them trained again."""

import numpy as np
import pytest

from helpers.models import gpt_bert_sweep as sweep
from helpers.tasks import language


def test_shapes_and_bounds():
    pairs = sweep.pairs()
    for field, column in pairs._asdict().items():
        assert len(column) == sweep.SEEDS, field
    assert pairs.right.shape == pairs.different.shape == (sweep.SEEDS, len(sweep.TEMPERATURES))
    assert pairs.perplexity.min() > 0.99 * language.floor_perplexity()
    assert np.all(pairs.gpt_later == 0.25), "one in four, by construction of the blanks"
    norm = sweep.with_and_without_norm()
    assert norm.shape == (2, len(sweep.DEPTHS), len(sweep.RATES), sweep.NORM_SEEDS)
    assert norm.max() <= sweep.LOST


def test_with_and_without_norm_again():
    norm = sweep.with_and_without_norm()
    again = sweep.measure_norm(True, 2, sweep.RATES[2], 0)
    assert again == pytest.approx(norm[0, 0, 2, 0], abs=0.1)
    assert sweep.measure_norm(False, 2, sweep.RATES[4], 0, steps=60) > len(language.VOCABULARY)


def test_a_short_pair_measures_what_the_long_ones_do():
    short = sweep.measure_pair(0, steps=5)
    assert all(
        np.shape(one) == column[0].shape for one, column in zip(short, sweep.pairs(), strict=True)
    )
