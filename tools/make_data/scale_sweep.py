"""Lesson 03's experiment over learning rates and widths, run beforehand. About four minutes.

with_scale       (rates, widths, seeds) accuracy of new cases, as scale_sweep.measure, two decimals
without_scale    the same without the division by √d
"""

import numpy as np

from helpers.models.scale_sweep import RATES, SEEDS, WIDTHS, measure

TOLERANCE = None  # without the scale, and at high rates, runs end differently on every machine
DIGITS = 2


def arrays(rates=RATES, widths=WIDTHS, seeds=SEEDS):
    """What scale_sweep.npz holds: dict name -> array."""
    return {
        name: np.array([[measure(d, scale, rate, seeds) for d in widths] for rate in rates]).round(
            DIGITS
        )
        for name, scale in (("with_scale", True), ("without_scale", False))
    }
