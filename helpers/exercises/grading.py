"""report: what passes and which mistakes were made, for whoever grades."""

from pathlib import Path
from typing import NamedTuple

from helpers.exercises import progress_file
from helpers.exercises.declare import all_exercises
from helpers.exercises.judge import judge_apart


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
    verdict = judge_apart(declared, function)
    return Row(
        "", declared.lesson, declared.name, verdict.passed, verdict.stage, verdict.mistake,
        verdict.message,
    )  # fmt: skip


def _from_file(file):
    entries = progress_file.parse(file.read_text(encoding="utf-8-sig"))
    if entries is None:
        raise ValueError(f"{file} is not a progress file: it is damaged, or something else.")
    for declared in all_exercises():
        if declared.name in entries:
            entry = entries[declared.name]
            mistake = entry["mistakes"][-1] if entry["mistakes"] else None
            yield Row(
                file.stem, declared.lesson, declared.name, entry["passed"], None, mistake, None
            )
