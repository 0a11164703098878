"""Exercises and their checks: what a learner calls, and what a grader calls.

check, hint, reveal, yours and progress stand in the lessons. report is for whoever grades.
Each lesson's exercises are declared in a file of their own, lesson_NN.py; declare.py says how.
"""

from helpers.exercises.declare import exercise
from helpers.exercises.grading import report
from helpers.exercises.learner import check, hint, progress, reveal, yours
from helpers.exercises.verdict import CheckFailed, Verdict

__all__ = [
    "CheckFailed", "Verdict", "check", "exercise", "hint", "progress", "report", "reveal", "yours",
]  # fmt: skip
