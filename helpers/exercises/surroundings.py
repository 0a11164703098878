"""What a function takes from the notebook around it: other exercises' functions, and arrays."""

import dis

import numpy as np

from helpers.exercises.declare import EXERCISES
from helpers.exercises.written import is_empty, is_the_courses, layers


def in_what_it_calls(exercise, function, passes):
    """Advice, where the function calls another exercise's that is not written, or wrong.

    passes: called with that exercise and the function, says whether it passes.
    """
    called = _called(exercise, function, {})
    for name, other in called.items():
        if is_empty(other):
            return f"It calls {name}, which is not written yet."
    # In the order of the lessons: what is built on something wrong is wrong with it.
    for name in (name for name in EXERCISES if name in called):
        other = called[name]
        if not is_the_courses(other) and not passes(EXERCISES[name], other):
            return f"It calls {name}, which does not pass its own check yet."
    return None


def _called(exercise, function, found):
    """The exercises' functions that it calls, and those that these call: name to function."""
    space, names = _globals(function)
    for name in names:
        other = space.get(name)
        if name == exercise.name or name in found or name not in EXERCISES or not callable(other):
            continue
        found[name] = other
        if not is_the_courses(other):
            _called(exercise, other, found)
    return found


def from_the_notebook(function):
    """Advice, where it reads an array of the notebook's in place of an input, or None."""
    space, names = _globals(function)
    for name in names:
        if isinstance(space.get(name), np.ndarray):
            return f"It uses {name} from the notebook, and not what is passed in."
    return None


def _globals(function):
    """(the global names of a function with their values, the names that it reads)."""
    inner = layers(function)[-1]
    code = getattr(inner, "__code__", None)
    if code is None:
        return {}, []
    steps = dis.get_instructions(code)
    return inner.__globals__, [s.argval for s in steps if s.opname.startswith("LOAD_GLOBAL")]
