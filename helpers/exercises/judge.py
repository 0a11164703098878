"""The whole way of a check: run the function on every case, compare, explain, give a Verdict.

A mistake whose results equal the learner's on all trials gives its name and its sentence.
"""

from dataclasses import replace

from helpers.exercises.combining import explanation
from helpers.exercises.compare import alike, expected_trials
from helpers.exercises.explain import GENERAL, first_finding, in_what_it_calls
from helpers.exercises.picture import example, picture
from helpers.exercises.run import Budget, run
from helpers.exercises.trace import Trace, trace
from helpers.exercises.verdict import Verdict
from helpers.exercises.written import is_unwritten, says_not_written

_SECOND = "Something else is wrong after that: check again once this is mended."


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
    if says_not_written(trials[-1].outcome, function):
        return not_written
    finding, mistake = _find(exercise, function, trials, budget)
    if finding is None:
        return Verdict(exercise.name, "passed", _passed(exercise), notes=_notes(trials))
    wrong = [t for t in trials if not alike(t.outcome, t.expected, t.dtype)]
    traced = trace(exercise, function, wrong[0], budget) if wrong else Trace()
    advice = _advice(exercise, function, finding, mistake, traced, look_further)
    return Verdict(
        exercise.name,
        finding.stage,
        f"{exercise.name}: {_symptom(finding, mistake, traced)}. {advice}".rstrip(),
        mistake.name if mistake else None,
        trials[0].outcome.printed,
        _notes(trials, mistake),
        marks=traced.marks,
        details=example(*finding.example) if finding.example else picture(exercise, wrong),
    )


def _try_all(exercise, function, budget):
    trials = []
    for case in expected_trials(exercise):
        outcome = run(exercise, function, case.inputs, budget)
        trials.append(replace(case, outcome=outcome))
        if outcome.too_slow or says_not_written(outcome, function):
            break
    return trials


def _passed(exercise):
    count = len(exercise.properties)
    return f"{exercise.name}: {count} {'property holds' if count == 1 else 'properties hold'}."


def _symptom(finding, mistake, traced):
    """What is wrong: of two mistakes the results show the last, and the steps the first."""
    if mistake is not None and mistake.second and traced.sentence and finding.stage != "raised":
        return traced.sentence[0].lower() + traced.sentence[1:]
    return finding.symptom


def _advice(exercise, function, finding, mistake, traced, look_further):
    if mistake is not None:
        return mistake.sentence
    if look_further and finding.stage not in ("too slow", "input changed"):
        found = in_what_it_calls(
            exercise, function, lambda other, its: judge(other, its, None, False).passed
        )
        if found:
            return found
    if not traced.sentence:
        return finding.advice
    if finding.stage == "raised" and finding.line:
        return f"{traced.sentence}, in this line: {finding.line}"
    return f"{traced.sentence}." if finding.advice in GENERAL else finding.advice


def _notes(trials, mistake=None):
    notes = [_SECOND] if mistake is not None and mistake.second else []
    replaced = sorted({name for trial in trials for name in trial.outcome.replaced})
    if replaced:
        verb = "is" if len(replaced) == 1 else "are"
        notes.append(f"{', '.join(replaced)} had been replaced, and {verb} NumPy's own again.")
    return notes


def _find(exercise, function, trials, budget):
    """(what is wrong, the known mistake): both None where all is well.

    The ordinary cases come first. Whoever sums over the wrong axis *and* forgets that exponentials
    overflow hears about the axis first: the overflow only matters once it is right.
    """
    mistake = explanation(exercise, function, trials)
    if mistake is not None:
        return first_finding(exercise, function, trials, mistake, budget), mistake
    ordinary = [trial for trial in trials if not trial.extreme]
    mistake = explanation(exercise, function, ordinary)
    finding = first_finding(exercise, function, ordinary, mistake, budget)
    if finding is not None:
        return finding, mistake
    extreme = [trial for trial in trials if trial.extreme]
    return first_finding(exercise, function, extreme, None, budget), None
