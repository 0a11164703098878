"""Open JupyterLab on the learner's copies: on this machine only, without news; or find it open."""

import json
import os
import subprocess
import webbrowser
from dataclasses import dataclass
from pathlib import Path

from tools.start import processes
from tools.start.problem import Problem, again
from tools.start.server import FIRST_PORT, Server, begin, fetch

FIRST_LESSON = "00_start_here.ipynb"
ANNOUNCEMENTS = "@jupyterlab/apputils-extension:announcements"
_ASK_KERNEL = Path(__file__).resolve().with_name("inside") / "ask_kernel.py"


class Lab(Server):
    """A JupyterLab that shows a folder."""

    name = "JupyterLab"

    def _command(self, shown, browser):
        return [
            "jupyterlab",
            "-y",  # Ctrl-C ends it without a question
            f"--ServerApp.root_dir={shown}",
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            "--ServerApp.log_level=WARN",
            "--LabApp.log_level=WARN",
            f"--LabApp.default_url=/lab/tree/{FIRST_LESSON}",
            *([] if browser else ["--no-browser"]),
            *(["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else []),
        ]

    def _secrets(self):
        return {"JUPYTER_TOKEN": self.secret}

    def url(self, path):
        """An address in this lab that lets its reader in."""
        return f"{self.address}/{path}?token={self.secret}"

    def get(self, path):
        """Fetch a page. Returns: the HTTP status and the text."""
        return fetch(f"{self.address}/{path}", self.secret)

    def is_open(self):
        """Whether it answers to its own token, as no other lab does."""
        return self.get("api/status")[0] == 200


def open_lab(python, work, *, port=FIRST_PORT, browser=True, variables=None, say=print):
    """Open a lab in which Python starts. Returns: the Lab.

    Raises: Problem where the lab, or Python in it, does not start.
    """
    with subprocess.Popen(
        [str(python), "-P", str(_ASK_KERNEL)],
        cwd=work, env=variables, stdin=subprocess.DEVNULL, text=True, errors="replace",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as kernel:  # fmt: skip
        try:
            lab = begin(Lab, python, work, port=port, browser=browser, variables=variables, say=say)
            try:
                _say_why_not(lab, kernel)
            except BaseException:
                lab.stop()
                raise
        except BaseException:
            processes.end(kernel)
            raise
    say(f"JupyterLab is open: {lab.url(f'lab/tree/{FIRST_LESSON}')}")
    say("To end it, press Ctrl-C here. Your work stays in work/.")
    return lab


def _say_why_not(lab, kernel):
    """Raises: Problem where the page of a lab that answers is not there, or no Python starts."""
    if lab.get("lab")[0] != 200:
        raise Problem(
            "JupyterLab starts, and its page is not there: files of it are damaged. Connect to the "
            f"network, then run again: {again()}"
        )
    output = kernel.communicate()[0].strip()
    if kernel.returncode:
        last = output.splitlines()[-1] if output else f"code {kernel.returncode}"
        raise Problem(
            f"JupyterLab starts, and Python does not start in it: {last}\n"
            f"Does another program forbid it, or a kernel of yours that has the name python3? "
            f"See to it, then run again: {again()}"
        )


def without_news(prefix):
    """Switch JupyterLab's pop-up off that asks to fetch news from the network.

    prefix: the environment's folder; the switch lies in it, beside other settings of its own.
    """
    path = Path(prefix) / "etc" / "jupyter" / "labconfig" / "page_config.json"
    try:
        settings = dict(json.loads(path.read_text(encoding="utf-8")))
        disabled = dict(settings.get("disabledExtensions", {}))
    except (OSError, ValueError, TypeError, RecursionError):
        settings, disabled = {}, {}
    settings["disabledExtensions"] = {**disabled, ANNOUNCEMENTS: True}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(settings, indent=1), encoding="utf-8")


# --- labs that are open already --------------------------------------------------------------


@dataclass
class Running:
    """A Jupyter server that runs on this machine and serves the learner's copies."""

    address: str
    token: str
    folder: Path
    door: Path  # a page of its own that leads in, so that no token stands on a command line

    def url(self, path):
        """An address in it that lets its reader in."""
        return f"{self.address}{path}" + (f"?token={self.token}" if self.token else "")

    def show(self):
        """Open it in the browser."""
        if self.door.exists():
            webbrowser.open(self.door.as_uri())


def running(python, work, variables=None):
    """The Jupyter servers whose folder holds work/ and that answer, as a list of Running."""
    code, output = processes.capture(
        [python, "-P", "-c", "from jupyter_core.paths import jupyter_runtime_dir as d; print(d())"],
        env=variables,
    )
    return [] if code else _running(Path(output.strip().splitlines()[-1]), Path(work))


def _running(records, work):
    found = []
    for record in sorted(records.glob("jpserver-*.json")):
        try:
            told = json.loads(record.read_text(encoding="utf-8"))
            folder = Path(told["root_dir"]).resolve()
            server = Running(
                told["url"], told["token"], folder, record.with_name(f"{record.stem}-open.html")
            )
            if folder in (work.resolve(), *work.resolve().parents) and _answers(server):
                found.append(server)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue  # not a record of a server that can be asked
    return found


def _answers(server):
    """Whether somebody is there: a record stays behind when a server is killed."""
    return fetch(f"{server.address}api/status", server.token, seconds=3)[0] < 500
