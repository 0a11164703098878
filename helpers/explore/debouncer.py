"""Debouncer: the latest state is drawn, however fast the changes come.

A change reaches the kernel as a message of its own, and on a slow machine they arrive faster than
they can be drawn. Drawing each would leave the reader watching the past. So a change only says
that a drawing is due; it happens when the event loop has read what was waiting, and shows what
holds by then.
"""

import asyncio
import contextlib
import time

QUIET = 0.002  # seconds without a further change after which the drawing happens
PATIENCE = 0.05  # seconds after which it happens although changes go on, so that a drag shows


class Debouncer:
    """Calls `draw` soon after a change, once for all changes that arrived until then.

    draw: a function without arguments. Only the caller knows the state: it reads it when called.

    Where no event loop runs (a script, a test), the drawing happens at once.
    """

    def __init__(self, draw):
        self._draw = draw
        self._timer = None
        self._first = self._last = 0.0
        self._patience = PATIENCE
        self._held = False

    @property
    def pending(self):
        """Whether a drawing is due."""
        return self._timer is not None

    def changed(self):
        """Say that the state changed."""
        if self._held:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no event loop
            self.now()
            return
        self._last = time.monotonic()
        if self._timer is None:
            self._first = self._last
            self._timer = loop.call_later(QUIET, self._due, loop)

    def now(self):
        """Draw at once; what was due is done with it."""
        self.cancel()
        start = time.monotonic()
        try:
            self._draw()
        finally:
            # Where drawing is slow, wait as long as it takes: messages get half of the time, and
            # a queue of them is read before the next drawing.
            self._patience = max(PATIENCE, time.monotonic() - start)

    @contextlib.contextmanager
    def held(self):
        """While several values change, no drawing is due."""
        self._held = True
        try:
            yield
        finally:
            self._held = False

    def cancel(self):
        """Forget what was due."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _due(self, loop):
        now = time.monotonic()
        if now - self._last < QUIET and now - self._first < self._patience:
            self._timer = loop.call_later(QUIET, self._due, loop)
        else:
            self.now()
