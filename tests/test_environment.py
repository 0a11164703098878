"""pyproject.toml is the one place for requirements; the other files say the same."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.ci import PEERS

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CONDA_NAMES = {"matplotlib-base": "matplotlib"}  # the same code without a second set of Qt


def ranges(lines):
    """{name: version range} of some requirements."""
    found = {}
    for line in lines:
        requirement = Requirement(line)
        name = canonicalize_name(requirement.name)
        found[CONDA_NAMES.get(name, name)] = str(requirement.specifier)
    return found


@pytest.fixture(scope="module")
def conda():
    return yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]


@pytest.fixture(scope="module")
def pinned():
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def test_environment_yml_asks_for_what_pyproject_asks_for(conda):
    wanted = ranges(PROJECT["project"]["dependencies"])
    wanted["python"] = PROJECT["project"]["requires-python"]
    found = ranges(entry for entry in conda if isinstance(entry, str) and entry != "pip")
    assert found == wanted, "change environment.yml along with pyproject.toml"


def test_environment_yml_installs_the_course_itself(conda):
    assert "pip" in conda, "conda needs pip for its pip part"
    assert {"pip": ["-e ."]} in conda


def test_no_binder_folder_hides_environment_yml():
    assert not (ROOT / ".binder").exists() and not (ROOT / "binder").exists()


def test_every_dependency_has_its_reason():
    text = (ROOT / "pyproject.toml").read_text("utf-8").partition("[tool.")[0]
    lines = re.findall(r'^    "[a-z][^"]*[><=][^"]*",.*$', text, re.MULTILINE)
    assert len(lines) >= 5
    for line in lines:
        assert re.search(r"# \S+", line), f"say why it is needed: {line.strip()}"


def test_constraints_pin_every_requirement_within_its_range(pinned):
    groups = PROJECT["dependency-groups"].values()
    wanted = [*PROJECT["project"]["dependencies"]]
    wanted += [line for group in groups for line in group if isinstance(line, str)]
    for line in wanted:
        requirement = Requirement(line)
        name = canonicalize_name(requirement.name)
        versions = [pin for pin in pinned if canonicalize_name(pin.name) == name]
        assert versions, f"constraints.txt has no {name}; make it anew (its second line says how)"
        for pin in versions:
            (exact,) = pin.specifier
            assert exact.operator == "=="
            assert exact.version in requirement.specifier, f"{pin} is not within {line}"


def test_constraints_hold_no_address_and_no_pytorch(pinned):
    text = (ROOT / "constraints.txt").read_text("utf-8")
    assert "://" not in text and "--" not in re.sub(r"^#.*$", "", text, flags=re.MULTILINE)
    assert not {pin.name for pin in pinned} & {"torch", "transformers"}


def test_constraints_have_the_widgets_that_show_in_this_jupyterlab(pinned):
    """ipywidgets 8.1.9 with an older JupyterLab shows nothing, and pip does not know."""
    versions = {pin.name: tuple(map(int, str(pin.specifier)[2:].split("."))) for pin in pinned
                if pin.name in ("jupyterlab", "ipywidgets")}  # fmt: skip
    assert versions["ipywidgets"] >= (8, 1, 9) and versions["jupyterlab"] >= (4, 6, 2)


def test_no_lock_file_is_committed():
    """It would carry the addresses of whatever registry made it."""
    assert "uv.lock" in (ROOT / ".gitignore").read_text("utf-8").split()


def test_what_may_be_absent_is_asked_for_in_one_way_and_installed_by_ci():
    """A skip says what would bring the package; what the test group brings is never skipped."""
    peers = {canonicalize_name(Requirement(line).name) for line in PEERS}
    groups = [line for group in PROJECT["dependency-groups"].values() for line in group]
    always = ranges([line for line in groups if isinstance(line, str)])
    assert not peers & set(always)
    asked = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        source = path.read_text("utf-8")
        assert path == Path(__file__) or "importorskip" not in source, f"{path.name}: use peer()"
        for module, package in re.findall(r'\bpeer\("([\w.]+)"(?:, "(\w+)")?\)', source):
            asked.add(package or module)
    assert asked and asked <= peers
