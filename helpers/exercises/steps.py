"""Steps: an exercise is a computation, and a mistake is a step that goes another way.

    @step
    def scores(query, key):                      # reads inputs and earlier steps by their names
        return query @ key.swapaxes(-1, -2)

    @scores.wrong("key not transposed", "Every query meets every key: which axes should meet?")
    def _(query, key):
        return query @ key

    @scaled.family("another divisor", "Why {constant}, whatever the width is?", over=(1e-3, 1e3))
    def _(scores, constant):                     # the constant is fitted to what a learner got
        return scores / constant

    scaled_dot_product_attention.steps(scores, scaled, weights, mixed, returned)

A step is declared once and taken by every exercise that has it. Whoever reads the steps learns
what can go wrong at each; combining.py tries every one of them alone, and every two together.
"""

import inspect
from dataclasses import dataclass, field, replace

import numpy as np

from helpers.wording import listed


@dataclass(frozen=True)
class Way:
    """A wrong way through a step: a name, one sentence that does not give the right one away.

    over: of a family, the (smallest, largest) constant to look for, or a list of all.
    also: whether it is a way of one name and sentence with another, in other code.
    """

    name: str
    sentence: str
    function: object = field(repr=False)
    same_as: str | None = None
    over: object = None
    also: bool = False


@dataclass(frozen=True)
class Known:
    """What explains a wrong answer.

    name, sentence: of the mistake that comes first. second: the name of one that follows.
    """

    name: str
    sentence: str
    second: str | None = None


class Step:
    """One or several named values, computed from inputs and earlier steps.

    names: of the values. right: the function that computes them. ways: what goes wrong.
    any_shift: whether a number added to a whole row matters to nobody, as before a softmax.
    reads: parameter to the name that it has in this chain, where it is another.
    said: what a sentence calls the values, where that is not their names.
    """

    def __init__(self, names, right, *, any_shift=False, ways=(), reads=None, said=None):
        self.names = tuple(names)
        listing = listed([name.replace("_", " ") for name in self.names])
        # Several values have one label, where they have a word in common.
        self.label = said if said and len(self.names) > 1 else listing
        self.said = said or listing
        self.right = right
        self.any_shift = any_shift
        self.ways = list(ways)
        self.reads = dict(reads or {})

    def __repr__(self):
        return f"<step {', '.join(self.names)}: {len(self.ways)} wrong ways>"

    @property
    def verb(self):
        """The verb that goes with what is said: scores are, an output is."""
        return "are" if self._many else "is"

    @property
    def pronoun(self):
        """What stands for it in a sentence: they or it."""
        return "they" if self._many else "it"

    @property
    def _many(self):
        return len(self.names) > 1 or self.said.endswith("s")

    def wrong(self, name, sentence, function=None, *, same_as=None):
        """Declare a wrong way: as a decorator, or with a lambda as `function`."""

        def declare(function):
            self.ways.append(Way(name, sentence, function, same_as))
            return function

        return declare if function is None else declare(function)

    def also(self, name, function=None):
        """Declare other code that makes the same mistake, and comes to other numbers."""
        sentence = next(way.sentence for way in self.ways if way.name == name)

        def declare(function):
            self.ways.append(Way(name, sentence, function, also=True))
            return function

        return declare if function is None else declare(function)

    def family(self, name, sentence, function=None, *, over):
        """Declare a wrong way that has a constant, the parameter `constant`, fitted when asked.

        sentence: may hold {constant}. over: (smallest, largest), both above 0; or a list.
        """

        def declare(function):
            self.ways.append(Way(name, sentence, function, over=over))
            return function

        return declare if function is None else declare(function)

    def adapted(
        self,
        *,
        right=None,
        reads=None,
        gives=None,
        without=(),
        only=None,
        sentences=None,
        names=None,
    ):
        """The same step in another exercise, which may declare more ways for itself alone.

        right: what is right there, where that is something else.
        reads: parameter to the name of an input or step there. gives: names of the values there.
        without, only: names of wrong ways to leave out, or to take alone.
        sentences: name of a way to its sentence there. names: name of a way to its name there.
        """
        sentences, names = sentences or {}, names or {}
        taken = self.ways if only is None else [way for way in self.ways if way.name in only]
        unknown = {*without, *(only or ()), *sentences, *names} - {way.name for way in self.ways}
        if unknown:
            raise ValueError(f"step {', '.join(self.names)} has no way called {sorted(unknown)}.")
        ways = [
            replace(
                way,
                name=names.get(way.name, way.name),
                sentence=sentences.get(way.name, way.sentence),
                same_as=names.get(way.same_as, way.same_as),
            )
            for way in taken
            if way.name not in without
        ]
        reads = self.reads | (reads or {})
        said = None if gives else self.said
        gives, right = gives or self.names, right or self.right
        return Step(gives, right, any_shift=self.any_shift, ways=ways, reads=reads, said=said)

    def follow(self, function, known, **more):
        """`known` with this step's values, computed by `function`, and the value itself."""
        asked = inspect.signature(function).parameters if more else _parameters(function)
        given = [
            more[name] if name in more else known[self.reads.get(name, name)] for name in asked
        ]
        value = function(*given)
        if len(self.names) == 1:
            return known | {self.names[0]: value}, value
        return known | dict(zip(self.names, value, strict=True)), value


def step(*names, any_shift=False, said=None):
    """Declare a step by its right function: `@step`, or `@step("query", "key", "value")`."""
    if len(names) == 1 and callable(names[0]):
        return Step([names[0].__name__], names[0])
    return lambda right: Step(names or [right.__name__], right, any_shift=any_shift, said=said)


class Chain:
    """The steps of one exercise, in order; the last one's value is what it returns."""

    def __init__(self, steps, reference):
        self.steps = tuple(steps)
        self.parameters = inspect.signature(reference).parameters
        self._defaults = {
            name: parameter.default
            for name, parameter in self.parameters.items()
            if parameter.default is not parameter.empty
        }

    def start(self, inputs):
        """What is known before the first step: the inputs, and defaults."""
        return self._defaults | inputs

    def run(self, inputs, choice=()):
        """What is returned where the steps in `choice` go another way.

        choice: pairs (number of the step, function, or function and the constant).
        """
        other = {number: way for number, *way in choice}
        known = self.start(inputs)
        for number, each in enumerate(self.steps):
            function, *constant = other.get(number, (each.right,))
            more = {"constant": constant[0]} if constant else {}
            known, value = each.follow(function, known, **more)
        return value

    def values(self, inputs):
        """The right values of the steps that compute something: [(step, its arrays), ...]."""
        known, found = self.start(inputs), []
        before = [value for value in inputs.values() if isinstance(value, np.ndarray)]
        for each in self.steps:
            known, _ = each.follow(each.right, known)
            arrays = [known[name] for name in each.names]
            new = [a for a in arrays if isinstance(a, np.ndarray | np.generic)]
            # A step that hands on what was there computes nothing that could be looked for.
            if new and not any(a is other for a in new for other in before):
                found.append((each, tuple(new)))
            before += new
        return found

    def ways(self):
        """(number of the step, way) of every wrong way that is no family."""
        return [(i, way) for i, s in enumerate(self.steps) for way in s.ways if way.over is None]

    def families(self):
        """(number of the step, way) of every family."""
        return [
            (i, way) for i, s in enumerate(self.steps) for way in s.ways if way.over is not None
        ]

    def function(self, number, way, *constant):
        """The whole wrong function that goes one wrong way: what `exercise.mistakes` holds."""
        names, choice = tuple(self.parameters), [(number, way.function, *constant)]

        def wrong(*given):
            return self.run(dict(zip(names, given, strict=False)), choice)

        return wrong


def _parameters(function):
    code = function.__code__
    return code.co_varnames[: code.co_argcount]
