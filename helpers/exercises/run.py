"""Running a learner's function so that it can harm neither the notebook nor its own verdict."""

import builtins
import contextlib
import inspect
import io
import signal
import sys
import threading
import types
from dataclasses import dataclass

import numpy as np

from helpers.exercises.time_limit import TooSlow, call_within
from helpers.exercises.undisturbed import undisturbed
from helpers.exercises.written import layers

_KEPT_CHARACTERS = 2_000


@dataclass
class Result:
    """The arrays that a function returned.

    arrays: a tuple of arrays, or None where something else came. many: whether a tuple or list
    was returned. kind: the name of the type that was returned. hidden: numbers masked away.
    """

    arrays: tuple | None
    many: bool
    kind: str
    hidden: int = 0
    nothing: str = ""  # "None" or "Ellipsis" where nothing was returned


@dataclass
class Outcome:
    """What one call came to.

    result: a Result, or None where the call raised or was stopped.
    error: the exception, or None. too_slow: the seconds after which it was stopped, or 0.
    changed: the inputs that were changed: name, how many numbers, of how many.
    printed: what it printed. replaced: names of NumPy's that held something else.
    """

    result: Result | None = None
    error: BaseException | None = None
    too_slow: float = 0
    changed: tuple = ()
    printed: str = ""
    replaced: tuple = ()


def run(exercise, function, inputs, budget):
    """Call `function` on copies of `inputs`, in the order of the exercise's parameters."""
    given = {name: inputs[name] for name in exercise.parameters if name in inputs}
    copies = {name: copy_of(value) for name, value in given.items()}
    output = _Bounded(_KEPT_CHARACTERS)
    outcome = Outcome()
    tell = _how_to_interrupt(exercise, budget)
    with (
        undisturbed() as replaced,
        _captured(output),
        _no_way_out(function),
        _interrupts() as interrupts,
    ):
        try:
            value = call_within(budget.left, function, tuple(copies.values()), tell)
            # Read at once: a function may hand out the same buffer on every call.
            outcome.result = read_result(value, exercise.several)
        except TooSlow:
            outcome.too_slow = budget.seconds
        except BaseException as error:  # SystemExit too: a function cannot end the notebook
            if interrupts and isinstance(error, KeyboardInterrupt):
                raise
            outcome.error = error
    outcome.replaced = tuple(replaced)
    outcome.printed = output.text()
    outcome.changed = changed_inputs(given, copies)
    return outcome


def changed_inputs(before, after):
    """(name, how many numbers, of how many) of every input that is not what it was."""
    counts = {name: _changes(value, after[name]) for name, value in before.items()}
    return tuple((name, *count) for name, count in counts.items() if count)


def read_result(value, several):
    """Read what a function returned. Arrays are copied; anything else is only named.

    several: whether several arrays are due. A list of numbers, or of such lists, is an array too.
    """
    kind = type(value).__name__ or "thing without a name"
    if value is None or value is ...:
        return Result(None, False, kind, nothing=str(value))
    if inspect.iscoroutine(value):
        value.close()  # or Python warns later that nobody waited for it
    if _is_array(value):
        return Result((_plain(value),), False, kind, _hidden(value))
    if isinstance(value, list) and not several and (array := _of_list(value)) is not None:
        return Result((array,), False, kind)
    if not isinstance(value, list | tuple):
        return Result(None, False, kind)
    items = [_of_list(item) if isinstance(item, list) else item for item in value]
    if not items or not all(map(_is_array, items)):
        return Result(None, True, kind)
    odd = [type(item).__name__ for item in items if isinstance(item, np.matrix)]
    arrays = tuple(map(_plain, items))
    return Result(arrays, True, odd[0] if odd else kind, sum(map(_hidden, items)))


def _of_list(items):
    """The array that a list of numbers, of arrays or of such lists makes, or None."""
    try:
        array = np.array(items)
    except Exception:  # rows of several lengths, or objects of the learner's own that refuse
        return None
    return array if array.size and array.dtype.kind in "fiubc" else None


def _is_array(value):
    return isinstance(value, np.ndarray | np.generic | float | int | complex)


def _plain(value):
    return np.array(value, copy=True, subok=False)


def _hidden(value):
    return int(np.ma.count_masked(value)) if isinstance(value, np.ma.MaskedArray) else 0


def copy_of(value):
    """A copy of an array, as it lies in memory, or of a list of arrays; anything else as it is."""
    if isinstance(value, list | tuple):
        return type(value)(copy_of(item) for item in value)
    if not isinstance(value, np.ndarray):
        return value
    whole = value.base
    if value.flags.forc or not isinstance(whole, np.ndarray) or not whole.flags.c_contiguous:
        return value.copy(order="K")
    offset = value.ctypes.data - whole.ctypes.data
    return np.ndarray(value.shape, value.dtype, whole.copy(), offset, value.strides)


def _changes(before, after):
    """(changed, all) numbers of an array or a list of arrays, or None where nothing changed."""
    if isinstance(before, list | tuple):
        if len(before) != len(after):
            return len(before), len(before)
        counts = [count for pair in zip(before, after, strict=True) if (count := _changes(*pair))]
        return tuple(map(sum, zip(*counts, strict=True))) if counts else None
    if not isinstance(before, np.ndarray):
        return None
    if before.shape != after.shape or before.dtype != after.dtype:  # by assigning to .shape
        return before.size, before.size
    as_bytes = [np.frombuffer(np.ascontiguousarray(a).tobytes(), "u1") for a in (before, after)]
    different = (as_bytes[0] != as_bytes[1]).reshape(before.size, -1).any(axis=-1).sum()
    return (int(different), before.size) if different else None


@contextlib.contextmanager
def _captured(output):
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        yield


class _Bounded(io.TextIOBase):
    """Keeps the beginning of what is written and counts the rest."""

    def __init__(self, limit):
        self._limit = limit
        self._parts = []
        self._kept = 0
        self._written = 0

    def writable(self):
        return True

    def write(self, text):
        room = self._limit - self._kept
        if room > 0:
            self._parts.append(text[:room])
            self._kept += len(self._parts[-1])
        self._written += len(text)
        return len(text)

    def text(self):
        kept = "".join(self._parts).rstrip()
        if self._written <= self._limit:
            return kept
        return f"{kept.splitlines()[0][:80] if kept else ''}\n… {self._written:,} characters in all"


@contextlib.contextmanager
def _interrupts():
    """Yields a list that is empty unless somebody interrupts by hand.

    Only so an interrupt can be told from a function that raises KeyboardInterrupt itself.
    """
    seen = []
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield seen
        return

    def note(number, frame):
        seen.append(number)
        return handler(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield seen
    finally:
        signal.signal(signal.SIGINT, handler)


@contextlib.contextmanager
def _no_way_out(function):
    """Let `exit()` and `quit()` raise SystemExit, which is caught, and do nothing else.

    In a notebook they ask the kernel to end; in plain Python they close standard input.
    """

    def leave(code=None):
        raise SystemExit(code)

    spaces = [vars(builtins)]
    spaces += [g for layer in layers(function) if (g := getattr(layer, "__globals__", None))]
    before = [
        (space, name, space[name])
        for space in spaces
        for name in ("exit", "quit")
        if name in space and not isinstance(space[name], types.FunctionType)
    ]
    for space, name, _ in before:
        space[name] = leave
    try:
        yield
    finally:
        for space, name, own in reversed(before):
            if space.get(name) is leave:
                space[name] = own


def _how_to_interrupt(exercise, budget):
    page = sys.stdout  # where the reminder goes, whatever the function has captured by then

    def tell():
        print(
            f"{exercise.name} has been running for {budget.seconds:g} seconds. To stop it, "
            "press the square in the toolbar, or the key I twice; if that does not help, "
            "restart the kernel: the key 0 twice.",
            file=page,
        )

    return tell
