"""An image in 256 colours, in which a colour that stands for a number can be found on its bar."""

import numpy as np
from matplotlib.colors import to_rgb
from PIL import Image  # matplotlib needs it too

from helpers.show.colours import ROLES, SIGNED, WEIGHTS
from helpers.show.style import INK, LINE, QUIET

ON_MAPS = 80  # entries for the levels of the colour maps: none errs by more than 4 of 255
PARTS = (1, 0.75, 0.5, 0.25)  # of lettering on white: full, and its paler edges


def few_colours(pixels):
    """Pixels (height, width, 3) as a Pillow image of 256 colours: notebooks hold many pictures.

    Lettering in the colours of query, key and value stays exact, being rare and not to be mistaken.
    The levels of the colour maps, which stand for numbers, have entries of their own; the rest of
    the palette is spread over all other colours, the soft edges of letters, each counted once.
    """
    packed = _packed(pixels)
    colours, places = np.unique(packed, return_inverse=True)
    found = _unpacked(colours)
    on_map = _on_a_map(found)
    palette = [LETTERING, _spread(found[on_map], ON_MAPS)]
    palette.append(_spread(found[~on_map], 256 - sum(map(len, palette))))
    palette = np.concatenate(palette).astype(np.float32)
    # |a - b|² without the term that is the same for every b. Pillow's own search is not exact.
    nearest = (palette**2).sum(-1) - 2 * found.astype(np.float32) @ palette.T
    few = Image.fromarray(nearest.argmin(-1).astype(np.uint8)[places].reshape(packed.shape))
    few.putpalette(palette.astype(np.uint8).tobytes())
    return few


def _lettering():
    mixed = [
        [round(255 * (1 - part * (1 - channel))) for channel in to_rgb(colour)]
        for colour in ROLES.values()
        for part in PARTS
    ]
    drawn = [[round(255 * channel) for channel in to_rgb(colour)] for colour in (INK, LINE, QUIET)]
    return np.array([*mixed, *drawn, (255, 255, 255)], dtype=np.uint8)


LETTERING = _lettering()
LEVELS = np.concatenate([each(np.arange(each.N))[:, :3] for each in (WEIGHTS, SIGNED)]) * 255


def _packed(pixels):
    return pixels.astype(np.uint32) @ np.array([65536, 256, 1], dtype=np.uint32)


def _unpacked(colours):
    return np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=-1).astype(np.uint8)


def _on_a_map(colours):
    """Which colours (n, 3) are a level of a colour map, as matplotlib rounds it here or there."""
    found = np.zeros(len(colours), bool)
    for level in LEVELS:
        found |= np.abs(colours - level).max(axis=-1) <= 1
    return found


def _spread(colours, most):
    """At most so many colours that leave none of (n, 3) far away."""
    if len(colours) <= most:
        return colours
    few = Image.fromarray(colours[None]).quantize(most, Image.Quantize.MAXCOVERAGE, kmeans=3)
    return np.array(few.getpalette(), dtype=np.uint8).reshape(-1, 3)[:most]
