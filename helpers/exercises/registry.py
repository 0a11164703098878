"""Finding the exercise that a learner's function belongs to."""

import difflib
import functools
import importlib
import pkgutil

from helpers.exercises.declare import EXERCISES, Exercise


def all_exercises():
    """Every declared exercise, by lesson, in the order of declaration."""
    _load()
    return sorted(EXERCISES.values(), key=lambda declared: declared.lesson)


def of_lesson(lesson):
    """The exercises of one lesson."""
    return [declared for declared in all_exercises() if declared.lesson == lesson]


def find(function, exercise=None):
    """The exercise of a function, by `exercise` where given, else by the function's own name."""
    if isinstance(exercise, Exercise):
        return exercise
    if exercise is not None and not isinstance(exercise, str):
        raise TypeError(
            f"exercise is {type(exercise).__name__}, expected the exercise's name as text, "
            'for instance check(my_function, exercise="softmax").'
        )
    name = exercise if exercise is not None else name_of(function)
    _load()
    if name not in EXERCISES:
        raise ValueError(_unknown(name, given=exercise is not None))
    return EXERCISES[name]


def name_of(function):
    """The name of a function, of what a partial wraps, or the text itself."""
    if isinstance(function, str):
        return function
    if isinstance(function, functools.partial):
        return name_of(function.func)
    return getattr(function, "__name__", type(function).__name__)


def _unknown(name, given):
    close = difflib.get_close_matches(name, EXERCISES, n=3, cutoff=0.5)
    if name == "<lambda>":
        start = "A lambda has no name"
    else:
        start = f"No exercise is called {name!r}"
    listing = f"Close: {', '.join(close)}" if close else f"There are: {', '.join(EXERCISES)}"
    advice = "" if given else ' Say which one is meant: check(function, exercise="softmax").'
    return f"{start}. {listing}.{advice}"


@functools.cache
def _load():
    """Import every file of declarations, once."""
    import helpers.exercises as room

    for module in sorted(module.name for module in pkgutil.iter_modules(room.__path__)):
        if module.startswith("lesson_"):
            importlib.import_module(f"{room.__name__}.{module}")
