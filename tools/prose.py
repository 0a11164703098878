"""Numbers and verdicts in a lesson's prose that nothing beside them prints.

A section is what stands between two headings of level one or two. A number in its prose has to
stand in one of its outputs or in its code; a verdict word in quotation marks has to be that of a
claim of the section. The summary and the quiz look back on the whole lesson.

Left alone are numbers that name (lesson 05, GPT-3, float16, section 3.2.1, 2017), the options of a
prediction, what is to be tried in an explorer above, and quotations, which the lesson puts to the
test.
"""

import html
import re
from typing import NamedTuple

from helpers.claims import SIGNS

_LEFT_ALONE = tuple(
    re.compile(pattern, re.MULTILINE | re.DOTALL)
    for pattern in (
        r"\A# .*?$",  # the title
        r"^\s*```.*?^\s*```",  # fenced code
        r"`[^`]*`",
        r"\$\$.*?\$\$|\$[^$\n]+\$",
        r"\]\([^)]*\)",  # addresses of links
        r"\*\*Predict\.\*\*.*?(?=\n\n|\Z)",
        r"\*\*Time[:.]?\*\*.*?(?=\n\n|\Z)",
        r"“[^”]*”|\"[^\"]*\"",
        r"^\s*\d+\. |\*\*\d+\.\*\*",  # lists, quiz
        r"\b(?:[Ll]essons?|[Pp]atients?|[Ee]xercises?) \d+(?:(?:, | and | to )\d+)*",
        r"\b(?:section|equation|algorithm|table|figure|issue|pull request|version|since) \d[\d.]*",
        r"\b(?:layer|head|heads) \d+(?:\.\d+)?(?:(?:, | and )\d+\.\d+)*",
        r"\b(?:1[89]|20)\d\d\b",  # years
        r"\b(?:16|32|64) bits\b",
    )
)
# No part of a name such as float16, GPT-3 or W2, nor of another number.
_NUMBER = re.compile(r"(?<![\w.,/−-])[−-]?\d[\d,]*(?:\.\d+)?(?![\w/]|\.\d)")
_KIND = re.compile('[“"](' + "|".join(sorted(SIGNS, key=len, reverse=True)) + ')[,.]?[”"]')
_KINDS = {sign: kind for kind, sign in SIGNS.items()}
_LOOK_BACK = ("## in three lines", "## quiz")


class Hit(NamedTuple):
    """What nothing beside it prints.

    position: of the text cell, counted from 0. what: the number or the verdict word. where: the
    words around it.
    """

    position: int
    what: str
    where: str


def hits(notebook):
    """The numbers and verdict words of a built notebook's prose that its section does not print."""
    found, everything = [], [*enumerate(notebook.cells)]
    for section in _sections(notebook.cells):
        title = section[0][1].source.lower()
        known, kinds = _printed(everything if title.startswith(_LOOK_BACK) else section)
        explored = False
        for position, cell in section:
            if cell.cell_type == "code":
                explored = re.search(r"\bexplore\.\w+\(", cell.source) is not None
            elif not explored:
                found += [Hit(position, *hit) for hit in _numbers(cell.source, known)]
                found += [Hit(position, *hit) for hit in _verdicts(cell.source, kinds)]
    return found


def _printed(section):
    """The numbers in outputs and code, and the kinds of the claims: two sets."""
    code = [cell for _, cell in section if cell.cell_type == "code"]
    printed = "\n".join(_output(cell) for cell in code)
    kinds = {_KINDS[sign] for sign in re.findall(f"^[{''.join(_KINDS)}]", printed, re.MULTILINE)}
    return _values("\n".join([printed, *(cell.source for cell in code)])), kinds


def _sections(cells):
    """Lists of (position, cell), a new one at every heading of level one or two."""
    sections = [[]]
    for position, cell in enumerate(cells):
        if cell.cell_type == "markdown" and re.match(r"##? ", cell.source):
            sections.append([])
        sections[-1].append((position, cell))
    return [section for section in sections if section]


def _output(cell):
    """All that a code cell printed, tables included, as text."""
    texts = []
    for output in cell.get("outputs", ()):
        data = output.get("data", {})
        tables = re.sub(r"<[^>]+>", " ", "".join(data.get("text/html", "")))
        texts += [output.get("text", ""), data.get("text/plain", ""), html.unescape(tables)]
    return "\n".join("".join(text) for text in texts)


def _numbers(source, known):
    plain = source
    for pattern in _LEFT_ALONE:
        plain = pattern.sub(lambda match: " " * len(match[0]), plain)
    for match in _NUMBER.finditer(plain):
        percent = re.match(r"\s?(?:%|percent)", plain[match.end() :])
        if not _is_known(match[0].rstrip(","), known, bool(percent)):
            yield match[0].rstrip(","), _around(source, match)


def _verdicts(source, kinds):
    for match in _KIND.finditer(source):
        if match[1] not in kinds:
            yield match[1], _around(source, match)


def _around(source, match):
    return " ".join(source[max(0, match.start() - 40) : match.end() + 40].split())


def _values(text):
    return {_value(number) for number in re.findall(r"(?<![\w.])[−-]?\d[\d,_]*(?:\.\d+)?", text)}


def _value(text):
    return float(text.rstrip(",_").replace(",", "").replace("_", "").replace("−", "-"))


def _is_known(text, known, percent):
    """Whether it is one of the numbers, or one of them rounded to as many places."""
    value, places = _value(text), len(text.partition(".")[2])
    slack = 0.5000001 * 10.0**-places
    return any(
        abs(one - value) < slack
        or abs(one + value) < slack
        or (percent and abs(100 * one - value) < slack)
        for one in known
    )
