"""What a lesson declares to be varied stands in its cells, and changes there and nowhere else."""

import ast
import re
import textwrap
from pathlib import Path

import pytest

from tools.lesson import LessonError
from tools.variations import declared, reseeded, solved_sources

KERNEL = "  kernelspec:\n    display_name: Python 3\n    name: python3\n"
HEAD = f"---\njupyter:\n{KERNEL}---\n\n# 90 · Tiny\n\nText.\n\n"


def lesson(folder, vary, code):
    """A lesson of one cell with a declaration."""
    path = Path(folder) / "90_tiny.md"
    cell = textwrap.dedent(code)
    path.write_text(f"{HEAD}```python vary={vary}\n{cell}```\n\n```python\nlast = 1\n```\n")
    return path


# what is declared, the cell, the cell as it becomes
KINDS = {
    "an expression": (
        '{"rate": {"Adam(0.01)": ["Adam(0.03)"]}}', "f(Adam(0.01), 3)\n", "f(Adam(0.03), 3)",
    ),
    "everywhere in the cell": (
        '{"d": {"64": ["8"]}}', "a = 64\nb = a + 64\n", "a = 8\nb = a + 8",
    ),
    "an argument": ('{"h": {"heads=2": ["heads=4"]}}', "f(2, heads=2)\n", "f(2, heads=4)"),
    "a default": ('{"k": {"k=2": ["k=4"]}}', "def f(j=2, k=2): ...\n", "def f(j=2, k=4): ..."),
    "after a star": ('{"k": {"k=2": ["k=4"]}}', "def f(*, k=2): ...\n", "def f(*, k=4): ..."),
    "an assignment": ('{"n": {"n=2": ["n=3"]}}', "n, m = 2, 2\n", "n, m = (3, 2)"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_setting_is_changed_in_its_cell(kind, tmp_path):
    vary, code, becomes = KINDS[kind]
    path = lesson(tmp_path, vary, code)
    (variation,) = declared(path)
    assert solved_sources(path)[0].strip() == code.strip()
    first, last = solved_sources(path, variation)
    assert ast.unparse(ast.parse(first)) == ast.unparse(ast.parse(becomes))
    assert last == "last = 1"


def test_each_value_is_a_variation_with_a_name_in_words(tmp_path):
    vary = '{"learning rate": {"rate=0.01": ["rate=0.003", "rate=0.03"]}, "d": {"64": "8"}}'
    names = [str(one) for one in declared(lesson(tmp_path, vary, "rate = 0.01\nd = 64\n"))]
    assert names == ["learning rate 0.003", "learning rate 0.03", "d 8"]


@pytest.mark.parametrize("vary", ['{"d": {"65": ["8"]}}', '{"d": {"d=65": ["d=8"]}}', '"d"'])
def test_what_is_not_in_the_cell_is_told_with_its_place(vary, tmp_path):
    with pytest.raises(LessonError, match=re.escape("90_tiny, cell 2 (d = 64)")):
        declared(lesson(tmp_path, vary, "d = 64\n"))


def test_every_generator_gets_other_numbers_and_seed_0_none():
    source = "a = np.random.default_rng(0)\nb = default_rng(seed).spawn(2)\nc = default_rng"
    assert reseeded(source, 0) == source
    other = reseeded(source, 7)
    assert "default_rng([0, 7])" in other and "default_rng([seed, 7]).spawn(2)" in other
    assert other.endswith("c = default_rng")


def test_the_declarations_of_all_lessons_can_be_read():
    for path in sorted((Path(__file__).parent.parent / "lessons").glob("*.md")):
        for variation in declared(path):
            assert solved_sources(path, variation) != solved_sources(path)
