"""Two relations at once: every place on a ring has to name its left and its right neighbour.

One row of weights can look left, or right, or half at each; it takes two rows to look both ways
and keep apart what was seen.

>>> rng = np.random.default_rng(0)
>>> tokens, left, right = ring_batch(1, rng)
>>> print(tokens[0], left[0], right[0], sep="\\n")
[6 5 4 2 2 0 0 0]
[0 6 5 4 2 2 0 0]
[5 4 2 2 0 0 0 6]
"""

from typing import NamedTuple

import numpy as np

from helpers.tasks._arguments import need_rng, need_size


class Ring(NamedTuple):
    """tokens (n, length) and, for every place, the token to the left and to the right of it."""

    tokens: np.ndarray
    left: np.ndarray
    right: np.ndarray


def ring_batch(n, rng, *, length=8, n_values=8):
    """Random tokens on a ring, and both neighbours of every place.

    Returns: Ring(tokens, left, right), all (n, length), tokens 0 to n_values - 1; the first
    place is the last one's right neighbour.
    """
    need_rng(rng)
    shape = (need_size("n", n), need_size("length", length, 3))
    tokens = rng.integers(need_size("n_values", n_values, 2), size=shape)
    return Ring(tokens, np.roll(tokens, 1, axis=1), np.roll(tokens, -1, axis=1))
