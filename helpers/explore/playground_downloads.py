"""What a reader takes home from the playground: picture, words and numbers, as links.

The files stand in the links themselves (data: addresses), so saving one needs no server and no
network, and nothing is written on the machine that runs the course.
"""

import base64
import csv
import html
import io

NAME = "playground"
COLUMNS = (
    "setting", "model", "layer", "head", "mask", "scale", "query_position", "query",
    "key_position", "key", "weight", "hidden",
)  # fmt: skip


def links(sides, picture):
    """HTML with one link for each file.

    sides: of playground_models. picture: the Picture of both.
    """
    files = (
        ("png", "image/png", "picture with its words (PNG)", picture.png(caption=True)),
        ("svg", "image/svg+xml", "picture (SVG)", picture.svg().encode()),
        ("txt", "text/plain", "words (text)", (picture.words + "\n").encode()),
        ("csv", "text/csv", "numbers (CSV)", numbers(sides).encode()),
    )
    items = "".join(
        f'<li><a download="{NAME}.{kind}" href="data:{media};base64,'
        f'{base64.b64encode(data).decode("ascii")}">{html.escape(f"{NAME}.{kind}")}</a>, '
        f"{html.escape(what)}</li>"
        for kind, media, what, data in files
    )
    return f"<p>Save these settings:</p><ul>{items}</ul>"


def numbers(sides):
    """Every weight of both settings as CSV text, one a line."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for side in sides:
        if side.error:
            continue
        setting = side.setting
        start = (side.name, setting.model, *setting.head, setting.mask_words())
        start = (*start, setting.scale_words())
        for query, row in enumerate(side.weights):
            for key, weight in enumerate(row):
                hidden = side.hidden is not None and bool(side.hidden[query, key])
                writer.writerow(
                    (*start, query, side.words[query], key, side.words[key], f"{weight:.6f}",
                     "yes" if hidden else "no")
                )  # fmt: skip
    return text.getvalue()
