"""The everyday run leaves out only what has a stand-in or a switch, and CI counts what ran."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.ci import Parts, Skipped

ROOT = Path(__file__).resolve().parent.parent


def collected(*arguments):
    """The test files, or notebooks, that pytest would run."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-n", "0", *arguments],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode in (0, 5), done.stdout + done.stderr  # 5: nothing was left to run
    return set(re.findall(r"^([\w./-]+\.(?:py|ipynb))::", done.stdout, re.MULTILINE))


def test_every_lesson_runs_every_day_and_both_forms_of_it_with_all():
    names = {path.stem for path in (ROOT / "lessons").glob("*.md")}
    both = {f"{kind}/{name}.ipynb" for kind in ("notebooks", "solutions") for name in names}
    everyday = collected("notebooks", "solutions")
    assert {Path(path).stem for path in everyday} == names
    assert everyday < both, "no lesson that trains has a stand-in"
    assert collected("notebooks", "solutions", "--all") == both
    trains = sorted(both - everyday)[0]
    assert collected(trains) == {trains}, "a notebook that is named runs"


def test_the_browser_is_asked_for_by_its_folder_or_by_all():
    others = [f"--ignore-glob={ROOT}/tests/test_*", "--ignore=tests/exercises"]
    assert not collected("tests", *others)
    assert collected("tests/browser")


@pytest.fixture
def parts(capsys):
    return Parts(everything=False)


def test_counts_of_pytest_are_added_up(parts, tmp_path, capsys):
    test = tmp_path / "test_three.py"
    test.write_text(
        "import pytest\n"
        "def test_a(): pass\n"
        "def test_b(): assert 0\n"
        "@pytest.mark.skip(reason='for the count')\n"
        "def test_c(): pass\n"
    )
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n", "0"]
    assert not parts.run("three", parts.pytest(command, [test]))
    assert parts.run("a command", [sys.executable, "-c", "print('well')"])
    assert parts.close(0) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "1 passed, 1 failed, 1 skipped"


def test_a_part_that_fails_without_a_test_counts_as_one_failure(parts, capsys):
    assert not parts.run("broken", [sys.executable, "-c", "raise SystemExit(3)"], lambda: 1 / 0)
    assert parts.close(0) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "0 passed, 1 failed, 0 skipped"


def test_what_cannot_run_here_is_skipped_with_its_reason(parts, capsys):
    def no():
        raise Skipped("no root")

    assert parts.run("a namespace", no)
    assert parts.close(0) == 1, "a run that passed nothing is no success"
    assert "skipped: no root" in capsys.readouterr().out
