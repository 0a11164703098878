"""NumPy as it was imported, and Python as it was before, around the run of a learner's function.

A notebook may have changed what every function of NumPy does: `np.seterr`, warning filters,
print options, the legacy random state, or a function by assignment (`np.exp = ...`). The checks
judge with NumPy's own, and nothing that a function changes on the way outlives the call: neither
in NumPy nor in Python's built-in functions, the current folder, the environment or the recursion
limit.
"""

import builtins
import os
import random
import sys
import warnings
from contextlib import contextmanager

import numpy as np

# Taken when helpers are imported, which a lesson does in its first cell.
_MODULES = {"np": np, "np.linalg": np.linalg, "np.random": np.random}
_OWN = {
    name: {key: value for key, value in vars(module).items() if not key.startswith("__")}
    for name, module in _MODULES.items()
}


def put_back():
    """Undo assignments to NumPy's own names. Returns the names that had been replaced."""
    replaced = []
    for name, module in _MODULES.items():
        current = vars(module)
        for key, own in _OWN[name].items():
            if current.get(key, put_back) is not own:
                setattr(module, key, own)
                replaced.append(f"{name}.{key}")
    return replaced


class OwnBuiltins:
    """Python's built-in functions as they are now, to be put back without any of them."""

    def __init__(self):
        self._space = vars(builtins)
        self._before = self._space.copy()

    def put_back(self):
        """Undo what was replaced, deleted or added since."""
        self._space.update(self._before)
        for name in self._space.keys() - self._before.keys():
            del self._space[name]


@contextmanager
def undisturbed():
    """Run a block quietly with NumPy's own functions, and leave no trace of it.

    Yields a list that afterwards names what the block had replaced in NumPy.
    """
    replaced = put_back()
    with _numpy_settings(), _python_settings():
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                yield replaced
        finally:
            replaced += put_back()


@contextmanager
def _numpy_settings():
    random_state = np.random.get_state()  # noqa: NPY002
    printing = np.get_printoptions()
    errors, handler, buffer = np.geterr(), np.geterrcall(), np.getbufsize()
    try:
        yield
    finally:
        np.seterr(**errors)
        np.seterrcall(handler)
        if np.getbufsize() != buffer:
            np.setbufsize(buffer)
        np.set_printoptions(**printing)
        np.random.set_state(random_state)  # noqa: NPY002


@contextmanager
def _python_settings():
    random_state, limit = random.getstate(), sys.getrecursionlimit()
    environment, folder = os.environ.copy(), _folder()
    try:
        yield
    finally:
        random.setstate(random_state)
        sys.setrecursionlimit(limit)
        if os.environ != environment:
            os.environ.clear()
            os.environ.update(environment)
        if folder is not None and _folder() != folder:
            os.chdir(folder)


def _folder():
    """The current folder, or None where it was deleted."""
    try:
        return os.getcwd()
    except FileNotFoundError:
        return None
