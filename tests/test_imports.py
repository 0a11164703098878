"""Imports run one way: the mathematics never needs what shows it.

The rules are the contracts of pyproject.toml, and import-linter holds them. What it cannot see are
imports by a string, which ruff forbids (TID251), and what is not installed where the mathematics
runs: so that is run.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HELPERS = ROOT / "helpers"
LINT = "from importlinter.cli import lint_imports_command as lint; lint()"


def lint(folder):
    """Hold a folder with pyproject.toml and helpers/ to the contracts: (all kept, report)."""
    done = subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache", "--no-logo"],
        cwd=folder, capture_output=True, text=True, env=_only(folder),
    )  # fmt: skip
    return done.returncode == 0, done.stdout + done.stderr


def _only(folder):
    """The surroundings, in which `helpers` are those of a folder."""
    return {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"}


def test_imports_run_one_way():
    kept, report = lint(ROOT)
    assert kept, report


BREAKS = {
    "helpers.attention": "from helpers import tasks",
    "helpers.tables": "from helpers.maps import as_layers",
    "helpers.tasks.bad": "from helpers import show",
    "helpers.models.bad": "from ..show.picture import Picture",
    "helpers.models.draws": "def draw():\n    import matplotlib.pyplot as plt",
    "helpers.show.bad": "from ipywidgets import IntSlider",
    "helpers.show.live": "import helpers.explore",
    "helpers.show.browser": "import anywidget",
    "helpers.exercises.bad": "from helpers.models.layer import Layer",
    "helpers.exercises.shown": "from helpers import show",
    "helpers.claims": "from helpers.attention import softmax",
    "helpers.heads.bad": "from helpers.diagnosis import diagnose",
    "helpers.heads.front": "import helpers",
    "helpers.efficient": "from helpers.tables import table",
}


def test_the_contracts_see_what_breaks_them(tmp_path):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(HELPERS, tmp_path / "helpers", ignore=_without_data)
    for module, line in BREAKS.items():
        path = tmp_path.joinpath(*module.split(".")).with_suffix(".py")
        earlier = path.read_text("utf-8") if path.exists() else ""
        path.write_text(f"{earlier}\n{line}\n", "utf-8")
    (tmp_path / "helpers" / "new_room.py").write_text("", "utf-8")
    kept, report = lint(tmp_path)
    assert not kept
    unseen = [module for module in BREAKS if f"{module} ->" not in report]
    assert not unseen, f"went unseen: {unseen}\n{report}"
    # Alone, the new room would have to be placed, too.
    for module in BREAKS:
        path = tmp_path.joinpath(*module.split(".")).with_suffix(".py")
        original = ROOT.joinpath(*module.split(".")).with_suffix(".py")
        shutil.copy(original, path) if original.exists() else path.unlink()
    kept, report = lint(tmp_path)
    assert not kept and "new_room" in report


def _without_data(folder, names):
    return [name for name in names if "." in name and not name.endswith(".py")]


BARE = """
import importlib, sys
import numpy

class Blocked:
    def find_spec(self, name, path=None, target=None):
        first = name.partition(".")[0]
        if first not in sys.stdlib_module_names and first not in ("numpy", "helpers", ALLOWED):
            raise ImportError(f"{name} is not installed here")

ALLOWED = sys.argv.pop(1)
sys.meta_path.insert(0, Blocked())
for blocked in ("matplotlib", "ipywidgets", "IPython"):
    try:
        importlib.import_module(blocked)
    except ImportError:
        continue
    raise SystemExit(f"{blocked} was not blocked, so this proves nothing")
for name in sys.argv[1:]:
    importlib.import_module(name)
print("imported", len(sys.argv) - 1)
"""


def test_the_mathematics_runs_with_numpy_alone():
    """Every file outside show and explore, in a Python where nothing but NumPy is installed.

    Exercises note progress under a lock, which is filelock's.
    """
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted(HELPERS.rglob("*.py"))
    ]
    rooms = {"exercises": [], "others": []}
    for name in modules:
        room = name.split(".")[1] if "." in name else ""
        if room not in ("show", "explore"):
            rooms["exercises" if room == "exercises" else "others"].append(name)
    for room, names in rooms.items():
        run = subprocess.run(
            [sys.executable, "-W", "error", "-c", BARE, "filelock" * (room == "exercises"), *names],
            cwd=ROOT, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert run.returncode == 0, f"{room} need more than NumPy:\n{run.stderr[-800:]}"
        assert run.stdout.strip() == f"imported {len(names)}"


def test_helpers_itself_loads_nothing_but_numpy():
    code = "import sys, helpers; print(sorted(m for m in sys.modules if m.startswith('helpers')))"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert run.stdout.strip() == "['helpers', 'helpers._lazy']", (
        f"helpers should load lazily: {run.stdout}"
    )
