"""The everyday run leaves out only what has a stand-in or a switch, and CI counts what ran."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.ci import Parts, Skipped

ROOT = Path(__file__).resolve().parent.parent


NAMED = "notebooks/01_why_attention.ipynb"
ASKED = {
    "every day": ["notebooks", "solutions"],
    "all": ["notebooks", "solutions", "--all"],
    "a notebook by its name": [NAMED],
    "the folder above the browser's": [
        "tests", f"--ignore-glob={ROOT}/tests/test_*", "--ignore=tests/exercises",
    ],
    "the browser's folder": ["tests/browser"],
}  # fmt: skip
# In one process, since the libraries behind pytest take longer to import than it to collect.
COLLECT = """
import json, sys, pytest

class Kept:
    def pytest_collection_finish(self, session):
        self.files = sorted({item.location[0] for item in session.items})

for name, arguments in json.loads(sys.argv[1]).items():
    kept = Kept()
    code = pytest.main(["--collect-only", "-qq", "-n", "0", *arguments], plugins=[kept])
    assert code in (0, 5), (name, code)  # 5: nothing was left to run
    print("kept", json.dumps([name, kept.files]))
"""


@pytest.fixture(scope="module")
def collected():
    """The test files, or notebooks, that pytest would run, for each of ASKED."""
    done = subprocess.run(
        [sys.executable, "-c", COLLECT, json.dumps(ASKED)],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    lines = re.findall(r"^kept (.*)", done.stdout, re.MULTILINE)
    return {
        name: {Path(file).as_posix() for file in files} for name, files in map(json.loads, lines)
    }


def test_every_lesson_runs_every_day_and_both_forms_of_it_with_all(collected):
    names = {path.stem for path in (ROOT / "lessons").glob("*.md")}
    both = {f"{kind}/{name}.ipynb" for kind in ("notebooks", "solutions") for name in names}
    everyday = collected["every day"]
    assert {Path(path).stem for path in everyday} == names
    assert everyday < both, "no lesson that trains has a stand-in"
    assert collected["all"] == both
    assert NAMED in both - everyday, "name another that trains"
    assert collected["a notebook by its name"] == {NAMED}, "a notebook that is named runs"


def test_the_browser_is_asked_for_by_its_folder_or_by_all(collected):
    assert not collected["the folder above the browser's"]
    assert collected["the browser's folder"]


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
