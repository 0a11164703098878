"""Other programs: run in silence, shown at work, and ended when this one is."""

import os
import signal
import subprocess

_PIPED = dict(
    stdin=subprocess.DEVNULL,
    stdout=subprocess.PIPE,
    stderr=subprocess.STDOUT,
    text=True,
    encoding="utf-8",
    errors="replace",
)
NOT_STARTED = 127


def capture(command, cwd=None, env=None):
    """Run a command in silence. Returns: its exit code and all that it printed."""
    try:
        done = subprocess.run(list(map(str, command)), cwd=cwd, env=env, **_PIPED)
    except OSError as error:
        return NOT_STARTED, str(error)
    return done.returncode, done.stdout


def stream(command, cwd, say, env=None):
    """Run a command and show what it is at, a line at a time. Returns like `capture`.

    Interrupted, it ends the command and all that this has started before it passes that on.
    """
    lines, waiting = [], False
    # A group of its own can be ended as a whole: installers start programs, too.
    group = {} if os.name == "nt" else {"process_group": 0}
    try:
        process = subprocess.Popen(list(map(str, command)), cwd=cwd, env=env, **_PIPED, **group)
    except OSError as error:
        return NOT_STARTED, str(error)
    try:
        for line in process.stdout:
            lines.append(line)
            if line.startswith(("Collecting ", "Installing ", "Installed ", "Downloading ")):
                say("  " + line.split(" (from ")[0].strip()[:100])
            elif "Retrying (" in line and not waiting:
                say("  The package index does not answer; trying again …")
                waiting = True
        process.wait()
    except BaseException:
        end(process, whole_group=bool(group))
        raise
    finally:
        process.stdout.close()
    return process.returncode, "".join(lines)


def end(process, seconds=10, whole_group=False):
    """End a program: gently at first, for certain after some seconds.

    whole_group: whether it leads a process group, all of which is to end.
    """

    def send(number):
        if whole_group:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)

    if process.poll() is not None:
        return
    send(signal.SIGTERM)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        send(signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
        process.wait()


def listen_for_ctrl_c():
    """End cleanly on Ctrl-C, on a request to end, and when the terminal is closed.

    A shell that starts a program in the background has it ignore Ctrl-C, and so would all that it
    starts; with a handler of its own it hears again.
    """
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _interrupt)


def _interrupt(*_):
    raise KeyboardInterrupt
