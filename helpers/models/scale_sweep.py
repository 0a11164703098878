"""Lesson 03's experiment over learning rates and widths, as stored runs.

Hundreds of trainings are too many for a lesson, so they are made beforehand, each exactly as the
lesson makes its own, and kept with what they measured. The tests train some of them again.
"""

import functools
from functools import partial

import numpy as np

from helpers import data
from helpers.models.lookup_head import LookupHead
from helpers.models.optimisers import Adam
from helpers.models.training import train
from helpers.tasks.lookup import lookup_batch

WIDTHS = (16, 64, 128, 256)
RATES = (0.001, 0.003, 0.01, 0.02, 0.03, 0.1)  # of Adam
SEEDS = 5
STEPS, BATCH, NEW_CASES = 200, 8, 200


def learn(d, scale, rate, rng):
    """Train one head as the lesson does. Returns the share of new cases that it answers rightly.

    d: width of queries and keys. scale: whether scores are divided by √d. rate: Adam's.
    """
    model = LookupHead(d, rng=rng, scale=scale)
    batches = partial(lookup_batch, BATCH, rng, d=d)
    train(model, batches, STEPS, optimiser=Adam(rate), progress=False)
    return model.accuracy(lookup_batch(NEW_CASES, rng, d=d))


def measure(d, scale, rate, seeds=SEEDS):
    """Train with the first few seeds. Returns accuracies (seeds,), nothing rounded."""
    return np.array([learn(d, scale, rate, np.random.default_rng([0, s])) for s in range(seeds)])


@functools.cache
def load():
    """Stored accuracies, two decimals: dict → (len(RATES), len(WIDTHS), SEEDS).

    Its names are "with the scale" and "without".
    """
    stored = data.load("scale_sweep.npz")
    return {"with the scale": stored["with_scale"], "without": stored["without_scale"]}
