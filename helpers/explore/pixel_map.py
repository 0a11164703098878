"""pixel_map: numbers as an image of one pixel each, in well under 1 ms."""

import base64
import html
import io

import numpy as np
from PIL import Image  # matplotlib needs it too

from helpers.show.colours import SIGNED
from helpers.show.style import LINE


def pixel_map(values, colours, *, alt, width, height=None, top=None, row=None, frame=LINE):
    """HTML of an image with one pixel for each number, enlarged without blur.

    values: (n_rows, n_columns). colours: a colour map, from 0 to top; SIGNED from -top to top. top:
        the largest value if None. alt: what the image says, in words.
    width, height: pixels on the page; square pixels if height is None. row: the index of a row to
        frame, or None. frame: colour of the border.
    """
    top = (values.max() or 1.0) if top is None else top
    position = (values / top + 1) / 2 if colours is SIGNED else values / top
    pixels = colours(np.clip(position, 0, 1), bytes=True)[..., :3]
    data = base64.b64encode(png(Image.fromarray(np.ascontiguousarray(pixels)))).decode("ascii")
    height = width * values.shape[0] / values.shape[1] if height is None else height
    image = (
        f'<img alt="{html.escape(alt)}" decoding="sync" src="data:image/png;base64,{data}" '
        f'style="width:{width}px;height:{height:.0f}px;image-rendering:pixelated;'
        f'border:1px solid {frame}">'
    )
    if row is None:
        return image
    each = height / values.shape[0]
    return (
        f'<div style="position:relative;width:{width}px">{image}'
        f'<div style="position:absolute;left:-3px;right:-3px;top:{row * each - 2:.1f}px;'
        f'height:{max(each, 2):.1f}px;border:2px solid currentcolor"></div></div>'
    )


def png(image):
    """A Pillow image as PNG bytes. Speed before size: they live until the next change."""
    data = io.BytesIO()
    image.save(data, format="png", compress_level=1)
    return data.getvalue()
