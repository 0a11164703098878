"""What an exception means: the call, the learner's own line, and a sentence that says why."""

import linecache
import traceback
from pathlib import Path

import numpy as np

from helpers.exercises import words
from helpers.exercises.failures import where_it_failed
from helpers.exercises.verdict import Finding

_HELPERS = Path(__file__).parents[1]
_LIBRARIES = (str(Path(np.__file__).parent), str(_HELPERS))
_ASKS_FOR_ONE_TRUTH = "truth value of an array"
_ONE_TRUTH = "a whole array for one yes or no"
_NUMBER_BY_NUMBER = (
    "`if`, `and` and `max` decide once; np.where, & (each side in parentheses) and np.maximum "
    "decide number by number."
)
_MEETING = "A product sums over the last axis of the first and the last but one of the second"
_ONE_BY_ONE = (
    "Entry by entry, axes are counted from the end and are of one size, or one of them is 1"
)
# What an operation asks for, by its kind in the record of a watched run.
_ASKED = {
    "product": lambda shapes: f"{_MEETING}: here of {shapes}",
    "element by element": lambda shapes: f"{_ONE_BY_ONE}: here {shapes}",
    "reduce": lambda shapes: f"An array of shape {shapes} has no such axis: count from the end",
    "reshape": lambda shapes: f"A reshape keeps all numbers of {shapes}, none more and none less",
    "assignment": lambda shapes: f"What is put in does not fit its place: here {shapes}",
    "__getitem__": lambda shapes: f"There is no such place in an array of shape {shapes}",
}


def raised_finding(exercise, trial):
    """The call with its shapes and the exception; then the learner's own line. Or None."""
    error = trial.outcome.error
    if error is None:
        return None
    call = words.call(exercise.name, trial.inputs)
    if isinstance(error, SystemExit):
        advice = "Take exit(), quit() or sys.exit() out, and return the result."
        return Finding("raised", f"{call} ends the program and returns nothing", advice)
    line = _own_line(error)
    if _ASKS_FOR_ONE_TRUTH in words.error(error):
        where = f" in `{line}`" if line else ""
        return Finding("raised", f"{call} asks {_ONE_TRUTH}{where}", _NUMBER_BY_NUMBER)
    advice = f"It happened in this line: {line}" if line else ""
    return Finding("raised", f"{call} raised {words.error(error)}", advice, line)


def meaning(exercise, function, trial):
    """Why the function failed on a trial, as a clause without a full stop, or "" if unknown."""
    error = trial.outcome.error
    if isinstance(error, UnboundLocalError):
        return "A name is read there before it has a value"
    if isinstance(error, NameError):
        return f"Nothing is called {error.name} there: is it spelled as where it was made"
    refused = _refused_by_the_course(error)
    if refused:
        return refused
    kind, operands = where_it_failed(exercise, function, trial)
    if kind not in _ASKED:
        return ""
    return _ASKED[kind](" and ".join(words.shape(array) for array in operands))


def _refused_by_the_course(error):
    """What the course's own function was given that it does not take, or ""."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        code = frame.f_code
        file = Path(code.co_filename)
        if _HELPERS in file.parents and file.parent != Path(__file__).parent and code.co_argcount:
            given = frame.f_locals.get(code.co_varnames[0])
            if np.ndim(given) == 0 and not callable(given):
                return f"{code.co_name} takes arrays, and was given a single number"
            return f"{code.co_name} was given what it does not take: print its shape before"
    return ""


def _own_line(error, limit=80):
    """The last line of the traceback that is neither NumPy's nor ours."""
    for frame, number in reversed(list(traceback.walk_tb(error.__traceback__))):
        file = frame.f_code.co_filename
        if not file.startswith(_LIBRARIES):
            line = linecache.getline(file, number).strip()
            return line if len(line) <= limit else line[:limit] + "…"
    return ""
