"""The whole way of a check: run the function on every case, compare, explain, give a Verdict.

A mistake whose results equal the learner's on all trials gives its name and its sentence.
"""

import json
import multiprocessing
import sys
import warnings
from dataclasses import replace

from helpers.exercises.circumstances import further_trials
from helpers.exercises.combining import explanation
from helpers.exercises.compare import alike, expected_trials
from helpers.exercises.explain import GENERAL, first_finding, outcome_finding
from helpers.exercises.picture import example, picture
from helpers.exercises.raised import meaning
from helpers.exercises.run import run
from helpers.exercises.surroundings import from_the_notebook, in_what_it_calls
from helpers.exercises.time_limit import Budget
from helpers.exercises.trace import Trace, trace
from helpers.exercises.undisturbed import put_back
from helpers.exercises.verdict import Verdict
from helpers.exercises.written import is_unwritten, learners, says_not_written

_OUR_OWN_SECONDS = 5.0  # on top of the function's: for comparing, on a busy machine

_SECOND = "Something else is wrong after that: check again once this is mended."


def judge(exercise, function, seconds=None, look_further=True):
    """The Verdict on a function. Shows nothing and records nothing.

    function: the learner's, or what `yours` put in its place, which stands for the learner's.
    seconds: the time limit for all calls together; 10, or ATTENTION_TIME_LIMIT, if not given.
    look_further: whether a failure may be put down to another exercise's function it calls.
    """
    budget = Budget(seconds)
    function = learners(function)
    not_written = Verdict(exercise.name, "not written", f"{exercise.name}: not written yet.")
    if is_unwritten(function):
        return not_written
    replaced = put_back()
    trials = _try_all(exercise, function, expected_trials(exercise), budget)
    if says_not_written(trials[-1].outcome, function):
        return not_written
    finding, mistake = _find(exercise, function, trials, budget)
    if finding is None:
        stage, text = "passed", _passed(exercise)
        return Verdict(exercise.name, stage, text, notes=_notes(exercise, replaced, trials))
    wrong = [t for t in trials if not alike(t.outcome, t.expected, t.dtype)]
    traced = trace(exercise, function, wrong[0], budget) if wrong else Trace()
    advice = _advice(exercise, function, finding, mistake, traced, wrong, look_further)
    return Verdict(
        exercise.name,
        finding.stage,
        f"{exercise.name}: {_symptom(finding, mistake, traced)}. {advice}".rstrip(),
        mistake.name if mistake else None,
        trials[0].outcome.printed,
        _notes(exercise, replaced, trials, mistake),
        marks=traced.marks,
        details=example(*finding.example) if finding.example else picture(exercise, wrong),
    )


def judge_apart(exercise, function, seconds=None):
    """As `judge`, in a process of its own, which is killed where nothing else stops the function.

    Where processes cannot be forked (Windows, and macOS, whose libraries forbid it) it is `judge`.
    """
    limit = Budget(seconds).seconds
    if sys.platform == "darwin" or "fork" not in multiprocessing.get_all_start_methods():
        return judge(exercise, function, seconds)
    expected_trials(exercise)  # here, where they are kept
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe(duplex=False)
    process = fork.Process(target=_judge_and_tell, args=(theirs, exercise, function, seconds))
    with warnings.catch_warnings():
        # Python warns where several threads run, since a lock of theirs would stay locked. The
        # process only calculates, and if it ever waited for such a lock it would be killed.
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()
    theirs.close()
    try:
        if not ours.poll(limit + _OUR_OWN_SECONDS):
            return _stopped(exercise, limit)
        return Verdict(**json.loads(ours.recv_bytes()))
    except EOFError:
        text = "the call ended the process that it ran in. It should end by returning the result"
        return Verdict(exercise.name, "raised", f"{exercise.name}: {text}.")
    finally:
        process.kill()
        process.join()
        ours.close()


def _judge_and_tell(pipe, exercise, function, seconds):
    told = vars(judge(exercise, function, seconds))
    pipe.send_bytes(json.dumps(told).encode())  # as text: unpickling would run what was sent
    pipe.close()


def _stopped(exercise, seconds):
    text = f"it gave no result within {seconds:g} seconds, and nothing but ending it from outside"
    advice = "Is there a loop that never ends, inside a function of Python's or NumPy's perhaps?"
    return Verdict(exercise.name, "too slow", f"{exercise.name}: {text} stopped it. {advice}")


def _try_all(exercise, function, cases, budget):
    trials = []
    for case in cases:
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


def _advice(exercise, function, finding, mistake, traced, wrong, look_further):
    if mistake is not None:
        return mistake.sentence
    if look_further and finding.stage not in ("too slow", "input changed"):
        found = in_what_it_calls(
            exercise, function, lambda other, its: judge(other, its, None, False).passed
        )
        found = found or from_the_notebook(function)
        if found:
            return found
    if finding.stage == "raised":
        return _advice_on_error(exercise, function, finding, traced, wrong)
    if traced.sentence and finding.advice in GENERAL:
        return f"{traced.sentence}."
    return finding.advice


def _advice_on_error(exercise, function, finding, traced, wrong):
    """Where it failed and why, beside the words of NumPy."""
    trial = next((trial for trial in wrong if trial.outcome.error is not None), None)
    if trial is None or isinstance(trial.outcome.error, SystemExit):
        return finding.advice
    said = traced.sentence if "✔" in traced.marks else meaning(exercise, function, trial)
    said = said or traced.sentence
    if finding.line:
        return f"{said}; in this line: {finding.line}" if said else finding.advice
    return f"{said}." if said and finding.advice in GENERAL else finding.advice


def _notes(exercise, replaced, trials, mistake=None):
    second = [_SECOND] if mistake is not None and mistake.second else []
    return [*second, *_replaced(replaced, trials), *_lists(exercise, trials)]


def _replaced(before, trials):
    names = sorted({*before, *(name for trial in trials for name in trial.outcome.replaced)})
    if not names:
        return []
    verb = "is" if len(names) == 1 else "are"
    return [f"{', '.join(names)} had been replaced, and {verb} NumPy's own again."]


def _lists(exercise, trials):
    """Numbers in a list are right numbers; what goes on with them will want an array."""
    results = [trial.outcome.result for trial in trials if trial.outcome.result]
    lists = any(result.kind == "list" and result.arrays for result in results)
    if exercise.several or not lists:
        return []
    return ["It returned a list, read here as an array: np.array(...) makes an array of it."]


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
    finding = first_finding(exercise, function, extreme, None, budget)
    if finding is not None:
        return finding, None
    further = _try_all(exercise, function, further_trials(exercise), budget)
    strict = [trial for trial in further if not (trial.lenient and trial.outcome.error)]
    return outcome_finding(exercise, strict), None
