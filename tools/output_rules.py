"""What the stored outputs of a built notebook keep to, as functions that complain."""

import json
import re
from pathlib import Path

from tools.lesson import place

MOST_BYTES = 100_000
IMAGES = ("image/png", "image/svg+xml", "image/jpeg")
# What a reader of the stored notebook must not find: somebody's folders, an address, an object's
# place in memory (another one at every run).
PRIVATE = {
    "a path of this machine": re.compile(
        r"(?<![\w.])/(?:home|root|Users|tmp|work|usr|opt|var|private)/\w|\b[A-Z]:\\\w"
    ),
    "an address": re.compile(r"https?://[\w.]+"),
    "an object's place in memory": re.compile(r"\bat 0x[0-9a-fA-F]{6,}"),
}


def complaints(notebook, name):
    """All that is wrong with the outputs of a notebook. name: for the messages."""
    said = []
    for position, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            at = place(name, position, cell.source)
            for output in cell.outputs:
                said += [f"{at}: {what}" for what in _of_output(output)]
            if cell.execution_count is None:
                said.append(f"{at}: was not executed, and nbval would not compare it.")
    return said


def _of_output(output):
    if output.output_type == "error":
        yield f"it raised {output.ename}: {output.evalue}"
        return
    if output.get("name") == "stderr":
        yield f"it wrote to stderr: {output.text.strip()[:100]!r}"
    size = len(json.dumps(output))
    if size > MOST_BYTES:
        yield f"an output of {size:,} bytes; at most {MOST_BYTES:,}."
    data = output.get("data", {})
    for kind in IMAGES:
        if kind in data and not output.metadata.get(kind, {}).get("alt", "").strip():
            yield f"an {kind} without alternative text; return a Picture from helpers.show."
    if any(kind in data for kind in IMAGES) and not data.get("text/plain", "").strip():
        yield "an image without a text beside it, which nbval could compare."
    for kind, found in _private(output):
        yield f"{kind} in the output: {found}"


def _private(output):
    data = output.get("data", {})
    texts = [output.get("text", ""), *(data[kind] for kind in data if kind not in IMAGES)]
    for text in map(str, texts):
        for kind, pattern in PRIVATE.items():
            match = pattern.search(text)
            if match:
                yield kind, match[0]
        if str(Path.home()) in text and Path.home() != Path("/"):
            yield "the home folder", str(Path.home())
