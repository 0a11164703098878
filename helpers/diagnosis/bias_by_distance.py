"""A bias by distance that was added to the scores and not passed."""

import numpy as np

from helpers.diagnosis.diagnosis import Diagnosis
from helpers.diagnosis.evidence import steps_ahead

_LARGE = 32  # times what rounding may do: smaller ones are no bias
_LEAST = 0.1  # by which a bias should move scores, to be one
_PLACES = 3  # places of a map for each number that is fitted to it


def bias_by_distance(link):
    """Scores plus a number for each step between query and key, in each head; or None.

    Press et al. 2022 (ALiBi) add a straight line, Raffel et al. 2020 (T5) numbers that are learned.
    """
    n_queries, n_keys = link.use.shape[-2:]
    if link.evidence.bias.any() or n_queries < 3:
        return None
    steps = steps_ahead(n_queries, n_keys)
    left = link.wanted - link.centred(link.scores)
    guesses = [(_line(link, left, steps), "a straight line, as ALiBi adds it")]
    if link.use.sum(axis=(-1, -2)).min() >= _PLACES * (n_queries + n_keys):
        guesses.append((_by_step(np.where(link.use, left, np.nan), steps), "learned, as in T5"))
    for bias, shape in guesses:
        size = np.abs(link.centred(bias)).max()
        if size > max(_LEAST, _LARGE * link.slack.max()) and link.agrees(link.scores + bias):
            seen = np.broadcast_to(bias, link.use.shape)[link.use]
            return Diagnosis(
                "bias not passed", f"The {link.target} follow once a bias by distance is added.",
                f"it runs over {np.ptp(seen):.2g}, and is the same for all pairs that are as far "
                f"apart: {shape}.",
                "the model adds a bias by distance to its scores, and it was not passed.",
                "right if the model has it: pass it as mask, and its sign and slope are compared "
                "too.",
                fault=False,
            )  # fmt: skip
    return None


def _line(link, left, steps):
    """Steps times a number for each map."""
    ahead = link.centred(np.broadcast_to(steps, link.use.shape).astype(float))
    size = (ahead**2).sum(axis=(-1, -2), keepdims=True)
    inner = (ahead * left).sum(axis=(-1, -2), keepdims=True)
    return inner / np.where(size == 0, 1, size) * steps


def _by_step(left, steps):
    """A number for each step in each map: neighbours in a row tell how far it is to the next."""
    rises = np.diff(left, axis=-1)
    rises = rises.reshape(-1, *rises.shape[-2:])
    known, numbers = np.isfinite(rises), steps - steps.min()
    bias = []
    for here, there in zip(rises, known, strict=True):
        at, length = numbers[:, :-1][there], numbers.max() + 1
        total = np.bincount(at, weights=here[there], minlength=length)
        count = np.bincount(at, minlength=length)
        bias.append(np.cumsum(np.append(0, (total / np.maximum(count, 1))[:-1])))
    return np.array(bias)[:, numbers].reshape(left.shape)
