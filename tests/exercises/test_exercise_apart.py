"""Strict checks and reports: in a process of its own, which is killed if need be."""

import atexit
import builtins
import collections
import itertools
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from exercise_learners import as_learner, named, right

from helpers.exercises import CheckFailed, check, report
from helpers.exercises.judge import judge, judge_apart

ROOT = Path(__file__).parents[2]
SOFTMAX = named("softmax")
needs_fork = pytest.mark.skipif(
    sys.platform == "darwin" or "fork" not in multiprocessing.get_all_start_methods(),
    reason="this system forks no processes",
)


def counts_for_ever(scores):
    return sum(itertools.count())


def consumes_for_ever(scores):
    return collections.deque(itertools.count(), maxlen=0)


def ignores_the_alarm(scores):
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    while True:
        time.sleep(0.01)


@needs_fork
@pytest.mark.parametrize("function", [counts_for_ever, consumes_for_ever, ignores_the_alarm])
def test_what_no_alarm_stops_is_killed(function, monkeypatch):
    monkeypatch.setattr(judging_module(), "_OUR_OWN_SECONDS", 0.5)
    before = set(multiprocessing.active_children())
    with pytest.raises(CheckFailed) as failed:
        check(function, "softmax", strict=True, time_limit=0.2)
    assert failed.value.verdict.stage == "too slow"
    assert "gave no result within 0.2 seconds" in str(failed.value)
    assert set(multiprocessing.active_children()) <= before


def judging_module():
    return sys.modules[judge_apart.__module__]


@needs_fork
@pytest.mark.parametrize("code", [0, 1])
def test_leaving_the_process_is_no_pass(code):
    with pytest.raises(CheckFailed, match="ended the process that it ran in"):
        check(lambda scores: os._exit(code), "softmax", strict=True)


@needs_fork
def test_a_signal_to_itself_is_no_pass():
    verdict = judge_apart(SOFTMAX, lambda scores: os.kill(os.getpid(), signal.SIGKILL))
    assert verdict.stage == "raised" and not verdict.passed


@needs_fork
def test_nothing_of_it_reaches_the_grader():
    def softmax(scores):
        builtins.abs = None
        np.exp, own = None, np.exp
        os.environ["ATTENTION_TEST_LEFT_BEHIND"] = "1"
        atexit.register(print, "left behind")
        np.exp = own
        return right(scores)

    assert judge_apart(SOFTMAX, softmax).passed
    assert abs(-1) == 1 and "ATTENTION_TEST_LEFT_BEHIND" not in os.environ


def test_the_same_verdict_apart_and_here(monkeypatch):
    functions = [right, lambda s: s, lambda s: s.nothing, lambda s: ..., lambda s: s / 2]
    functions += [as_learner(mistake.function) for mistake in SOFTMAX.mistakes[:3]]
    for function in functions:
        apart, here = judge_apart(SOFTMAX, function), judge(SOFTMAX, function)
        assert vars(apart) == vars(here)
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    assert vars(judge_apart(SOFTMAX, right)) == vars(judge(SOFTMAX, right))


def test_an_interrupt_in_one_answer_leaves_the_report_its_other_rows():
    def softmax(scores):
        raise KeyboardInterrupt

    def row_means(rows):
        return rows.mean(axis=-1)

    rows = {row.exercise: row for row in report({"softmax": softmax, "row_means": row_means})}
    assert rows["softmax"].stage == "raised" and rows["row_means"].passed


def test_report_judges_what_yours_took_the_place_of(capsys):
    """As the page for instructors says: a notebook run to its end, then report(globals())."""
    for mistake in SOFTMAX.mistakes:
        space = {"softmax": as_learner(mistake.function)}
        exec("from helpers import yours\nsoftmax = yours(softmax, 'softmax')", space)
        assert np.allclose(space["softmax"](np.zeros((2, 4))), 0.25)  # the course's goes on
        (row,) = report(space)
        assert not row.passed and row.stage != "not written", mistake.name
        assert row.mistake in (mistake.name, mistake.same_as), f"{mistake.name}: {row}"
    for function, stage in [(right, "passed"), (lambda scores: ..., "not written")]:
        space = {"softmax": function}
        exec("from helpers import yours\nsoftmax = yours(softmax, 'softmax')\n" * 2, space)
        (row,) = report(space)
        assert row.stage == stage
    assert "✔" not in capsys.readouterr().out


def test_a_check_after_yours_judges_the_learners_function():
    from helpers.exercises import yours

    def softmax(scores):
        return np.exp(scores)

    assert check(yours(softmax)).mistake == "not normalised"


@needs_fork
def test_a_strict_check_from_a_script_says_so_by_its_exit_code(tmp_path):
    script = tmp_path / "graded.py"
    script.write_text(
        "import os\nfrom helpers.exercises import check\n"
        "def softmax(scores):\n    os._exit(0)\n"
        "check(softmax, strict=True)\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False,
    )  # fmt: skip
    assert done.returncode == 1 and "CheckFailed" in done.stderr
