"""docs/claims.md says what the solved notebooks printed, and nothing else."""

import re
from pathlib import Path

import nbformat
import pytest

from helpers import claim
from tools.claims import claims, document, main

ROOT = Path(__file__).resolve().parent.parent


def _notebook(*outputs):
    """A notebook whose one code cell shows these objects."""
    shown = [
        nbformat.v4.new_output("execute_result", {"text/plain": repr(each)}) for each in outputs
    ]
    return nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# 42 · A lesson\n\nText."),
            nbformat.v4.new_code_cell("...", outputs=shown, execution_count=1),
        ]
    )


@pytest.mark.parametrize(
    ("holds", "only_if", "verdict"),
    [
        (True, None, "holds"),
        (False, None, "does not hold"),
        (True, "d is large: 64 or more", "holds, if d is large: 64 or more"),
    ],
)
def test_a_claim_is_read_off_as_it_was_shown(holds, only_if, verdict):
    shown = claim('It is "so".', holds, "1, 2: and 3", only_if=only_if)
    (found,) = claims(_notebook(shown))
    assert found.verdict == verdict
    assert (found.statement, found.measured) == ('It is "so".', "1, 2: and 3.")


def test_other_outputs_are_no_claims():
    assert claims(_notebook("✔ softmax: 7 properties hold.", 3)) == []


def test_the_document_has_a_row_for_every_claim(tmp_path):
    (tmp_path / "solutions").mkdir()
    notebook = _notebook(claim("A | b.", True, "1"), claim("C.", False, "2"))
    nbformat.write(notebook, tmp_path / "solutions" / "42_a.ipynb")
    text = document(tmp_path)
    assert "## 42 · A lesson" in text
    assert "| ✔ holds | A \\| b. | 1. |" in text and "| ✘ does not hold | C. | 2. |" in text


def test_a_stale_document_is_told_with_the_command_and_then_mended(tmp_path, capsys):
    (tmp_path / "solutions").mkdir()
    nbformat.write(_notebook(claim("A.", True, "1")), tmp_path / "solutions" / "42_a.ipynb")
    assert main(["--check"], tmp_path) == 1
    assert "python -m tools.claims" in capsys.readouterr().out
    assert main([], tmp_path) == 0
    assert main(["--check"], tmp_path) == 0


def test_what_the_readme_quotes_is_what_the_lessons_printed():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    quoted = re.findall(r'^> ([✔◐✘]) (.+): "(.+)"\n> Measured: (.+)$', readme, flags=re.MULTILINE)
    assert quoted, "README.md quotes no claim any more: take this test out, too"
    rows = document(ROOT)
    for sign, verdict, statement, measured in quoted:
        row = f"| {sign} {verdict} | {statement} | {measured} |"
        assert row in rows, f"README.md quotes what no lesson printed: {statement}"


def test_the_document_of_the_course_is_fresh_and_whole():
    assert main(["--check"]) == 0, "docs/claims.md is stale: python -m tools.claims"
    rows = len(re.findall(r"^\| [✔◐✘] ", document(ROOT), flags=re.MULTILINE))
    calls = sum(
        len(re.findall(r"^claim\($", path.read_text(encoding="utf-8"), flags=re.MULTILINE))
        for path in (ROOT / "lessons").glob("*.md")
        if (ROOT / "solutions" / f"{path.stem}.ipynb").exists()
    )
    assert rows >= calls > 0
