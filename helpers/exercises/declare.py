"""How an exercise is declared: a reference, cases, properties, mistakes and hints.

    @exercise(lesson=3, gives={"entropy": "..."})
    def entropy(weights):
        "The reference, as short as it can be said."
        ...

    entropy.hints("a nudge", "a pointer", "the way in words")      # the fourth is the reference

    @entropy.case("sharp, flat and mixed rows")
    def _(rng):
        return dict(weights=...)

    @entropy.mistake("nats", "In which unit does your logarithm count?")
    def _(weights): ...                                            # a wrong implementation

    @entropy.holds("no row has less than 0 bits")
    def _(result): ...                                             # True, or what is wrong

The reference is the exercise's one source. Lessons name the exercise; the build puts signature
and docstring into the open notebook and the whole into the solved one, and `reveal` shows it. What
is there to be repaired comes broken:

    repair_entropy.brought_in(clinic.entropy, "In which unit does its logarithm count?")

Whoever reads such a file learns what people get wrong about the function.
"""

import difflib
import functools
import inspect
from dataclasses import dataclass, field

import numpy as np

from helpers.exercises import source
from helpers.exercises.steps import Chain

FLOATS = ("float64", "float32")  # of every case, unless it says otherwise
TYPES = (*FLOATS, "float16")  # of all that a case may ask for, in the order of trying
EXERCISES = {}
AS_BROUGHT = "as it was brought in"  # the mistake that a learner is handed, to be repaired


@dataclass(frozen=True)
class Case:
    """Inputs on which functions are compared, made anew from their seed each time.

    extreme: the case is there for its size (scores in the thousands, say), so nobody expects its
        weights to lie between uniform and one-hot.
    """

    description: str
    make: object
    seed: tuple
    dtypes: tuple = FLOATS
    extreme: bool = False

    def inputs(self, dtype="float64"):
        """The inputs by name, with every floating array in `dtype`."""
        return in_dtype(self.make(np.random.default_rng(self.seed)), dtype)


@dataclass(frozen=True)
class Mistake:
    """A wrong implementation that people write, and one sentence that does not give it away."""

    name: str
    sentence: str
    function: object = field(repr=False)
    same_as: str | None = None


@dataclass(frozen=True)
class Property:
    """Something that is true of every right answer.

    holds: called with any of the case's inputs by name, with `result` (or the outputs by name
        where there are several) and `call`, which calls the learner's function on other inputs.
        It returns True, or False, or a sentence that says with a number what is wrong.
    """

    statement: str
    holds: object = field(repr=False)
    advice: str | None = None


class Exercise:
    """One exercise. Calling it calls the reference."""

    def __init__(self, reference, lesson, gives, whole_numbers=False, any_size=True):
        self.reference = reference
        self.name = self.__name__ = reference.__name__
        self.__doc__ = reference.__doc__
        self.lesson = lesson
        self.gives = gives
        self.whole_numbers = whole_numbers
        self.any_size = any_size
        self.parameters = tuple(inspect.signature(reference).parameters)
        self.cases, self.properties, self.words = [], [], ()
        self.chain, self.beside = None, []
        self._brought_in = None

    def __call__(self, *args, **kwargs):
        """What the reference gives."""
        return self.reference(*args, **kwargs)

    def __repr__(self):
        return f"<exercise {self.name}, lesson {self.lesson:02d}>"

    @property
    def several(self):
        """Whether the function returns several arrays."""
        return len(self.gives) > 1

    @property
    def solution(self):
        """The reference's own source: what `reveal` and the solved notebook show."""
        return source.of(self.reference)

    @property
    def broken(self):
        """The function to be repaired, as it was brought in; None where nothing is broken."""
        if self._brought_in is None:
            return None
        return source.with_body(self.solution, source.of(self._brought_in))

    @property
    def stub(self):
        """What a learner starts from: what is broken, or signature and docstring alone."""
        return self.broken or source.stub(self.solution)

    def hints(self, nudge, pointer, pseudocode):
        """The first three hints. The fourth is the solution."""
        self.words = (nudge, pointer, pseudocode)

    def case(self, description, *, dtypes=FLOATS, extreme=False, seed=None):
        """Declare inputs: a function of `rng` that returns a dict of the parameters."""

        def declare(make):
            of_its_own = (self.lesson, len(self.cases)) if seed is None else (seed,)
            self.cases.append(Case(description, make, of_its_own, dtypes, extreme))
            return make

        return declare

    def steps(self, *steps):
        """Declare the computation as a chain of steps, each with its wrong ways: see steps.py."""
        self.chain = Chain(steps, self.reference)

    @functools.cached_property
    def mistakes(self):
        """Every Mistake: one for each wrong way of a step, then those declared beside them."""
        ways = [] if self.chain is None else self.chain.ways()
        return [
            Mistake(way.name, way.sentence, self.chain.function(number, way), way.same_as)
            for number, way in ways
            if not way.also
        ] + self.beside

    def mistake(self, name, sentence, *, same_as=None):
        """Declare a wrong implementation as a whole. same_as: what no case can tell from it."""

        def declare(function):
            self.beside.append(Mistake(name, sentence, function, same_as))
            return function

        return declare

    def brought_in(self, broken, sentence):
        """Declare that a learner repairs it, and what is brought in.

        broken: a wrong function with the same parameters; its body is what the learner is given.
        sentence: explains it, as every mistake's sentence does. It is a mistake like any other.
        """
        self._brought_in = broken
        self.mistake(AS_BROUGHT, sentence)(broken)

    def holds(self, statement, *, advice=None):
        """Declare a property of every right answer."""

        def declare(holds):
            self.properties.append(Property(statement, holds, advice))
            return holds

        return declare


def exercise(*, lesson, gives, whole_numbers=False, any_size=True):
    """Declare an exercise by its reference implementation.

    lesson: int.
    gives: dict, what the function returns: name to axes, {"weights": "(n_queries, n_keys)"}.
    whole_numbers: whether people will call it with whole numbers, so that it has to be right then.
    any_size: False where one size limits another, at least as many keys as queries for instance.
    """

    def declare(reference):
        declared = Exercise(reference, lesson, gives, whole_numbers, any_size)
        other = EXERCISES.get(declared.name)
        if other is not None and other.reference.__module__ != reference.__module__:
            raise ValueError(
                f"Two exercises are called {declared.name}, in lesson {other.lesson:02d} and "
                f"{lesson:02d}. Checks find an exercise by its name: rename one."
            )
        EXERCISES[declared.name] = declared
        return declared

    return declare


def all_exercises():
    """Every declared exercise, by lesson, in the order of declaration."""
    return sorted(EXERCISES.values(), key=lambda declared: declared.lesson)


def of_lesson(lesson):
    """The exercises of one lesson."""
    return [declared for declared in all_exercises() if declared.lesson == lesson]


def find(function, exercise=None, *, call="check"):
    """The exercise of a function, by `exercise` where given, else by the function's own name.

    call: what was called, for the sentence of the UnknownExercise that is raised.
    """
    if isinstance(exercise, Exercise):
        return exercise
    if exercise is not None and not isinstance(exercise, str):
        raise TypeError(
            f"exercise is {type(exercise).__name__}, expected the exercise's name as text, "
            'for instance check(my_function, exercise="softmax").'
        )
    name = exercise if exercise is not None else name_of(function)
    if name not in EXERCISES:
        raise UnknownExercise(_unknown(name, function, call))
    return EXERCISES[name]


class UnknownExercise(ValueError):
    """A function that belongs to no exercise by its name. The text says what to write."""


def name_of(function):
    """The name of a function, of what a partial wraps, or the text itself."""
    if isinstance(function, str):
        return function
    if isinstance(function, functools.partial):
        return name_of(function.func)
    return getattr(function, "__name__", type(function).__name__)


def _unknown(name, function, call):
    """What was not found, what is near it, and the call to write."""
    own = name_of(function)
    if name == "<lambda>":
        start = "A lambda has no name to find its exercise by"
    else:
        start = f"No exercise is called {name}"
    near = _near(name, function)
    argument = own if own.isidentifier() else "my_function"
    advice = f'{call}({argument}, exercise="{near or "NAME"}")'
    if near is None:
        return f"{start}. Write {advice}, with the exercise's own name for NAME."
    return f"{start}. Did you mean {near}? Then write: {advice}."


def _near(name, function):
    """The exercise with the nearest name, or with the same parameters, or None."""
    try:
        parameters = tuple(inspect.signature(function).parameters)
    except (TypeError, ValueError):  # a function written in C says nothing about them; nor a text
        parameters = None
    alike = [known for known, its in EXERCISES.items() if its.parameters == parameters]
    for pool in (alike, EXERCISES):
        inside = sorted((known for known in pool if known in name), key=len, reverse=True)
        found = inside or difflib.get_close_matches(name, pool, n=1, cutoff=0.5)
        if found:
            return found[0]
    return alike[0] if alike else None


def in_dtype(value, dtype):
    """The value with every floating array in it, also in lists and dicts, in another type."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value.astype(dtype)
    if isinstance(value, dict):
        return {name: in_dtype(item, dtype) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(in_dtype(item, dtype) for item in value)
    return value
