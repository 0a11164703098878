"""The playground as an app: on this machine only, without a word of code, ended cleanly."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
from pathlib import Path

import pytest

from tools.start import app, command, lab
from tools.start.problem import Problem

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = ROOT / "notebooks" / app.NOTEBOOK


class Recorded:
    """Stands in for Popen: keeps the command."""

    def __init__(self, command, **_):
        self.args = command


def test_it_listens_on_this_machine_and_ends_what_nobody_looks_at(monkeypatch):
    monkeypatch.setattr(app.subprocess, "Popen", Recorded)
    arguments = app.App("python", NOTEBOOK, port=8123, browser=False).process.args
    assert "--Voila.port=8123" in arguments
    assert f"--Voila.config_file_paths={app.SETTINGS}" in arguments
    settings = json.loads((app.SETTINGS / "voila.json").read_text("utf-8"))
    assert settings["Voila"]["ip"] == "127.0.0.1"
    assert settings["MappingKernelManager"]["cull_idle_timeout"] == 600
    assert "--no-browser" in arguments and str(NOTEBOOK) in arguments
    assert "--no-browser" not in app.App("python", NOTEBOOK, port=8123).process.args


def test_a_course_without_the_notebook_says_so(tmp_path):
    with pytest.raises(Problem, match=r"no P_playground\.ipynb.*download it again"):
        app.open_app(sys.executable, tmp_path / app.NOTEBOOK, browser=False)


def test_the_command_installs_the_group_and_serves_the_built_notebook(monkeypatch, tmp_path):
    seen = []

    class Stub:
        root, python = tmp_path, "python"

        def __init__(self, *_, **__):
            pass

        def ensure(self, group=None):
            seen.append(group)

    monkeypatch.setattr(command, "Environment", Stub)
    monkeypatch.setattr(
        command.app, "open_app", lambda *given, **options: seen.append((given, options)) or 0
    )
    assert command.main(["--no-browser", "--port", "8200", "app"], "", root=tmp_path) == 0
    served = ("python", tmp_path / "notebooks" / app.NOTEBOOK)
    assert seen == ["app", (served, {"port": 8200, "browser": False})]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="sends the signal of Ctrl-C to a process group")
def test_ctrl_c_ends_it_cleanly_and_only_this_machine_was_served():
    pytest.importorskip("voila", reason="needs Voilà: python start.py app installs it")
    port = lab.free_port(19_300, say=lambda _: None)
    code = (
        "import sys; from pathlib import Path; from tools.start import app; "
        f"sys.exit(app.open_app(sys.executable, Path({str(NOTEBOOK)!r}), port={port}, "
        "browser=False))"
    )
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", code], cwd=ROOT, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    said = []
    with process:
        for line in process.stdout:
            said.append(line)
            if "press Ctrl-C" in line:
                _only_loopback(port)
                time.sleep(0.5)
                os.killpg(process.pid, signal.SIGINT)
    assert process.returncode == 0, "".join(said)
    assert f"The playground is open: http://127.0.0.1:{port}/" in "".join(said)
    assert "Ended." in said[-1] and "Traceback" not in "".join(said)


def _only_loopback(port):
    with socket.create_connection(("127.0.0.1", port), timeout=5):
        pass
    # A server that listens at every address of the machine answers at this one, too.
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.2", port), timeout=2).close()


def test_a_server_that_does_not_start_is_said():
    with pytest.raises(Problem, match="The app ended at once"):
        app.App(sys.executable, Path("gone.ipynb"), port=1, browser=False).wait_until_open()


def test_an_address_needs_no_token():
    url = app.App.url(type("Stub", (), {"address": "http://127.0.0.1:1"})())
    assert url == "http://127.0.0.1:1/"
    assert issubclass(urllib.error.HTTPError, OSError), "waiting relies on it"
