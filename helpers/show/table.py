"""HTML tables that say what a picture says: caption, scoped headers, legible ink."""

import html

import numpy as np

from helpers.show.colours import WEIGHTS, colour_cells, scale_of
from helpers.show.text import number, word_label

LARGEST = 16  # rows or columns; a browser swaps such a table within one frame
_CELL = "padding:.25em .45em;text-align:center;font-variant-numeric:tabular-nums"
_HATCH = "background:repeating-linear-gradient(135deg,#ffffff 0 4px,#d0d7de 4px 5px);color:#000000"


def cell_text(value):
    """A number in a cell: two decimals; a zero that is exact is "0", not "0.00"."""
    return "0" if value == 0 else number(value)


def map_table(values, queries, keys, *, caption, hidden=None, scale=None, chosen=None):
    """One map as an HTML table: rows are queries, columns are keys.

    values: (n_queries, n_keys). queries, keys: labels. hidden: boolean (n_queries, n_keys), True
    where a mask hides. scale: (low, high, colour_map), from the values when None. chosen: index of
    a row to mark (outlined, and "chosen" for a screen reader).
    """
    values = np.asarray(values, dtype=float)
    hidden = np.zeros(values.shape, bool) if hidden is None else hidden
    low, high, colour_map = scale or scale_of(np.where(hidden, 0, values))
    background, ink = colour_cells(values, low, high, colour_map)
    note = " – is hidden by the mask." if hidden.any() else ""
    rows = [
        '<table class="picture-table" style="border-collapse:collapse">',
        f"<caption>{html.escape(caption)} (rows: query, asks; columns: key, answers.{note})"
        "</caption>",
        '<thead><tr><th scope="col">query ↓ key →</th>'
        + "".join(f'<th scope="col">{_escaped(key)}</th>' for key in keys)
        + "</tr></thead><tbody>",
    ]
    for index, query in enumerate(queries):
        is_chosen = index == chosen
        outline = ' style="outline:2px solid currentColor"' if is_chosen else ""
        current = ' aria-current="true"' if is_chosen else ""
        cells = [f'<tr{outline}><th scope="row"{current}>{_escaped(query)}</th>']
        for key in range(values.shape[1]):
            if hidden[index, key]:
                cells.append(_hidden_cell(values[index, key]))
            else:
                cells.append(
                    f'<td style="background:{background[index, key]};color:{ink[index, key]};'
                    f'{_CELL}">{cell_text(values[index, key])}</td>'
                )
        rows.append("".join(cells) + "</tr>")
    rows.append("</tbody></table>")
    return "\n".join(rows)


def _hidden_cell(value):
    # Weight at a hidden place is a leak: it is shown, not hatched away.
    leak = np.isfinite(value) and value != 0
    return f'<td style="{_HATCH};{_CELL}">{cell_text(value) if leak else "–"}</td>'


def ranking_table(values, words, *, caption, label, heading="word", colour_map=WEIGHTS):
    """Words and their numbers as an HTML table, largest first."""
    values = np.asarray(values, dtype=float)
    order = np.argsort(-np.round(values, 6), kind="stable")
    low, high, colour_map = scale_of(values)
    background, ink = colour_cells(values, low, high, colour_map)
    rows = [
        '<table class="picture-table" style="border-collapse:collapse">',
        f"<caption>{html.escape(caption)}</caption>",
        f'<thead><tr><th scope="col">{_escaped(heading)}</th>'
        f'<th scope="col">{_escaped(label)}</th></tr></thead><tbody>',
    ]
    rows += [
        f'<tr><th scope="row">{_escaped(words[index])}</th>'
        f'<td style="background:{background[index]};color:{ink[index]};{_CELL}">'
        f"{cell_text(values[index])}</td></tr>"
        for index in order
    ]
    rows.append("</tbody></table>")
    return "\n".join(rows)


def _escaped(text):
    return html.escape(word_label(text))
