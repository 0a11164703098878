"""JupyterLab is opened on this machine only, on a free port, without news, and ends cleanly."""

import ast
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.start import command, lab
from tools.start.problem import Problem

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def taken():
    """A port at which somebody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_port_in_use_is_said_and_the_next_one_taken(taken):
    said = []
    port = lab.free_port(taken, say=said.append)
    assert port > taken
    assert said == [f"Port {taken} is in use (another JupyterLab?); taking {port}."]


def test_a_free_port_is_taken_in_silence(taken):
    free = lab.free_port(taken, say=lambda _: None)
    said = []
    assert lab.free_port(free, say=said.append) == free and said == []


def test_no_free_port_says_what_to_do(taken, monkeypatch):
    monkeypatch.setattr(lab, "PORTS", 1)
    with pytest.raises(Problem, match=r"in use.*start\.py --port 9999"):
        lab.free_port(taken)


def test_news_are_switched_off_beside_other_settings(tmp_path):
    path = tmp_path / "etc" / "jupyter" / "labconfig" / "page_config.json"
    for earlier in (None, "{", '{"disabledExtensions": {"theirs": true}, "other": 1}'):
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
    port = lab.free_port(18_888, say=lambda _: None)
    with lab.Lab(sys.executable, tmp_path, port=port, browser=False) as opened:
        opened.wait_until_open()
        assert opened.get(f"lab/tree/{lab.FIRST_LESSON}")[0] == 200
        status, text = opened.get(f"api/contents/{lab.FIRST_LESSON}")
        assert status == 200 and json.loads(text)["name"] == lab.FIRST_LESSON
        assert opened.address.startswith("http://127.0.0.1:")
        arguments = " ".join(map(str, opened.process.args))
        assert opened.token not in arguments, "every user of the machine can read arguments"
    assert opened.process.poll() is not None
    assert lab.free_port(port, say=lambda _: None) == port


def test_a_lab_that_ends_at_once_is_said(tmp_path):
    missing = tmp_path / "gone"
    opened = lab.Lab(sys.executable, missing, port=1, browser=False)
    with pytest.raises(Problem, match="JupyterLab ended at once"):
        opened.wait_until_open()


@pytest.mark.skipif(os.name == "nt", reason="sends the signal of Ctrl-C to a process group")
def test_ctrl_c_ends_it_cleanly(tmp_path):
    code = (
        "import sys; from tools.start import lab; "
        f"sys.exit(lab.open_lab(sys.executable, {str(tmp_path)!r}, port=18950, browser=False))"
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
