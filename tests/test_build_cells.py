"""From a lesson's source to cells: what is a cell, what its id, what stays of an exercise."""

import re
from pathlib import Path

import pytest

from tools import fresh
from tools.lesson import LessonError, both, code_lines, read, without_body

DATA = Path(__file__).resolve().parent / "data" / "lessons"
NAME = "90_tiny"


def test_the_header_is_no_cell_and_headings_begin_one():
    cells = read(DATA / f"{NAME}.md").cells
    assert cells[0].source.startswith("# A tiny lesson")
    assert cells[2].source == "## Numbers\n\nTwo cells whose outputs are compared."


def test_ids_are_the_same_at_each_conversion_and_differ_within_a_notebook():
    first, second = both(DATA / f"{NAME}.md"), both(DATA / f"{NAME}.md")
    for kind in fresh.KINDS:
        ids = [cell.id for cell in first[kind].cells]
        assert ids == [cell.id for cell in second[kind].cells]
        assert len(set(ids)) == len(ids)


def test_a_signature_over_several_lines_and_a_docstring_of_one_are_kept():
    source = 'def f(\n    a,\n    b=":",\n):\n    """Gives a × b."""; x = 1\n    return a\n'
    assert without_body(source) == 'def f(\n    a,\n    b=":",\n):\n    """Gives a × b."""\n    ...'


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ('def f():\n    """D."""\n    return 1\n\nprint(1)', "nothing else"),
        ('def f():\n    """D."""\n    return 1\n# the answer is 1', "ends with its function"),
        ("def f():\n    return 1", "needs a docstring"),
        ('def f():\n    """D."""', "solution is missing"),
        ('def f(): """D."""; return 1', "line of its own"),
        ("class A:\n    pass", "found ClassDef"),
        ("def f(:", "not Python"),
    ],
)
def test_an_exercise_that_cannot_be_opened_says_why(source, complaint):
    with pytest.raises(LessonError, match=re.escape(complaint)):
        without_body(source)


def test_the_message_of_a_bad_exercise_names_its_cell(tmp_path):
    path = tmp_path / "93_bad.md"
    path.write_text('# T\n\n```python tags=["exercise"]\nx = 1\n```\n', encoding="utf-8")
    with pytest.raises(LessonError, match=r"93_bad, cell 2 \(x = 1\): an exercise is one function"):
        both(path)


REPAIR = """# T

```python tags=["exercise"]
def f(x):
    \"\"\"Twice x.\"\"\"
    return 2 * x
```

```python tags=["broken"]
def f(x):
    \"\"\"Twice x.\"\"\"
    return 3 * x
```

```python
check(f)
```
"""


def test_a_broken_function_stands_in_the_open_notebook_only(tmp_path):
    path = tmp_path / "93_repair.md"
    path.write_text(REPAIR, encoding="utf-8")
    made = both(path)
    for kind, body in (("solutions", "return 2 * x"), ("notebooks", "return 3 * x")):
        cells = made[kind].cells
        assert [cell.cell_type for cell in cells] == ["markdown", "code", "code"], kind
        assert cells[1].source.endswith(body) and cells[1].metadata == {"tags": ["exercise"]}
        assert cells[2].source == "check(f)"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('tags=["exercise"]', "", "right below the exercise"),
        ("```\n\n```python tags=[\"broken\"]", "```\n\nWords.\n\n```python tags=[\"broken\"]",
         "right below the exercise"),
        ('tags=["broken"]\ndef f(x)', 'tags=["broken"]\ndef g(x)', "only the body may differ"),
        ('tags=["broken"]\ndef f(x)', 'tags=["broken"]\ndef f(x, y)', "only the body may differ"),
        ('Twice x."""\n    return 3', 'Thrice x."""\n    return 3', "only the body may differ"),
        ("    return 3 * x", "    return 3 *", "not Python"),
    ],
)  # fmt: skip
def test_a_broken_function_that_fits_no_exercise_is_refused(tmp_path, old, new, complaint):
    assert old in REPAIR
    path = tmp_path / "93_repair.md"
    path.write_text(REPAIR.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LessonError, match=complaint):
        both(path)


def test_a_magic_cannot_be_marked_and_an_empty_cell_cannot_be_built(tmp_path):
    path = tmp_path / "93_bad.md"
    path.write_text('# T\n\n```python tags=["machine-dependent"]\n%%time\n1\n```\n', "utf-8")
    with pytest.raises(LessonError, match="without the magic"):
        both(path)
    path.write_text("# T\n\n```python\n\n```\n", "utf-8")
    with pytest.raises(LessonError, match="empty code cell"):
        both(path)


def test_code_lines_leave_out_docstrings_comments_and_blank_lines():
    source = 'def f():\n    """One.\n\n    Two."""\n    # why\n\n    return 1  # here\n'
    assert code_lines(source) == 2
    assert code_lines("%%time\nx = 1") == 2
