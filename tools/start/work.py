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


def update(root, open_in=(), say=print):
    """Bring work/ up to date: copy what is new, refresh what nobody edited, leave the rest alone.

    open_in: addresses of servers that have work/ open. What they may show is not touched then: they
    would offer to load it anew, and what was typed and not saved would be lost.
    Raises: Problem where there is nothing to copy or work/ cannot be written.
    """
    notebooks, work = _folders(root)
    copied = _read(work)
    for source in notebooks:
        _bring_up_to_date(source, work / source.name, copied, open_in, say)
    _name_what_the_course_dropped(notebooks, work, copied, say)
    _write(work, copied)
    if not open_in:
        for saved in sorted(work.glob("*.ipynb")):
            _show_pictures_for_dead_widgets(saved)


def _bring_up_to_date(source, copy, copied, open_in, say):
    """Copy, refresh or keep one notebook, and say what a reader has to know of it."""
    afresh = again("reset", source.name.split("_")[0])
    if not copy.exists() and not copy.is_symlink():
        _copy(source, copy, copied)
    elif not copy.is_file():
        say(
            f"work/{copy.name} is not a file, so the lesson cannot be copied there. Move it away, "
            f"then run again: {again()}"
        )
    elif fingerprint_of_file(copy) is None:
        say(
            f"work/{copy.name} cannot be read as a notebook; it may be damaged. It stays as it is. "
            f"To have a fresh one (yours is set aside): {afresh}"
        )
    elif _is_newer(source, copied):
        known = source.name in copied
        if is_edited(copy, source, copied):
            if known:  # and told again at each start, until the new one is taken
                say(
                    f"{copy.name}: the course has a new version; your edited copy stays as it is. "
                    f"To have the new one (yours is set aside): {afresh}"
                )
            else:
                _remember(source, copied, cells=None)
        elif open_in:
            say(
                f"{copy.name}: the course has a new version. It stays as it is while "
                f"{open_in[0]} is open; end that, then run again: {again()}"
            )
        else:
            if known:
                say(f"{copy.name}: the course has a new version; your unedited copy follows.")
            _copy(source, copy, copied)


def _name_what_the_course_dropped(notebooks, work, copied, say):
    """Say which copies are of lessons that the course has renamed or dropped."""
    now = {source.name for source in notebooks}
    for name in sorted(name for name in set(copied) - now if name.endswith(".ipynb")):
        if not (work / name).exists():
            del copied[name]
            continue
        heir = [new for new in sorted(now) if new.split("_")[0] == name.split("_")[0]]
        what = f"renamed this lesson to {heir[0]}" if heir else "no such lesson any more"
        say(f"work/{name}: the course has {what}; your copy stays, and you may remove it.")


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
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
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
    copy, aside = work / source.name, None
    if copy.exists() and is_edited(copy, source, copied):
        aside = _free_name(copy)
        _move(copy, aside)
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
    except (OSError, ValueError, RecursionError):
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


def _move(path, to):
    try:
        os.replace(path, to)
    except OSError as error:
        raise Problem(
            f"work/{path.name} cannot be set aside ({error.strerror}). Is it open elsewhere? "
            f"See to it, then run again: {again('reset', path.name.split('_')[0])}"
        ) from error


def _free_name(copy):
    number = 1
    while (name := copy.with_name(f"{copy.stem}-set-aside-{number}.ipynb")).exists():
        number += 1
    return name
