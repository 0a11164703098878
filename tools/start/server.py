"""A server of the course on this machine: begun on a free port, waited for, and ended with us."""

import contextlib
import os
import secrets
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from tools.start import processes
from tools.start.problem import Problem, again

FIRST_PORT, PORTS = 8888, 50
LAST_PORT = 65535
SECONDS_TO_START = 90
ATTEMPTS = 5
_FOLLOW = Path(__file__).resolve().with_name("inside") / "follow.py"


class Ended(Problem):
    """A server that ended before it answered."""


def is_free(port):
    """Whether nobody listens at a port. Raises: PermissionError where we may not, either."""
    with socket.socket() as probe:
        if os.name != "nt":  # on Windows this option would let two programs share a port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            if port < 1024:
                raise
            return False
        except OSError:
            return False
        return True


def free_port(first=FIRST_PORT, say=print):
    """The first port from `first` on that nobody listens at; says so where it is another one.

    first: 1 to 65535, or 0 for any that the system has.
    """
    if first == 0:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return probe.getsockname()[1]
    for port in range(first, min(first + PORTS, LAST_PORT + 1)):
        try:
            free = is_free(port)
        except PermissionError as error:
            raise Problem(
                f"Port {port} is for administrators, as all below 1024. "
                f"Name another: {again('--port', '9999')}"
            ) from error
        if free:
            if port != first:
                say(f"Port {first} is in use (another JupyterLab?); taking {port}.")
            return port
    raise Problem(
        f"All ports from {first} to {min(first + PORTS - 1, LAST_PORT)} are in use. "
        f"Name another: {again('--port', '9999')}"
    )


class Server:
    """One that runs; as a context manager, one that is stopped at the end."""

    name = "The server"

    def __init__(self, python, shown, *, port, browser=True, variables=None):
        """python: the environment's. shown: the folder or file that it serves."""
        self.secret = secrets.token_hex(24)
        self.port = port
        self.address = f"http://127.0.0.1:{port}"
        variables = dict(os.environ if variables is None else variables)
        self.process = subprocess.Popen(
            [str(python), "-P", str(_FOLLOW), *self._command(shown, browser)],
            stdin=subprocess.PIPE,  # closes with this process, and then the server ends
            env={**variables, **self._secrets()},
            cwd=Path(shown).parent,
        )

    def _command(self, shown, browser):
        """The module or file that serves, and its command line."""
        raise NotImplementedError

    def _secrets(self):
        """Variables, because options are there for every user to read."""
        raise NotImplementedError

    def is_open(self):
        """Whether it answers, and is the one that was begun here."""
        raise NotImplementedError

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def wait_until_open(self):
        """Raises: Problem where the server ends or does not answer in time."""
        end = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise Ended(
                    f"{self.name} ended at once with code {self.process.returncode}; why, stands "
                    f"above. See to it, then run again: {again()}"
                )
            with contextlib.suppress(OSError):
                if self.is_open():
                    return
            time.sleep(0.2)
        raise Problem(
            f"{self.name} did not answer within {SECONDS_TO_START} seconds. Run again: {again()}"
        )

    def stop(self):
        """End it, gently at first."""
        processes.end(self.process)
        with contextlib.suppress(OSError):
            self.process.stdin.close()


def fetch(url, token=None, seconds=10):
    """Fetch a page of this machine. Returns: the HTTP status and the text."""
    headers = {"Authorization": f"token {token}"} if token else {}
    # Without a proxy: this is a connection to this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, headers=headers)
    try:
        with opener.open(request, timeout=seconds) as answer:
            return answer.status, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, ""


def begin(kind, python, shown, *, port=FIRST_PORT, say=print, **options):
    """Begin a server and wait until it is open; where somebody was faster at its port, at another.

    kind: the class, a Server. Returns: the server. Raises: Problem where it does not start.
    """
    for attempt in range(ATTEMPTS):
        chosen = free_port(port, say)
        server = kind(python, shown, port=chosen, **options)
        try:
            server.wait_until_open()
            return server
        except BaseException as error:
            server.stop()
            lost = isinstance(error, Ended) and not is_free(chosen)
            if not lost or attempt == ATTEMPTS - 1:
                raise
        say(f"Another program was faster at port {chosen}; trying again.")


def stay(server, farewell, say=print):
    """Stay until it ends or Ctrl-C is pressed. Returns the exit code."""
    with server:
        try:
            return server.process.wait()
        except KeyboardInterrupt:
            with contextlib.suppress(KeyboardInterrupt, subprocess.TimeoutExpired):
                server.process.wait(5)  # Ctrl-C reached it, too
            say(f"\n{farewell}")
            return 0
