"""Serve the playground as a page without code: on this machine only, by Voilà."""

import webbrowser
from pathlib import Path

from tools.start.problem import Problem
from tools.start.server import FIRST_PORT, Server, begin, fetch

NOTEBOOK = "P_playground.ipynb"
# On this machine only; a Python that nobody has looked at for ten minutes is ended; and since the
# page of Voilà asks elsewhere for a set of icons, which nothing here shows, the browser is told to
# ask this server only. So the app works without a network, and nobody learns that it is used.
SETTINGS = Path(__file__).resolve().parent / "voila_settings"
_APP_SERVER = Path(__file__).resolve().with_name("inside") / "app_server.py"


class App(Server):
    """A Voilà that serves one notebook.

    It lets a page move what the notebook shows, and refuses to run code that a page sends, and all
    requests that other pages make. Each page that is open has a Python of its own, so visitors do
    not see one another.
    """

    name = "The app"

    def url(self, path=""):
        """An address in this app. It needs no token: nothing can be run or read through it."""
        return f"{self.address}/{path}"

    def _command(self, shown, browser):
        return [
            str(_APP_SERVER),
            str(shown),
            f"--Voila.config_file_paths={SETTINGS}",
            f"--Voila.port={self.port}",
            # A browser that Voilà sends here by a file of its own would come from elsewhere.
            "--no-browser",
        ]

    def _secrets(self):
        return {"ATTENTION_APP": self.secret}

    def is_open(self):
        """Whether it answers, and tells the word that only the server begun here can know."""
        return fetch(self.url("which-server")) == (200, self.secret)


def open_app(python, notebook, *, port=FIRST_PORT, browser=True, variables=None, say=print):
    """Serve the notebook. Returns: the App, open.

    Raises: Problem where there is no such notebook, or the server does not start.
    """
    if not notebook.exists():
        raise Problem(
            f"There is no {notebook.name} in notebooks/. This copy of the course is incomplete; "
            "download it again."
        )
    app = begin(App, python, notebook, port=port, browser=browser, variables=variables, say=say)
    say(f"The playground is open: {app.url()}")
    say("To end it, press Ctrl-C here.")
    if browser:
        webbrowser.open(app.url())
    return app
