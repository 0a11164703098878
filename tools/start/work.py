"""The learner's copies of the notebooks, in work/. What a learner has edited is never overwritten.

work/.copied.json remembers, for each copy, what was copied: a hash of its cells, by which an edit
is noticed, and a hash of the course's file, by which a new version is noticed.
"""

import hashlib
import json
import os
import shutil
from pathlib import Path

from tools.fingerprint import fingerprint_of_file
from tools.start.problem import Problem, again

MANIFEST = ".copied.json"
_WIDGET = "application/vnd.jupyter.widget-view+json"


def update(root, say=print):
    """Bring work/ up to date: copy what is new, refresh what nobody edited, leave the rest alone.

    Raises: Problem where there is nothing to copy or work/ cannot be written.
    """
    notebooks, work = _folders(root)
    copied = _read(work)
    for source in notebooks:
        copy = work / source.name
        if not copy.exists():
            _copy(source, copy, copied)
        elif _is_newer(source, copied) and not is_edited(copy, source, copied):
            if source.name in copied:
                say(f"{copy.name}: the course has a new version; your unedited copy follows.")
            _copy(source, copy, copied)
        elif _is_newer(source, copied):
            if source.name in copied:
                number = source.name.split("_")[0]
                say(
                    f"{copy.name}: the course has a new version; your edited copy stays as it is. "
                    f"To have the new one (yours is set aside): {again('reset', number)}"
                )
            _remember(source, copied, cells=_entry(copied, source.name).get("cells"))
    _write(work, copied)
    for saved in sorted(work.glob("*.ipynb")):
        _show_pictures_for_dead_widgets(saved)


def _show_pictures_for_dead_widgets(saved):
    """Leave of a saved explorer its picture and its words, until the cell is run again.

    A notebook that was saved with a live widget shows "Error displaying widget: model not found"
    when it is opened anew: the widget has ended with its kernel. The picture that the explorer
    stored beside it is then what a reader should see. Cells and all other outputs stay.
    """
    try:
        notebook = json.loads(saved.read_text(encoding="utf-8"))
        outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
        shown = [output.get("data", {}) for output in outputs]
        dead = [data for data in shown if _WIDGET in data and len(data) > 1]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return  # not a notebook that can be read: JupyterLab will say what is wrong with it
    for data in dead:
        del data[_WIDGET]
    if dead:
        text = json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
        _whole(saved, text.encode("utf-8"))


def reset(root, lesson, say=print):
    """Give a fresh copy of one lesson; set an edited one aside, under a new name.

    lesson: its number or name. Returns: the path of the copy that was set aside, or None.
    """
    notebooks, work = _folders(root)
    number = lesson.zfill(2) if lesson.isdigit() else lesson
    stem = Path(lesson).stem
    chosen = [n for n in notebooks if n.stem == stem or n.name.split("_")[0] == number]
    if len(chosen) != 1:
        names = ", ".join(path.stem for path in notebooks)
        raise Problem(f"There is no lesson {lesson!r}. Say one of these: {names}.")
    source, copied = chosen[0], _read(work)
    copy, aside = work / chosen[0].name, None
    if copy.exists() and is_edited(copy, source, copied):
        aside = _free_name(copy)
        os.replace(copy, aside)
        say(f"Your copy is now work/{aside.name}.")
    _copy(source, copy, copied)
    _write(work, copied)
    say(
        f"work/{copy.name} is fresh. If it is open in JupyterLab, close its tab without saving "
        "and open it again. Your progress is kept."
    )
    return aside


def is_edited(copy, source, copied):
    """Whether the cells of a copy are not those that were copied (nor those of the course)."""
    cells = fingerprint_of_file(copy)
    known = _entry(copied, copy.name).get("cells")
    return cells is None or cells not in (known, fingerprint_of_file(source))


def _folders(root):
    notebooks = sorted((Path(root) / "notebooks").glob("*.ipynb"))
    if not notebooks:
        raise Problem(
            "There are no notebooks in notebooks/. This copy of the course is incomplete; "
            "get it again, or build them: python -m tools.build"
        )
    work = Path(root) / "work"
    try:
        work.mkdir(exist_ok=True)
    except OSError as error:
        raise Problem(
            f"The folder work/ for your copies cannot be made ({error.strerror}). Is there a "
            f"file of that name? Move it away, then run again: {again()}"
        ) from error
    return notebooks, work


def _read(work):
    """What was copied. A damaged manifest is an empty one: then every differing copy is yours."""
    try:
        copied = json.loads((work / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return copied if isinstance(copied, dict) else {}


def _write(work, copied):
    _whole(work / MANIFEST, json.dumps(copied, indent=1, sort_keys=True).encode())


def _entry(copied, name):
    entry = copied.get(name)
    return entry if isinstance(entry, dict) else {}


def _is_newer(source, copied):
    return _entry(copied, source.name).get("file") != _hash(source)


def _hash(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _copy(source, copy, copied):
    _whole(copy, source.read_bytes())
    _remember(source, copied, cells=fingerprint_of_file(source))


def _remember(source, copied, cells):
    copied[source.name] = {"file": _hash(source), "cells": cells}


def _whole(path, content):
    """Write a file whole or not at all."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        os.replace(part, path)
    except OSError as error:
        full = shutil.disk_usage(path.parent).free < 2 * len(content)
        todo = "Free some space" if full else "Is it open elsewhere, or write-protected? See to it"
        raise Problem(
            f"work/{path.name} cannot be written ({error.strerror}). {todo}, "
            f"then run again: {again()}"
        ) from error


def _free_name(copy):
    number = 1
    while (name := copy.with_name(f"{copy.stem}-set-aside-{number}.ipynb")).exists():
        number += 1
    return name
