"""Numbers and words as they stand in sentences, the same on every machine."""

from decimal import ROUND_HALF_UP, Decimal

import numpy as np

_VISIBLE = {" ": "\N{OPEN BOX}", "\n": "\N{RETURN SYMBOL}", "\t": "\N{RIGHTWARDS ARROW}"}
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def number(value, decimals=2):
    """A number in words: rounded half up, no minus zero, the same on every machine.

    value: a number, NaN and infinity too. decimals: how many stand behind the point.
    Rounding errors differ between machines. A tie such as 1/8 would be printed as 0.12 here and as
    0.13 there; cutting the error off first makes it a tie on all of them.

    >>> number(0.125), number(-0.0), number(1234.5, 0)
    ('0.13', '0.00', '1235')
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
    """As `number`, but two significant digits where two decimals would say 0.00.

    value: a number.
    """
    return number(value) if not 1e-9 < abs(value) < 0.01 else f"{float(value):.2g}"


def share(value):
    """A share as a percentage: 32%, 0.3%, 0%.

    value: from 0 to 1.
    """
    percent = 100 * float(value)
    if percent and percent < 1:
        return "below 0.1%" if percent < 0.095 else f"{number(percent, 1)}%"
    return f"{number(percent, 0)}%"


def counted(count, noun, plural=None):
    """one map, two maps, 12 maps.

    count: how many. noun: one of them. plural: several of them, the noun with an s if None.
    """
    word = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
    return f"{word} {noun if count == 1 else plural or noun + 's'}"


def listed(items, last="and"):
    """a; a and b; a, b and c.

    items: texts. last: the word before the last of them.
    """
    items = list(items)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def capital(text):
    """With a capital letter, unless it starts with a symbol such as d or q·k."""
    first = text.split(" ", 1)[0].rstrip(",:;.")
    return text[0].upper() + text[1:] if len(first) > 1 and first.isalpha() else text


def sentence(text):
    """With a capital letter and a full stop."""
    text = capital(text)
    return text if text.endswith((".", "?")) else text + "."


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


def quoted(word):
    """A word inside a sentence."""
    return f'"{word_label(word)}"'


def shorten(text, characters):
    """At most so many characters, the cut marked."""
    return text if len(text) <= characters else text[: max(1, characters - 1)] + "…"
