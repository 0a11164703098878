"""Which known mistake explains what a function did: one wrong way, two at once, or a constant.

Every wrong way of an exercise's steps, and every pair of them, is run on the cases: directly, once
a process, and only when somebody's answer fails. Answers are compared by results, and where they
raise by *where* they do so: the shapes that met in the operation that failed, never its words.
"""

import functools
from dataclasses import dataclass

import numpy as np

from helpers.exercises import fitting
from helpers.exercises.pristine import undisturbed
from helpers.exercises.results import alike, read_result
from helpers.exercises.sandbox import Budget, Outcome, changes, copy_of, run
from helpers.exercises.trials import expected_trials
from helpers.exercises.watch import Record, watched

_PLENTY = 60  # seconds: the learner's limit is not meant for what we wrote ourselves
_EXACTLY, _IN_ANY_ORDER, _TRANSPOSED = range(3)


@dataclass(frozen=True)
class Known:
    """What explains an answer.

    name, sentence: of the mistake that comes first. second: the name of the one that follows.
    """

    name: str
    sentence: str
    second: str | None = None


def explanation(exercise, function, outcomes):
    """The Known mistake whose outcomes these are, or None where there is none, or all are right.

    outcomes: one for each of the first trials of the exercise.
    """
    trials = expected_trials(exercise)[: len(outcomes)]
    wrong = [
        k for k, trial in enumerate(trials) if not alike(outcomes[k], trial.expected, trial.dtype)
    ]
    if not wrong:
        return None
    raised = [k for k in wrong if outcomes[k].error is not None]
    # A result tells more than an error does, and a trial that is wrong more than one that is not.
    order = sorted(range(len(trials)), key=lambda k: (k not in wrong, k in raised, k))
    where = {k: _where(function, exercise, trials[k].inputs, outcomes[k]) for k in raised}
    for loosely in (_EXACTLY, _IN_ANY_ORDER, _TRANSPOSED) if raised else (_EXACTLY,):
        for suspect in _suspects(exercise, order[0], outcomes[order[0]]):
            if all(_agree(suspect, k, outcomes[k], where.get(k), loosely) for k in order):
                return suspect.known
    return None if raised else fitting.fitted(exercise, order, outcomes)


def _agree(suspect, k, outcome, where, loosely):
    came = suspect.outcome(k)
    if outcome.error is None or came.error is None:
        trial = expected_trials(suspect.exercise)[k]
        return outcome.error is came.error and alike(outcome, came, trial.dtype)
    return _said(where, loosely) == _said(suspect.where(k), loosely)


def _said(where, loosely):
    """Where it went wrong, in a form that may be compared."""
    kind, shapes = where
    if kind != "shapes" or loosely == _EXACTLY:
        return where
    if loosely == _TRANSPOSED:
        shapes = [tuple(sorted(shape)) for shape in shapes]
    return kind, tuple(sorted(shapes))


def _where(function, exercise, inputs, outcome):
    """The shapes of the operation that failed; the error itself where none of NumPy's did."""
    record = Record()
    run(exercise, function, {n: watched(v, record) for n, v in inputs.items()}, Budget(_PLENTY))
    if record.failed is not None:
        return "shapes", record.failed
    return "error", (type(outcome.error), str(outcome.error))


class _Suspect:
    """Something whose outcome on any trial can be asked for: found once, then kept."""

    def __init__(self, exercise, known):
        self.exercise, self.known = exercise, known
        self._outcomes, self._where = {}, {}

    def outcome(self, k):
        if k not in self._outcomes:
            self._outcomes[k] = self._run(expected_trials(self.exercise)[k].inputs)
        return self._outcomes[k]

    def where(self, k):
        if k not in self._where:
            inputs = expected_trials(self.exercise)[k].inputs
            self._where[k] = _where(self._function, self.exercise, inputs, self.outcome(k))
        return self._where[k]


class _Whole(_Suspect):
    """A wrong function that is declared beside the steps."""

    def __init__(self, exercise, mistake):
        super().__init__(exercise, Known(mistake.name, mistake.sentence))
        self._function = mistake.function

    def _run(self, inputs):
        return run(self.exercise, self._function, inputs, Budget(_PLENTY))


class _Choice(_Suspect):
    """One wrong way or two through the steps."""

    def __init__(self, exercise, choice):
        first, *others = [way for _, way in choice]
        second = others[0].name if others else None
        super().__init__(exercise, Known(first.name, first.sentence, second))
        self.choice = [(number, way.function) for number, way in choice]

    def _function(self, *given):
        names = tuple(self.exercise.chain.parameters)
        return self.exercise.chain.run(dict(zip(names, given, strict=False)), self.choice)

    def _run(self, inputs):
        return self.keep(None, inputs)

    def keep(self, value, inputs):
        """The Outcome; `value` is what came, or None where it raised or was not tried yet."""
        if value is not None:
            return Outcome(result=read_result(value))
        copies = {name: copy_of(item) for name, item in inputs.items()}
        outcome = Outcome()
        try:
            with undisturbed():
                outcome.result = read_result(self.exercise.chain.run(copies, self.choice))
        except Exception as error:
            outcome.error = error
        outcome.changed = changes(inputs, copies)
        return outcome

    def put(self, k, outcome):
        self._outcomes[k] = outcome


def _suspects(exercise, k, outcome):
    """All whose outcome on trial k is near: single ways first, then whole functions, then pairs."""
    single, pairs = _near(exercise, k, outcome)
    yield from single
    yield from _wholes(exercise)
    yield from pairs


@functools.cache
def _wholes(exercise):
    return [_Whole(exercise, mistake) for mistake in exercise.declared]


@functools.cache
def _choices(exercise):
    """Every wrong way alone, and every pair of ways at two steps: by their numbers."""
    if exercise.chain is None:
        return {}
    ways = exercise.chain.ways()
    alone = [(way,) for way in ways]
    pairs = [(one, two) for one in ways for two in ways if one[0] < two[0]]
    return {_key(choice): _Choice(exercise, choice) for choice in (*alone, *pairs)}


def _key(choice):
    return tuple((number, id(way)) for number, way in choice)


def _near(exercise, k, outcome):
    """The choices that may have this outcome on trial k, single ones and pairs."""
    table = _table(exercise, k)
    kind, size = _fingerprint(outcome)
    near = [
        choice
        for choice, other in table.get(kind, ())
        if np.isclose(other, size, rtol=1e-2, atol=1e-3, equal_nan=True)
    ]
    return [c for c in near if len(c.choice) == 1], [c for c in near if len(c.choice) == 2]


def _fingerprint(outcome):
    """(what can be compared exactly, one number) of an outcome."""
    if outcome.error is not None:
        return "raised", 0.0
    if outcome.result is None or outcome.result.arrays is None:
        return "something else", 0.0
    arrays = outcome.result.arrays
    shapes = tuple(array.shape for array in arrays)
    with np.errstate(all="ignore"):
        size = sum(
            float(np.abs(array[np.isfinite(array)]).sum()) if array.dtype.kind in "fiubc" else 0.0
            for array in arrays
        )
    return (outcome.result.many, shapes), size


@functools.cache
def _table(exercise, k):
    """What every choice comes to on trial k: fingerprint's kind to [(choice, number), ...]."""
    choices = _choices(exercise)
    if not choices:
        return {}
    inputs = expected_trials(exercise)[k].inputs
    with undisturbed():
        for key, value in _tried(exercise.chain, inputs):
            if key in choices:
                choices[key].put(k, choices[key].keep(value, inputs))
    table = {}
    for choice in choices.values():
        kind, size = _fingerprint(choice.outcome(k))
        table.setdefault(kind, []).append((choice, size))
    return table


def _tried(chain, inputs):
    """(key, what came, or None where it raised) of every choice. Common beginnings run once."""
    ways = {number: [] for number in range(len(chain.steps))}
    for number, way in chain.ways():
        ways[number].append(way)

    def go_on(number, known, value, key):
        if number == len(chain.steps):
            yield key, value
            return
        each = chain.steps[number]
        others = ways[number] if len(key) < 2 else ()
        for function, more in [(each.right, ())] + [(w.function, ((number, id(w)),)) for w in others]:
            try:
                then, value = each.follow(function, known)
            except Exception:
                yield (*key, *more), None
                continue
            _protect(value)
            yield from go_on(number + 1, then, value, (*key, *more))

    given = {name: copy_of(value) for name, value in inputs.items()}
    _protect(list(given.values()))
    yield from go_on(0, chain.start(given), None, ())


def _protect(value):
    """Let nothing write into what other choices go on with: who tries is run on copies instead."""
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    elif isinstance(value, list | tuple):
        for item in value:
            _protect(item)
