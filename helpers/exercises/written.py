"""Did the learner write this function? Told from its code, never by running it."""

import dis
import functools
import traceback
import types
from pathlib import Path

from helpers.exercises.declare import Exercise

_COURSE = str(Path(__file__).resolve().parents[1])


def is_unwritten(function):
    """Whether there is nothing of the learner's in it: an empty body, or the course's function."""
    return is_empty(function) or is_the_courses(function)


def is_the_courses(function):
    """Whether the course wrote it: what `yours` hands out, or anything that helpers hold."""
    return any(
        isinstance(layer, Exercise) or _file_of(layer).startswith(_COURSE)
        for layer in layers(function)
    )


def stand_in(exercise, function):
    """The course's function in the place of a learner's, which `learners` gives back."""
    own = exercise.reference
    made = types.FunctionType(
        own.__code__, own.__globals__, own.__name__, own.__defaults__, own.__closure__
    )
    made.__doc__, made.stands_in_for = own.__doc__, function
    return made


def learners(function):
    """What the learner wrote, where `yours` has put the course's function in its place."""
    return getattr(function, "stands_in_for", function)


def is_empty(function):
    """Whether the body is only a docstring, `...`, `pass` or `raise NotImplementedError`."""
    code = getattr(layers(function)[-1], "__code__", None)
    return code is not None and _meaning(code) in map(_meaning, _empty_ones(code))


def _empty_ones(code):
    """Empty functions with the texts of this one, compiled by the Python that runs."""
    texts = [text for text in code.co_consts if isinstance(text, str)]
    if len(texts) > 2:  # a docstring, and what NotImplementedError says
        return
    bodies = ["pass", "return", "raise NotImplementedError", "raise NotImplementedError()"]
    bodies += [f"raise NotImplementedError({text!r})" for text in texts]
    sources = ["empty = lambda: ..."]
    sources += [
        f"def empty():\n    {docstring}\n    {body}"
        for docstring in ["pass", *map(repr, texts)]
        for body in bodies
    ]
    for source in sources:
        module = compile(source, "", "exec")
        yield next(made for made in module.co_consts if isinstance(made, types.CodeType))


def _meaning(code):
    """What a function does, without how many steps do nothing for the sake of line numbers."""
    steps = zip(code.co_code[::2], code.co_code[1::2], strict=True)
    nothing = dis.opmap["NOP"]
    return [step for step in steps if step[0] != nothing], code.co_consts, code.co_names


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
