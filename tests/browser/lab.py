"""JupyterLab, Notebook and Voilà in a real browser, as a reader would use them.

    lab.open("lesson.ipynb")     # a path in lab.workspace
    lab.run_all()
    lab.cell_output(3)           # a Playwright locator
    lab.screenshot("/tmp/lesson.png")

`errors` and `outside` of a page collect what must stay empty: errors on the console, and requests
that leave this machine.
"""

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

REPOSITORY = Path(__file__).resolve().parents[2]
AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
LOOPBACK = ("127.0.0.1", "localhost", "")  # "": data: and blob: addresses
START, RUN = 60, 90  # seconds
SETTINGS = {
    # Both ask the network, the first by a pop-up.
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # Otherwise cells that are out of sight are not in the page.
    "notebook-extension/tracker": {"windowingMode": "none"},
}
# What a careful server tells the browser: no script that stands in a page or an attribute. Jupyter
# needs 'unsafe-eval' to compile the schemas of its settings; nothing of ours does.
POLICY = (
    "default-src 'self'; script-src 'self' blob: 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws://127.0.0.1:*"
)
VOILA_SETTINGS = REPOSITORY / "tools" / "start" / "voila_settings" / "voila.json"
CHROMIUM_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
    # A page whose headers are changed on the way has no address for Chromium to judge by.
    "--disable-features=LocalNetworkAccessChecks",
)  # fmt: skip


class Server:
    """Jupyter from this environment, on a free port of this machine, in folders of its own.

    It serves JupyterLab, Notebook and Voilà, each page under POLICY.
    """

    def __init__(self, folder, *, theme=None):
        self.workspace = folder / "workspace"
        self.workspace.mkdir(parents=True)
        self.token = secrets.token_hex(16)
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        settings = dict(SETTINGS)
        if theme:
            settings["apputils-extension/themes"] = {"theme": theme}
        for name, values in settings.items():
            path = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(values), encoding="utf-8")
        self._log_path = folder / "server.log"
        self._log = self._log_path.open("w", encoding="utf-8")
        self._process = subprocess.Popen(
            [
                sys.executable, "-m", "jupyterlab", "--no-browser",
                "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={self.port}",
                "--ServerApp.port_retries=0", "--ServerApp.allow_root=True",
                f"--ServerApp.root_dir={self.workspace}",
                f"--IdentityProvider.token={self.token}",
                f"--LabApp.user_settings_dir={folder / 'settings'}",
                f"--JupyterNotebookApp.user_settings_dir={folder / 'settings'}",
                f"--LabApp.workspaces_dir={folder / 'workspaces'}",
                "--LabApp.news_url=None", "--LabApp.extension_manager=readonly",
                "--LabApp.expose_app_in_browser=True",
                "--JupyterNotebookApp.expose_app_in_browser=True",
                f"--ServerApp.tornado_settings={dict(headers={'Content-Security-Policy': POLICY})}",
            ],
            stdout=self._log, stderr=subprocess.STDOUT, cwd=self.workspace,
            env=_environment(folder),
        )  # fmt: skip

    def wait(self):
        """Return when the server answers; RuntimeError with its log when it does not."""
        end = time.monotonic() + START
        while time.monotonic() < end:
            if self._process.poll() is not None:
                break
            try:
                urllib.request.urlopen(f"{self.url}/api?token={self.token}", timeout=5).close()
                return
            except OSError:
                time.sleep(0.2)
        self.stop()
        log = self._log_path.read_text(encoding="utf-8")[-3000:]
        raise RuntimeError(f"JupyterLab did not answer within {START} s. Its log ends:\n{log}")

    def stop(self):
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()


class Page:
    """A page of a front end, and what went wrong in it.

    OWN: a pattern of the errors that the front end itself causes, whatever a notebook shows.
    """

    OWN = None

    def __init__(self, server, context):
        self.workspace = server.workspace
        self._server = server
        self.errors = []
        self.outside = []
        self.page = context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self._error(str(error)))
        self.page.on("websocket", lambda socket: self._address(socket.url))
        context.on("requestfinished", lambda request: self._address(request.url))
        context.on("requestfailed", self._failed)

    def tab_to(self, start, target):
        """Press Tab from an element on until the target has the focus."""
        start.evaluate("element => element.focus()")
        for _ in range(30):
            self.page.keyboard.press("Tab")
            if target.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError("It is not reached by pressing Tab 30 times.")

    def screenshot(self, path, locator=None):
        """The page, or one element of it, as a PNG file."""
        (self.page if locator is None else locator).screenshot(path=str(path))

    def violations(self, locator):
        """What axe-core finds inside an element: a list of texts, empty when all is well."""
        if not self.page.evaluate("'axe' in window"):
            # Not by a script element: the page's policy refuses scripts that stand in it.
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = locator.evaluate(
            "async element => (await axe.run(element)).violations.map(violation =>"
            " violation.id + ': ' + violation.help + '\\n  '"
            " + violation.nodes.map(node => node.html + ' ' + node.failureSummary).join('\\n  '))"
        )
        return found

    def _goto(self, path):
        self.page.goto(f"{self._server.url}/{path}?token={self._server.token}")

    def _console(self, message):
        if message.type == "error":
            self._error(f"{message.text} ({message.location.get('url', '')})")

    def _error(self, text):
        if not (self.OWN and re.search(self.OWN, text)):
            self.errors.append(text)

    def _failed(self, request):
        if request.failure != "csp":  # kept back by the browser, as the policy says
            self._address(request.url)

    def _address(self, url):
        if urlsplit(url).scheme in ("http", "https", "ws", "wss") and (
            urlsplit(url).hostname not in LOOPBACK
        ):
            self.outside.append(url)


class Lab(Page):
    """A page of JupyterLab."""

    # Its page holds a script that takes the token out of the address.
    OWN = "^Executing inline script violates"
    PATH = "lab/workspaces/{name}/tree/{notebook}"

    def open(self, notebook):
        """Open a notebook by its path in the workspace, and wait until it can be used."""
        self._goto(self.PATH.format(name=f"w{secrets.token_hex(4)}", notebook=notebook))
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=START * 1000)
        self.page.wait_for_function(
            "async () => { const panel = window.jupyterapp?.shell.currentWidget;"
            " if (!panel) return false;"
            " await panel.context.ready; await panel.sessionContext.ready; return true; }",
            timeout=START * 1000,
        )

    def run_all(self):
        """Run all cells, and wait until the last has finished. An error in a cell is an error."""
        self.page.set_default_timeout(RUN * 1000)
        ran = self.page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
        failed = self.page.locator('.jp-OutputArea-output[data-mime-type*="error"]')
        if failed.count():
            raise AssertionError(f"A cell failed:\n{failed.first.inner_text()}")
        assert ran is not False, "JupyterLab says that not all cells ran."
        self.page.set_default_timeout(15_000)

    def cell(self, index):
        """A cell by its place, from 0, as a locator."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index)

    def cell_output(self, index):
        """The outputs of a cell as a locator."""
        return self.cell(index).locator(".jp-Cell-outputArea")


class Notebook(Lab):
    """A page of Notebook 7, which is built from the parts of JupyterLab."""

    # The last two it says of any notebook, with and without a policy.
    OWN = (
        "^Executing inline script violates|undefined \\(reading 'schema'\\)|"
        "^Command 'filebrowser:open-path' not registered"
    )
    PATH = "notebooks/{notebook}"


class Voila(Page):
    """A page of Voilà, under the policy of the app: its pages are made of inline scripts."""

    # It asks elsewhere for icons and for MathJax, and for parts of JupyterLab that it lacks.
    OWN = (
        "^(Loading the (stylesheet|script)|Connecting to) 'https://cdn|"
        "^Error: The getter for the shared module"
    )

    def open(self, notebook):
        """Open a notebook, which runs it."""
        settings = json.loads(VOILA_SETTINGS.read_text(encoding="utf-8"))
        headers = settings["Voila"]["tornado_settings"]["headers"]

        def under_the_policy(route):
            answer = route.fetch()
            route.fulfill(response=answer, headers={**answer.headers, **_lower(headers)})

        self.page.route(re.compile("/voila/render/[^/]*ipynb"), under_the_policy)
        self._goto(f"voila/render/{notebook}")

    def run_all(self):
        """Nothing to do: what is shown has run."""


@contextmanager
def browser(chromium):
    """Chromium through Playwright. chromium: path of its program."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        program = playwright.chromium.launch(
            executable_path=chromium, headless=True, args=list(CHROMIUM_FLAGS)
        )
        try:
            yield program
        finally:
            program.close()


def _lower(headers):
    return {name.lower(): value for name, value in headers.items()}


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _environment(folder):
    """The environment of the server and its kernels: nothing of the user's is read or written."""
    own = {
        "JUPYTER_CONFIG_DIR": folder / "config",
        "JUPYTER_DATA_DIR": folder / "data",
        "JUPYTER_RUNTIME_DIR": folder / "runtime",
        "IPYTHONDIR": folder / "ipython",
        "ATTENTION_PROGRESS": folder / "progress.json",
    }
    path = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))
    return {**os.environ, **{name: str(value) for name, value in own.items()}, "PYTHONPATH": path}
