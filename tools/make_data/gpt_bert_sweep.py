"""Lesson 08's experiment with other seeds, with and without layer norm. About ten minutes.

Fields of helpers.models.gpt_bert_sweep.Pairs by name, one row a pair, rounded to three decimals;
norm       (2, 2, 5, 3), as `with_and_without_norm` says
"""

import numpy as np

from helpers.models import gpt_bert_sweep as sweep

TOLERANCE = None  # long trainings end a little differently on every machine
DIGITS = 3


def arrays():
    """What gpt_bert_sweep.npz holds: dict name -> array."""
    columns = zip(*(sweep.measure_pair(seed) for seed in range(sweep.SEEDS)), strict=True)
    made = {
        field: np.array(column).round(DIGITS)
        for field, column in zip(sweep.Pairs._fields, columns, strict=True)
    }
    norm = [
        sweep.measure_norm(normed, depth, rate, seed)
        for normed in (True, False)
        for depth in sweep.DEPTHS
        for rate in sweep.RATES
        for seed in range(sweep.NORM_SEEDS)
    ]
    shape = 2, len(sweep.DEPTHS), len(sweep.RATES), sweep.NORM_SEEDS
    return made | {"norm": np.reshape(norm, shape).round(DIGITS)}
