"""Where the built notebooks lie, and whether each is still what its lesson says."""

import os
import re
from pathlib import Path

import nbformat

from tools.fingerprint import fingerprint
from tools.lesson import KINDS, STAMP, LessonError, both
from tools.uses import Helpers

MOST_NAMED = 3
NAME = re.compile(r"(\d\d|P)_\w+")


def lessons(root, wanted=()):
    """The lessons' files in order: all, or those whose number or name is wanted.

    Raises: LessonError where something wanted is no lesson.
    """
    folder = Path(root) / "lessons"
    found = sorted(path for path in folder.glob("*.md") if NAME.fullmatch(path.stem))
    if not wanted:
        return found
    chosen = set()
    for name in wanted:
        stem = Path(name).stem
        number = stem.zfill(2) if stem.isdigit() else stem
        matches = [path for path in found if path.stem == stem or path.stem.split("_")[0] == number]
        if not matches:
            raise LessonError(
                f"There is no lesson {name!r}. There are: {', '.join(p.stem for p in found)}."
            )
        chosen.update(matches)
    return sorted(chosen)


def product(root, kind, lesson):
    """Where a built notebook lies."""
    return Path(root) / kind / f"{lesson}.ipynb"


def load(path):
    """A built notebook, or None where there is none that can be read."""
    try:
        return nbformat.from_dict(nbformat.reader.reads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, nbformat.reader.NotJSONError):
        return None


def text(notebook):
    """A notebook as it is written: keys sorted, so that the same notebook is the same text."""
    return nbformat.v4.writes(notebook, sort_keys=True, indent=1).rstrip("\n") + "\n"


def is_edited(path):
    """Whether a file is not what a build wrote: a person's work, which must not be lost."""
    if not path.exists():
        return False
    notebook = load(path)
    if notebook is None:
        return True
    stamp = notebook.get("metadata", {}).get(STAMP, {})
    return stamp.get("cells") != fingerprint(notebook)


def staleness(root, paths=None, helpers=None):
    """Why each built notebook differs from what a build of its lesson would write.

    paths: of lessons; all if not given. helpers: a tools.uses.Helpers, this course's if not given.
    Returns: a list of (lesson, sentence); empty when everything is fresh. Nothing is executed: of
    what draws and computes, the hashes are compared.
    """
    reasons, helpers = [], helpers or Helpers()
    for path in lessons(root) if paths is None else paths:
        try:
            pair = both(path, helpers)
        except LessonError as error:
            reasons.append((path.stem, str(error)))
            continue
        for kind, fresh in pair.items():
            reason = _stale(product(root, kind, path.stem), fresh)
            if reason:
                reasons.append((path.stem, f"{kind}/{path.stem}.ipynb {reason}"))
    if paths is None:
        reasons += [
            (None, f"{path.parent.name}/{path.name} has no lesson; remove it, or build everything.")
            for path in orphans(root)
        ]
    return reasons


def orphans(root):
    """Built notebooks whose lesson is gone."""
    names = {path.stem for path in lessons(root)}
    built = [path for kind in KINDS for path in sorted((Path(root) / kind).glob("*.ipynb"))]
    return [path for path in built if path.stem not in names]


def _stale(path, fresh):
    if not path.exists():
        return "is missing."
    stored = load(path)
    if stored is None:
        return "is not a notebook."
    if is_edited(path):
        return "was edited by hand; the source of a lesson is its file in lessons/."
    for number, (old, new) in enumerate(zip(stored.cells, fresh.cells, strict=False), start=1):
        if any(old.get(key) != new.get(key) for key in ("cell_type", "source", "metadata", "id")):
            return f"differs from its lesson from cell {number} on."
    if len(stored.cells) != len(fresh.cells):
        return f"has {len(stored.cells)} cells, and its lesson {len(fresh.cells)}."
    changed = _changed(*(one.metadata.get(STAMP, {}).get("uses", {}) for one in (stored, fresh)))
    if changed:
        more = f" and {len(changed) - MOST_NAMED} more files" if len(changed) > MOST_NAMED else ""
        return f"was built before a change of {', '.join(changed[:MOST_NAMED])}{more}."
    if stored.metadata != fresh.metadata:
        return "has other metadata than a build writes."
    for number, cell in enumerate(stored.cells, start=1):
        if cell.cell_type == "code" and cell.get("execution_count") is None:
            return f"was not executed: cell {number} has no execution count."
    return None


def _changed(before, now):
    """The files that differ between two stamps of what is used."""
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def write(path, content):
    """Write a file whole or not at all."""
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_suffix(".part")
    temporary.write_text(content, encoding="utf-8", newline="\n")
    os.replace(temporary, path)
