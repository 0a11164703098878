"""The figures that the README quotes, each beside its peer in one run.

    python -m benchmarks            all of them, one table
    python -m benchmarks redraw     some of them

A benchmark is a module of this package with a function `run() -> list[Row]`; see measure.py.
"""

import helpers  # noqa: F401  (one BLAS thread, which has to be set before NumPy is imported)
