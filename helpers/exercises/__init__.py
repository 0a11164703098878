"""Exercises and their checks: what a learner calls, and what a grader calls.

check, hint, reveal, yours and progress stand in the lessons. report is for whoever grades.
Each exercise is declared in a file of its own, in lesson_NN/; declare.py says how.
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
