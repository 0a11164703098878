"""Fitting the constant of a wrong way: scores that were divided by 2, whatever the width is."""

from dataclasses import replace

import numpy as np

from helpers.exercises import words
from helpers.exercises.compare import alike
from helpers.exercises.run import Outcome, copy_of, read_result
from helpers.exercises.steps import Known

_TRIED = 24  # constants between the smallest and the largest, to begin with
_ROUNDS = 20


def fitted(exercise, trials, order, others=()):
    """The Known mistake that one constant makes of a family, or None.

    trials: with their outcomes. order: their numbers, the one to fit on first.
    others: suspects that come close already, and may only lack a constant.
    """
    families = [] if exercise.chain is None else exercise.chain.families()
    ordered = [trials[k] for k in order]
    for other in (None, *others):
        before = [] if other is None else other.choice
        for number, way in families:
            if number in dict(before):
                continue
            constant = _constant(exercise, ordered, (number, way), before)
            if constant is None:
                continue
            if other is not None:  # close already: what makes it so is the larger mistake
                return replace(other.known, second=way.name)
            return Known(way.name, way.sentence.replace("{constant}", words.number(constant)))
    return None


def _constant(exercise, trials, family, before):
    """The constant with which a family agrees on all trials, or None."""
    number, way = family

    def came(constant, trial):
        choice = [*before, (number, way.function, constant)]
        inputs = {name: copy_of(value) for name, value in trial.inputs.items()}
        try:  # on copies: a way may write into what it is given
            value = exercise.chain.run(inputs, choice)
        except Exception:  # a constant that the computation cannot take fits nothing
            return None
        return Outcome(result=read_result(value, exercise.several))

    for constant in _constants(way.over, came, trials[0]):
        if all(_agree(came(constant, trial), trial) for trial in trials):
            return constant
    return None


def _agree(came, trial):
    return came is not None and alike(trial.outcome, came, trial.dtype)


def _constants(over, came, trial):
    """The constants that are worth a try: all of a list, or what fits best, rounded if it may."""
    if isinstance(over, list):
        yield from over
        return
    wanted = _numbers(trial.outcome)

    def distance(t):
        got = _numbers(came(np.exp(t), trial))
        if got is None or wanted is None or got.shape != wanted.shape:
            return None
        return got - wanted

    if wanted is None or distance(np.log(over[0])) is None:
        return
    best = _least(distance, np.log(over[0]), np.log(over[1]))
    if best is None:
        return
    found = float(np.exp(best))
    near = [float(f"{found:.{digits}g}") for digits in (1, 2, 3)]
    near += [1 / float(f"{1 / found:.{digits}g}") for digits in (1, 2, 3)]
    yield from (c for c in near if abs(c / found - 1) < 1e-4)
    yield found


def _numbers(outcome):
    """All numbers of an outcome in a row, or None where it holds something else."""
    if outcome is None or outcome.result is None or outcome.result.arrays is None:
        return None
    arrays = outcome.result.arrays
    if any(array.dtype.kind != "f" or not np.isfinite(array).all() for array in arrays):
        return None
    return np.concatenate([array.ravel() for array in arrays])


def _least(distance, low, high):
    """The t where the distance is 0, by Newton's way from the best of several beginnings."""
    beginnings = []
    for t in np.linspace(low, high, _TRIED):
        there = distance(t)
        if there is not None:
            beginnings.append((float(there @ there), t))
    for _, t in sorted(beginnings)[:3]:
        found = _descend(distance, t)
        if found is not None and low - 1e-6 <= found <= high + 1e-6:
            return found
    return None


def _descend(distance, t, step=1e-6):
    for _ in range(_ROUNDS):
        here, ahead = distance(t), distance(t + step)
        if here is None or ahead is None:
            return None
        slope = (ahead - here) / step
        if not slope @ slope > 0:
            return None
        move = float(slope @ here / (slope @ slope))
        t -= np.clip(move, -1, 1)
        if abs(move) < 1e-10:
            break
    return t
