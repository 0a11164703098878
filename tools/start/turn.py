"""One start at a time for a course's folder: the next one waits, and finds what the first made."""

import contextlib
import os
import time

try:
    import fcntl
except ImportError:  # Windows
    import msvcrt

# Far behind the end of start.py, where nobody reads: Windows keeps readers from what is locked.
_BEYOND = 1 << 30


@contextlib.contextmanager
def turn(root, say=print):
    """Wait for other starts of this course, then keep them waiting until the block is left.

    The lock lies on start.py itself, so it leaves no file behind, and ends with its holder however
    that ends. Where a file system has no locks, nobody waits.
    """
    with contextlib.ExitStack() as stack:
        try:
            file = stack.enter_context(open(os.path.join(root, "start.py"), "rb"))
        except OSError:
            yield
            return
        waiting = False
        while not _taken(file):
            if not waiting:
                say("Another start.py is at work in this folder; waiting for it …")
                waiting = True
            time.sleep(0.2)
        yield


def _taken(file):
    """Whether there is nothing to wait for: the lock is ours, or there are no locks here."""
    try:
        if os.name == "nt":
            file.seek(_BEYOND)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True
