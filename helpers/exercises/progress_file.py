"""Where a learner stands: one small JSON file, written whole or not at all.

The environment variable ATTENTION_PROGRESS names the file (`:memory:` keeps it in this session
only). Two notebooks may be open at once: every change reads the file again under a lock, so that
neither loses the other's ticks. No trouble with the file ever stops a check: it becomes a note.
"""

import contextlib
import json
import os
import tempfile
import time
from pathlib import Path

DEFAULT = Path.home() / ".attention-measured" / "progress.json"
MEMORY = ":memory:"
_LOCK_SECONDS = 2.0

_session = {}  # what is known where no file can be kept
_told = set()  # what has been said once in this session


def location():
    """The file, or None where progress is kept in this session only."""
    named = os.environ.get("ATTENTION_PROGRESS", "").strip()
    if named == MEMORY:
        return None
    return Path(named).expanduser() if named else DEFAULT


def read(path=None):
    """(entries, notes). Entries: exercise name to {"passed", "mistakes", "hints"}.

    path: a progress file; the learner's own if not given.
    """
    path = location() if path is None else Path(path)
    if path is None:
        return dict(_session), []
    try:
        return _read(path)
    except OSError as error:
        return dict(_session), _once(path, f"{path} cannot be read ({error.strerror})")


def change(name, edit):
    """Apply `edit` to one exercise's entry and write the file. Returns (all entries, notes)."""
    path = location()
    if path is None:
        _session[name] = edit(_entry(_session, name))
        return dict(_session), []
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _lock(path):
            entries, notes = _read(path)
            entries[name] = edit(_entry(entries, name))
            _write(path, entries)
    except OSError as error:
        notes = _once(path, f"{path} cannot be written ({error.strerror})")
        entries = {**read(path)[0], **_session}
        entries[name] = _session[name] = edit(_entry(entries, name))
    return entries, notes


def _read(path):
    try:
        entries = parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, []
    except UnicodeDecodeError:
        entries = None
    return ({}, _set_aside(path)) if entries is None else (entries, [])


def _entry(entries, name):
    return {"passed": False, "mistakes": [], "hints": 0} | entries.get(name, {})


def parse(text):
    """The entries in a file's text, or None where it is damaged."""
    try:
        entries = json.loads(text)["exercises"]
        sound = all(
            isinstance(entry["passed"], bool)
            and isinstance(entry["hints"], int)
            and all(isinstance(mistake, str) for mistake in entry["mistakes"])
            for entry in entries.values()
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return entries if sound else None


def _set_aside(path):
    """Move a damaged file out of the way, keeping it. Returns what to tell the learner."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    path.rename(aside)
    return [f"Your progress file was damaged. It is kept as {aside.name}, and a new one begins."]


def _once(path, trouble):
    if str(path) in _told:
        return []
    _told.add(str(path))
    return [
        f"{trouble}, so progress is kept for this session only. "
        "The environment variable ATTENTION_PROGRESS can name another file."
    ]


def _write(path, entries):
    """Write beside the file, then put in its place: nobody ever reads a half-written file."""
    text = json.dumps({"version": 1, "exercises": entries}, indent=1, sort_keys=True)
    handle, beside = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text + "\n")
        os.replace(beside, path)
    except BaseException:
        with contextlib.suppress(OSError):  # the first error is the one to hear about
            os.unlink(beside)
        raise


@contextlib.contextmanager
def _lock(path):
    """One writer at a time. A lock left behind by a kernel that died is broken after 2 s."""
    lock = path.with_name(f"{path.name}.lock")
    end = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            break
        except FileExistsError:
            if time.monotonic() > end:
                break
            time.sleep(0.005)
    try:
        yield
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(lock)
