"""Functions as a learner has them, and what is asked of many of them at once."""

import types

import pytest

from helpers.exercises.declare import all_exercises
from helpers.exercises.judge import judge

EXERCISES = all_exercises()
each_exercise = pytest.mark.parametrize("declared", EXERCISES, ids=lambda e: e.name)


class Rules(list):
    """What every exercise of a kind keeps to: functions of a declaration that assert.

    One test holds all of them against one exercise, so that `-k my_exercise` finds it.
    """

    def __call__(self, function):
        self.append(function)
        return function

    def hold(self, declared):
        """Assert that an exercise breaks none; who breaks several hears of each."""
        broken = []
        for function in self:
            try:
                function(declared)
            except AssertionError as fault:
                broken.append(f"{declared.name}, {function.__name__}: {fault}")
        assert not broken, "\n".join(broken)


def as_learner(function):
    """The same function as if a learner had typed it into a notebook."""
    code = function.__code__.replace(co_filename="<a learner's cell>")
    return types.FunctionType(
        code, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )


def named(name):
    return next(declared for declared in EXERCISES if declared.name == name)


def all_pass(right):
    """Assert that every right answer passes. right: exercise name to functions."""
    faults = []
    for name, functions in right.items():
        for function in functions:
            verdict = judge(named(name), as_learner(function))
            if not verdict.passed:
                faults.append(f"{function.__name__}: {verdict.message}")
    assert not faults, "\n".join(faults)


def all_named(kinds):
    """Assert that wrong answers get their names. kinds: exercise to name to functions."""
    faults = []
    for exercise, names in kinds.items():
        for name, functions in names.items():
            for number, function in enumerate(functions):
                verdict = judge(named(exercise), as_learner(function))
                if verdict.mistake != name:
                    faults.append(
                        f"{exercise}: {name!r}, number {number}, is taken for "
                        f"{verdict.mistake!r}: {verdict.message}"
                    )
    assert not faults, "\n".join(faults)


def all_rejected(wrong, stages=("property", "value", "type", "shape", "raised", "non-finite")):
    """Assert that wrong answers which nobody declared are rejected, and not misnamed.

    wrong: exercise name to functions by title. stages: where they may be caught.
    """
    faults = []
    for name, functions in wrong.items():
        for title, function in functions.items():
            verdict = judge(named(name), as_learner(function))
            if verdict.passed:
                faults.append(f"{name}: {title!r} passes")
            elif verdict.mistake is not None:
                faults.append(f"{name}: {title!r} is taken for the mistake {verdict.mistake!r}")
            elif verdict.stage not in stages or verdict.message.count(". ") > 1:
                faults.append(f"{name}: {title!r}: {verdict.stage}: {verdict.message}")
    assert not faults, "\n".join(faults)
