"""Picture: what a figure shows, and the words that say it.

Sighted readers, screen readers, `git diff` and nbval read the same sentence: a wrong plot says
something else, and is found.
"""

import html
import io

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from PIL import Image  # matplotlib needs it too

from helpers.show.lettering import printable, wrap
from helpers.show.palette import few_colours
from helpers.show.style import DPI, INK, QUIET, STYLE

TITLE_POINTS = 12
WORDS_POINTS = 10.5
LOSSLESS = 72_000  # bytes of a PNG, 96 kB as text in a notebook; above, it has 256 colours
MARGIN = 0.12  # inches, left of title and caption


class Picture:
    """A figure and its words.

    draw: a function that fills a `matplotlib.figure.Figure` (axes and what is in them; the title
        is drawn here). It is called when the figure is first asked for, and must draw the same
        each time.
    words: one or two sentences that say what the figure says, numbers rounded.
    title: the finding, in a line.
    table: the same as an HTML table, where there is one.
    size: (width, height) in inches, title included.

    The figure is never registered with pyplot: nothing to close, nothing shown twice.
    """

    def __init__(self, draw, words, *, title, table=None, size=(6.6, 4.2)):
        for name, text in (("words", words), ("title", title)):
            if not isinstance(text, str) or not text.strip():
                raise ValueError(
                    f"A Picture needs {name} that a reader without eyes for it can rely on; "
                    f"got {text!r}. Say in a sentence what the figure shows."
                )
        self._draw = draw
        self.words = words
        self.title = title
        self._table = table
        self.size = size
        self._figure = None

    @property
    def draw_on(self):
        """The function that fills a figure, for another Picture of the same with other words."""
        return self._draw

    def figure(self):
        """The matplotlib figure, drawn once."""
        if self._figure is None:
            with matplotlib.rc_context(STYLE):
                figure = Figure(figsize=self.size, dpi=DPI, layout="constrained")
                FigureCanvasAgg(figure)
                self._draw(figure)
                width, height = self.size
                managed = isinstance(figure.get_layout_engine(), ConstrainedLayoutEngine)
                placed = {} if managed else {"y": 1 - 0.08 / height}
                figure.suptitle(
                    printable(_title_lines(self.title, width)),
                    x=MARGIN / width,
                    **placed,
                    ha="left",
                    fontsize=TITLE_POINTS,
                    fontweight="bold",
                    color=INK,
                    linespacing=1.25,
                )
                # Ticks are made at the first drawing: it has to happen in this style.
                figure.draw_without_rendering()
                figure.set_layout_engine("none")  # everything has its place: no need to look again
            self._figure = figure
        return self._figure

    def png(self, caption=False):
        """The picture as PNG bytes, the same each time; `caption` writes the words below it."""
        figure = self.figure()
        with matplotlib.rc_context(STYLE):
            parts = [figure, _caption(self.words, self.size[0])] if caption else [figure]
            return _png_bytes(np.vstack([_pixels(part) for part in parts]))

    def svg(self):
        """The picture as SVG text, the same each time."""
        image = io.StringIO()
        figure = self.figure()
        with matplotlib.rc_context(STYLE):
            figure.savefig(image, format="svg", metadata={"Date": None, "Creator": None})
        return image.getvalue()

    def table(self):
        """The picture as an HTML table, or None where a table would not say it."""
        return self._table

    def __repr__(self):
        return f"Picture: {self.title}"

    def _ipython_display_(self):
        from IPython.display import publish_display_data

        publish_display_data(
            {"image/png": self.png(), "text/plain": repr(self)},
            # The lab ignores alternative text; exporters read it.
            metadata={"image/png": {"alt": self.words}},
        )
        publish_display_data(
            {
                "text/plain": self.words,
                "text/html": f'<p class="picture-words">{html.escape(self.words)}</p>',
            }
        )


def _title_lines(title, width):
    return wrap(title, TITLE_POINTS, width - 2 * MARGIN, bold=True)


def title_height(title, width):
    """Inches that a title takes above a picture so wide, for pictures that place their own axes."""
    lines = _title_lines(title, width).count("\n") + 1
    return 0.14 + lines * TITLE_POINTS * 1.35 / 72


def _caption(words, width):
    """The words as a figure of their own, as wide as the picture."""
    text = wrap(words, WORDS_POINTS, 0.98 * (width - 2 * MARGIN))  # hinting widens lines a little
    lines = text.count("\n") + 1
    height = lines * WORDS_POINTS * 1.4 / 72 + MARGIN
    figure = Figure(figsize=(width, height), dpi=DPI)
    FigureCanvasAgg(figure)
    figure.text(
        MARGIN / width,
        1,
        printable(text),
        va="top",
        fontsize=WORDS_POINTS,
        color=QUIET,
        linespacing=1.4,
    )
    return figure


def _pixels(figure):
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[..., :3]


def _png_bytes(pixels):
    """Pixels (height, width, 3) as a PNG without metadata: no version, no date."""
    data = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(data, format="png")
    if data.tell() > LOSSLESS:
        data = io.BytesIO()
        few_colours(pixels).save(data, format="png")
    return data.getvalue()
