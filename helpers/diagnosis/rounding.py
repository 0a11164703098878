"""Rounding: what numbers have lost on their way, told from the numbers themselves.

Weights that were bfloat16 once and are float32 now carry bfloat16's digits, and their rows sum to 1
no more to seven digits. The type says nothing of that; the numbers do.
"""

from dataclasses import dataclass

import numpy as np

_SOME = 1000  # numbers that may tell all: a few that need float64 are enough
_DECIMALS = (2, 3, 4, 5, 6)  # as printing and JSON leave them


@dataclass(frozen=True)
class Rounding:
    """How far a number may be from what it was: |number| · relative + absolute.

    name: str, the type or the decimals, for a sentence.
    """

    name: str
    relative: float
    absolute: float


FLOAT64 = Rounding("float64", 2.0**-53, 1e-300)
FLOAT32 = Rounding("float32", 2.0**-24, 1e-37)  # some machines flush what is smaller to 0
FLOAT16 = Rounding("float16", 2.0**-11, 2.0**-25)
BFLOAT16 = Rounding("bfloat16", 2.0**-8, 2.0**-25)  # it may have been float16 on its way
BY_NAME = {one.name: one for one in (FLOAT64, FLOAT32, FLOAT16, BFLOAT16)}


def declared(kind):
    """The Rounding of a type by its name; of whole numbers and of what is not known, float64's."""
    return BY_NAME.get(kind, FLOAT64)


@np.errstate(all="ignore")
def stored(array):
    """The coarsest Rounding that all finite numbers of a float64 array could have been through.

    array: float64, (...).
    """
    numbers = array[np.isfinite(array)]
    some = numbers[:: numbers.size // _SOME] if numbers.size > 2 * _SOME else numbers
    told = _coarsest(some)
    return told if some is numbers or told == FLOAT64 else _coarsest(numbers, at_most=told)


def _coarsest(numbers, at_most=None):
    """As `stored`, of finite numbers. at_most: what a part of them has been through."""
    short = numbers.astype(np.float32)
    if (short != numbers).any():
        return _decimals(numbers) or FLOAT64
    if at_most == FLOAT32:
        return FLOAT32
    if not (short.view(np.uint32) & 0xFFFF).any():
        return BFLOAT16
    if (short.astype(np.float16) == short).all():
        return FLOAT16
    return _decimals(numbers) or FLOAT32


def _decimals(numbers):
    """Numbers rounded as print rounds them, in float64 or float32; or None."""
    for places in _DECIMALS:
        if (
            np.abs(np.round(numbers, places) - numbers) <= np.abs(numbers) * FLOAT32.relative
        ).all():
            return Rounding(f"{places} decimals", FLOAT32.relative, 0.5 * 10.0**-places)
    return None
