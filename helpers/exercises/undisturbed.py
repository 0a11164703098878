"""NumPy as it was imported, before and after a learner's function runs.

A notebook may have changed what every function of NumPy does: `np.seterr`, warning filters,
print options, the legacy random state, or a function by assignment (`np.exp = ...`). The checks
judge with NumPy's own, and nothing that a function changes on the way outlives the call.
"""

import random
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


@contextmanager
def undisturbed():
    """Run a block quietly with NumPy's own functions, and leave no trace of it.

    Yields a list that afterwards names what the block had replaced in NumPy.
    """
    replaced = put_back()
    random_state, python_state = np.random.get_state(), random.getstate()  # noqa: NPY002
    printing = np.get_printoptions()
    errors, handler, buffer = np.geterr(), np.geterrcall(), np.getbufsize()
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            yield replaced
    finally:
        replaced += put_back()
        np.seterr(**errors)
        np.seterrcall(handler)
        if np.getbufsize() != buffer:
            np.setbufsize(buffer)
        np.set_printoptions(**printing)
        np.random.set_state(random_state)  # noqa: NPY002
        random.setstate(python_state)
