"""Stopping a function that never returns.

An alarm signal interrupts it. Code such as `while True: try: ... except: pass` swallows the
exception of one alarm, so the alarm repeats, and each one also arms a trace that raises on the
next line, wherever that line stands: sooner or later one of them is outside of the `try`.

Python heeds an alarm between two of its own steps. `sum(itertools.count())` is one step that never
ends: that, and a function that ignores the alarm, only another process can end (judge.py).
"""

import math
import os
import signal
import sys
import threading
import time
from pathlib import Path

import numpy as np

from helpers.exercises.undisturbed import OwnBuiltins

DEFAULT_SECONDS = 10.0
_LONGEST = 86_400  # a day; alarms overflow far above
_AGAIN = 0.001  # seconds between alarms, once the first was not enough
_LIBRARIES = (str(Path(os.__file__).parent), str(Path(np.__file__).parents[1]))
_PATIENCE = 2.0  # seconds that the alarm has before the learner is told how to interrupt


class TooSlow(BaseException):
    """The time is up. Not an Exception, so that `except Exception` does not catch it."""


def can_interrupt():
    """Whether a running function can be stopped here: by signal, in the main thread."""
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


class Budget:
    """The seconds that all calls of one check may take together.

    seconds: a number above 0, up to a day; if None, the environment variable ATTENTION_TIME_LIMIT,
        or 10. Raises ValueError for anything else.
    """

    def __init__(self, seconds=None):
        named = os.environ.get("ATTENTION_TIME_LIMIT")
        if seconds is not None:
            self.seconds = _seconds(seconds, "time_limit is", "for instance time_limit=20")
        elif named is not None:
            whose = "The environment variable ATTENTION_TIME_LIMIT is"
            self.seconds = _seconds(named, whose, "or no such variable, which means 10 seconds")
        else:
            self.seconds = DEFAULT_SECONDS
        self._end = time.monotonic() + self.seconds

    @property
    def left(self):
        """Seconds that remain; below 0 when the time is over."""
        return self._end - time.monotonic()


def _seconds(given, whose, advice):
    try:
        seconds = float(given)
    except (TypeError, ValueError):
        seconds = math.nan
    if not 0 < seconds <= _LONGEST:  # NaN neither
        raise ValueError(
            f"{whose} {given!r}, expected a number of seconds above 0 and at most {_LONGEST}, "
            f"{advice}."
        )
    return seconds


def call_within(seconds, function, args, tell):
    """What `function(*args)` returns, or TooSlow after `seconds`.

    tell: called with nothing when the time is up and no alarm stops the function: because there is
        none (on Windows, or outside of the main thread), or because the function does not heed it.
        It says how to interrupt by hand.
    """
    if seconds <= 0:
        raise TooSlow
    alarm = can_interrupt()
    started, own = time.monotonic(), OwnBuiltins()
    reminder = threading.Timer(seconds + (_PATIENCE if alarm else 0), tell)
    reminder.daemon = True
    reminder.start()
    try:
        result = _call_with_alarm(seconds, function, args, own) if alarm else function(*args)
    finally:
        own.put_back()  # first of all: what follows needs them
        reminder.cancel()
        reminder.join()  # or it would still be about while the next call runs
    if time.monotonic() - started > seconds:
        raise TooSlow
    return result


def _call_with_alarm(seconds, function, args, own):
    armed = True
    ours = sys._getframe()
    trace_before = sys.gettrace()

    def on_line(frame, event, argument):
        # Not in a library's own lines: a callback of the garbage collector can only be disturbed.
        if armed and not frame.f_code.co_filename.startswith(_LIBRARIES):
            raise TooSlow
        return on_line

    def on_alarm(number, frame):
        if not armed:
            return
        while frame is not None and frame is not ours:
            frame.f_trace = on_line
            frame = frame.f_back
        sys.settrace(on_line)
        raise TooSlow

    handler_before = signal.signal(signal.SIGALRM, on_alarm)
    started = time.monotonic()
    timer_before = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        try:
            return function(*args)
        finally:
            armed = False  # first of all: from here on neither alarm nor trace raises
    finally:
        armed = False  # again, for an alarm that came just before the line above
        own.put_back()
        sys.settrace(trace_before)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler_before)
        _resume(timer_before, time.monotonic() - started)


def _resume(timer, elapsed):
    """Set somebody else's timer again, the time limit of a test runner for instance."""
    left, repeat = timer
    if left:
        signal.setitimer(signal.ITIMER_REAL, max(left - elapsed, 1e-3), repeat)
