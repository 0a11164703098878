"""One Jupyter server for all browser tests, one Chromium for each module of them."""

import os
import shutil

import pytest
from lab import AXE, Lab, Server, browser

INSTALL = "run npm install --no-package-lock in tests/browser"
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def pytest_configure(config):
    config.addinivalue_line("markers", "browser: drives JupyterLab in Chromium")


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.parent == AXE.parents[2]:
            item.add_marker("browser")


def _missing(what):
    """Without what they need, these tests are skipped; in CI that would hide that nothing ran."""
    if os.environ.get("CI"):
        pytest.fail(f"CI needs {what}", pytrace=False)
    pytest.skip(f"needs {what}")


@pytest.fixture(scope="session")
def chromium_path():
    named = os.environ.get("CHROMIUM")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        _missing(
            f"Chromium: CHROMIUM={named!r} is no program" if named
            else "Chromium: install it, or name its program in the variable CHROMIUM"
        )  # fmt: skip
    return found


@pytest.fixture(scope="module")
def chromium(chromium_path):
    # Not for the session: while Playwright is open, an event loop counts as running here, and
    # other tests could start none.
    with browser(chromium_path) as program:
        yield program


@pytest.fixture(scope="session")
def server(chromium_path, tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("lab"))
    server.wait()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def lab(server, chromium):
    """A page of JupyterLab for the tests of a module. See lab.py."""
    context = chromium.new_context(viewport={"width": 1280, "height": 1000})
    yield Lab(server, context)
    context.close()


@pytest.fixture(scope="session")
def axe():
    if not AXE.exists():
        _missing(f"axe-core: {INSTALL}")


@pytest.fixture(scope="session")
def biome():
    """The program of the linter of JavaScript and CSS."""
    program = AXE.parents[1] / ".bin" / "biome"
    if not program.exists():
        _missing(f"Biome: {INSTALL}")
    return program
