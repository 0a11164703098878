"""Which ink is legible on which colour: contrast as WCAG 2 defines it."""

import numpy as np

BLACK, WHITE = "#000000", "#ffffff"


def rgb_of(colour):
    """The three channels of a colour "#rrggbb", each 0 to 1."""
    return tuple(int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))


def luminance(rgb):
    """Relative luminance of colours.

    rgb: (..., 3) in 0–1. Returns: (...), 0 for black to 1 for white.
    """
    rgb = np.asarray(rgb, dtype=float)
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def contrast(colour, other):
    """Contrast ratio of two colours, 1 to 21; text wants 4.5 and more, lines want 3.

    colour, other: as "#rrggbb".
    """
    both = luminance([rgb_of(colour), rgb_of(other)])
    return float((both.max() + 0.05) / (both.min() + 0.05))


def ink_on(rgb):
    """Black or white, whichever is more legible on a colour: array of hex strings.

    rgb: (..., 3) in 0–1. Returns: (...).

    Taking white above a fixed value leaves 2.4:1 on some maps; the better of the two is never
    below 4.5:1.
    """
    light = luminance(rgb)
    on_black, on_white = (light + 0.05) / 0.05, 1.05 / (light + 0.05)
    return np.where(on_black >= on_white, BLACK, WHITE)
