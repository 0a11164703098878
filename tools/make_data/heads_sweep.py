"""Lesson 05's experiment over widths and numbers of heads, run beforehand. About two minutes.

settings       (n_settings, 2) d_model and n_heads
parameters     (n_settings,)
accuracies     (n_settings, SEEDS, 3), as in heads_sweep.Runs, rounded to three decimals
maps           (n_heads of all settings in a row, 8, 8), rounded to three decimals
"""

import numpy as np

from helpers.models.heads_sweep import SETTINGS, measure

TOLERANCE = None  # runs that stay on a plateau end differently on every machine
DIGITS = 3


def arrays(settings=SETTINGS):
    """What heads_sweep.npz holds: dict name -> array."""
    runs = [measure(*setting) for setting in settings]
    return {
        "settings": np.array(settings, dtype=np.int64),
        "parameters": np.array([one.parameters for one in runs], dtype=np.int64),
        "accuracies": np.array([one.accuracies for one in runs]).round(DIGITS),
        "maps": np.concatenate([one.maps for one in runs]).round(DIGITS),
    }
