"""Open JupyterLab on the learner's copies: on this machine only, on a free port, without news."""

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from tools.start.problem import Problem, again

FIRST_LESSON = "00_start_here.ipynb"
FIRST_PORT, PORTS = 8888, 50
SECONDS_TO_START = 90
ANNOUNCEMENTS = "@jupyterlab/apputils-extension:announcements"


def free_port(first=FIRST_PORT, say=print):
    """The first port from `first` on that nobody listens at; says so where it is another one."""
    for port in range(first, min(first + PORTS, 65536)):
        with socket.socket() as probe:
            if os.name != "nt":  # on Windows this option would let two programs share a port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port != first:
            say(f"Port {first} is in use (another JupyterLab?); taking {port}.")
        return port
    raise Problem(
        f"All ports from {first} to {first + PORTS - 1} are in use. "
        f"Name another: {again('--port', '9999')}"
    )


def without_news(prefix):
    """Switch JupyterLab's pop-up off that asks to fetch news from the network.

    prefix: the environment's folder; the switch lies in it, beside other settings of its own.
    """
    path = Path(prefix) / "etc" / "jupyter" / "labconfig" / "page_config.json"
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        settings = {}
    settings.setdefault("disabledExtensions", {})[ANNOUNCEMENTS] = True
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(settings, indent=1), encoding="utf-8")


class Lab:
    """A JupyterLab that runs; as a context manager, one that is stopped at the end."""

    name = "JupyterLab"
    knock = "api/status"  # a page that answers 200 as soon as the server is there

    def __init__(self, python, work, *, port, browser=True):
        """python: the environment's. work: what it shows; for the lab, a folder."""
        self.token = secrets.token_hex(24)
        self.address = f"http://127.0.0.1:{port}"
        self.process = self._begin(python, work, port, browser)

    def _begin(self, python, work, port, browser):
        return subprocess.Popen(
            [
                str(python),
                "-m",
                "jupyterlab",
                "-y",  # Ctrl-C ends it without a question
                f"--ServerApp.root_dir={work}",
                "--ServerApp.ip=127.0.0.1",
                f"--ServerApp.port={port}",
                "--ServerApp.port_retries=0",
                "--ServerApp.log_level=WARN",
                "--LabApp.log_level=WARN",
                f"--LabApp.default_url=/lab/tree/{FIRST_LESSON}",
                *([] if browser else ["--no-browser"]),
                *(["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else []),
            ],
            # By the environment, not by an option: options are there for every user to read.
            env={**os.environ, "JUPYTER_TOKEN": self.token},
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def url(self, path):
        """An address in this lab that lets its reader in."""
        return f"{self.address}/{path}?token={self.token}"

    def get(self, path):
        """Fetch a page. Returns: the HTTP status and the text."""
        # Without a proxy: this is a connection to this machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.url(path), timeout=10) as answer:
            return answer.status, answer.read().decode()

    def wait_until_open(self):
        """Raises: Problem where the server ends or does not answer in time."""
        end = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise Problem(
                    f"{self.name} ended at once with code {self.process.returncode} (see above). "
                    f"Delete the folder .venv and run again: {again()}"
                )
            with contextlib.suppress(urllib.error.URLError, OSError):
                if self.get(self.knock)[0] == 200:
                    return
            time.sleep(0.2)
        raise Problem(
            f"{self.name} did not answer within {SECONDS_TO_START} seconds. Run again: {again()}"
        )

    def stop(self):
        """End it, gently at first."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def open_lab(python, work, *, port=FIRST_PORT, browser=True, say=print):
    """Open the lab and stay until it ends or Ctrl-C is pressed. Returns the exit code."""
    listen_for_ctrl_c()
    with Lab(python, work, port=free_port(port, say), browser=browser) as lab:
        try:
            lab.wait_until_open()
            say(f"JupyterLab is open: {lab.url(f'lab/tree/{FIRST_LESSON}')}")
            say("To end it, press Ctrl-C here. Your work stays in work/.")
            return lab.process.wait()
        except KeyboardInterrupt:
            with contextlib.suppress(KeyboardInterrupt, subprocess.TimeoutExpired):
                lab.process.wait(5)  # Ctrl-C reached it, too
            say("\nEnded. Your work is in work/.")
            return 0


def listen_for_ctrl_c():
    """End cleanly on Ctrl-C and on a request to end.

    A shell that starts a program in the background has it ignore Ctrl-C, and so would all that it
    starts; with a handler of its own it hears again.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)


def _interrupt(*_):
    raise KeyboardInterrupt
