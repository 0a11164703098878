"""Did the learner write this function? Told from its code, never by running it."""

import dis
import functools
import inspect
import traceback
import types
from pathlib import Path

from helpers.exercises.declare import Exercise

_COURSE = str(Path(__file__).resolve().parents[1])
# A body of a docstring, `...` or `pass` compiles to nothing but these.
_EMPTY = {
    "RESUME", "NOP", "LOAD_CONST", "RETURN_CONST", "RETURN_VALUE", "COPY_FREE_VARS", "MAKE_CELL",
}  # fmt: skip
# ... and `raise NotImplementedError` to these as well.
_RAISES = _EMPTY | {
    "LOAD_GLOBAL", "LOAD_COMMON_CONSTANT", "PUSH_NULL", "PRECALL", "CALL", "RAISE_VARARGS", "CACHE",
}  # fmt: skip


def is_unwritten(function):
    """Whether there is nothing of the learner's in it: an empty body, or the course's function."""
    return is_empty(function) or is_the_courses(function)


def is_the_courses(function):
    """Whether the course wrote it: what `yours` hands out, or anything that helpers hold."""
    return any(
        isinstance(layer, Exercise) or _file_of(layer).startswith(_COURSE)
        for layer in layers(function)
    )


def is_empty(function):
    """Whether the body is only a docstring, `...`, `pass` or `raise NotImplementedError`."""
    code = getattr(layers(function)[-1], "__code__", None)
    if code is None or code.co_flags & (inspect.CO_GENERATOR | inspect.CO_COROUTINE):
        return False
    steps = list(dis.get_instructions(code))
    names = {step.opname for step in steps}
    if names <= _EMPTY:
        returned = [step.argval for step in steps if step.opname in ("RETURN_CONST", "LOAD_CONST")]
        return returned[-1:] in ([None], [...])
    named = {step.argrepr.split(" + ")[-1] for step in steps if step.opname.startswith("LOAD_GLO")}
    named |= {step.argrepr for step in steps if step.opname == "LOAD_COMMON_CONSTANT"}
    return "RAISE_VARARGS" in names and names <= _RAISES and named == {"NotImplementedError"}


def says_not_written(outcome, function):
    """Whether it returned `...`, or raised NotImplementedError in its own body."""
    if outcome.result is not None:
        return outcome.result.nothing == "Ellipsis"
    if not isinstance(outcome.error, NotImplementedError):
        return False
    frames = list(traceback.walk_tb(outcome.error.__traceback__))
    own = [getattr(layer, "__code__", None) for layer in layers(function)]
    return frames[-1][0].f_code in own


def layers(function):
    """A function, then what it wraps (decorators, partials, bound methods), innermost last."""
    found = [function]
    while True:
        inner = _inside(found[-1])
        if inner is None or any(inner is layer for layer in found):
            return found
        found.append(inner)


def _inside(function):
    if isinstance(function, functools.partial):
        return function.func
    if isinstance(function, types.MethodType):
        return function.__func__
    if hasattr(function, "__wrapped__"):
        return function.__wrapped__
    if not hasattr(function, "__code__") and not isinstance(function, type):
        call = type(function).__dict__.get("__call__")
        return call if isinstance(call, types.FunctionType) else None
    return None


def _file_of(function):
    code = getattr(function, "__code__", None)
    return "" if code is None else str(code.co_filename)
