# ruff: noqa: SIM105, B012 - misbehaving is what these functions are for
"""Functions that never return are stopped, whatever they catch, and nothing of it stays behind."""

import signal
import sys
import threading
import time

import pytest
from exercise_learners import named, right

from helpers.exercises import check, time_limit
from helpers.exercises.judge import judge

SOFTMAX = named("softmax")
ALARM = hasattr(signal, "setitimer")
needs_alarm = pytest.mark.skipif(not ALARM, reason="this system has no alarm signal")


# --- never returning -----------------------------------------------------------------------------


def loops(scores):
    while True:
        pass


def swallows_everything(scores):
    while True:
        try:
            scores.sum()
        except:  # noqa: E722
            pass


def swallows_twice(scores):
    while True:
        try:
            try:
                scores.sum()
            except BaseException:
                pass
        except BaseException:
            pass


def continues_finally(scores):
    while True:
        try:
            scores.sum()
        finally:
            continue


def sleeps(scores):
    time.sleep(1000)


@needs_alarm
@pytest.mark.parametrize(
    "function",
    [loops, swallows_everything, swallows_twice, continues_finally, sleeps],
)
def test_a_function_that_never_returns_is_stopped(function):
    handler, trace = signal.getsignal(signal.SIGALRM), sys.gettrace()
    started = time.monotonic()
    verdict = judge(SOFTMAX, function, seconds=0.1)
    assert time.monotonic() - started < 5
    assert verdict.stage == "too slow" and not verdict.passed
    assert verdict.message == (
        "softmax: softmax(scores (4, 6)) gave no result within 0.1 seconds. "
        "Is there a loop that never ends?"
    )
    assert signal.getsignal(signal.SIGALRM) is handler
    assert sys.gettrace() is trace
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


@needs_alarm
def test_the_limit_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("ATTENTION_TIME_LIMIT", "0.1")
    assert judge(SOFTMAX, loops).stage == "too slow"


@needs_alarm
def test_the_limit_is_an_argument_of_check():
    assert check(loops, "softmax", time_limit=0.1).stage == "too slow"


@pytest.mark.parametrize("limit", [0, -1, float("inf"), float("nan"), "ten", 1e9])
def test_a_limit_that_is_none_is_refused_in_words(limit):
    expected = "expected a number of seconds above 0 and at most 86400, for instance time_limit=20"
    for strict in (False, True):
        with pytest.raises(ValueError) as raised:
            check(right, "softmax", time_limit=limit, strict=strict)
        assert str(raised.value) == f"time_limit is {limit!r}, {expected}."


@pytest.mark.parametrize("limit", ["0", "-1", "inf", "nan", "ten", ""])
def test_a_limit_in_the_environment_that_is_none_is_refused_in_words(limit, monkeypatch):
    monkeypatch.setenv("ATTENTION_TIME_LIMIT", limit)
    with pytest.raises(ValueError, match=r"ATTENTION_TIME_LIMIT is .*expected a number of seconds"):
        check(right, "softmax")
    assert check(right, "softmax", time_limit=10).passed


@needs_alarm
def test_who_ignores_the_alarm_is_told_how_to_interrupt(capsys, monkeypatch):
    monkeypatch.setattr(time_limit, "_PATIENCE", 0.05)

    def softmax(scores):
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
        time.sleep(0.3)
        return right(scores)

    assert judge(SOFTMAX, softmax, seconds=0.1).stage == "too slow"
    told = capsys.readouterr().out
    assert "softmax has been running for 0.1 seconds. To stop it, press the square" in told
    assert "restart the kernel" in told
    assert judge(SOFTMAX, loops, seconds=0.1).stage == "too slow"  # the next alarm rings


@needs_alarm
def test_slow_on_a_later_case_only():
    def softmax(scores):
        while scores.ndim == 3:
            pass
        return right(scores)

    assert judge(SOFTMAX, softmax, seconds=0.2).stage == "too slow"


@needs_alarm
def test_wrong_before_it_is_slow_is_what_is_said():
    def softmax(scores):
        while scores.ndim == 3:
            pass
        return scores.sum()

    assert judge(SOFTMAX, softmax, seconds=0.2).stage == "shape"


@needs_alarm
def test_somebody_elses_alarm_still_rings():
    rang = []
    before = signal.signal(signal.SIGALRM, lambda *_: rang.append(True))
    signal.setitimer(signal.ITIMER_REAL, 0.15)
    try:
        judge(SOFTMAX, loops, seconds=0.05)
        time.sleep(0.3)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert rang == [True]


@needs_alarm
def test_the_next_check_is_not_disturbed():
    judge(SOFTMAX, swallows_everything, seconds=0.05)
    assert judge(SOFTMAX, right).passed


def test_without_an_alarm_the_message_says_how_to_interrupt(capsys):
    """As on Windows: here, because only the main thread may set an alarm."""
    found = []

    def slow(scores):
        time.sleep(0.05)
        return right(scores)

    thread = threading.Thread(target=lambda: found.append(judge(SOFTMAX, slow, seconds=0.01)))
    thread.start()
    thread.join()
    assert found[0].stage == "too slow"
    assert "To stop it, press the square in the toolbar" in capsys.readouterr().out


def test_interrupting_by_hand_passes_through():
    def softmax(scores):
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        check(softmax)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_interrupt_that_nobody_made_is_an_error_like_any_other():
    def softmax(scores):
        raise KeyboardInterrupt

    assert "raised KeyboardInterrupt" in check(softmax).message
