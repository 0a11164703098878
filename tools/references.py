"""What docs/references.md holds, and where the lessons name it.

An entry is a heading of level three, its label, with lines that begin "Taken:" and "Checked:". A
lesson names it by a link (../docs/references.md#…), as the source of a claim, or in its prose, as
names and year: “Dong and others (2021)”.
"""

import ast
import re
from pathlib import Path

from tools.lesson import read

NAME = "docs/references.md"
FOLK = "folk"  # what everybody says and nobody signs
_LINK = re.compile(r"\(\.\./docs/references\.md#([^)]+)\)")
# The last of three names is not taken for the first of two.
_PAPER = re.compile(r"(?<!, )\b([A-Z]\w+ and (?:others|[A-Z]\w+)),?\s\(?(\d{4})")


def entries(text):
    """The entries of a text like docs/references.md: dict label -> the text below it."""
    pieces = re.split(r"^### (.+)$", re.sub(r"^## .*$", "", text, flags=re.M), flags=re.M)[1:]
    labels, bodies = pieces[::2], pieces[1::2]
    twice = {label for label in labels if labels.count(label) > 1}
    if twice:
        raise ValueError(
            f"{NAME} has two entries for {', '.join(sorted(twice))}; keep one of each."
        )
    return dict(zip(labels, map(str.strip, bodies), strict=True))


def anchor(label):
    """What a heading is called in an address: small letters, hyphens for blanks, no other signs."""
    return re.sub(r"[^\w\- ]", "", label.lower()).replace(" ", "-")


def named(path):
    """What a lesson names: (anchors that it links to, labels), two sets.

    path: a lessons/NN_name.md.
    """
    links, labels = set(), set()
    for cell in read(Path(path)).cells:
        if cell.cell_type == "markdown":
            links |= set(_LINK.findall(cell.source))
            labels |= {" ".join(found) for found in _PAPER.findall(" ".join(cell.source.split()))}
            continue
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.keyword) and node.arg == "source":
                labels |= set(_texts(node.value))
    return links, labels


def _texts(node):
    """All texts in an expression: a source may hang on what was measured."""
    return [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and
            isinstance(one.value, str)]  # fmt: skip


def complaints(text, lessons):
    """What is dead, unused or unfinished, as sentences.

    text: of docs/references.md. lessons: dict name -> (links, labels), as `named` gives them.
    """
    there, used, said = entries(text), set(), []
    by_anchor = {anchor(label): label for label in there}
    for name, (links, labels) in lessons.items():
        said += [f"{name} links to #{one}, which {NAME} has not." for one in links - {*by_anchor}]
        said += [f"{name} names {one}, which {NAME} has not." for one in labels - {*there, FOLK}]
        used |= {by_anchor[one] for one in links & {*by_anchor}} | labels
    said += [f"No lesson names {one}: take it out of {NAME}." for one in there if one not in used]
    for label, body in there.items():
        for start in ("Taken: ", "Checked: "):
            if not re.search(rf"^{start}", body, flags=re.M):
                said.append(f"{label} has no line that begins {start!r}.")
    return sorted(said)
