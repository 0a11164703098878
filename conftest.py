"""Tests and notebooks run with progress of their own, never with the reader's.

This file lies at the root because nbval's cells (notebooks/, solutions/) are outside tests/.
"""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent

# Kernels inherit these. Two BLAS threads on two busy cores are up to fifty times slower than one;
# a run that wants another count sets it beforehand.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ["PYTHONPATH"] = os.pathsep.join(
    [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
)


@pytest.fixture(scope="session", autouse=True)
def _progress_of_its_own(tmp_path_factory):
    """Tests that check exercises write their progress to a file that goes away."""
    _begin_afresh(tmp_path_factory.mktemp("session"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Give the kernel of a notebook, just before nbval starts it, a fresh progress file.

    What a check prints ("Lesson 03: 1 of 2") depends on that file. One process runs the cells of
    one notebook in a row (xdist: --dist loadscope), so the environment is that notebook's own.
    """
    notebook = item.parent
    if type(notebook).__name__ == "IPyNbFile" and notebook.kernel is None:
        factory = item.config._tmp_path_factory
        _begin_afresh(factory.mktemp(notebook.path.stem))


def _begin_afresh(folder):
    os.environ["ATTENTION_PROGRESS"] = str(folder / "progress.json")
    os.environ["IPYTHONDIR"] = str(folder / "ipython")
