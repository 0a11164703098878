"""Stopping a function that never returns.

An alarm signal interrupts it. Code such as `while True: try: ... except: pass` swallows the
exception of one alarm, so the alarm repeats, and each one also arms a trace that raises on the
next line, wherever that line stands: sooner or later one of them is outside of the `try`.
"""

import signal
import sys
import threading
import time

_AGAIN = 0.001  # seconds between alarms, once the first was not enough


class TooSlow(BaseException):
    """The time is up. Not an Exception, so that `except Exception` does not catch it."""


def can_interrupt():
    """Whether a running function can be stopped here: by signal, in the main thread."""
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


def call_within(seconds, function, args, tell):
    """What `function(*args)` returns, or TooSlow after `seconds`.

    tell: called with nothing when the time is up and there is no alarm to stop the function with
        (on Windows, or outside of the main thread), to say how to interrupt by hand.
    """
    if seconds <= 0:
        raise TooSlow
    if can_interrupt():
        return _call_with_alarm(seconds, function, args)
    return _call_with_reminder(seconds, function, args, tell)


def _call_with_alarm(seconds, function, args):
    armed = True
    ours = sys._getframe()
    trace_before = sys.gettrace()

    def on_line(frame, event, argument):
        if armed:
            raise TooSlow

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
        sys.settrace(trace_before)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler_before)
        _resume(timer_before, time.monotonic() - started)


def _resume(timer, elapsed):
    """Set somebody else's timer again, the time limit of a test runner for instance."""
    left, repeat = timer
    if left:
        signal.setitimer(signal.ITIMER_REAL, max(left - elapsed, 1e-3), repeat)


def _call_with_reminder(seconds, function, args, tell):
    started = time.monotonic()
    reminder = threading.Timer(seconds, tell)
    reminder.daemon = True
    reminder.start()
    try:
        result = function(*args)
    finally:
        reminder.cancel()
    if time.monotonic() - started > seconds:
        raise TooSlow
    return result
