"""An image in 256 colours, in which a colour that stands for a number can be found on its bar."""

import numpy as np
from matplotlib.colors import to_rgb
from PIL import Image  # matplotlib needs it too

from helpers.show.colours import ROLES, SIGNED, WEIGHTS
from helpers.show.style import INK, LINE, QUIET

CELL = 200  # pixels of one colour that are an area, the cell of a map for instance
AREAS = 127  # entries, at most, for them: the levels of a colour map
NEAR = 3  # of 255: no level of a colour map needs an entry of its own so close to another
ON_MAPS = 80  # entries, at most, for levels that are no area: the steps of a colour bar
PARTS = (1, 0.75, 0.5, 0.25)  # of lettering on white: full, and its paler edges


def few_colours(pixels):
    """Pixels (height, width, 3) as a Pillow image of 256 colours: notebooks hold many pictures.

    Lettering in the colours of query, key and value stays exact, being rare and not to be mistaken,
    and so do the cells of a map. The other levels of the colour maps, which stand for numbers too,
    are never far from an entry. The rest of the palette is spread over all that is left, the soft
    edges of letters, each colour counted once.
    """
    packed = pixels.astype(np.uint32) @ np.array([65536, 256, 1], dtype=np.uint32)
    colours, places, counts = np.unique(packed, return_inverse=True, return_counts=True)
    found = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=-1).astype(np.uint8)
    on_map = _on_a_map(found)
    areas = np.flatnonzero(on_map & (counts >= CELL))
    areas = areas[np.argsort(-counts[areas], kind="stable")][:AREAS]
    palette = np.concatenate([LETTERING, found[areas]])
    far = on_map & ~_near(found, palette, NEAR)
    palette = np.concatenate([palette, _spread(found[far], ON_MAPS)])
    rest = found[~on_map & ~_near(found, palette, 0)]
    palette = np.concatenate([palette, _spread(rest, 256 - len(palette))]).astype(np.float32)
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


def _on_a_map(colours):
    """Which colours (n, 3) are a level of a colour map, as matplotlib rounds it here or there."""
    return _near(colours, LEVELS, 1)


def _near(colours, others, distance):
    """Which colours (n, 3) are so close to one of the others (m, 3), in every channel."""
    found = np.zeros(len(colours), bool)
    for other in others:
        found |= np.abs(colours - other.astype(float)).max(axis=-1) <= distance
    return found


def _spread(colours, most):
    """At most so many colours that leave none of (n, 3) far away."""
    if len(colours) <= most:
        return colours
    few = Image.fromarray(colours[None]).quantize(most, Image.Quantize.MAXCOVERAGE, kmeans=3)
    return np.array(few.getpalette(), dtype=np.uint8).reshape(-1, 3)[:most]
