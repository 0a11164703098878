"""The playground as an app: on this machine only, without a word of code, ended cleanly."""

import asyncio
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

from tools.start import app, command, server
from tools.start.inside.app_server import FewKernels, Refused, refusal
from tools.start.problem import Problem

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = ROOT / "notebooks" / app.NOTEBOOK


@pytest.fixture
def begun(monkeypatch):
    """The command lines of servers that would be begun."""
    commands = []

    def popen(command, **options):
        commands.append((command, options))
        return SimpleNamespace(args=command)

    monkeypatch.setattr(server.subprocess, "Popen", popen)
    return commands


def test_it_listens_on_this_machine_and_ends_what_nobody_looks_at(begun):
    one = app.App("python", NOTEBOOK, port=8123, browser=False)
    ((arguments, options),) = begun
    assert "--Voila.port=8123" in arguments and str(NOTEBOOK) in arguments
    assert f"--Voila.config_file_paths={app.SETTINGS}" in arguments
    assert "--no-browser" in arguments, "Voilà sends browsers by a file, as from elsewhere"
    assert one.secret not in " ".join(arguments) and one.secret in options["env"].values()
    settings = json.loads((app.SETTINGS / "voila.json").read_text("utf-8"))
    assert settings["Voila"]["ip"] == "127.0.0.1"
    assert settings["MappingKernelManager"]["cull_idle_timeout"] == 600


def test_a_course_without_the_notebook_says_so(tmp_path):
    with pytest.raises(Problem, match=r"no P_playground\.ipynb.*download it again"):
        app.open_app(sys.executable, tmp_path / app.NOTEBOOK, browser=False)


def test_the_browser_is_sent_to_the_address(tmp_path, monkeypatch):
    sent = []
    notebook = tmp_path / app.NOTEBOOK
    notebook.write_text("{}", "utf-8")
    opened = SimpleNamespace(url=lambda path="": "http://127.0.0.1:1/")
    monkeypatch.setattr(app, "begin", lambda *_, **__: opened)
    monkeypatch.setattr(app.webbrowser, "open", sent.append)
    for browser, addresses in ((False, []), (True, ["http://127.0.0.1:1/"])):
        assert app.open_app("python", notebook, browser=browser, say=lambda _: None) is opened
        assert sent == addresses


def test_the_command_installs_the_group_and_serves_the_built_notebook(monkeypatch, tmp_path):
    seen = []

    class Stub:
        root, python = tmp_path, "python"

        def __init__(self, *_, **__):
            pass

        def ensure(self, group=None):
            seen.append(group)

    monkeypatch.setattr(command, "Environment", Stub)
    monkeypatch.setattr(command.surroundings, "with_a_home", lambda root: {"HOME": "h"})
    monkeypatch.setattr(command.app, "open_app", lambda *given, **options: (given, options))
    monkeypatch.setattr(command.server, "stay", lambda opened, words: seen.append(opened) or 0)
    assert command.main(["app", "--no-browser", "--port", "8200"], "", root=tmp_path) == 0
    served = ("python", tmp_path / "notebooks" / app.NOTEBOOK)
    assert seen == ["app", (served, dict(port=8200, browser=False, variables={"HOME": "h"}))]


# --- who is answered -------------------------------------------------------------------------

HERE = {"Host": "127.0.0.1:8888"}


def test_what_a_person_or_the_page_itself_asks_is_answered():
    for more in (
        {}, {"Sec-Fetch-Site": "none"}, {"Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://127.0.0.1:8888"}, {"Referer": "http://127.0.0.1:8888/voila/x"},
        {"Host": "localhost:8888"}, {"Host": "[::1]:8888"}, {"Host": "127.0.0.1"},
    ):  # fmt: skip
        assert refusal({**HERE, **more}) is None, more


def test_what_other_pages_and_other_names_ask_is_refused():
    for more, reason in (
        ({"Host": "evil.example"}, "to this machine only"),
        ({"Host": "evil.example:8888"}, "to this machine only"),
        ({"Host": "127.0.0.1.evil.example"}, "to this machine only"),
        ({"Host": ""}, "to this machine only"),
        ({"Sec-Fetch-Site": "cross-site"}, "Another web page"),
        ({"Sec-Fetch-Site": "same-site"}, "Another web page"),
        ({"Origin": "http://evil.example"}, "Another web page"),
        ({"Origin": "null"}, "Another web page"),
        ({"Origin": "http://127.0.0.1:3000"}, "Another web page"),
        ({"Referer": "http://evil.example/127.0.0.1:8888"}, "Another web page"),
    ):
        assert reason in (refusal({**HERE, **more}) or ""), more


def test_no_more_pythons_than_a_machine_bears():
    async def start(manager, **options):
        manager.running.append(options["kernel_id"])
        await asyncio.sleep(0)
        return options["kernel_id"]

    class Manager(FewKernels):
        running = ()

        def list_kernel_ids(self):
            return self.running

    async def visit(manager):
        many = [manager.start_kernel() for _ in range(12)]
        return await asyncio.gather(*many, return_exceptions=True)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AsyncMappingKernelManager, "start_kernel", start)
        manager = Manager()
        manager.running = []
        answers = asyncio.run(visit(manager))
        refused = [one for one in answers if isinstance(one, Refused)]
        assert len(refused) == 4 and len(manager.running) == manager.most == 8
        assert refused[0].status_code == 503 and "8 pages are open" in refused[0].log_message
        manager.running.pop()  # one page is closed
        assert [type(one) for one in asyncio.run(visit(manager))].count(str) == 1


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="sends the signal of Ctrl-C to a process group")
def test_ctrl_c_ends_it_cleanly_and_only_this_machine_was_served():
    port = server.free_port(19_300, say=lambda _: None)
    code = (
        "import sys; from pathlib import Path; from tools.start import app, processes, server; "
        "processes.listen_for_ctrl_c(); "
        f"opened = app.open_app(sys.executable, Path({str(NOTEBOOK)!r}), port={port}, "
        "browser=False); sys.exit(server.stay(opened, 'Ended.'))"
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
                _every_address_is_guarded(port)
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


def _every_address_is_guarded(port):
    for path in (
        "",
        "which-server",
        "voila/static/voila.js",
        "voila/templates/lab/static/voila.js",
        "api/kernels/00000000-0000-0000-0000-000000000000",
        "voila/files/start.py",
    ):
        for headers in ({"Host": "evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", f"/{path}", headers=headers)
            answer = connection.getresponse()
            words = answer.read().decode()
            assert answer.status == 403 and ("Another" in words or "only" in words), (path, words)
            connection.close()


def test_an_address_needs_no_token():
    url = app.App.url(SimpleNamespace(address="http://127.0.0.1:1"))
    assert url == "http://127.0.0.1:1/"
