"""Which known mistake explains what a function did: one wrong way, two at once, or a constant.

Every wrong way of an exercise's steps, and every pair of them, is run on the cases: directly, once
a process, and only when somebody's answer fails. Answers are compared by results, and where they
raise by *where* they do so: the shapes that met in the operation that failed, never its words.
"""

import functools
from dataclasses import replace

import numpy as np

from helpers.exercises.compare import PLENTY, alike, expected_trials
from helpers.exercises.failures import LOOSER, same_place, where_it_failed
from helpers.exercises.fitting import fitted
from helpers.exercises.run import Outcome, changed_inputs, copy_of, read_result, run
from helpers.exercises.steps import Known
from helpers.exercises.time_limit import Budget
from helpers.exercises.undisturbed import undisturbed

_NEAREST = 3


def explanation(exercise, function, trials):
    """The Known mistake that does what the function did, or None where there is none.

    trials: the first trials of the exercise, with their outcomes. Where all are right, the answer
    is None, so that a right function has no mistake.
    """
    right = [alike(trial.outcome, trial.expected, trial.dtype) for trial in trials]
    if all(right):
        return None
    raised = [trial.outcome.error is not None for trial in trials]
    # A trial that is wrong tells more than one that is not, and a result more than an error.
    order = sorted(range(len(trials)), key=lambda k: (right[k], raised[k], k))
    with undisturbed():
        if not any(raised):
            found = _first_agreeing(exercise, trials, order)
            return found or fitted(exercise, trials, order, _close_by(exercise, trials, order[0]))
        where = {k: where_it_failed(exercise, function, trials[k]) for k in order if raised[k]}
        for loosely in LOOSER:
            found = _first_agreeing(exercise, trials, order, where, loosely)
            if found is not None:
                return found
    return None


def _first_agreeing(exercise, trials, order, where=None, loosely=LOOSER[0]):
    for suspect in _suspects(exercise, order[0], trials[order[0]].outcome):
        if all(_agree(suspect, k, trials[k], where, loosely) for k in order):
            return suspect.known
    return None


def _agree(suspect, k, trial, where, loosely):
    came = suspect.outcome(k)
    if trial.outcome.error is None or came.error is None:
        return trial.outcome.error is came.error and alike(trial.outcome, came, trial.dtype)
    return same_place(where[k], suspect.where(k), loosely)


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
            trial = replace(expected_trials(self.exercise)[k], outcome=self.outcome(k))
            self._where[k] = where_it_failed(self.exercise, self._function, trial)
        return self._where[k]


class _Whole(_Suspect):
    """A wrong function that is declared beside the steps."""

    def __init__(self, exercise, mistake):
        super().__init__(exercise, Known(mistake.name, mistake.sentence))
        self._function = mistake.function

    def _run(self, inputs):
        return run(self.exercise, self._function, inputs, Budget(PLENTY))


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
            return Outcome(result=read_result(value, self.exercise.several))
        copies = {name: copy_of(item) for name, item in inputs.items()}
        outcome = Outcome()
        try:
            outcome.result = read_result(
                self.exercise.chain.run(copies, self.choice), self.exercise.several
            )
        except Exception as error:
            outcome.error = error
        outcome.changed = changed_inputs(inputs, copies)
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
    return [_Whole(exercise, mistake) for mistake in exercise.beside]


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
    kind, size = _fingerprint(outcome)
    choices, sizes = _table(exercise, k).get(kind, ((), ()))
    is_near = np.isclose(sizes, size, rtol=1e-2, atol=1e-3, equal_nan=True)
    near = [choices[place] for place in np.flatnonzero(is_near)]
    return [c for c in near if len(c.choice) == 1], [c for c in near if len(c.choice) == 2]


def _close_by(exercise, trials, k):
    """The single ways that come within a hundredth of what came, as choices; the nearest first."""
    outcome = trials[k].outcome
    near = [
        (max(map(_distance, suspect.outcome(k).result.arrays, outcome.result.arrays)), suspect)
        for suspect in _table(exercise, k).get(_fingerprint(outcome)[0], ((), ()))[0]
        if len(suspect.choice) == 1 and outcome.result is not None and outcome.result.arrays
    ]
    near = sorted((pair for pair in near if pair[0] < 0.01), key=lambda pair: pair[0])
    return [suspect for _, suspect in near[:_NEAREST]]


def _distance(one, other):
    """The largest difference of two arrays of one shape, as a share of the largest number."""
    if one.dtype.kind not in "fiu" or other.dtype.kind not in "fiu" or not one.size:
        return np.inf
    difference = np.abs(one - other).max() / max(np.abs(other).max(), 1e-30)
    return float(difference) if np.isfinite(difference) else np.inf


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
    """What every choice comes to on trial k: fingerprint's kind to (choices, their numbers)."""
    choices = _choices(exercise)
    if not choices:
        return {}
    inputs = expected_trials(exercise)[k].inputs
    for key, value in _tried(exercise.chain, inputs):
        if key in choices:
            choices[key].put(k, choices[key].keep(value, inputs))
    table = {}
    for choice in choices.values():
        kind, size = _fingerprint(choice.outcome(k))
        alike_so_far, sizes = table.setdefault(kind, ([], []))
        alike_so_far.append(choice)
        sizes.append(size)
    return {kind: (found, np.array(sizes)) for kind, (found, sizes) in table.items()}


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
        for function, more in [(each.right, ())] + [
            (w.function, ((number, id(w)),)) for w in others
        ]:
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
