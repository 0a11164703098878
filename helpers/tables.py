"""HTML tables that everyone can read: a caption, headers with a scope, ink that stands out.

>>> print(table("Weights of one query", ["key", "weight"], [["cat", 0.75], ["mat", 0.25]]))
<table><caption>Weights of one query</caption>
<thead><tr><th scope="col">key</th><th scope="col">weight</th></tr></thead><tbody>
<tr><th scope="row">cat</th><td>0.75</td></tr>
<tr><th scope="row">mat</th><td>0.25</td></tr>
</tbody></table>
"""

import functools
import html
from dataclasses import dataclass
from numbers import Integral

from helpers.contrast import ink_on, rgb_of
from helpers.wording import number, word_label

FRAME = "outline:2px solid currentColor"
_COLOURED = "padding:.25em .45em;text-align:center;font-variant-numeric:tabular-nums"
_HATCH = "background:repeating-linear-gradient(135deg,#ffffff 0 4px,#d0d7de 4px 5px);color:#000000"


@dataclass(frozen=True)
class Cell:
    """A cell, or a caption, that is more than its text.

    text: a text or a number. background: a colour "#rrggbb"; the ink is black or white, whichever
    is more legible on it. hatched: what a mask hides. colour: of the text. bold: in strong letters.
    framed: stands out by a frame. markup: text is HTML already, an image for instance. decoration:
    says nothing that the row does not say without it, and is kept from screen readers. style:
    further CSS.
    """

    text: object
    background: str | None = None
    hatched: bool = False
    colour: str | None = None
    bold: bool = False
    framed: bool = False
    markup: bool = False
    decoration: bool = False
    style: str = ""


def table(caption, columns, rows, *, chosen=None, kind=None, left=False):
    """A table as HTML: the first cell of every row is its header.

    caption: a text or a Cell. columns: the column headers, texts, or None for a table without.
    rows: (n_rows, n_columns) texts, numbers and Cells; numbers have two decimals, and an exact zero
    is "0".
    chosen: index of a row to frame, which a screen reader calls current. kind: the class of the
    table, for a style sheet. left: whether cells are set flush left, as texts should be.
    Raises ValueError where a row is not as long as the columns.
    """
    rows = [list(row) for row in rows]
    for row in rows:
        if columns is not None and len(row) != len(columns):
            raise ValueError(f"A row has {len(row)} cells under {len(columns)} column headers.")
    opening = f'<table class="{html.escape(kind)}">' if kind else "<table>"
    heads = ""
    if columns is not None:
        named = "".join(_tag("th", column, 'scope="col"', left=left) for column in columns)
        heads = f"<thead><tr>{named}</tr></thead>"
    lines = [f"{opening}{_tag('caption', caption, left=left)}", f"{heads}<tbody>"]
    lines += [_row(row, index == chosen, left) for index, row in enumerate(rows)]
    return "\n".join([*lines, "</tbody></table>"])


def cell_text(value):
    """What stands in a cell.

    value: a text, a whole number, or a number, which has two decimals, or is "0" if exactly that.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, Integral):
        return str(value)
    return "0" if value == 0 else number(value)


def _row(row, chosen, left):
    name, *cells = row
    current = 'scope="row" aria-current="true"' if chosen else 'scope="row"'
    opening = f'<tr class="chosen" style="{FRAME}">' if chosen else "<tr>"
    inside = "".join(_tag("td", cell, left=left) for cell in cells)
    return f"{opening}{_tag('th', name, current, left=left)}{inside}</tr>"


def _tag(tag, cell, attributes="", *, left=False):
    cell = cell if isinstance(cell, Cell) else Cell(cell)
    text = cell_text(cell.text)
    if not cell.markup:
        text = html.escape(word_label(text) if tag == "th" else text)
    if cell.bold:
        text = f"<strong>{text}</strong>"
    style = ";".join(_style(cell, left))
    parts = [tag, attributes, f'style="{style}"' if style else ""]
    parts.append('aria-hidden="true"' if cell.decoration else "")
    return f"<{' '.join(filter(None, parts))}>{text}</{tag}>"


def _style(cell, left):
    if cell.hatched:
        yield f"{_HATCH};{_COLOURED}"
    elif cell.background:
        yield f"background:{cell.background};color:{_ink(cell.background)};{_COLOURED}"
    elif cell.colour:
        yield f"color:{cell.colour}"
    if left:
        yield "text-align:left"
    if cell.framed:
        yield FRAME
    if cell.style:
        yield cell.style


@functools.cache
def _ink(background):
    return str(ink_on(rgb_of(background)))
