"""Run a module or a file, and end it when the program that started it has ended, however that was.

    python follow.py MODULE-OR-FILE [...]

Standard input is a pipe to which nobody writes. Its other end is start.py's, and the system closes
it with start.py, also after a SIGKILL that no program hears. This runs in the course's Python.
"""

import os
import runpy
import signal
import sys
import threading
import time

SECONDS_FOR_A_CLEAN_END = 20


def main():
    """Run what the command line names first, with the rest of the command line as its own."""
    _, program, *arguments = sys.argv
    sys.argv = [program, *arguments]
    threading.Thread(target=_end_with_the_other_end, daemon=True).start()
    if program.endswith(".py"):
        runpy.run_path(program, run_name="__main__")
    else:
        runpy.run_module(program, run_name="__main__", alter_sys=True)


def _end_with_the_other_end():
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(SECONDS_FOR_A_CLEAN_END)
    os._exit(1)


if __name__ == "__main__":
    main()
