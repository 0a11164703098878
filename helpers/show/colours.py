"""The colours of the course: each has its value and its word here, and nowhere else.

Query, key and value have one colour each in every picture. The three differ in lightness as well
as in hue, for readers who see few hues, and a picture never tells them apart by colour alone.
"""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from helpers.contrast import ink_on
from helpers.wording import number


class Colour(str):
    """A colour "#rrggbb" that knows what it is called in a sentence: `.word`."""

    word: str

    def __new__(cls, value, word):
        """value: as matplotlib writes it. word: what a reader calls it."""
        colour = super().__new__(cls, value)
        colour.word = word
        return colour


QUERY = Colour("#b3480f", "orange")
KEY = Colour("#0b62a8", "blue")
VALUE = Colour("#12694a", "green")
NEUTRAL = Colour("#57606a", "grey")
ROLES = {"query": QUERY, "key": KEY, "value": VALUE}

# What stands for 0, for the largest number, and for the furthest below zero. All the way up is a
# hue that is none of the three, lightness falling evenly, so that it reads the same in grey.
NOTHING = Colour("#ffffff", "white")
MOST = Colour("#371a6b", "violet")
LEAST = Colour("#5f3c06", "brown")

# Curves that are none of the three, in the order in which they are taken. All stand out from the
# page by 3:1 and more.
SERIES = ("#5b3a8e", "#0f7c86", "#b0306a", "#1f2328", "#8a6d00", "#3f6fd1", "#57606a", "#8c3b2a")

LEVELS = 127  # of a colour map: a picture of 256 colours holds them all, and 0 is one of them

WEIGHTS = LinearSegmentedColormap.from_list(
    "attention.weights", [NOTHING, "#e7e1f2", "#bfb0de", "#9079be", "#613f99", MOST], N=LEVELS
)
# For scores, which have a sign.
SIGNED = LinearSegmentedColormap.from_list(
    "attention.signed",
    [LEAST, "#a5762c", "#dcc394", NOTHING, "#bfb0de", "#7d62b0", MOST],
    N=LEVELS,
)


def scale_words(colour_map, top=1):
    """What the colours of a map stand for, for captions of maps that have no colour bar.

    colour_map: WEIGHTS, from 0 to top, or SIGNED, from -top to top.
    """
    if colour_map is SIGNED:
        return f"{MOST.word} above 0, {LEAST.word} below, darkest at {number(top, 1)}"
    return f"{NOTHING.word} is 0, the darkest {MOST.word} {top:g}"


def colour_cells(values, low, high, colour_map=WEIGHTS):
    """Colours of cells: (background, ink), both arrays of hex strings with the values' shape."""
    values = np.asarray(values, dtype=float)
    span = high - low if high > low else 1.0
    position = np.clip((np.nan_to_num(values, posinf=high, neginf=low) - low) / span, 0, 1)
    rgb = colour_map(position, bytes=True)[..., :3]
    packed = rgb.astype(np.uint32) @ np.array([65536, 256, 1], dtype=np.uint32)
    background = np.array([f"#{colour:06x}" for colour in packed.ravel()]).reshape(packed.shape)
    return background, ink_on(rgb / 255)


def scale_of(values):
    """Ends of the colour scale for finite values, and its map: (low, high, colour_map).

    From 0 to the next round number where nothing is negative, else as far below zero as above.
    """
    low, high = float(np.min(values)), float(np.max(values))
    if low < -1e-9:
        end = _round_up(max(-low, high), (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10))
        return -end, end, SIGNED
    return 0.0, _round_up(high), WEIGHTS


def _round_up(value, steps=(1, 2, 2.5, 5, 10)):
    """The next of a few steps times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(value))
    for step in steps:
        if value <= step * power * (1 + 1e-6):
            return float(step * power)
    return float(10 * power)
