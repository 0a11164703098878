"""Sequences that repeat: "… A B … A" calls for B (Olsson and others 2022, induction heads).

A block of different random tokens is said again and again. In the first copy nothing can be
known; afterwards everything, by whoever finds the earlier A and looks at what followed.

>>> rng = np.random.default_rng(1)
>>> inputs, targets, counts, block = repeated_batch(1, rng, length=11, longest=5)
>>> print(f"{inputs[0]} inputs, block of {block[0]}")
[ 1 21  7 17  1 21  7 17  1 21  7] inputs, block of 4
>>> print(targets[0], "targets")
[21  7 17  1 21  7 17  1 21  7 17] targets
>>> print(counts[0].astype(int), "counts")
[0 0 0 0 1 1 1 1 1 1 1] counts
"""

from typing import NamedTuple

import numpy as np

from helpers.tasks._arguments import need_rng, need_size


class Repeated(NamedTuple):
    """inputs, targets and counts (n, length), and the length of each row's block (n,)."""

    inputs: np.ndarray
    targets: np.ndarray
    counts: np.ndarray
    block: np.ndarray


def repeated_batch(n, rng, *, length=24, n_tokens=24, shortest=4, longest=12):
    """Blocks of random length, repeated to fill the row; the target is the next token.

    shortest, longest: bounds of a block's length; tokens within a block are all different, so
    that longest may not exceed n_tokens.
    Returns: Repeated(inputs, targets, counts, block); the first three are (n, length), tokens 0
    to n_tokens - 1. counts is True where the input was seen before, so that the target is
    certain; block (n,) is the length of each row's block.
    """
    need_rng(rng)
    n, length = need_size("n", n), need_size("length", length, 2)
    n_tokens = need_size("n_tokens", n_tokens, 2)
    longest = need_size("longest", longest, 1, min(n_tokens, length - 1))
    block = rng.integers(need_size("shortest", shortest, 1, longest), longest + 1, size=n)
    tokens = rng.permuted(np.tile(np.arange(n_tokens), (n, 1)), axis=1)  # all different
    position = np.arange(length + 1) % block[:, None]  # (n, length + 1)
    row = np.take_along_axis(tokens, position, axis=1)
    return Repeated(row[:, :-1], row[:, 1:], np.arange(length) >= block[:, None], block)
