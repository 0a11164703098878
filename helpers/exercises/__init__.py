"""Exercises and their checks: what a learner calls, and what a grader calls.

check, hint, reveal, yours and progress stand in the lessons. report is for whoever grades.
Each exercise is declared in a file of its own, in lesson_NN/; declare.py says how.

The files, in the order in which an answer passes them:

declared   declare, with steps (and *_steps, which exercises share), cases, source, memory
run        run, inside of undisturbed and time_limit; written: whether there is anything to run
compared   compare, with the cases of circumstances; combining finds the mistake, by failures where
           it raised and by fitting where it has a constant
explained  explain, with raised, properties and surroundings; trace, by watch: which step went
           wrong; words and picture say and show it
judged     judge goes all of this way and gives a verdict
told       learner, with progress_file; grading
"""

import importlib
import pkgutil

from helpers.exercises.declare import exercise
from helpers.exercises.grading import report
from helpers.exercises.learner import check, hint, progress, reveal, yours
from helpers.exercises.verdict import CheckFailed, Verdict

__all__ = [
    "CheckFailed", "Verdict", "check", "exercise", "hint", "progress", "report", "reveal", "yours",
]  # fmt: skip

# At once, not at the first check: by then a notebook may have replaced what they import.
for _module in sorted(module.name for module in pkgutil.iter_modules(__path__)):
    if _module.startswith("lesson_"):
        importlib.import_module(f"{__name__}.{_module}")
