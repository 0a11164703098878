"""Everything that the notebooks import.

>>> from helpers import check, claim, hint, show, explore

Names are loaded when they are asked for, so that the mathematics (`helpers.attention` and what is
built on it) runs where neither matplotlib nor ipywidgets is installed.
"""

import os

# Two BLAS threads on a busy two-core machine are up to fifty times slower than one. This is a
# default, not an override, and it counts only if NumPy has not been imported yet.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from helpers._lazy import lazy

OLDEST_NUMPY = (2, 0)

if tuple(int(part) for part in np.__version__.split(".")[:2]) < OLDEST_NUMPY:
    raise ImportError(
        f"This course needs NumPy {OLDEST_NUMPY[0]}.{OLDEST_NUMPY[1]} or later, and found "
        f"{np.__version__}. Run `python start.py` again: it installs what the course needs."
    )

_HOME = {
    "check": "helpers.exercises",
    "hint": "helpers.exercises",
    "reveal": "helpers.exercises",
    "yours": "helpers.exercises",
    "progress": "helpers.exercises",
    "claim": "helpers.claims",
    "environment": "helpers.setup_check",
    "leaks": "helpers.diagnosis.leaks",
    "diagnose": "helpers.diagnosis",
    "SENTENCE": "helpers.tasks",
    "WORDS": "helpers.tasks",
}
_ROOMS = {
    "attention": "helpers.attention",
    "diagnosis": "helpers.diagnosis",
    "efficient": "helpers.efficient",
    "exercises": "helpers.exercises",
    "explore": "helpers.explore",
    "head_kit": "helpers.models.head_kit",
    "heads": "helpers.heads",
    "maps": "helpers.maps",
    "models": "helpers.models",
    "show": "helpers.show",
    "tasks": "helpers.tasks",
}

__all__ = [*_HOME, *_ROOMS]

__getattr__, __dir__ = lazy(__name__, _HOME, _ROOMS)
