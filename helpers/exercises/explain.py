"""From a wrong outcome to what is said about it: a symptom with a number, and advice.

What is looked at comes in a fixed order, and the first that is wrong speaks: an error, no array,
the shape, NaN, a changed input, the time. What a known mistake explains is then shown by its
numbers; what none explains, the properties and then the values catch.
"""

from dataclasses import replace

import numpy as np

from helpers.exercises import words
from helpers.exercises.compare import alike, close, lost_digits
from helpers.exercises.properties import first_broken
from helpers.exercises.raised import raised_finding
from helpers.exercises.run import copy_of, run
from helpers.exercises.verdict import Finding

# Advice for want of a better one: where a trace tells more, it gives way.
_OVERFLOWS = "Which step overflows, or divides by 0?"
_ARRANGED = "The numbers are as many as expected, and arranged in another way."
_PRINT = "Print the shape after every step to see where it turns."
GENERAL = ("", _OVERFLOWS, _ARRANGED, _PRINT)
_NO_VALUES = {"generator", "map", "zip", "filter", "range", "coroutine", "async_generator"}


def first_finding(exercise, function, trials, mistake, budget):
    """What is wrong on these trials, as a Finding, or None.

    mistake: the declared mistake that gives the same outcomes, or None.
    """
    finding = _first_look(exercise, trials)
    if finding is not None:
        return finding
    if mistake is not None:
        return _first_wrong(exercise, trials, "mistake")
    by_chance = _by_chance(exercise, function, trials, budget)
    if by_chance is not None:
        return by_chance
    broken = first_broken(exercise, function, trials, budget)
    return broken or _first_wrong(exercise, trials, "value")


def outcome_finding(exercise, trials):
    """As `first_finding`, of the outcomes alone: without a mistake, and without the properties."""
    return _first_look(exercise, trials) or _first_wrong(exercise, trials, "value")


def _first_look(exercise, trials):
    for look in (raised_finding, _type, _shape, _non_finite, _input_changed, _too_slow):
        for trial in trials:
            finding = look(exercise, trial)
            if finding is not None:
                finding = finding.under(trial.circumstance)
                return _where_a_batch_is_the_trouble(finding, trial, trials)
    return None


def _where_a_batch_is_the_trouble(finding, trial, trials):
    """The finding, advised by what is right: the same function without axes in front."""
    smaller = [other for other in trials if _most_axes(other) < _most_axes(trial)]
    right = all(alike(other.outcome, other.expected, other.dtype) for other in smaller)
    if finding.stage in ("raised", "shape") and smaller and right:
        return replace(finding, advice=_COUNT_FROM_THE_END)
    return finding


_COUNT_FROM_THE_END = (
    "It is right with fewer axes: when a batch stands in front, count axes from the end."
)


def _most_axes(trial):
    return max(getattr(value, "ndim", 0) for value in trial.inputs.values())


def _type(exercise, trial):
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


def _shape(exercise, trial):
    for name, axes, got, wanted in trial.pairs(exercise):
        if got.shape != wanted.shape:
            symptom = words.of_shape(got, wanted, axes, name if exercise.several else "")
            return Finding("shape", symptom, _advice_on_shape(got, wanted))
    return None


def _advice_on_shape(got, wanted):
    if got.ndim >= 2 and got.swapaxes(-1, -2).shape == wanted.shape:
        return "The last two axes are swapped."
    if got.size == wanted.size:
        return _ARRANGED
    if got.ndim > wanted.ndim:
        return "Which axis should be gone?"
    if got.ndim < wanted.ndim:
        return "Which axis was lost on the way?"
    return _PRINT


def _non_finite(exercise, trial):
    for name, _, got, wanted in trial.pairs(exercise):
        if wanted.dtype.kind != "f":
            continue
        bad = ~np.isfinite(got) & np.isfinite(wanted)
        if bad.any():
            of = f" of {name}" if exercise.several else ""
            kind = "NaN" if np.isnan(got[bad]).all() else "NaN or infinite"
            symptom = f"{bad.sum()} of {bad.size} values{of} are {kind}"
            return Finding("non-finite", symptom, _OVERFLOWS)
    return None


def _input_changed(exercise, trial):
    if not trial.outcome.changed:
        return None
    name, changed, size = trial.outcome.changed[0]
    symptom = f"the call changed its input {name}, {changed} of {size} numbers"
    return Finding("input changed", symptom, "Whoever passed it in still needs it as it was.")


def _too_slow(exercise, trial):
    if not trial.outcome.too_slow:
        return None
    call = words.call(exercise.name, trial.inputs)
    symptom = f"{call} gave no result within {trial.outcome.too_slow:g} seconds"
    return Finding("too slow", symptom, "Is there a loop that never ends?")


def _by_chance(exercise, function, trials, budget):
    """Whether a wrong result is another one when the same is asked again."""
    wrong = [trial for trial in trials if not alike(trial.outcome, trial.expected, trial.dtype)]
    if not wrong:
        return None

    def second_call(*inputs):  # in one run: before every run, NumPy's generator begins anew
        function(*map(copy_of, inputs))
        return function(*inputs)

    again = run(exercise, second_call, wrong[0].inputs, budget)
    if again.error or again.too_slow or alike(again, wrong[0].outcome, wrong[0].dtype):
        return None
    symptom = "two calls with the same numbers gave two different results"
    return Finding("value", symptom, "Where does chance come in, a dropout perhaps?")


def _first_wrong(exercise, trials, stage):
    for trial in trials:
        for name, _, got, wanted in trial.weights_first(exercise):
            if not close(got, wanted, trial.dtype):
                label = name if exercise.several else ""
                symptom = words.of_values(got, wanted, trial.dtype, label)
                return Finding(stage, symptom).under(trial.circumstance)
    return None
