"""Arrays that keep a record of what is computed with them, and change nothing.

A function runs on copies of its inputs that are `Watched`: NumPy hands every operation on them to
`__array_ufunc__` and `__array_function__`, which carry it out on plain arrays, note what came, and
wrap it again. An operation that fails is noted with the shapes of its operands: that says *where*
a function went wrong, whatever words it failed with.
"""

import contextlib
import functools

import numpy as np

from helpers.exercises.run import run
from helpers.exercises.time_limit import Budget

_SECONDS = 1.0  # a second run is not worth more
_MOST = 4_000  # notes; a loop may make more, and nobody needs them
_LARGEST = 4_096  # numbers in an array that is worth a note
# One operation in many spellings: where it fails, the spelling does not matter.
_PRODUCTS = {"matmul", "dot", "einsum", "inner", "tensordot", "vdot", "vecdot", "matvec", "vecmat"}
_AS_ARRAY = np.asarray  # its own, also while makers are watched
_MAKERS = (
    "asarray", "array", "asanyarray", "ascontiguousarray", "zeros", "ones", "empty", "full",
    "arange", "linspace", "eye", "identity", "tri", "fromiter",
)  # fmt: skip


class Record:
    """What a function computed on the way.

    arrays: every different array, in the order in which it came up. numbers: every single number.
    failed: of the operation that failed last, its kind and its operands, or None.
    """

    def __init__(self):
        self.arrays, self.numbers, self.failed, self.left = [], [], None, False
        self._seen = set()
        self._room = _MOST

    def note(self, value):
        """Keep a copy of an array or number, as it is now."""
        if self._room <= 0 or value.size > _LARGEST or value.dtype.kind not in "fiub":
            return
        self._room -= 1
        if value.ndim == 0:
            self.numbers.append(float(value))
            return
        fingerprint = value.shape, value.dtype.char, value.tobytes()
        if fingerprint not in self._seen:
            self._seen.add(fingerprint)
            self.arrays.append(value.copy())

    def fail(self, kind, operands):
        """Keep the kind and the operands of an operation that raises."""
        self.failed = kind, tuple(array.copy() for array in operands)


def _by_method(name):
    """A method of arrays, carried out on a plain one and noted."""

    def method(self, *args, **options):
        own = getattr(self.view(np.ndarray), name)
        operands = [self, *args]
        kind = _kind(name)
        result = _carried_out(kind, own, _plain(args), _plain(options), self.record, operands)
        return _watched(result, self.record)

    return method


class Watched(np.ndarray):
    """An array whose operations are noted in `record`."""

    def __array_finalize__(self, made_from):
        self.record = getattr(made_from, "record", None)

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **options):
        record = _record_of((*inputs, *(out or ())))
        if out is not None:
            options["out"] = tuple(map(_plain, out))
        given = [_plain(value) for value in inputs]
        kind = method if method != "__call__" else _kind(ufunc.__name__, "element by element")
        result = _carried_out(kind, getattr(ufunc, method), given, _plain(options), record)
        if out is not None:  # in place: the same objects go on, and are watched as before
            for array in out:
                _note(array, record)
            return out[0] if len(out) == 1 else out
        return _watched(result, record)

    def __array_function__(self, function, types, args, options):
        record = _record_of((args, options))
        kind = _kind(function.__name__)
        result = _carried_out(kind, function, _plain(args), _plain(options), record)
        return _watched(result, record)

    def __setitem__(self, index, value):
        plain = self.view(np.ndarray)
        given, operands = [_plain(index), _plain(value)], [self, value]
        _carried_out("assignment", plain.__setitem__, given, {}, self.record, operands)

    # What NumPy carries out without asking either of the two above.
    reshape, dot, transpose, swapaxes, __getitem__ = map(
        _by_method, ("reshape", "dot", "transpose", "swapaxes", "__getitem__")
    )


def second_run(exercise, function, inputs, seconds=_SECONDS):
    """(Record, Outcome) of a run on inputs that are watched. seconds: what there is left for it."""
    record = Record()
    given = {name: watched(value, record) for name, value in inputs.items()}
    limit = Budget(min(_SECONDS, seconds))
    return record, run(exercise, watching(function, record), given, limit)


def watching(function, record):
    """The function, noting also what it returns, for it may have made that without watched arrays.

    `record.left` is then whether nothing that it returned was watched to the end.
    """

    @functools.wraps(function, updated=())
    def noted(*args):
        with _makers_watched(record):
            value = function(*args)
        parts = value if isinstance(value, list | tuple) else [value]
        record.left = not any(isinstance(part, Watched) for part in parts)
        for array in _arrays_in(value):
            _note(array, record)
        return value

    return noted


def watched(value, record):
    """A copy of an input, watched; lists of arrays too, and anything else as it is."""
    if type(value) is np.ndarray:
        return _view(value.copy(), record)
    if type(value) in (list, tuple):
        return type(value)(watched(item, record) for item in value)
    return value


@contextlib.contextmanager
def _makers_watched(record):
    """Let NumPy make watched arrays: a buffer to be filled, or a watched array converted."""
    own = {name: getattr(np, name) for name in _MAKERS}

    def making(make):
        return functools.wraps(make)(lambda *args, **options: _made(make, args, options, record))

    try:
        for name, make in own.items():
            setattr(np, name, making(make))
        yield
    finally:
        for name, make in own.items():
            setattr(np, name, make)


def _made(make, args, options, record):
    made = make(*args, **options)
    return _view(made, record) if type(made) is np.ndarray else made


def _kind(name, otherwise=None):
    return "product" if name in _PRODUCTS else otherwise or name


def _carried_out(kind, operation, args, options, record, operands=None):
    arrays = _arrays_in((args, options) if operands is None else operands)
    for array in arrays:  # a buffer that was filled by hand is whole only here
        _note(array, record)
    try:
        return operation(*args, **options)
    except Exception:
        if record is not None:
            record.fail(kind, arrays)
        raise


def _watched(result, record):
    if record is None:
        return result
    if isinstance(result, np.ndarray | np.generic):
        _note(result, record)
        return _view(result, record) if type(result) is np.ndarray else result
    if type(result) in (list, tuple):
        return type(result)(_watched(item, record) for item in result)
    return result


def _view(array, record):
    view = array.view(Watched)
    view.record = record
    return view


def _note(value, record):
    if record is not None:
        record.note(_AS_ARRAY(value))


def _plain(value):
    if isinstance(value, Watched):
        return value.view(np.ndarray)
    if type(value) in (list, tuple):
        return type(value)(_plain(item) for item in value)
    if type(value) is dict:
        return {key: _plain(item) for key, item in value.items()}
    return value


def _arrays_in(value):
    """The arrays of at least one axis in nested arguments."""
    if isinstance(value, np.ndarray):
        return [_plain(value)] if value.ndim else []
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list | tuple):
        return []
    return [array for item in value for array in _arrays_in(item)]


def _record_of(values):
    for value in values:
        if isinstance(value, Watched):
            if value.record is not None:
                return value.record
        elif isinstance(value, list | tuple | dict):
            found = _record_of(value.values() if isinstance(value, dict) else value)
            if found is not None:
                return found
    return None
