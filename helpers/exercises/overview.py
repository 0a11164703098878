"""progress for a learner, report for whoever grades: tables of what passes."""

import html
from pathlib import Path
from typing import NamedTuple

from helpers.exercises import progress_file
from helpers.exercises.ladder import judge
from helpers.exercises.notice import Notice
from helpers.exercises.registry import all_exercises


class Row(NamedTuple):
    """One exercise of one learner.

    learner: the progress file's name without its ending, or "" for a namespace. stage and
    message are None where only a progress file was read, which does not keep them.
    """

    learner: str
    lesson: int
    exercise: str
    passed: bool
    stage: str | None
    mistake: str | None
    message: str | None


def progress():
    """Show a table, one row a lesson: which of its exercises pass, and the hints asked for."""
    entries, notes = progress_file.read()
    lessons = {}
    for declared in all_exercises():
        lessons.setdefault(declared.lesson, []).append(declared.name)
    rows, passed = [], 0
    for lesson, names in lessons.items():
        own = [entries.get(name, {}) for name in names]
        done = sum(entry.get("passed", False) for entry in own)
        states = ", ".join(f"{_sign(entry)} {name}" for name, entry in zip(names, own, strict=True))
        hints = sum(entry.get("hints", 0) for entry in own)
        rows.append((f"{lesson:02d}", f"{done} of {len(names)}", states, str(hints)))
        passed += done
    caption = f"Progress: {passed} of {sum(map(len, lessons.values()))} exercises pass."
    legend = "✔ passes   ✘ tried   ○ not written yet"
    heads = ("Lesson", "Pass", "Exercises", "Hints")
    return _table(caption, heads, rows, [legend, *notes]).show()


def _sign(entry):
    """The sign of an exercise, as the verdict of its check has it."""
    if not entry:
        return "○"
    return "✔" if entry["passed"] else "✘"


def report(where):
    """What passes and which mistakes were made, one Row an exercise.

    where: a namespace (a dict, such as globals() or what a notebook was run in), whose functions
        are checked now; or a progress file; or a folder of progress files, one a learner.
    Returns: a list of Row. Records and shows nothing. Raises FileNotFoundError for a path that
    is not there, and ValueError for a progress file that cannot be read.
    """
    if isinstance(where, dict):
        return [
            _judged(declared, where[declared.name])
            for declared in all_exercises()
            if callable(where.get(declared.name))
        ]
    path = Path(where)
    if not path.exists():
        raise FileNotFoundError(f"{path} is not there: expected a progress file or a folder.")
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    return [row for file in files for row in _from_file(file)]


def _judged(declared, function):
    verdict = judge(declared, function)
    return Row(
        "", declared.lesson, declared.name, verdict.passed, verdict.stage, verdict.mistake,
        verdict.message,
    )  # fmt: skip


def _from_file(file):
    entries = progress_file.parse(file.read_text(encoding="utf-8"))
    if entries is None:
        raise ValueError(f"{file} is not a progress file: it is damaged, or something else.")
    for declared in all_exercises():
        if declared.name in entries:
            entry = entries[declared.name]
            mistake = entry["mistakes"][-1] if entry["mistakes"] else None
            yield Row(
                file.stem, declared.lesson, declared.name, entry["passed"], None, mistake, None
            )


def _table(caption, heads, rows, notes):
    widths = [max(len(line[i]) for line in [heads, *rows]) for i in range(len(heads))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in [heads, *rows]
    ]
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in heads)
    body = "".join(
        f'<tr><th scope="row">{lesson}</th>'
        + "".join(f'<td style="text-align: left">{html.escape(cell)}</td>' for cell in rest)
        + "</tr>"
        for lesson, *rest in rows
    )
    markup = (
        f'<table class="progress"><caption>{html.escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        + "".join(f"<p>{html.escape(note)}</p>" for note in notes)
    )
    return Notice("\n".join([caption, *lines, *notes]), markup)
