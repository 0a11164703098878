"""Make .venv, or find that it is there and whole, or mend it.

With uv where uv is on the PATH (a few seconds), else with venv and pip (about a minute). What is
there is looked at before anything is changed, and what is not known to be broken is never removed.
"""

import errno
import json
import os
import re
import shutil
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from tools.start import processes
from tools.start.problem import Problem, Unreachable, again, explain
from tools.start.surroundings import culprits, suspects, without
from tools.start.turn import turn

NEEDED_BYTES = 1_500_000_000
MODELS = "requirements-models.txt"
MODULES = ["jupyterlab", "ipykernel", "numpy", "matplotlib", "ipywidgets", "nbval", "helpers"]
MODULES_OF_GROUP = {"test": ["pytest", "jupytext", "hypothesis"], "app": ["voila"]}
OLDEST = (3, 11)
_EXAMINE = Path(__file__).resolve().with_name("inside") / "examine.py"
# One more attempt and ten seconds each: without a network pip then says so within half a minute.
_PATIENCE = {"PIP_RETRIES": "1", "PIP_DEFAULT_TIMEOUT": "10"}


@dataclass
class Condition:
    """What is wrong with an environment: absent or old, damaged, not to be imported."""

    missing: list
    damaged: dict
    failing: list

    @property
    def whole(self):
        """Whether nothing is wrong."""
        return not (self.missing or self.damaged or self.failing)

    def __str__(self):
        damaged = [
            f"{name} is damaged: {files[0]}" + (f" and {len(files) - 1} more" * (len(files) > 1))
            for name, files in self.damaged.items()
        ]
        said = [*self.failing, *damaged, *self.missing]
        rest = [f"and {len(said) - 5} more"] if len(said) > 5 else []
        return "; ".join(said[:5] + rest)


class Environment:
    """The course's own Python environment: one folder, made and mended by `ensure`."""

    def __init__(self, root, *, constraints=None, say=print, run=None, examine=None):
        """root: the course's folder. constraints: a file of exact versions, or None.

        run, examine: what tests put in the place of installers and of `inside/examine.py`.
        """
        self.root = Path(root)
        self.folder = self.root / ".venv"
        self.constraints = constraints
        self.say = say
        self._run = run or processes.stream
        self._ask = examine or self._ask_its_python

    @property
    def python(self):
        """Path of the environment's own Python."""
        if os.name == "nt":
            return self.folder / "Scripts" / "python.exe"
        return self.folder / "bin" / "python"

    def ensure(self, group=None):
        """Have the course's packages, and those of a dependency group, installed in .venv.

        Does nothing where what pyproject.toml asks for is there and whole. Where it is not, and the
        network is away, what works is used.
        Raises: Problem that says what is wrong and what to do.
        """
        with turn(self.root, self.say):
            if not self._starts():
                self._check_room()
                self._make()
            before = self._examine(group)
            if before.whole:
                return
            self._name_what_disturbs(group)
            self._check_room()
            try:
                self._install(group, before)
            except Unreachable:
                if before.failing:
                    raise
                self.say(f"Not as it should be: {before}.\nWithout a network, going on with it …")
                return
            after = self._examine(group)
            if after.failing:
                self._name_what_disturbs(group)
                raise Problem(
                    f"The packages were installed, and something is still wrong: {after}. If it "
                    "stays so, end every JupyterLab of the course, rename the folder .venv, then "
                    f"run again: {again()}"
                )
            if not after.whole:
                self.say(f"Installed, though not as it should be: {after}.")

    def install_models(self):
        """Install the pretrained models: optional, exactly these files, and nothing they ask for.

        Files that are not as they were installed are replaced.
        Raises: Problem that says what is wrong and what to do.
        """
        self.ensure()
        text = (self.root / MODELS).read_text(encoding="utf-8")
        question = {
            "requirements": re.findall(r"^[\w.-]+==[\w.]+", text, re.MULTILINE),
            "follow": False,
            "hashes": True,
        }
        with turn(self.root, self.say):
            before = self._ask(question)
            if before.whole:
                self.say("The models are there, and every byte is as it should be.")
                return
            self._check_room()
            if before.damaged:
                self.say(f"{before}. Installing it again …")
            self.say("Installing two pretrained models (190 MB) …")
            command = self._installer(again=bool(before.damaged))
            command += ["--no-deps", "--require-hashes", "-r", self.root / MODELS]
            self._step(command, "Installing the models")
            after = self._ask(question)
        if not after.whole:
            raise Problem(
                f"The models were installed, and are not as they should be: {after}. "
                f"Is the disk sound? Run again: {again('models')}"
            )
        self.say("The models are there. From now on they load without the network.")

    # --- is it there, and whole? -----------------------------------------------------------

    def _starts(self):
        """Whether .venv has a Python that starts and is new enough, whatever the surroundings.

        Raises: Problem where that cannot be told: what may be sound is not to be removed.
        """
        code, output = processes.capture(
            [self.python, "-c", "import sys; print(*sys.version_info[:2])"],
            env=without(suspects()),
        )
        if code == processes.NOT_STARTED or code < 0:
            gone = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENOEXEC)
            if any(f"[Errno {number}]" in output for number in gone) or "[WinError 2]" in output:
                return False
            raise Problem(
                f"Python in .venv could not be started ({output.strip() or f'signal {-code}'}). "
                f"Is the machine out of memory, or does it forbid programs there? Then run "
                f"again: {again()}"
            )
        return code == 0 and tuple(map(int, output.split())) >= OLDEST

    def _examine(self, group, variables=None):
        pins = Path(self.constraints).read_text(encoding="utf-8") if self.constraints else ""
        question = {
            "requirements": [self._project()["name"], *requirements(self.root, group)],
            "pinned": [line for line in pins.splitlines() if line and not line.startswith("#")],
            "modules": [*MODULES, *MODULES_OF_GROUP.get(group, [])],
            "home": str(self.root),
        }
        question["requirements"] += self._project().get("dependencies", [])
        return self._ask(question, variables)

    def _ask_its_python(self, question, variables=None):
        """The answer of `examine.py`, run by the environment's Python."""
        # Elsewhere than here: `helpers` has to come from the installation, not from the folder.
        code, output = processes.capture(
            [self.python, "-P", _EXAMINE, json.dumps(question)], cwd=self.folder, env=variables
        )
        try:
            return Condition(**json.loads(output.strip().splitlines()[-1]))
        except (ValueError, IndexError, TypeError):
            return Condition([], {}, [f"Python ended with code {code} ({_tail(output, 3)})"])

    def _name_what_disturbs(self, group):
        """Raises: Problem where all would be well but for some variables of the surroundings."""
        names = culprits(lambda variables: self._examine(group, variables).whole)
        if names:
            values = " ".join(f"{name}={os.environ[name]}" for name in names)
            raise Problem(
                f"The course is set up, and does not work with {values}: "
                f"{self._examine(group)}. Unset {' and '.join(names)}, then run again: {again()}"
            )

    # --- make it ---------------------------------------------------------------------------

    def _check_room(self):
        if not os.access(self.root, os.W_OK):
            raise Problem(
                f"No permission to write in {self.root}. Copy the course to a folder of your own "
                f"and run there: {again()}"
            )
        free = shutil.disk_usage(self.root).free
        if free < NEEDED_BYTES:
            raise Problem(
                f"The disk has {free / 1e9:.1f} GB free, and setting up needs about "
                f"{NEEDED_BYTES / 1e9:.1f} GB. Free some, then run again: {again()}"
            )

    def _remove(self):
        if self.folder.is_symlink() or self.folder.is_file():
            self.folder.unlink()
        elif self.folder.exists():
            shutil.rmtree(self.folder)

    def _make(self):
        if self.folder.exists() or self.folder.is_symlink():
            self.say("The folder .venv is half-made or from an older Python. Making it anew …")
            try:
                self._remove()
            except OSError as error:
                raise Problem(
                    f"The folder .venv cannot be removed ({error.strerror or error}). Close "
                    f"programs that use it (JupyterLab?), then run again: {again()}"
                ) from error
        self.say("Making a Python environment in .venv …")
        uv = shutil.which("uv")
        if uv:
            command = [uv, "venv", "--quiet", "--python", sys.executable, self.folder]
        else:
            command = [sys.executable, "-m", "venv", self.folder]
        self._step(command, "Making the environment")

    def _install(self, group, condition):
        """Install what is asked for, and once more what is damaged."""
        uv = shutil.which("uv")
        if condition.damaged:
            self.say(f"Mending: {condition} …")
            names = [name for name in condition.damaged if not name.startswith(self._own)]
            command = [*self._installer(again=True), "--no-deps", *names]
            if names:
                self._step(command, "Mending packages")
        self.say(f"Installing packages with {'uv' if uv else 'pip; this takes a minute'} …")
        command = self._installer()
        if self.constraints:
            command += ["-c", self.constraints]
        command += ["-e", self.root, *requirements(self.root, group)]
        self._step(command, "Installing packages")

    def _installer(self, again=False):
        """The beginning of a command that installs into .venv. again: also what is there."""
        uv = shutil.which("uv")
        if uv:
            start = [uv, "pip", "install", "--python", self.python, "--compile-bytecode"]
            return [*start, *["--reinstall"] * again]
        self._have_pip()
        quiet = ["--disable-pip-version-check", "--progress-bar", "off"]
        # pip cannot take a damaged package away, and need not: it is written over.
        return [self.python, "-m", "pip", "install", *quiet, *["--ignore-installed"] * again]

    def _have_pip(self):
        """An environment that uv made, or that was interrupted, may lack pip."""
        if processes.capture([self.python, "-c", "import pip"], env=without(suspects()))[0]:
            self._step([self.python, "-m", "ensurepip", "--upgrade"], "Installing pip")

    def _step(self, command, words):
        # What lies on somebody's PYTHONPATH would pass for installed.
        variables = {**_PATIENCE, **without(["PYTHONPATH", "PYTHONHOME"])}
        code, output = self._run(command, cwd=self.root, say=self.say, env=variables)
        if code:
            self.say(_tail(output, 12))
            raise explain(output, words, code)

    def _project(self):
        return _pyproject(self.root)["project"]

    @property
    def _own(self):
        return self._project()["name"] + "=="


def requirements(root, group):
    """The requirements of a dependency group of pyproject.toml, with those that it includes.

    Read here and passed on one by one, because pip knows groups only from version 25.1 on.
    """
    if group is None:
        return []
    found = []
    for entry in _pyproject(root)["dependency-groups"][group]:
        if isinstance(entry, dict):
            found += requirements(root, entry["include-group"])
        else:
            found.append(entry)
    return found


def _pyproject(root):
    return tomllib.loads((Path(root) / "pyproject.toml").read_text(encoding="utf-8"))


def _tail(output, count):
    return "\n".join("  | " + line for line in output.strip().splitlines()[-count:])
