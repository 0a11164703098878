"""Programs that start.py starts: shown at work, ended with it, and one start at a time."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.start import processes
from tools.start import turn as turn_module
from tools.start.turn import turn

ROOT = Path(__file__).resolve().parent.parent
START = ROOT / "tools" / "start"
posix = pytest.mark.skipif(os.name == "nt", reason="sends the signals of POSIX systems")


def gone(pid, seconds=10):
    """Whether a process ends within some seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        # A child that has ended and that nobody has asked for yet is a zombie.
        if Path(f"/proc/{pid}/stat").exists():
            state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
            if state == "Z":
                return True
        time.sleep(0.05)
    return False


def test_stream_shows_steps_and_returns_everything(tmp_path):
    said = []
    code = "print('Collecting numpy>=2 (from x)'); print('noise'); raise SystemExit(3)"
    result = processes.stream([sys.executable, "-c", code], cwd=tmp_path, say=said.append)
    assert result == (3, "Collecting numpy>=2 (from x)\nnoise\n")
    assert said == ["  Collecting numpy>=2"]


def test_stream_says_once_that_the_network_is_slow(tmp_path):
    said = []
    code = "print('WARNING: Retrying (Retry(total=4))'); print('WARNING: Retrying (total=3)')"
    processes.stream([sys.executable, "-c", code], cwd=tmp_path, say=said.append)
    assert said == ["  The package index does not answer; trying again …"]


def test_a_program_that_is_not_there_is_a_failure_and_no_traceback(tmp_path):
    assert processes.stream([tmp_path / "gone"], cwd=tmp_path, say=print)[0] == 127
    assert processes.capture([tmp_path / "gone"])[0] == 127


@posix
def test_an_interrupted_installer_ends_with_all_that_it_started(tmp_path):
    """Ctrl-C in a terminal reaches all of them; `kill -INT` reaches start.py alone."""
    installer = (
        "import subprocess, sys, time; "
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
        "print('Collecting', child.pid, flush=True); time.sleep(60)"
    )
    code = (
        "import sys; from tools.start import processes; processes.listen_for_ctrl_c(); "
        f"processes.stream([sys.executable, '-c', {installer!r}], cwd='.', "
        "say=lambda line: print(line, flush=True))"
    )
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        with subprocess.Popen(
            [sys.executable, "-c", code], cwd=ROOT, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        ) as start:  # fmt: skip
            child = int(start.stdout.readline().split()[1])
            os.kill(start.pid, number)
            start.wait(20)
        assert gone(child), f"after {number!r} the installer's own program lives on"


def test_a_server_ends_when_start_py_is_killed(tmp_path):
    """SIGKILL is heard by nobody: the pipe to the server closes all the same."""
    served = tmp_path / "server.py"
    served.write_text("import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(60)\n", "utf-8")
    code = (
        "import subprocess, sys, time; "
        f"subprocess.Popen([sys.executable, '-P', {str(START / 'inside' / 'follow.py')!r}, "
        f"{str(served)!r}], stdin=subprocess.PIPE); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as start:
        server = int(start.stdout.readline())
        start.kill()
        start.wait(10)
        assert gone(server)


def test_what_follows_start_py_gets_its_own_command_line(tmp_path):
    served = tmp_path / "server.py"
    served.write_text("import sys\nprint(sys.argv[1:], __name__)\n", "utf-8")
    for program in (str(served), "server"):
        with subprocess.Popen(
            [sys.executable, "-P", str(START / "inside" / "follow.py"), program, "--port=1"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
        ) as running:  # fmt: skip
            assert running.stdout.readline() == "['--port=1'] __main__\n"


def test_a_second_start_waits_for_the_first(tmp_path):
    (tmp_path / "start.py").write_text("# the file that is locked\n", "utf-8")
    code = (
        "import sys; from tools.start.turn import turn\n"
        f"with turn({str(tmp_path)!r}, say=lambda line: print('waits', flush=True)):\n"
        "    print('in', flush=True); sys.stdin.readline()"
    )
    command = dict(
        args=[sys.executable, "-c", code], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    with subprocess.Popen(**command) as first:
        assert first.stdout.readline() == "in\n"
        with subprocess.Popen(**command) as second:
            assert second.stdout.readline() == "waits\n"
            first.kill()  # however it ends
            assert second.stdout.readline() == "in\n"
            second.communicate("\n", timeout=20)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["start.py"], "no file stays behind"


def test_where_there_are_no_locks_nobody_waits(tmp_path, monkeypatch):
    said = []
    with turn(tmp_path, say=said.append):  # no start.py at all
        pass
    (tmp_path / "start.py").write_text("", "utf-8")
    monkeypatch.setattr(turn_module, "_taken", lambda file: True)
    with turn(tmp_path, say=said.append):
        pass
    assert said == []
