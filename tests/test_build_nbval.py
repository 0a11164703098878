"""nbval, as this course sets it up, compares a notebook in an environment of its own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.build import main

ROOT = Path(__file__).resolve().parent.parent
NAME = "90_tiny"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A course of the tiny lesson with this course's conftest.py and pytest settings."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "lessons").mkdir()
    shutil.copy(ROOT / "tests" / "data" / "lessons" / f"{NAME}.md", folder / "lessons")
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    assert main([], root=folder) == 0
    return folder


def pytest_run(root, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        env={**os.environ, "ATTENTION_PROGRESS": str(root / "a-readers-progress.json")},
    )


@pytest.mark.slow
def test_both_notebooks_pass_in_parallel_with_fresh_progress_each(root):
    """The tiny lesson prints whether it found progress of somebody else's."""
    progress = root / "a-readers-progress.json"
    progress.write_text("{}", encoding="utf-8")
    done = pytest_run(root, "notebooks", "solutions", "-n", "2", "--dist", "loadscope")
    assert done.returncode == 0, done.stdout
    assert "10 passed" in done.stdout
    assert progress.read_text(encoding="utf-8") == "{}", "a reader's progress was touched"


def test_an_output_that_differs_fails_and_names_its_cell(root, tmp_path):
    copy = Path(shutil.copytree(root, tmp_path / "course"))
    path = copy / "solutions" / f"{NAME}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"][3]["outputs"][0]["text"] = ["11\n"]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    done = pytest_run(copy, "solutions")
    assert done.returncode == 1 and "1 failed, 4 passed" in done.stdout
    assert "solutions/90_tiny.ipynb::Cell 1" in done.stdout
