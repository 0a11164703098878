"""Every source that a lesson names is listed, and every source that is listed is named."""

from pathlib import Path

import pytest

from tools import references
from tools.fresh import lessons

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / references.NAME).read_text(encoding="utf-8")
NAMED = {path.stem: references.named(path) for path in lessons(ROOT)}


def test_the_sources_of_the_lessons_are_listed_and_used():
    said = references.complaints(TEXT, NAMED)
    assert not said, "\n".join(said)


TWO = """# S

## Papers

### A and others 2020

Taken: x.
Checked: no.

## Threads

### o/r issue 1

Taken: y.
Checked: no.
"""


def test_what_is_dead_unused_or_unfinished_is_told():
    good = {"01": ({"or-issue-1"}, {"A and others 2020", "folk"})}
    assert references.complaints(TWO, good) == []
    cases = (
        (TWO, {"01": (set(), {"A and others 2020"})}, "No lesson names o/r issue 1"),
        (TWO, {**good, "02": ({"b-2019"}, set())}, "02 links to #b-2019"),
        (TWO, {**good, "02": (set(), {"B 2019"})}, "02 names B 2019"),
        (TWO.replace("Checked: no.\n\n##", "\n##"), good, "has no line that begins 'Checked: '"),
    )
    for text, named, told in cases:
        said = references.complaints(text, named)
        assert len(said) == 1 and told in said[0], (told, said)
    with pytest.raises(ValueError, match="two entries for o/r issue 1"):
        references.entries(TWO + "### o/r issue 1\n")


def test_a_lesson_names_by_links_by_claims_and_in_its_prose(tmp_path):
    lesson = tmp_path / "91_x.md"
    lesson.write_text(
        "# X\n\nSee [it](../docs/references.md#or-issue-1). Dong and others (2021); Rabe and\n"
        "Staats, 2021; Luong, Pham and Manning 2015.\n\n```python\n"
        'claim("x", True, "y", source="folk" if x else "B 2019")\n```\n'
    )
    assert references.named(lesson) == (
        {"or-issue-1"},
        {"folk", "B 2019", "Dong and others 2021", "Rabe and Staats 2021"},
    )
