"""Text as it can be drawn on every machine, and the room that it takes."""

import functools
import unicodedata
from pathlib import Path

import matplotlib
from matplotlib.ft2font import FT2Font

UNKNOWN = "\N{WHITE SQUARE}"


@functools.cache
def _font(bold=False):
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return FT2Font(str(Path(matplotlib.get_data_path(), "fonts", "ttf", name)))


@functools.cache
def _glyphs():
    """What both weights of the font can draw."""
    return frozenset(_font().get_charmap()) & frozenset(_font(bold=True).get_charmap())


def printable(text):
    """The text as the pictures' font can draw it, one square for what it lacks (emoji, CJK).

    No other font is asked: which ones a machine has differs, and so would the picture. The words
    and the table of a Picture keep the text as it is.
    """
    drawn = []
    for character in unicodedata.normalize("NFC", text):
        if character == "\n" or (ord(character) in _glyphs() and character.isprintable()):
            drawn.append(character)
        elif unicodedata.category(character) in ("Mn", "Me", "Cf"):
            continue  # joiners and marks belong to the character before them
        else:
            drawn.append(UNKNOWN)
    return "".join(drawn)


def text_width(text, points, bold=False):
    """How many inches a line takes at a font size."""
    font = _font(bold)
    font.set_size(points, 72)
    font.set_text(printable(text).replace("\n", " "), 0)
    return font.get_width_height()[0] / 64 / 72


def wrap(text, points, inches, bold=False):
    """The text with line ends, so that no line is wider than so many inches."""
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and text_width(longer, points, bold) > inches:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return "\n".join(lines)
