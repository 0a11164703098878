"""JupyterLab is opened on this machine only, on a free port, without news, and ends cleanly."""

import ast
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from tools.start import command, lab
from tools.start.problem import Problem
from tools.start.server import free_port

ROOT = Path(__file__).resolve().parent.parent


def test_news_are_switched_off_beside_other_settings(tmp_path):
    path = tmp_path / "etc" / "jupyter" / "labconfig" / "page_config.json"
    for earlier in (
        None,
        "{",
        "[1]",
        '{"disabledExtensions": 3}',
        '{"disabledExtensions": {"theirs": true}, "other": 1}',
    ):
        if earlier is not None:
            path.write_text(earlier, "utf-8")
        lab.without_news(tmp_path)
        settings = json.loads(path.read_text("utf-8"))
        assert settings["disabledExtensions"][lab.ANNOUNCEMENTS] is True
    assert settings["other"] == 1 and settings["disabledExtensions"]["theirs"] is True


@pytest.mark.slow
def test_lesson_00_opens_and_the_lab_ends_with_its_context(tmp_path):
    notebook = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / lab.FIRST_LESSON).write_text(json.dumps(notebook), "utf-8")
    port = free_port(18_888, say=lambda _: None)
    with lab.open_lab(sys.executable, tmp_path, port=port, browser=False) as opened:
        assert opened.get(f"lab/tree/{lab.FIRST_LESSON}")[0] == 200
        status, text = opened.get(f"api/contents/{lab.FIRST_LESSON}")
        assert status == 200 and json.loads(text)["name"] == lab.FIRST_LESSON
        assert opened.address.startswith("http://127.0.0.1:")
        arguments = " ".join(map(str, opened.process.args))
        assert opened.secret not in arguments, "every user of the machine can read arguments"
        (found,) = lab.running(sys.executable, tmp_path)
        assert found.token == opened.secret and found.address == opened.address + "/"
        assert found.door.exists(), "the page that leads in without a token on a command line"
        assert len(lab.running(sys.executable, tmp_path / "work")) == 1, "it shows what is below"
        assert lab.running(sys.executable, tmp_path.parent) == []
    assert opened.process.poll() is not None
    assert lab.running(sys.executable, tmp_path) == []
    assert free_port(port, say=lambda _: None) == port


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="sends the signal of Ctrl-C to a process group")
def test_ctrl_c_ends_it_cleanly(tmp_path):
    code = (
        "import sys; from tools.start import lab, processes, server; "
        "processes.listen_for_ctrl_c(); "
        f"opened = lab.open_lab(sys.executable, {str(tmp_path)!r}, port=18950, browser=False); "
        "sys.exit(server.stay(opened, 'Ended. Your work is in work/.'))"
    )
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", code],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    said = []
    with process:
        for line in process.stdout:
            said.append(line)
            if "press Ctrl-C" in line:
                time.sleep(0.5)
                os.killpg(process.pid, signal.SIGINT)
    assert process.returncode == 0, "".join(said)
    assert "Your work is in work/." in said[-1]
    assert "Traceback" not in "".join(said)


@pytest.fixture
def kernel_question(tmp_path, monkeypatch):
    """What is asked for a kernel, replaced by a program of a few words; the lab by a stand-in."""
    path = tmp_path / "ask.py"
    ended = []
    stand_in = SimpleNamespace(
        url=lambda path: f"http://x/{path}",
        stop=lambda: ended.append(1),
        get=lambda path: (200, ""),
    )
    monkeypatch.setattr(lab, "_ASK_KERNEL", path)
    monkeypatch.setattr(lab, "begin", lambda *_, **__: stand_in)
    return path, stand_in, ended


def test_a_lab_without_a_kernel_is_not_called_open(kernel_question, tmp_path):
    path, stand_in, ended = kernel_question
    said = []
    path.write_text("print('fine')", "utf-8")
    assert lab.open_lab(sys.executable, tmp_path, say=said.append) is stand_in
    assert said[0].startswith("JupyterLab is open: http://x/") and not ended
    for answer, reason in (("import no_such_kernel", "No module named 'no_such_kernel'"),
                           ("print('a'); raise SystemExit('died')", "died"),
                           ("raise SystemExit(3)", "code 3")):  # fmt: skip
        said.clear()
        path.write_text(answer, "utf-8")
        with pytest.raises(Problem, match=f"Python does not start in it: .*{reason}"):
            lab.open_lab(sys.executable, tmp_path, say=said.append)
        assert said == [] and ended.pop(), "the lab is ended, and nobody was told it is open"
    path.write_text("print('fine')", "utf-8")
    stand_in.get = lambda path: (500, "")
    with pytest.raises(Problem, match="its page is not there"):
        lab.open_lab(sys.executable, tmp_path, say=said.append)
    assert said == [] and ended


def test_records_of_servers_are_read_with_care(tmp_path, monkeypatch):
    work = tmp_path / "work"
    for folder in (work, work / "deeper", tmp_path / "other"):
        folder.mkdir(parents=True, exist_ok=True)
    records = tmp_path / "runtime"
    records.mkdir()
    answers = {"http://a/": 200, "http://b/": 403, "http://gone/": None, "http://sick/": 500}

    def fetch(url, token, seconds):
        code = answers[url.removesuffix("api/status")]
        if code is None:
            raise ConnectionRefusedError
        return code, ""

    monkeypatch.setattr(lab, "fetch", fetch)
    nested = '{"a":' * 10_000 + "1" + "}" * 10_000
    for i, text in enumerate(["", "[]", "{", nested, '{"root_dir": 3}', '{"root_dir": "/"}']):
        (records / f"jpserver-{i}.json").write_text(text, "utf-8")
    for name, address, folder in (
        ("x1", "http://a/", work), ("x2", "http://b/", tmp_path), ("x3", "http://gone/", work),
        ("x4", "http://sick/", work), ("x5", "http://a/", tmp_path / "other"),
        ("x6", "http://a/", work / "deeper"),
    ):  # fmt: skip
        told = {"url": address, "token": "t", "root_dir": str(folder)}
        (records / f"jpserver-{name}.json").write_text(json.dumps(told), "utf-8")
    found = lab._running(records, work)
    assert [(one.address, one.folder) for one in found] == [
        ("http://a/", work.resolve()), ("http://b/", tmp_path.resolve())
    ]  # fmt: skip
    assert found[0].url("lab") == "http://a/lab?token=t"
    assert found[0].door == records / "jpserver-x1-open.html"


# --- the command line ------------------------------------------------------------------------


def test_what_stands_behind_test_is_for_pytest():
    assert command._split(["--constraints", "test", "-k", "x", "--port"]) == (
        ["--constraints", "test"],
        ["-k", "x", "--port"],
    )
    assert command._split(["reset", "02"]) == (["reset", "02"], [])


def test_a_problem_is_said_without_a_traceback(tmp_path, capsys):
    assert command.main(["reset", "02"], "", root=tmp_path) == 1
    said = capsys.readouterr().err
    assert said.startswith("\n✘ There are no notebooks") and "Traceback" not in said


def test_ctrl_c_during_set_up_ends_cleanly(tmp_path, capsys, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(command.work, "reset", interrupted)
    assert command.main(["reset", "02"], "", root=tmp_path) == 130
    assert "kept" in capsys.readouterr().err


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course whose environment is whole, and a list of what is done in it, in order."""
    done = []

    class Stub:
        root, folder, python = tmp_path, tmp_path / ".venv", "python"

        def __init__(self, *_, **__):
            pass

        def ensure(self, group=None):
            done.append("ensure")

    (tmp_path / "work").mkdir()
    monkeypatch.setattr(command, "Environment", Stub)
    monkeypatch.setattr(command.surroundings, "with_a_home", lambda root, say=print: {})
    monkeypatch.setattr(command.work, "update", lambda root, open_in, say: done.append(open_in))
    monkeypatch.setattr(lab, "open_lab", lambda *_, **options: done.append(options["port"]))
    monkeypatch.setattr(command.server, "stay", lambda *_: 0)
    return tmp_path, done


def test_a_lab_that_is_open_already_is_used(course, monkeypatch, capsys):
    root, done = course
    shown = []
    mine = lab.Running("http://m/", "t", (root / "work").resolve(), root / "door.html")
    above = lab.Running("http://o/", "t", root.resolve(), root / "door.html")
    monkeypatch.setattr(lab.Running, "show", lambda self: shown.append(self.address))
    for running, arguments, expected, opened in (
        ([], [], ["ensure", [], 8888], []),
        ([mine], [], ["ensure", ["http://m/"]], ["http://m/"]),
        ([mine], ["--no-browser"], ["ensure", ["http://m/"]], []),
        # one that shows the folder above may have copies open, and is not ours to send people to
        ([above], [], ["ensure", ["http://o/"], 8888], []),
    ):
        done.clear(), shown.clear()
        monkeypatch.setattr(lab, "running", lambda *_, now=running: now)
        assert command.main(arguments, "", root=root) == 0
        assert (done, shown) == (expected, opened)
        assert ("open already: http://m/lab?token=t" in capsys.readouterr().out) == (
            mine in running
        )


def test_options_may_stand_before_or_behind_a_command():
    parse = command._parser("").parse_args
    for line in (["app", "--no-browser", "--port", "81"], ["--no-browser", "--port", "81", "app"],
                 ["--no-browser", "app", "--port=81"]):  # fmt: skip
        options = parse(line)
        assert (options.command, options.no_browser, options.port) == ("app", True, 81), line
    assert parse(["models", "--constraints"]).constraints and not parse(["app"]).constraints
    assert parse([]).port == 8888 and parse(["--port", "0"]).port == 0


def test_what_is_no_port_is_said(capsys):
    for port in ("-5", "70000", "x", "", "8888.0", "9" * 5000):
        with pytest.raises(SystemExit) as ended:
            command._parser("").parse_args(["--port", port])
        assert ended.value.code == 2
        assert "is no port; they go from 1 to 65535" in capsys.readouterr().err, port


def test_start_can_be_read_by_old_pythons():
    """An old Python has to get as far as the sentence that says it is old."""
    source = (ROOT / "start.py").read_text("utf-8")
    ast.parse(source, feature_version=(3, 7))
    assert source.isascii(), "Python 2 would stop at any other letter"
    before = source[: source.index("from tools")]
    assert not re.search(r"\bf[\"']|:=|print\(", before)


def test_an_old_python_is_told_so(monkeypatch):
    source = (ROOT / "start.py").read_text("utf-8")
    monkeypatch.setattr(sys, "version_info", (3, 8, 10))
    with pytest.raises(SystemExit) as ended:
        exec(compile(source, "start.py", "exec"), {"__name__": "start"})
    said = str(ended.value)
    assert "needs Python 3.11 or later, and this is Python 3.8" in said
    assert "python3.11 start.py" in said


def test_start_finds_its_own_files_whatever_python_adds_to_the_path(tmp_path):
    for options, variables in ((["-P"], {}), (["-I"], {}), ([], {"PYTHONSAFEPATH": "1"})):
        done = subprocess.run(
            [sys.executable, *options, str(ROOT / "start.py"), "--help"],
            cwd=tmp_path, capture_output=True, text=True,
            env={**os.environ, "PYTHONPATH": "", **variables},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
