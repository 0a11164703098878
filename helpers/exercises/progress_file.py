"""Where a learner stands: one small JSON file, written whole or not at all.

The environment variable ATTENTION_PROGRESS names the file (`:memory:` keeps it in this session
only). Two notebooks may be open at once: every change reads the file again under a lock, so that
neither loses the other's ticks. No trouble with the file ever stops a check: it becomes a note.
"""

import json
import os
from pathlib import Path

from filelock import FileLock

MEMORY = ":memory:"
_LOCK_SECONDS = 10.0  # a change takes a thousandth of one

_session = {}  # what is known where no file can be kept
_told = set()  # what has been said once in this session


def location():
    """The file, or None where progress is kept in this session only.

    Raises RuntimeError where nobody knows the home folder that it lies in.
    """
    named = os.environ.get("ATTENTION_PROGRESS", "").strip()
    if named == MEMORY:
        return None
    path = Path(named).expanduser() if named else Path.home() / ".attention-measured/progress.json"
    return path.resolve()  # of a symbolic link the file that it points to, so that it stays a link


def read(path=None):
    """(entries, notes). Entries: exercise name to {"passed", "mistakes", "hints"}.

    path: a progress file; the learner's own if not given.
    """
    try:
        path = location() if path is None else Path(path)
        return (dict(_session), []) if path is None else _read(path)
    except (OSError, RuntimeError) as error:
        return dict(_session), _once(path, "read", error)


def change(name, edit):
    """Apply `edit` to one exercise's entry and write the file. Returns (all entries, notes)."""
    path = None
    try:
        path = location()
        if path is None:
            _session[name] = edit(_entry(_session, name))
            return dict(_session), []
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name(f"{path.name}.lock"), timeout=_LOCK_SECONDS):
            entries, notes = _read(path)
            entries[name] = edit(_entry(entries, name))
            _write(path, entries)
    except (OSError, RuntimeError) as error:
        notes = _once(path, "written", error)
        entries = {**read(path)[0], **_session}
        entries[name] = _session[name] = edit(_entry(entries, name))
    return entries, notes


def _read(path):
    try:
        entries = parse(path.read_text(encoding="utf-8-sig"))  # editors put a mark in front
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


def _once(path, verb, error):
    if str(path) in _told:
        return []
    _told.add(str(path))
    if isinstance(error, RuntimeError):
        trouble = "Nobody knows your home folder"
    elif isinstance(error, TimeoutError):
        trouble = f"{path} cannot be {verb} (another notebook holds its lock)"
    else:
        trouble = f"{path} cannot be {verb} ({error.strerror})"
    return [
        f"{trouble}, so progress is kept for this session only. "
        "The environment variable ATTENTION_PROGRESS can name another file."
    ]


def _write(path, entries):
    """Write beside the file, then put in its place: nobody ever reads a half-written file.

    Only who holds the lock writes, so one name serves for all: what a killed writer left behind
    is overwritten by the next.
    """
    text = json.dumps({"version": 1, "exercises": entries}, indent=1, sort_keys=True)
    beside = path.with_name(f"{path.name}.new")
    beside.write_text(text + "\n", encoding="utf-8")
    os.replace(beside, path)
