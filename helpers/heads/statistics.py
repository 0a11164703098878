"""Comparing numbers honestly: rank correlation, and what a coin would have done."""

from math import comb

import numpy as np

from helpers.arrays import as_numbers


def rank_correlation(one, other):
    """Spearman's rank correlation of two rows of numbers: -1 … 1.

    one, other: (n,), n at least 3. Ties share the mean of their ranks. Raises ValueError for other
    shapes, and where all numbers of a row are the same.

    >>> round(rank_correlation([1, 2, 3], [10, 300, 20]), 2)
    0.5
    """
    one, other = as_numbers(one, "one"), as_numbers(other, "other")
    if one.ndim != 1 or one.shape != other.shape or len(one) < 3:
        raise ValueError(
            f"one {one.shape} and other {other.shape}: expected two rows of the same length, three "
            "numbers or more."
        )
    ranks = [_ranks(row) for row in (one, other)]
    if any(np.ptp(row) == 0 for row in ranks):
        raise ValueError("All numbers of a row are the same, so they have no order to compare.")
    return float(np.corrcoef(*ranks)[0, 1])


def by_chance(n_right, n, chance=0.5):
    """How often guessing gets n_right of n, or more: a probability (one-sided binomial test).

    n_right: int from 0 to n. chance: of a single guess, 0 to 1.

    >>> round(by_chance(8, 10), 3)
    0.055
    """
    if not 0 <= n_right <= n:
        raise ValueError(f"{n_right} right of {n}: expected a number from 0 to {n}.")
    tail = (comb(n, k) * chance**k * (1 - chance) ** (n - k) for k in range(n_right, n + 1))
    return float(min(sum(tail), 1.0))


def _ranks(row):
    """Ranks from 0; equal numbers share the mean of theirs."""
    _, places, counts = np.unique(row, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts + 1) / 2)[places]
