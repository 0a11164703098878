"""What runs in the everyday test, and with whose progress: never with the reader's.

This file lies at the root because nbval's cells (notebooks/, solutions/) are outside tests/.
"""

import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent

# Kernels inherit these. Two BLAS threads on two busy cores are up to fifty times slower than one;
# a run that wants another count sets it beforehand.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ["PYTHONPATH"] = os.pathsep.join(
    [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
)


# The lessons that train a model, or measure times, for many seconds. Their two notebooks differ in
# the bodies of the exercises alone, so in the everyday run the solved one stands for both.
_TRAINS = re.compile(r"^\s*(?:_ = |\w+ = )?train\(|\"machine-dependent\"", re.MULTILINE)


def pytest_addoption(parser):
    parser.addoption(
        "--all",
        action="store_true",
        help="also what is slow, the browser, and both notebooks of every lesson that trains",
    )


def pytest_configure(config):
    if config.getoption("--all"):
        os.environ["ATTENTION_TEST_ALL"] = "1"  # for the workers too, and for sizes of trainings


@pytest.hookimpl(trylast=True)  # after tests/browser has marked its own
def pytest_collection_modifyitems(config, items):
    """Leave out of the everyday run what `--all`, a mark or a path has to ask for."""
    if config.getoption("--all") or config.getoption("markexpr"):
        return
    asked = " ".join(map(str, config.args))
    kept, left = [], []
    for item in items:
        slow = item.get_closest_marker("slow") is not None
        browser = item.get_closest_marker("browser") is not None and "browser" not in asked
        (left if slow or browser or _has_a_stand_in(item, asked) else kept).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


def _has_a_stand_in(item, asked):
    """Whether it is a cell of an open notebook whose lesson trains, and nobody named the file."""
    path = item.path
    if path.suffix != ".ipynb" or path.parent != ROOT / "notebooks" or path.name in asked:
        return False
    lesson = ROOT / "lessons" / f"{path.stem}.md"
    return lesson.exists() and _TRAINS.search(lesson.read_text(encoding="utf-8")) is not None


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
