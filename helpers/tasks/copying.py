"""Copy a sequence, or say it backwards: what does a state of fixed size forget first?

>>> rng = np.random.default_rng(0)
>>> source, target, alignment = reverse_batch(1, 5, rng)
>>> print(source[0], "->", target[0], " from positions", alignment[0])
[20 15 12  6  7] -> [ 7  6 12 15 20]  from positions [4 3 2 1 0]
"""

import numpy as np

from helpers.tasks._arguments import need_rng, need_size
from helpers.tasks.translation import Pairs

N_SYMBOLS = 24
BEGIN = N_SYMBOLS  # what a decoder reads before its first symbol


def _symbols(n, length, rng):
    need_rng(rng)
    return rng.integers(N_SYMBOLS, size=(need_size("n", n), need_size("length", length)))


def copy_batch(n, length, rng):
    """Random symbols, to be said again in the same order.

    Returns: Pairs(source, target, alignment), all (n, length); symbols are 0 to 23, and
    alignment holds the source position of every target position.
    """
    source = _symbols(n, length, rng)
    return Pairs(source, source.copy(), np.tile(np.arange(length), (n, 1)))


def reverse_batch(n, length, rng):
    """Random symbols, to be said again from the last to the first.

    Returns: Pairs(source, target, alignment), all (n, length), as in `copy_batch`.
    """
    source = _symbols(n, length, rng)
    backwards = np.tile(np.arange(length)[::-1], (n, 1))
    return Pairs(source, source[:, ::-1].copy(), backwards)
