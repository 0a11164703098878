"""Drawn pictures with captions: two coloured shapes in a grid of 16 patches.

A picture is 16 x 16 pixels, white, cut into 4 x 4 patches of 4 x 4 pixels; a shape fills one
patch. The caption names the shapes in reading order, "above" if the second stands in a lower row,
"beside" if in the same one: every word follows from the picture. The alignment says which patch
a colour or shape word is about.

>>> images, captions, alignment = pictures_batch(1, np.random.default_rng(8))
>>> print(caption_text(captions[0]), alignment[0])
a red circle above a blue triangle [-1  2  2 -1 -1 15 15]
>>> ink = (images[0] < 1).any(axis=-1)
>>> print("\\n".join("".join("-#"[int(dot)] for dot in row) for row in ink))
---------##-----
--------####----
--------####----
---------##-----
----------------
----------------
----------------
----------------
----------------
----------------
----------------
----------------
------------#---
------------##--
------------###-
------------####
"""

from typing import NamedTuple

import numpy as np

from helpers.tasks._arguments import decode_with, need_rng, need_size

COLOURS = {
    "red": (0.84, 0.15, 0.16),
    "blue": (0.12, 0.35, 0.75),
    "green": (0.10, 0.55, 0.25),
    "yellow": (0.95, 0.80, 0.15),
}
SHAPES = {
    "circle": (".##.", "####", "####", ".##."),
    "square": ("####", "####", "####", "####"),
    "triangle": ("#...", "##..", "###.", "####"),
    "cross": ("#..#", ".##.", ".##.", "#..#"),
}
VOCABULARY = ("<begin>", "a", "above", "beside", *COLOURS, *SHAPES)
BEGIN = 0
CAPTION_LENGTH = 7
GRID, PATCH = 4, 4  # patches a side, pixels a patch's side
SIDE = GRID * PATCH
N_PATCHES = GRID * GRID
PATCH_WIDTH = PATCH * PATCH * 3
_A, _ABOVE, _BESIDE, _FIRST_COLOUR = 1, 2, 3, 4
_FIRST_SHAPE = _FIRST_COLOUR + len(COLOURS)
_PAINT = np.array(list(COLOURS.values()))  # (colours, 3)
_STENCIL = np.array([[[dot == "#" for dot in row] for row in rows] for rows in SHAPES.values()])


class Pictures(NamedTuple):
    """images (n, 16, 16, 3) in 0..1, captions (n, 7), and alignment (n, 7): the patch that a
    word is about, -1 where it names neither colour nor shape."""

    images: np.ndarray
    captions: np.ndarray
    alignment: np.ndarray


def pictures_batch(n, rng):
    """Pictures of two shapes, and their captions.

    The two never share both colour and shape; half of the captions say "above".
    Returns: Pictures(images (n, 16, 16, 3), captions (n, 7), alignment (n, 7)); images are
    float64, row by row from the top, channels red, green, blue; patches count in reading order.
    """
    need_rng(rng)
    n = need_size("n", n)
    above = rng.random(n) < 0.5
    places = _places(above, rng)
    n_looks = len(COLOURS) * len(SHAPES)
    first = rng.integers(n_looks, size=n)
    second = (first + rng.integers(1, n_looks, size=n)) % n_looks
    colours, shapes = np.divmod(np.stack([first, second], axis=1), len(SHAPES))  # (n, 2) each
    captions = np.full((n, CAPTION_LENGTH), _A)
    captions[:, [1, 5]] = _FIRST_COLOUR + colours
    captions[:, [2, 6]] = _FIRST_SHAPE + shapes
    captions[:, 3] = np.where(above, _ABOVE, _BESIDE)
    alignment = np.full((n, CAPTION_LENGTH), -1)
    alignment[:, [1, 2]] = places[:, :1]
    alignment[:, [5, 6]] = places[:, 1:]
    return Pictures(_draw(places, colours, shapes), captions, alignment)


def _places(above, rng):
    """Two patches a picture in reading order: above (n,) -> (n, 2)."""
    n = len(above)
    rows = np.sort(rng.permuted(np.tile(np.arange(GRID), (n, 1)), axis=1)[:, :2], axis=1)
    columns = np.sort(rng.permuted(np.tile(np.arange(GRID), (n, 1)), axis=1)[:, :2], axis=1)
    one_above = rows * GRID + rng.integers(GRID, size=(n, 2))
    side_by_side = rows[:, :1] * GRID + columns
    return np.where(above[:, None], one_above, side_by_side)


def _draw(places, colours, shapes):
    """Paint each shape into its patch: (n, 2) three times -> (n, 16, 16, 3)."""
    n = len(places)
    patch_pixels = np.ones((n, N_PATCHES, PATCH, PATCH, 3))
    row = np.arange(n)[:, None]
    ink = _STENCIL[shapes][..., None]  # (n, 2, 4, 4, 1)
    patch_pixels[row, places] = np.where(ink, _PAINT[colours][:, :, None, None], 1.0)
    return _joined(patch_pixels)


def patches(images):
    """Cut images (n, 16, 16, 3) into patches (n, 16, 48), in reading order."""
    images = np.asarray(images)
    if images.ndim != 4 or images.shape[1:] != (SIDE, SIDE, 3):
        raise ValueError(f"images has shape {images.shape}, expected (n, {SIDE}, {SIDE}, 3).")
    grid = images.reshape(len(images), GRID, PATCH, GRID, PATCH, 3)
    return grid.swapaxes(2, 3).reshape(len(images), N_PATCHES, PATCH_WIDTH)


def shuffled(pictures, order):
    """The pictures with their patches in another order, and the captions that are then right.

    order: the 16 patch numbers, in the order in which they shall stand: patch `order[i]` of a
    picture goes to place i. The same two shapes stand elsewhere, so the one to name first may be
    the other one, and what was "above" may be "beside".
    Returns: Pictures(images, captions, alignment) of the same shapes.
    """
    order = np.asarray(order)
    if not np.array_equal(np.sort(order, axis=None), np.arange(N_PATCHES)) or order.ndim != 1:
        raise ValueError(f"order is no order of the {N_PATCHES} patches: pass each number once.")
    place_of = np.argsort(order)  # where each patch goes
    places = place_of[pictures.alignment[:, [1, 5]]]  # (n, 2)
    looks = pictures.captions[:, [[1, 2], [5, 6]]]  # (n, 2, 2): colour and shape of the two
    turned = places[:, 0] > places[:, 1]
    places[turned], looks[turned] = places[turned, ::-1], looks[turned, ::-1]
    captions, alignment = pictures.captions.copy(), pictures.alignment.copy()
    captions[:, [1, 2]], captions[:, [5, 6]] = looks[:, 0], looks[:, 1]
    same_row = places[:, 0] // GRID == places[:, 1] // GRID
    captions[:, 3] = np.where(same_row, _BESIDE, _ABOVE)
    alignment[:, [1, 2]], alignment[:, [5, 6]] = places[:, :1], places[:, 1:]
    return Pictures(_joined(patches(pictures.images)[:, order]), captions, alignment)


def _joined(rows):
    """Patches (n, 16, 48) to images (n, 16, 16, 3): `patches` undone."""
    grid = rows.reshape(len(rows), GRID, GRID, PATCH, PATCH, 3)
    return grid.swapaxes(2, 3).reshape(len(rows), SIDE, SIDE, 3)


def caption_text(tokens):
    """Text of caption tokens (n,), or a list of texts for (batch, n)."""
    return decode_with(VOCABULARY, tokens)
