"""The ladder: the rungs in a fixed order, and the first that fails speaks.

Every rung looks at the same trials: the learner's function, run once on every case. A mistake
whose results equal the learner's on all of them gives its name and its sentence to the rung that
speaks; what no mistake explains, the properties and then the values catch.

The ladder is climbed on the ordinary cases first. Whoever sums over the wrong axis *and* forgets
that exponentials overflow hears about the axis first: the overflow only matters once it is right.
"""

from dataclasses import replace

import numpy as np

from helpers.exercises import causes, symptoms, words
from helpers.exercises.finding import Finding, Trial
from helpers.exercises.properties import first_broken
from helpers.exercises.results import alike, close
from helpers.exercises.sandbox import Budget, run
from helpers.exercises.trials import expected_trials, matching_mistake
from helpers.exercises.verdict import Verdict
from helpers.exercises.written import is_unwritten


def judge(exercise, function, seconds=None, look_further=True):
    """The Verdict on a function. Shows nothing and records nothing.

    seconds: the time limit for all calls together; 10, or ATTENTION_TIME_LIMIT, if not given.
    look_further: whether a failure may be put down to another exercise's function it calls.
    """
    not_written = Verdict(exercise.name, "not written", f"{exercise.name}: not written yet.")
    if is_unwritten(function):
        return not_written
    budget = Budget(seconds)
    trials = _try_all(exercise, function, budget)
    if causes.says_not_written(trials[-1].outcome, function):
        return not_written
    finding, mistake = _climb(exercise, function, trials, budget)
    if finding is None:
        stage, text, printed = "passed", _passed(exercise), ""
    else:
        stage, printed = finding.stage, trials[0].outcome.printed
        advice = _advice(exercise, function, finding, mistake, look_further)
        text = f"{exercise.name}: {finding.symptom}. {advice}".rstrip()
    name = mistake.name if mistake else None
    return Verdict(exercise.name, stage, text, name, printed, _notes(trials))


def _try_all(exercise, function, budget):
    trials = []
    for case in expected_trials(exercise):
        outcome = run(exercise, function, case.inputs, budget)
        trials.append(Trial(case.inputs, case.dtype, case.extreme, case.expected, outcome))
        if outcome.too_slow or causes.says_not_written(outcome, function):
            break
    return trials


def _passed(exercise):
    count = len(exercise.properties)
    return f"{exercise.name}: {count} {'property holds' if count == 1 else 'properties hold'}."


def _advice(exercise, function, finding, mistake, look_further):
    if mistake is not None:
        return mistake.sentence
    if look_further and finding.stage not in ("too slow", "input changed"):
        found = causes.in_what_it_calls(
            exercise, function, lambda other, its: judge(other, its, None, False).passed
        )
        return found or finding.advice
    return finding.advice


def _notes(trials):
    replaced = sorted({name for trial in trials for name in trial.outcome.replaced})
    if not replaced:
        return []
    verb = "is" if len(replaced) == 1 else "are"
    return [f"{', '.join(replaced)} had been replaced, and {verb} NumPy's own again."]


def _climb(exercise, function, trials, budget):
    """(what the first failing rung says, the known mistake): both None where all is well."""
    mistake = _matching(exercise, trials)
    if mistake is not None:
        return _first_finding(exercise, function, trials, mistake, budget), mistake
    ordinary = [trial for trial in trials if not trial.extreme]
    mistake = _matching(exercise, ordinary)
    finding = _first_finding(exercise, function, ordinary, mistake, budget)
    if finding is not None:
        return finding, mistake
    extreme = [trial for trial in trials if trial.extreme]
    return _first_finding(exercise, function, extreme, None, budget), None


def _matching(exercise, trials):
    return matching_mistake(exercise, [trial.outcome for trial in trials])


def _first_finding(exercise, function, trials, mistake, budget):
    rungs = (causes.of_error, causes.of_type, _shape, _non_finite, _input_changed, _too_slow)
    for rung in rungs:
        for trial in trials:
            finding = rung(exercise, trial)
            if finding is not None:
                return _where_a_batch_is_the_trouble(finding, trial, trials)
    if mistake is not None:
        return Finding("mistake", _first_wrong(exercise, trials))
    broken = first_broken(exercise, function, trials, budget)
    if broken is not None:
        return broken
    symptom = _first_wrong(exercise, trials)
    return Finding("value", symptom) if symptom else None


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


def _shape(exercise, trial):
    for name, axes, got, wanted in trial.pairs(exercise):
        if got.shape != wanted.shape:
            symptom = symptoms.of_shape(got, wanted, axes, name if exercise.several else "")
            return Finding("shape", symptom, _advice_on_shape(got, wanted))
    return None


def _advice_on_shape(got, wanted):
    if got.ndim >= 2 and got.swapaxes(-1, -2).shape == wanted.shape:
        return "The last two axes are swapped."
    if got.size == wanted.size:
        return "The numbers are as many as expected, and arranged in another way."
    if got.ndim > wanted.ndim:
        return "Which axis should be gone?"
    if got.ndim < wanted.ndim:
        return "Which axis was lost on the way?"
    return "Print the shape after every step to see where it turns."


def _non_finite(exercise, trial):
    for name, _, got, wanted in trial.pairs(exercise):
        if wanted.dtype.kind != "f":
            continue
        bad = ~np.isfinite(got) & np.isfinite(wanted)
        if bad.any():
            of = f" of {name}" if exercise.several else ""
            kind = "NaN" if np.isnan(got[bad]).all() else "NaN or infinite"
            symptom = f"{bad.sum()} of {bad.size} values{of} are {kind}"
            return Finding("non-finite", symptom, "Which step overflows, or divides by 0?")
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


def _first_wrong(exercise, trials):
    for trial in trials:
        # Weights first: where they are wrong, everything mixed with them is wrong too.
        for name, _, got, wanted in sorted(trial.pairs(exercise), key=lambda p: p[0] != "weights"):
            if not close(got, wanted, trial.dtype):
                label = name if exercise.several else ""
                return symptoms.of_values(got, wanted, trial.dtype, label)
    return None
