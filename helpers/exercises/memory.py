"""How much memory a call takes: for exercises that ask for right numbers and for little room."""

import tracemalloc


def peak(function):
    """Bytes at the highest point of a call without arguments, beyond what was there before."""
    tracing = tracemalloc.is_tracing()
    if not tracing:
        tracemalloc.start()
    try:
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        function()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        if not tracing:
            tracemalloc.stop()
