"""Serve the playground as a page without code: on this machine only, by Voilà."""

import contextlib
import os
import subprocess
from pathlib import Path

from tools.start.lab import FIRST_PORT, Lab, free_port, listen_for_ctrl_c
from tools.start.problem import Problem

NOTEBOOK = "P_playground.ipynb"
# On this machine only; a Python that nobody has looked at for ten minutes is ended; and since the
# page of Voilà asks elsewhere for a set of icons, which nothing here shows, the browser is told to
# ask this server only. So the app works without a network, and nobody learns that it is used.
SETTINGS = Path(__file__).resolve().parent / "voila_settings"


class App(Lab):
    """A Voilà that serves one notebook.

    It lets a page move what the notebook shows, and refuses to run code that a page sends. Each
    page that is open has a Python of its own, so visitors do not see one another.
    """

    name = "The app"
    knock = "voila/templates/lab/static/voila.js"

    def url(self, path=""):
        """An address in this app. It needs no token: nothing can be run or read through it."""
        return f"{self.address}/{path}"

    def _begin(self, python, work, port, browser):
        command = [
            str(python), "-m", "voila", str(work),
            f"--Voila.config_file_paths={SETTINGS}",
            f"--Voila.port={port}",
            *([] if browser else ["--no-browser"]),
        ]  # fmt: skip
        return subprocess.Popen(command, env=dict(os.environ))


def open_app(python, notebook, *, port=FIRST_PORT, browser=True, say=print):
    """Serve the notebook and stay until it ends or Ctrl-C is pressed. Returns the exit code.

    Raises: Problem where there is no such notebook, or the server does not start.
    """
    if not notebook.exists():
        raise Problem(
            f"There is no {notebook.name} in notebooks/. This copy of the course is incomplete; "
            "download it again."
        )
    listen_for_ctrl_c()
    with App(python, notebook, port=free_port(port, say), browser=browser) as app:
        try:
            app.wait_until_open()
            say(f"The playground is open: {app.url()}")
            say("To end it, press Ctrl-C here.")
            return app.process.wait()
        except KeyboardInterrupt:
            with contextlib.suppress(KeyboardInterrupt, subprocess.TimeoutExpired):
                app.process.wait(5)  # Ctrl-C reached it, too
            say("\nEnded.")
            return 0
