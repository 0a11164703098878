"""A free port is found and said, and whoever is slower at one takes the next."""

import os
import socket
import sys

import pytest

from tools.start import server
from tools.start.problem import Problem
from tools.start.server import Ended, Server, begin, free_port


@pytest.fixture
def taken():
    """A port at which somebody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_port_in_use_is_said_and_the_next_one_taken(taken):
    said = []
    port = free_port(taken, say=said.append)
    assert port > taken
    assert said == [f"Port {taken} is in use (another JupyterLab?); taking {port}."]


def test_a_free_port_is_taken_in_silence(taken):
    free = free_port(taken, say=lambda _: None)
    said = []
    assert free_port(free, say=said.append) == free and said == []


def test_port_0_is_any_that_is_free():
    said = []
    assert 1023 < free_port(0, say=said.append) <= 65535 and said == []


def test_no_free_port_says_what_to_do(taken, monkeypatch):
    monkeypatch.setattr(server, "PORTS", 1)
    with pytest.raises(Problem, match=r"in use.*start\.py --port 9999"):
        free_port(taken)


def test_a_port_that_is_not_for_users_is_said(monkeypatch):
    def forbidden(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(server.socket.socket, "bind", forbidden)
    with pytest.raises(Problem, match="Port 80 is for administrators"):
        free_port(80)
    with pytest.raises(Problem, match="in use"):
        free_port(8888)


class Plain(Server):
    """Serves nothing: listens at its port, or ends where somebody else does."""

    name = "The stand-in"
    listens = (
        "import socket, sys, time; s = socket.socket(); "
        "s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); "
        "s.bind(('127.0.0.1', int(sys.argv[1]))); s.listen(); print('x'); time.sleep(60)"
    )

    def _command(self, shown, browser):
        return [shown, str(self.port)]

    def _secrets(self):
        return {"SECRET": self.secret}

    def is_open(self):
        return self.process.poll() is None and not server.is_free(self.port)


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "listens.py"
    path.write_text(Plain.listens, "utf-8")
    return str(path)


def test_the_secret_goes_by_the_environment(program):
    with begin(Plain, sys.executable, program, port=0) as running:
        assert running.secret not in " ".join(map(str, running.process.args))
        assert running.process.poll() is None
    assert running.process.poll() is not None and server.is_free(running.port)


def test_the_slower_of_two_at_one_port_takes_the_next(taken, program, monkeypatch):
    """Both saw the port free; one of them was faster."""
    answers = iter([taken])
    monkeypatch.setattr(server, "free_port", lambda first, say: next(answers, None) or free_port(0))
    monkeypatch.setattr(Plain, "is_open", lambda self: self.port != taken and
                        not server.is_free(self.port))  # fmt: skip
    said = []
    with begin(Plain, sys.executable, program, port=taken, say=said.append) as running:
        assert running.port != taken
    assert said == [f"Another program was faster at port {taken}; trying again."]


def test_a_server_that_ends_by_itself_is_not_tried_again(tmp_path, capfd):
    path = tmp_path / "ends.py"
    path.write_text("raise SystemExit(7)", "utf-8")
    with pytest.raises(Ended, match=r"The stand-in ended at once with code 7; why, stands above"):
        begin(Plain, sys.executable, str(path), port=0)


def test_one_that_never_answers_is_ended(program, monkeypatch):
    monkeypatch.setattr(server, "SECONDS_TO_START", 0.3)
    monkeypatch.setattr(Plain, "is_open", lambda self: False)
    begun = []
    monkeypatch.setattr(Plain, "stop", lambda self: (begun.append(self), Server.stop(self)))
    with pytest.raises(Problem, match="did not answer within"):
        begin(Plain, sys.executable, program, port=0)
    assert begun[0].process.poll() is not None


def test_ctrl_c_ends_it_with_a_farewell(program, monkeypatch):
    said = []
    running = begin(Plain, sys.executable, program, port=0)
    wait = running.process.wait

    def interrupted(seconds=None):
        if seconds is None and running.process.poll() is None:
            raise KeyboardInterrupt
        return wait(min(seconds or 10, 0.1) if running.process.poll() is None else seconds)

    monkeypatch.setattr(running.process, "wait", interrupted)
    monkeypatch.setattr(server.processes, "end", lambda process: process.kill())
    assert server.stay(running, "Ended.", said.append) == 0
    assert said == ["\nEnded."]
    wait(10)


def test_a_server_uses_the_variables_it_is_given(tmp_path):
    path, told = tmp_path / "tells.py", tmp_path / "told"
    path.write_text(
        "import os, pathlib\n"
        "pathlib.Path(os.environ['TOLD']).write_text(os.environ['SECRET'], 'utf-8')",
        "utf-8",
    )
    variables = {**os.environ, "TOLD": str(told)}
    with Plain(sys.executable, str(path), port=1, variables=variables) as running:
        running.process.wait(20)
    assert told.read_text("utf-8") == running.secret
