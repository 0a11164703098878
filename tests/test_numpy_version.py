"""An old NumPy is met with one sentence that says what to do, not with a strange error later."""

import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from packaging.requirements import Requirement
from packaging.version import Version

import helpers

ROOT = Path(__file__).parents[1]
IMPORT = "import numpy; numpy.__version__ = {version!r}; import helpers.attention; print('ready')"


def run_with(version):
    """Import the mechanism in a Python whose NumPy says that it is this version."""
    return subprocess.run(
        [sys.executable, "-c", IMPORT.format(version=version)],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("version", ["1.26.4", "1.9.0"])
def test_an_old_numpy_is_named(version):
    run = run_with(version)
    assert run.returncode != 0, f"NumPy {version} was accepted"
    last = run.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: ")
    for part in ("NumPy 2.0 or later", f"found {version}", "python start.py"):
        assert part in last, f"{part!r} is missing in: {last}"


@pytest.mark.parametrize("version", ["2.0.0", "2.0.0rc1", "2.10.0", "3.0.0.dev0+git20260101"])
def test_a_newer_numpy_passes_whatever_its_number_looks_like(version):
    run = run_with(version)
    assert run.returncode == 0, run.stderr[-400:]
    assert run.stdout.strip() == "ready"


def test_the_oldest_numpy_is_the_one_that_pyproject_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [Requirement(text) for text in project["dependencies"]]
    numpy = next(requirement for requirement in wanted if requirement.name == "numpy")
    oldest = ".".join(map(str, helpers.OLDEST_NUMPY))
    assert str(numpy.specifier) == f">={oldest}", "pyproject.toml and helpers disagree"
    assert Version(np.__version__) in numpy.specifier
