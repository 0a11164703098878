"""docs/claims.md says what the solved notebooks printed, and nothing else."""

import re
from pathlib import Path

import nbformat
import pytest

from helpers import claim
from tools import ledger
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
    ("holds", "options", "verdict"),
    [
        (True, {}, "holds"),
        (False, {}, "does not hold"),
        (True, {"only_if": "d is large: 64 or more"}, "holds, if d is large: 64 or more"),
        (None, {"would_tell": "more runs", "source": "folk"}, "undecided"),
        (True, {"by_construction": True}, "so by construction"),
        (False, {"by_construction": True, "source": "somebody, 2017"}, "does not hold"),
    ],
)
def test_a_claim_is_read_off_as_it_was_shown(holds, options, verdict):
    shown = claim('It is "so".', holds, "1, 2: and 3", **options)
    (found,) = claims(_notebook(shown))
    assert (found.verdict, found.kind) == (verdict, shown.kind)
    for name in ("would_tell", "source"):
        expected = options.get(name)
        assert getattr(found, name) == (expected and f"{expected}.")
    assert (found.statement, found.measured) == ('It is "so".', "1, 2: and 3.")


def test_other_outputs_are_no_claims():
    assert claims(_notebook("✔ softmax: 7 properties hold.", 3)) == []


def test_the_document_has_a_row_for_every_claim(tmp_path):
    (tmp_path / "solutions").mkdir()
    notebook = _notebook(claim("A | b.", True, "1"), claim("C.", False, "2"))
    nbformat.write(notebook, tmp_path / "solutions" / "42_a.ipynb")
    text = document(tmp_path)
    assert "## 42 · A lesson" in text
    assert "| ✔ holds | A \\| b. | 1. | not yet |" in text
    assert "| ✘ does not hold | C. | 2. | not yet |" in text


def test_a_claim_that_ran_again_says_how_often_between_what_and_where_it_turns(tmp_path):
    (tmp_path / "solutions").mkdir()
    nbformat.write(_notebook(claim("A.", True, "0.5 of 9")), tmp_path / "solutions" / "42_a.ipynb")
    for seed, variation, kind, measured in (
        (0, "", "holds", "0.5 of 9"),
        (1, "", "holds", "0.7 of 9"),
        (0, "rate 0.03", "does not hold", "0.1 of 9"),
    ):
        one = {"statement": "A.", "kind": kind, "verdict": kind, "measured": measured}
        ledger.append(tmp_path / ledger.NAME, ledger.Run("42_a", seed, variation, "", [one]))
    row = "| ✔ holds | A. | 0.5 of 9. | 3, 2 settings | 0.5–0.7 of 9 | rate 0.03 |  |"
    assert row in document(tmp_path)


def test_a_stale_document_is_told_with_the_command_and_then_mended(tmp_path, capsys):
    (tmp_path / "solutions").mkdir()
    nbformat.write(_notebook(claim("A.", True, "1")), tmp_path / "solutions" / "42_a.ipynb")
    assert main(["--check"], tmp_path) == 1
    assert "python -m tools.claims" in capsys.readouterr().out
    assert main([], tmp_path) == 0
    assert main(["--check"], tmp_path) == 0


def test_what_the_readme_quotes_is_what_the_lessons_printed():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    quoted = re.findall(r'^> ([✔◐✘○=]) (.+): "(.+)"\n> Measured: (.+)$', readme, flags=re.MULTILINE)
    assert quoted, "README.md quotes no claim any more: take this test out, too"
    rows = document(ROOT)
    for sign, verdict, statement, measured in quoted:
        row = f"| {sign} {verdict} | {statement} | {measured} |"
        assert row in rows, f"README.md quotes what no lesson printed: {statement}"


def test_the_document_of_the_course_is_fresh_and_whole():
    assert main(["--check"]) == 0, "docs/claims.md is stale: python -m tools.claims"
    rows = len(re.findall(r"^\| [✔◐✘○=] ", document(ROOT), flags=re.MULTILINE))
    calls = sum(
        len(re.findall(r"^claim\($", path.read_text(encoding="utf-8"), flags=re.MULTILINE))
        for path in (ROOT / "lessons").glob("*.md")
        if (ROOT / "solutions" / f"{path.stem}.ipynb").exists()
    )
    assert rows >= calls > 0
