"""Why a call went wrong: an exception, something that is no array, what the function calls."""

import linecache
import traceback
from pathlib import Path

import numpy as np

from helpers.exercises import words
from helpers.exercises.declare import EXERCISES
from helpers.exercises.finding import Finding
from helpers.exercises.results import lost_digits
from helpers.exercises.written import is_empty, is_the_courses, layers

_LIBRARIES = (str(Path(np.__file__).parent), str(Path(__file__).parents[1]))
_NO_VALUES = {"generator", "map", "zip", "filter", "range", "coroutine", "async_generator"}


def says_not_written(outcome, function):
    """Whether it returned `...`, or raised NotImplementedError in its own body."""
    if outcome.result is not None:
        return outcome.result.nothing == "Ellipsis"
    if not isinstance(outcome.error, NotImplementedError):
        return False
    frames = list(traceback.walk_tb(outcome.error.__traceback__))
    own = [getattr(layer, "__code__", None) for layer in layers(function)]
    return frames[-1][0].f_code in own


def of_error(exercise, trial):
    """The call with its shapes and the exception; then the learner's own line."""
    error = trial.outcome.error
    if error is None:
        return None
    call = words.call(exercise.name, trial.inputs)
    if isinstance(error, SystemExit):
        advice = "Take exit(), quit() or sys.exit() out, and return the result."
        return Finding("raised", f"{call} ends the program and returns nothing", advice)
    line = _own_line(error)
    advice = f"It happened in this line: {line}" if line else ""
    return Finding("raised", f"{call} raised {words.error(error)}", advice)


def _own_line(error, limit=80):
    """The last line of the traceback that is neither NumPy's nor ours."""
    for frame, number in reversed(list(traceback.walk_tb(error.__traceback__))):
        file = frame.f_code.co_filename
        if not file.startswith(_LIBRARIES):
            line = linecache.getline(file, number).strip()
            return line if len(line) <= limit else line[:limit] + "…"
    return ""


def of_type(exercise, trial):
    """What came where arrays of floating-point numbers should have come."""
    if trial.outcome.result is None:
        return None
    came, expected = trial.outcome.result, trial.expected.result
    found = _no_array(exercise, came, expected) or _wrong_numbers(exercise, trial)
    return Finding("type", *found) if found else None


def _no_array(exercise, came, expected):
    if came.nothing == "None":
        return "the function returned nothing", "Is there a `return` on every way through it?"
    names = " and ".join(exercise.gives)
    wanted = f"{len(exercise.gives)} arrays ({names})" if exercise.several else "one array"
    if came.kind == "matrix":
        return (
            "the result is a NumPy matrix, for which * and shapes mean something else",
            "Return an array: np.asarray(...) makes one of it.",
        )
    if came.hidden:
        symptom = f"{came.hidden} numbers of the result are masked away"
        return symptom, "Return a plain array in which every number stands: mask.filled(...)."
    if came.arrays is None or (came.many and not exercise.several):
        return _something_else(came, wanted)
    if exercise.several and (not came.many or len(came.arrays) != len(expected.arrays)):
        count = len(came.arrays)
        things = "array" if count == 1 else "arrays"
        return f"the function returned {count} {things} and not {wanted}", "What is missing?" if (
            count < len(expected.arrays)
        ) else "What is too much?"
    return None


def _something_else(came, wanted):
    kind = came.kind
    article = "an" if kind[0].lower() in "aeiou" else "a"
    count = f" of {len(came.arrays)}" if came.arrays else ""
    symptom = f"the function returned {article} {kind}{count}, and {wanted} was expected"
    if wanted != "one array":
        symptom = symptom.replace(" was expected", " were expected")
        return symptom, "Return them in this order, with a comma between them."
    if kind in _NO_VALUES:
        return symptom, "It has not computed anything yet: collect its values in an array."
    if kind == "tuple":
        return symptom, "Which of them was asked for?"
    if kind == "list":
        return symptom, "np.array(...) makes an array of a list."
    return symptom, "np.asarray(...) makes an array of most things."


def _wrong_numbers(exercise, trial):
    for name, _, got, wanted in trial.pairs(exercise):
        which = name if exercise.several else "the result"
        if got.dtype.kind != wanted.dtype.kind:
            kind = f"{which} holds {_kind(got)}, and {_kind(wanted)} were expected"
            return kind, f"Its dtype is {got.dtype}: which step made it so?"
        if lost_digits(got, trial.dtype):
            symptom = f"{which} holds {got.dtype}, and {trial.dtype} came in"
            return symptom, "Which step throws digits away?"
    return None


def _kind(array):
    kinds = {"f": "floating-point numbers", "i": "whole numbers", "u": "whole numbers"}
    kinds |= {"b": "True and False", "c": "complex numbers", "O": "Python objects"}
    return kinds.get(array.dtype.kind, f"{array.dtype} data")


def in_what_it_calls(exercise, function, passes):
    """Advice, where the function calls another exercise's that is not written, or wrong.

    passes: called with that exercise and the function, says whether it passes.
    """
    inner = layers(function)[-1]
    space = getattr(inner, "__globals__", {})
    for name in getattr(getattr(inner, "__code__", None), "co_names", ()):
        called = space.get(name)
        if name == exercise.name or name not in EXERCISES or not callable(called):
            continue
        if is_empty(called):
            return f"It calls {name}, which is not written yet."
        if not is_the_courses(called) and not passes(EXERCISES[name], called):
            return f"It calls {name}, which does not pass its own check yet."
    return None
