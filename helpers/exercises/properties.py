"""Putting the properties of an exercise to the test on what the learner's function returned."""

import inspect

import numpy as np

from helpers.exercises import words
from helpers.exercises.compare import noting_differences
from helpers.exercises.declare import FLOATS
from helpers.exercises.run import copy_of, run
from helpers.exercises.verdict import Finding


class _Unanswered(Exception):
    """A further call of the learner's function came to nothing. Its text is the symptom."""


def first_broken(exercise, function, trials, budget):
    """The first property that does not hold on some trial, as a Finding, or None."""
    fine = [trial for trial in trials if trial.dtype in FLOATS]  # float16 is too coarse for `same`
    for declared in exercise.properties:
        for trial in fine:
            finding = broken_property(exercise, function, declared, trial, budget)
            if finding is not None:
                return finding.under(trial.circumstance)
    return None


def broken_property(exercise, function, declared, trial, budget):
    """What is wrong with a declared Property on a trial: None where it holds or is not asked."""
    asked_for = {}

    def call(**changes):
        asked_for.update(changes)
        return _answer(exercise, run(exercise, function, trial.inputs | changes, budget), changes)

    arrays = trial.outcome.result.arrays
    # Copies, so that a property that works in place spoils nobody's inputs.
    known = {name: copy_of(value) for name, value in trial.inputs.items()} | {"call": call}
    known |= {name: array.copy() for name, array in zip(exercise.gives, arrays, strict=True)}
    known |= {"result": arrays[0].copy()}
    asked = inspect.signature(declared.holds).parameters
    if not set(asked) <= set(known):
        return None
    try:
        with np.errstate(all="ignore"), noting_differences() as differences:
            answer = declared.holds(**{name: known[name] for name in asked})
    except _Unanswered as unanswered:
        return Finding("property", str(unanswered), declared.advice or "")
    if not isinstance(answer, str) and answer:
        return None
    given = asked_for or {name: trial.inputs[name] for name in asked if name in trial.inputs}
    example = (given, *differences[0]) if differences else None
    if isinstance(answer, str):
        symptom = answer
    else:
        symptom = f"this should hold and does not: {declared.statement}{_for_instance(example)}"
    return Finding("property", symptom, declared.advice or "", example=example)


def _for_instance(example):
    """The example in words: what came where something else was expected."""
    if example is None:
        return ""
    _, got, wanted = example
    if got.shape != wanted.shape:
        return f"; the shapes are {words.shape(got)} and {words.shape(wanted)}"
    return f"; {words.came_where(got, wanted)}"


def _answer(exercise, outcome, changes):
    call = words.call(exercise.name, changes)
    if outcome.error is not None:
        raise _Unanswered(f"{call} raised {words.error(outcome.error)}")
    if outcome.too_slow:
        raise _Unanswered(f"{call} gave no result within {outcome.too_slow:g} seconds")
    arrays = outcome.result.arrays
    if arrays is None or len(arrays) != len(exercise.gives):
        raise _Unanswered(f"{call} returned {outcome.result.kind}, and arrays were expected")
    return arrays if exercise.several else arrays[0]
