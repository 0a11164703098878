"""Every stored array of the course, in one folder; README.md says what made each file.

>>> from helpers import data
>>> sorted(data.load("heads_sweep.npz"))
['accuracies', 'maps', 'parameters', 'settings']
"""

import functools
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent


def path(name):
    """Where the stored file of that name lies."""
    return FOLDER / name


@functools.cache
def load(name):
    """The arrays of a stored file, read once and kept, read-only.

    name: the file's, with .npz. Returns: dict name -> array.
    Raises ValueError that lists the names there are for another one.
    """
    if not path(name).is_file():
        known = ", ".join(sorted(file.name for file in FOLDER.glob("*.npz")))
        raise ValueError(f"There is no stored file {name!r}. There are: {known}.")
    with np.load(path(name), allow_pickle=False) as stored:
        arrays = dict(stored)
    for array in arrays.values():
        array.setflags(write=False)  # everybody shares them
    return arrays
