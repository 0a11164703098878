"""Make the stored arrays in helpers/data again, or say which are out of date.

    python -m tools.make_data                       all of them
    python -m tools.make_data head_kit …            these
    python -m tools.make_data --check head_kit …    compare, write nothing

Some need the optional models (python start.py models). helpers/data/README.md lists the files.
"""

import argparse
import importlib
import pkgutil
import sys

import numpy as np

from helpers import data
from helpers.models.pretrained import ModelMissing
from tools import make_data

NAMES = sorted(module.name for module in pkgutil.iter_modules(make_data.__path__))
NAMES.remove("__main__")


def is_same(path, arrays, tolerance):
    """True if the stored file holds these arrays. The numbers are compared, not the bytes: the zip
    container around them names the operating system that wrote it.
    """
    if not path.exists():
        return False
    with np.load(path, allow_pickle=False) as stored:
        return set(stored) == set(arrays) and all(
            _alike(stored[name], array, tolerance) for name, array in arrays.items()
        )


def _alike(stored, array, tolerance):
    if stored.dtype != array.dtype or stored.shape != array.shape:
        return False
    if array.dtype.kind != "f" or not tolerance:
        return np.array_equal(stored, array, equal_nan=array.dtype.kind == "f")
    return np.allclose(stored.astype(np.float64), array.astype(np.float64), **tolerance)


def main(arguments=None):
    """Make the named files, or with --check compare them. Returns: the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.make_data", description=__doc__.splitlines()[0]
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    options = parser.parse_args(arguments)
    for name in options.names:
        if name not in NAMES:
            parser.error(f"nothing makes {name!r}; there are: {', '.join(NAMES)}")
    stale = 0
    try:
        for name in options.names or NAMES:
            stale += not _make(name, options.check)
    except ModelMissing as error:
        print(error, file=sys.stderr)
        return 2
    return 1 if stale else 0


def _make(name, check):
    """Make one file, or compare it. False if it is out of date and stays so."""
    module, path = importlib.import_module(f"tools.make_data.{name}"), data.path(f"{name}.npz")
    if check and module.TOLERANCE is None:
        print(f"{path.name}: its numbers differ between machines; the tests compare a part.")
        return True
    arrays = module.arrays()
    if module.TOLERANCE is not None and is_same(path, arrays, module.TOLERANCE):
        print(f"{path.name} is up to date.")
    elif check:
        print(f"{path.name} is out of date: python -m tools.make_data {name}")
        return False
    else:
        np.savez_compressed(path, **arrays)
        print(f"{path.name}: {len(arrays)} arrays, {path.stat().st_size:,} bytes.")
    return True


if __name__ == "__main__":
    sys.exit(main())
