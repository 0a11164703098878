"""Lesson 05's experiment over widths and numbers of heads, as stored runs.

Eighty trainings are too many for a lesson, so they are made beforehand, each exactly as the
lesson makes its own, and kept with what they measured. The tests train some of them again and
compare.
"""

import functools
from typing import NamedTuple

import numpy as np

from helpers import data
from helpers.models.training import train
from helpers.models.two_relations import TwoRelations
from helpers.tasks.ring import ring_batch

WIDTHS, HEADS, SEEDS = (16, 32, 64), (1, 2, 4, 8, 16), 5
# (d_model, n_heads); the last one has heads of width 1 in a wide model.
SETTINGS = (*((width, heads) for width in WIDTHS for heads in HEADS), (64, 64))
STEPS, BATCH, RINGS = 800, 32, 200


class Runs(NamedTuple):
    """What five trainings of one model measured.

    accuracies: (SEEDS, 3), shares of places with the left, the right and both neighbours named.
    maps: (n_heads, 8, 8) of the first training: weights, mean over the rings.
    """

    d_model: int
    n_heads: int
    parameters: int
    accuracies: np.ndarray
    maps: np.ndarray

    @property
    def both(self):
        """Mean over the trainings of the share of places with both neighbours named rightly."""
        return float(self.accuracies[:, 2].mean())


def learn(n_heads, seed, **model):
    """Train one model as the lesson does. model: arguments of TwoRelations.

    seed: 0 to 4. Returns the model, and 200 new rings to test it on.
    """
    rng = np.random.default_rng(0).spawn(SEEDS)[seed]
    made = TwoRelations(n_heads=n_heads, rng=rng, **model)
    train(made, lambda: ring_batch(BATCH, rng), STEPS, progress=False)
    return made, ring_batch(RINGS, rng)


def measure(d_model, n_heads, seeds=SEEDS):
    """Train with the first few seeds. Returns Runs, nothing rounded."""
    pairs = [learn(n_heads, seed, d_model=d_model) for seed in range(seeds)]
    model, rings = pairs[0]
    return Runs(
        d_model,
        n_heads,
        model.flat.size,
        np.array([trained.accuracy(tested) for trained, tested in pairs]),
        model.weights(rings.tokens)[0].mean(axis=0),
    )


@functools.cache
def load():
    """The stored runs: dict (d_model, n_heads) -> Runs, numbers rounded to three decimals."""
    stored, made, first = data.load("heads_sweep.npz"), {}, 0
    columns = (stored[name].tolist() for name in ("settings", "parameters"))
    for number, ((d_model, n_heads), parameters) in enumerate(zip(*columns, strict=True)):
        maps = stored["maps"][first : first + n_heads]
        made[d_model, n_heads] = Runs(
            d_model, n_heads, parameters, stored["accuracies"][number], maps
        )
        first += n_heads
    return made
