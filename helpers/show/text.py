"""Text that can be drawn everywhere, and numbers that read the same everywhere."""

import functools
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.ft2font import FT2Font

UNKNOWN = "\N{WHITE SQUARE}"
_VISIBLE = {" ": "\N{OPEN BOX}", "\n": "\N{RETURN SYMBOL}", "\t": "\N{RIGHTWARDS ARROW}"}


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


def word_label(word):
    """A word as a label: what cannot be seen (blanks, line ends, nothing) gets a sign."""
    word = str(word)
    if not word:
        return "(empty)"
    if not word.strip():
        return "".join(_VISIBLE.get(character, _VISIBLE[" "]) for character in word)
    for character in "\n\t":
        word = word.replace(character, _VISIBLE[character])
    return word


def shorten(text, characters):
    """At most so many characters, the cut marked."""
    return text if len(text) <= characters else text[: max(1, characters - 1)] + "…"


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


def number(value, decimals=2):
    """A number in words: rounded half up, no minus zero, the same on every machine.

    Rounding errors differ between machines. A tie such as 1/8 would be printed as 0.12 here and as
    0.13 there; cutting the error off first makes it a tie on all of them.
    """
    value = float(value)
    if not np.isfinite(value):
        return "NaN" if np.isnan(value) else ("∞" if value > 0 else "-∞")
    if value and not 1e-3 <= abs(value) < 1e6:
        return _power(value, decimals)
    cut = Decimal(repr(round(value, 6)))
    rounded = cut.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{rounded if rounded else abs(rounded):f}"


def _power(value, decimals):
    """Very small and very large numbers: 0.00, or 1.2e+07 where the size is the news."""
    if abs(value) < 1e-3:
        return f"{0:.{decimals}f}"
    return f"{value:.2g}"


def small(value):
    """As `number`, but two significant digits where two decimals would say 0.00."""
    return number(value) if not 1e-9 < abs(value) < 0.01 else f"{float(value):.2g}"


def share(value):
    """A share as a percentage: 32%, 0.3%, 0%."""
    percent = 100 * float(value)
    if percent and percent < 1:
        return "below 0.1%" if percent < 0.095 else f"{number(percent, 1)}%"
    return f"{number(percent, 0)}%"


def quoted(word):
    """A word inside a sentence."""
    return f'"{word_label(word)}"'


def listed(items, last="and"):
    """a; a and b; a, b and c."""
    items = list(items)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"
