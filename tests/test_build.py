"""Lessons become two notebooks: solved and open, run, the same bytes each time, nobody's work lost.

The lesson of these tests is tests/data/lessons/90_tiny.md; no lesson of the course is needed.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from helpers.exercises.declare import find
from tools import execute, fresh
from tools.build import FRESH, main
from tools.fresh import load, product, staleness

DATA = Path(__file__).resolve().parent / "data" / "lessons"
NAME = "90_tiny"


def course(folder, *names):
    """A course of one folder: lessons/ with copies of the named lessons of tests/data.

    A lesson that is not there has one cell.
    """
    (folder / "lessons").mkdir()
    for name in names:
        if (DATA / f"{name}.md").exists():
            shutil.copy(DATA / f"{name}.md", folder / "lessons")
        else:
            add_short(folder, name)
    return folder


def add_short(folder, name):
    """The course with one lesson more."""
    text = "# Short\n\n```python\nprint(1)\n```\n"
    (folder / "lessons" / f"{name}.md").write_text(text, encoding="utf-8")
    return folder


def bytes_of(root):
    return {
        str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*.ipynb"))
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The tiny lesson, built once; tests that change something work on a copy."""
    root = course(tmp_path_factory.mktemp("course"), NAME)
    assert main([], root=root) == 0
    return root


@pytest.fixture
def copy(built, tmp_path):
    return Path(shutil.copytree(built, tmp_path / "course"))


def test_the_solved_notebook_keeps_the_solution_and_the_open_one_does_not(built):
    solved = load(product(built, "solutions", NAME)).cells
    opened = load(product(built, "notebooks", NAME)).cells
    assert len(solved) == len(opened)
    pairs = [(a.source, b.source) for a, b in zip(solved, opened, strict=True)]
    changed = [(one, other) for one, other in pairs if one != other]
    assert changed == [(find("row_means").solution, find("row_means").stub)]


def test_notebooks_are_executed_and_hold_their_outputs(built):
    for kind in fresh.KINDS:
        code = [c for c in load(product(built, kind, NAME)).cells if c.cell_type == "code"]
        assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
        assert code[1].outputs[0].text == "10\n"
        nbformat.validate(load(product(built, kind, NAME)))


def test_every_notebook_runs_with_fresh_progress_and_one_thread_away_from_the_repo(built):
    for kind in fresh.KINDS:
        last = load(product(built, kind, NAME)).cells[-1]
        assert last.outputs[0].data["text/plain"] == "{'fresh': True, 'threads': '1'}"
    assert not list(built.rglob("kept.txt")), "a cell wrote into the course's own folders"


def test_what_would_change_from_run_to_run_is_not_stored(built):
    for kind in fresh.KINDS:
        text = product(built, kind, NAME).read_text(encoding="utf-8")
        assert text.endswith("}\n") and "\r" not in text
        notebook = json.loads(text)
        assert set(notebook["metadata"]) == {"attention_measured", "kernelspec", "language_info"}
        assert "version" not in notebook["metadata"]["language_info"]
        for cell in notebook["cells"]:
            assert re.fullmatch("[0-9a-f]{8}", cell["id"])
            assert set(cell["metadata"]) <= {"tags"}


def test_building_again_gives_the_same_bytes(copy):
    before = bytes_of(copy)
    assert len(before) == 2
    assert main(["--all"], root=copy) == 0
    assert bytes_of(copy) == before


def test_a_build_without_numbers_builds_what_is_stale(copy, capsys):
    root = add_short(copy, "94_other")
    assert main([], root=root) == 0
    first = {path: path.stat().st_mtime_ns for path in root.rglob("*.ipynb")}
    assert len(first) == 4
    assert main([], root=root) == 0
    assert FRESH in capsys.readouterr().out
    lesson = root / "lessons" / "94_other.md"
    lesson.write_text(lesson.read_text("utf-8").replace("print(1)", "print(2)"), encoding="utf-8")
    assert main([], root=root) == 0
    again = {path: path.stat().st_mtime_ns for path in root.rglob("*.ipynb")}
    assert {path.stem for path in first if first[path] != again[path]} == {"94_other"}
    assert staleness(root) == []


def test_a_time_is_marked_and_measured_anew_only_by_force(copy):
    def measured():
        cells = load(product(copy, "solutions", NAME)).cells
        marked = [cell for cell in cells if "machine-dependent" in cell.metadata.get("tags", [])]
        assert len(marked) == 1
        assert marked[0].source.startswith("# differs between machines\n")
        assert "nbval-ignore-output" in marked[0].metadata.tags
        return marked[0].outputs[0].text

    first = measured()
    assert main(["90", "--force"], root=copy) == 0
    assert measured() != first


def test_widgets_leave_their_stored_picture_and_nothing_live():
    output = nbformat.v4.new_output(
        "display_data", data={execute.WIDGET_VIEW: {"model_id": "1"}, "text/plain": "words"}
    )
    only_live = nbformat.v4.new_output("display_data", data={execute.WIDGET_VIEW: {}})
    cell = nbformat.v4.new_code_cell("explore()", outputs=[output, only_live])
    cell.metadata["execution"] = {"iopub.status.busy": "now"}
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"widgets": {"state": {}}})
    execute.tidy(notebook)
    assert [out.data for out in notebook.cells[0].outputs] == [{"text/plain": "words"}]
    assert "widgets" not in notebook.metadata and "execution" not in notebook.cells[0].metadata


def test_a_failing_cell_is_named_with_its_source_and_error_and_nothing_is_written(copy, capsys):
    before = bytes_of(copy)
    with (copy / "lessons" / f"{NAME}.md").open("a", encoding="utf-8") as lesson:
        lesson.write("\n```python\nx = 1\n1 / 0  # here\n```\n")
    assert main([], root=copy) == 1
    said = capsys.readouterr().err
    assert f"solutions/{NAME}, cell 8 (x = 1) failed." in said
    assert f"notebooks/{NAME}, cell 8 (x = 1) failed." in said
    assert "    1 / 0  # here" in said and "ZeroDivisionError: division by zero" in said
    assert "\x1b" not in said.split("✘", 1)[1]
    assert bytes_of(copy) == before


# --- stale, orphaned, edited ----------------------------------------------------------------


def test_check_is_silent_about_what_is_fresh_and_changes_nothing(copy, capsys):
    before = bytes_of(copy)
    assert main(["--check"], root=copy) == 0
    assert FRESH in capsys.readouterr().out
    assert bytes_of(copy) == before


def test_check_executes_nothing(built):
    code = (
        "import sys; from pathlib import Path; from tools.build import FRESH, main; "
        f"code = main(['--check'], root=Path({str(built)!r})); "
        "sys.exit(code or 'nbclient' in sys.modules or 'tools.execute' in sys.modules)"
    )
    root = Path(__file__).resolve().parent.parent
    assert subprocess.run([sys.executable, "-c", code], cwd=root).returncode == 0


def _spoil_lesson(root):
    path = root / "lessons" / f"{NAME}.md"
    path.write_text(path.read_text(encoding="utf-8").replace("range(5)", "range(6)"), "utf-8")


def _spoil_exercise(root):
    path = root / "lessons" / f"{NAME}.md"
    path.write_text(path.read_text(encoding="utf-8").replace("row_means", "softmax"), "utf-8")


def _spoil_nothing_but_length(root):
    with (root / "lessons" / f"{NAME}.md").open("a", encoding="utf-8") as lesson:
        lesson.write("\n## More\n")


def _remove(root):
    product(root, "notebooks", NAME).unlink()


def _clear(root):
    path = product(root, "solutions", NAME)
    notebook = load(path)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.execution_count, cell.outputs = None, []
    path.write_text(fresh.text(notebook), encoding="utf-8")


def _break(root):
    product(root, "solutions", NAME).write_text("{", encoding="utf-8")


def _edit(root):
    path = product(root, "notebooks", NAME)
    path.write_text(path.read_text(encoding="utf-8").replace("range(5)", "range(7)"), "utf-8")


@pytest.mark.parametrize(
    ("spoil", "stale"),
    [
        (_spoil_lesson, ["solutions.*from cell 4 on", "notebooks.*from cell 4 on"]),
        (_spoil_exercise, ["solutions.*from cell 5 on", "notebooks.*from cell 5 on"]),
        (_spoil_nothing_but_length, ["solutions.*7 cells.*8", "notebooks.*7 cells.*8"]),
        (_remove, ["notebooks.*missing"]),
        (_clear, ["solutions.*not executed: cell 2"]),
        (_break, ["solutions.*not a notebook"]),
        (_edit, ["notebooks.*edited by hand"]),
    ],
)
def test_check_says_what_is_stale_and_how_to_rebuild_it(copy, capsys, spoil, stale):
    spoil(copy)
    assert main(["--check"], root=copy) == 1
    said = capsys.readouterr().out
    lines = [line for line in said.splitlines() if line.startswith("stale:")]
    assert len(lines) == len(stale)
    for line, pattern in zip(lines, stale, strict=True):
        assert re.search(pattern, line), line
    assert said.endswith("    python -m tools.build 90\n")


def test_an_orphan_is_reported_and_goes_with_a_full_build(copy, capsys):
    lesson = copy / "lessons" / f"{NAME}.md"
    lesson.rename(lesson.with_name("92_renamed.md"))
    assert main(["--check"], root=copy) == 1
    said = capsys.readouterr().out
    assert "solutions/90_tiny.ipynb has no lesson" in said
    assert "92_renamed.ipynb is missing" in said
    assert main(["92"], root=copy) == 0
    assert product(copy, "solutions", NAME).exists(), "building one lesson removes nothing"
    assert main([], root=copy) == 0
    assert {path.stem for path in copy.rglob("*.ipynb")} == {"92_renamed"}


@pytest.mark.parametrize("spoil", [_edit, _break])
def test_an_edited_notebook_is_not_overwritten_but_by_force(copy, capsys, spoil):
    spoil(copy)
    before = bytes_of(copy)
    assert main(["90"], root=copy) == 1
    said = capsys.readouterr().err
    assert "90_tiny.ipynb" in said and "python -m tools.build 90 --force" in said
    assert bytes_of(copy) == before
    assert main(["90", "--force"], root=copy) == 0
    assert staleness(copy) == []


def test_an_edited_orphan_is_not_removed(copy, capsys):
    _edit(copy)
    lesson = copy / "lessons" / f"{NAME}.md"
    lesson.rename(lesson.with_name("92_renamed.md"))
    assert main([], root=copy) == 1
    assert "notebooks/90_tiny.ipynb" in capsys.readouterr().err
    assert product(copy, "notebooks", NAME).exists()


def test_running_a_built_notebook_is_no_edit(copy):
    path = product(copy, "notebooks", NAME)
    notebook = load(path)
    notebook.cells[3].outputs[0].text = "11\n"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    assert not fresh.is_edited(path)


def test_one_lesson_is_built_alone_and_the_others_stale_are_named(tmp_path, capsys):
    root = course(tmp_path, NAME, "94_other")
    assert main(["90"], root=root) == 0
    assert "python -m tools.build 94" in capsys.readouterr().out
    assert {path.stem for path in root.rglob("*.ipynb")} == {NAME}


def test_a_lesson_that_is_not_there_is_named_with_those_that_are(built, capsys):
    assert main(["17"], root=built) == 1
    assert "no lesson '17'. There are: 90_tiny." in capsys.readouterr().err


def test_lessons_are_named_by_number_or_name(built):
    for name in ("90", NAME, f"lessons/{NAME}.md"):
        assert [path.stem for path in fresh.lessons(built, [name])] == [NAME]
