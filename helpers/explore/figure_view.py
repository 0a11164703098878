"""FigureView: a figure that is drawn anew only where it moves.

Text is what drawing costs: a new figure takes some 80 ms, the same one drawn anew 40 ms, and with
only its moving parts drawn 10 to 15 ms.
"""

import base64
import html

import matplotlib
from ipywidgets import HTML
from PIL import Image  # matplotlib needs it too

from helpers.explore.pixel_map import png
from helpers.show import Picture
from helpers.show.style import STYLE


class Drawing:
    """A figure of which only some parts move.

    build(figure) -> parts: draws what never changes and makes the rest. parts is an object of the
        caller's; its attribute `moving` lists the artists that `move` changes, lowest first.
    move(parts, arrays): changes them.
    """

    def __init__(self, build, move, *, title, size):
        self._build = build
        self.move = move
        self.title = title
        self.size = size

    def picture(self, arrays, words, table=None):
        """The Picture of some arrays."""
        return Picture(
            lambda figure: self._fill(figure, arrays),
            words,
            title=self.title,
            table=table,
            size=self.size,
        )

    def open(self, arrays):
        """(figure, parts) of a drawing that the caller will move."""
        parts = []
        picture = Picture(
            lambda figure: parts.append(self._fill(figure, arrays)),
            "the live drawing",
            title=self.title,
            size=self.size,
        )
        return picture.figure(), parts[0]

    def _fill(self, figure, arrays):
        parts = self._build(figure)
        for order, artist in enumerate(parts.moving):
            artist.set_zorder(10 + order)  # above all else, as when they are drawn alone
        self.move(parts, arrays)
        return parts


class FigureView:
    """A Drawing as an image that is drawn anew only where it moves."""

    def __init__(self, drawing):
        self._drawing = drawing
        self._figure = self._parts = self._background = None
        self.widget = HTML()

    def show(self, arrays, picture):
        """Draw what moves, and show the image with the picture's title as its text."""
        data = base64.b64encode(self.png(arrays)).decode("ascii")
        # Width and height keep the place while the browser decodes the next image.
        width, height = self._figure.canvas.get_width_height()
        self.widget.value = (
            f'<img alt="{html.escape(picture.title)}. The text below says what it shows." '
            f'width="{width}" height="{height}" decoding="sync" '
            f'src="data:image/png;base64,{data}">'
        )

    def png(self, arrays):
        """The drawing of the arrays as PNG bytes."""
        if self._figure is None:
            self._open(arrays)
        canvas = self._figure.canvas
        canvas.restore_region(self._background)
        self._drawing.move(self._parts, arrays)
        for artist in self._parts.moving:
            self._figure.draw_artist(artist)
        pixels = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba())
        return png(pixels.convert("RGB"))

    def close(self):
        """Close the widget and let go of the figure."""
        self.widget.close()
        self._figure = self._parts = self._background = None

    def _open(self, arrays):
        self._figure, self._parts = self._drawing.open(arrays)
        with matplotlib.rc_context(STYLE):
            self._figure.canvas.draw()  # lays out with the moving parts in place
            self._figure.set_layout_engine("none")  # and from here on nothing else may move
            for artist in self._parts.moving:
                artist.set_animated(True)
            self._figure.canvas.draw()
        self._background = self._figure.canvas.copy_from_bbox(self._figure.bbox)
