"""From a lesson's source to cells: what is a cell, what its id, what an exercise becomes."""

import re
from pathlib import Path

import pytest

from helpers.exercises.declare import find
from tools import fresh
from tools.lesson import LessonError, both, code_lines, read

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


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("def softmax(scores):\n    return scores", "holds its name and nothing else"),
        ("softmax()", "holds its name and nothing else"),
        ("softmax\nentropy", "holds its name and nothing else"),
        ("sofmax", "no exercise 'sofmax' is declared in helpers/exercises. Close: softmax"),
    ],
)
def test_a_bad_exercise_is_named_with_its_cell(tmp_path, source, complaint):
    path = tmp_path / "93_bad.md"
    path.write_text(f'# T\n\n```python tags=["exercise"]\n{source}\n```\n', encoding="utf-8")
    first = source.splitlines()[0]
    with pytest.raises(LessonError, match=re.escape(f"93_bad, cell 2 ({first}): ")) as caught:
        both(path)
    assert complaint in str(caught.value)


@pytest.mark.parametrize("name", ["softmax", "repair_flat_weights"])
def test_the_build_puts_the_exercise_where_the_lesson_names_it(tmp_path, name):
    path = tmp_path / "93_named.md"
    path.write_text(
        f'# T\n\n```python tags=["exercise"]\n{name}\n```\n\n```python\ncheck({name})\n```\n',
        encoding="utf-8",
    )
    declared, made = find(name), both(path)
    for kind, source in (("solutions", declared.solution), ("notebooks", declared.stub)):
        cells = made[kind].cells
        assert [cell.cell_type for cell in cells] == ["markdown", "code", "code"], kind
        assert cells[1].source == source
        assert cells[1].metadata == {"tags": ["exercise"]}
        assert cells[2].source == f"check({name})"


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
