"""One command begins a lesson that keeps every rule, builds, and whose check works."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.exercises import declare
from tools import rules
from tools.fresh import lessons
from tools.lesson import LessonError
from tools.new_lesson import begin
from tools.rules import Lesson

ROOT = Path(__file__).resolve().parent.parent
NAME = "largest_weight"


def _copy(folder, *names):
    for name in names:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder)
    return folder


@pytest.mark.parametrize(
    ("number", "name", "complaint"),
    [
        (2, NAME, "Lesson 02 is there already: 02_query_key_value"),
        (0, NAME, "1 to 99"),
        (100, NAME, "1 to 99"),
        (50, "softmax", "an exercise softmax in lesson 02"),
        (50, "My title", "small letters"),
        (50, "a-b", "small letters"),
    ],
)
def test_what_cannot_be_begun_says_why(tmp_path, number, name, complaint):
    root = _copy(tmp_path, "lessons")
    (root / "helpers" / "exercises").mkdir(parents=True)
    with pytest.raises(LessonError, match=complaint):
        begin(root, number, name)
    assert len(lessons(root)) == len(lessons(ROOT))


@pytest.mark.slow
def test_a_lesson_that_was_begun_passes_all_there_is(tmp_path):
    """In a copy of the course: rules, build, the exercise's tests, nbval."""
    root = _copy(tmp_path, "helpers", "lessons", "tools", "tests", "conftest.py", "pyproject.toml")
    last = Lesson.from_file([path for path in lessons(root) if path.stem[:2].isdigit()][-1])
    number = int(last.number) + 1

    def run(*arguments):
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=root,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(root)},
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    said = run("tools.new_lesson", str(number), NAME)
    assert f"lessons/{number}_{NAME}.md is the lesson" in said
    run("tools.build", str(number))
    run("ruff", "check", f"helpers/exercises/lesson_{number}.py")
    run("ruff", "format", "--check", f"helpers/exercises/lesson_{number}.py")
    built = [f"{kind}/{number}_{NAME}.ipynb" for kind in ("notebooks", "solutions")]
    assert "passed" in run("pytest", "-q", "-n", "0", *built)
    of_declarations = [
        f"tests/exercises/test_exercise_{part}.py" for part in ("cases", "declarations", "mistakes")
    ]
    assert "3 passed" in run("pytest", "-q", "-n", "0", *of_declarations, "-k", NAME)
    of_the_course = ["tests/test_lessons_rules.py", "tests/exercises/test_exercise_source.py"]
    run("pytest", "-q", "-n", "0", *of_the_course, "-k", "not outputs")


def test_the_template_keeps_the_rules_wherever_it_stands(tmp_path, monkeypatch):
    """The lesson before points to the new one, and that to what came next."""
    root = _copy(tmp_path, "lessons")
    (root / "helpers" / "exercises").mkdir(parents=True)
    for number in (99, 50):
        made, declaration, before = begin(root, number, f"{NAME}_{number}")
        monkeypatch.setitem(declare.EXERCISES, f"{NAME}_{number}", _declared(declaration, number))
        assert rules.complaints(Lesson.from_file(made)) == []
        assert rules.points_to(Lesson.from_file(before).cells[-1].source) == str(number)
    order = [path for path in lessons(root) if path.stem[:2].isdigit()]
    ends = [rules.points_to(Lesson.from_file(path).cells[-1].source) for path in order]
    assert ends == [*(path.stem[:2] for path in order[1:]), rules.PLAYGROUND]


def _declared(path, number):
    """The one exercise that a file declares, taken back from the list of all."""
    spec = importlib.util.spec_from_file_location(f"begun_{number}", path)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
    return declare.EXERCISES.pop(f"{NAME}_{number}")
