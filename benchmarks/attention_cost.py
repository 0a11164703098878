"""What attention costs as n grows: fitted exponents of time and memory, and tiles beside peers.

One head of 64, float32, one thread. The exponent is the slope of log(cost) over log(n): 2 where
twice the words cost four times as much. A row of exponents is held against plain attention's
measured in the same run, so that a slow machine slows both.
"""

import gc
import time
import tracemalloc
from statistics import quantiles

import numpy as np
import torch

from benchmarks.measure import Row, compare
from helpers.attention import scaled_dot_product_attention
from helpers.efficient import linear_attention, sliding_window_attention, tiled_attention

SIZES = (1024, 2048, 4096)
REPEATS = 5
WINDOW = 128
WORK = {
    "tiled": 2,
    "window of 128": 1,
    "linear, causal": 1,
}  # the exponent of time, as it should be
MIB = 2**20
TIME_NOTE = (
    "processor time, the quickest of 5; n 1024 to 4096. “ours / peer” divides the exponents, and "
    "the quartiles are those of the exponents between neighbouring sizes."
)
MEMORY_NOTE = "highest memory beyond arguments and result, by tracemalloc; n 1024 to 4096."
TILES = {1024: 15, 4096: 5, 8192: 4}


def plain(query, key, value):
    """Attention as on the board."""
    return scaled_dot_product_attention(query, key, value)[0]


METHODS = {
    "plain": plain,
    "tiled": tiled_attention,
    "window of 128": lambda q, k, v: sliding_window_attention(q, k, v, WINDOW),
    "linear, causal": lambda q, k, v: linear_attention(q, k, v, causal=True),
}


def run():
    """Exponents of time and of memory, then tiles beside plain NumPy and beside PyTorch."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.no_grad():
            return [*_exponents(_seconds, TIME_NOTE, WORK), *_memory(), *_tiles()]
    finally:
        torch.set_num_threads(threads)


def _arrays(n, heads=1):
    return np.random.default_rng(0).normal(size=(3, heads, n, 64)).astype(np.float32)


def _exponents(cost, note, expected):
    """A row for each method: its exponent beside plain attention's."""
    slopes = {name: _slope([cost(method, n) for n in SIZES]) for name, method in METHODS.items()}
    reference, _ = slopes["plain"]
    for name, wanted in expected.items():
        slope, between = slopes[name]
        yield Row(
            f"exponent of time, {name}",
            f"{slope:.2f}",
            f"{reference:.2f}",
            slope / reference,
            between,
            goal=f"nearer to {wanted} than to {3 - wanted}",
            met=bool(abs(slope - wanted) < 0.5),
            note=note,
        )


def _slope(costs):
    """The fitted exponent, and the quartiles of the exponents between neighbours."""
    x, y = np.log2(SIZES), np.log2(costs)
    low, _, high = quantiles(np.diff(y) / np.diff(x), n=4)
    return float(np.polyfit(x, y, 1)[0]), (low, high)


def _seconds(method, n):
    arrays = _arrays(n)
    times = []
    for _ in range(REPEATS):
        gc.collect()
        start = time.process_time()
        method(*arrays)
        times.append(time.process_time() - start)
    return min(times)


def _peak(method, n, heads=1):
    """Bytes at the highest point, beyond what the arguments and the result take."""
    arrays = _arrays(n, heads)
    tracemalloc.start()
    try:
        size = method(*arrays).nbytes
        return tracemalloc.get_traced_memory()[1] - size
    finally:
        tracemalloc.stop()


def _memory():
    for name in WORK:
        pairs = [(_peak(METHODS[name], n), _peak(plain, n)) for n in SIZES]
        ratios = [ours / peer for ours, peer in pairs]
        low, _, high = quantiles(ratios, n=4)
        ours, peer = pairs[-1]
        yield Row(
            f"memory, n {SIZES[-1]:,}, {name}",
            f"{ours / MIB:.1f} MiB",
            f"{peer / MIB:.0f} MiB",
            ratios[-1],
            (low, high),
            goal="below a tenth",
            met=ratios[-1] < 0.1,
            note=MEMORY_NOTE,
        )
    eight = _peak(tiled_attention, 8192, heads=8)
    yield Row(
        "memory, n 8,192, 8 heads, tiled",
        f"{eight / MIB:.1f} MiB",
        "2048 MiB",
        eight / (2048 * MIB),
        (eight / (2048 * MIB),) * 2,
        goal="below 64 MiB",
        met=eight < 64 * MIB,
        note="the peer is not measured: it is the size of the weights alone, 8 · 8,192² · 4 bytes.",
    )


def _tiles():
    """Time of tiled attention beside plain NumPy and beside PyTorch."""
    for n, rounds in TILES.items():
        arrays = _arrays(n)
        tensors = [torch.from_numpy(array[None]) for array in arrays]

        def peer(tensors=tensors):
            return torch.nn.functional.scaled_dot_product_attention(*tensors)

        def ours(arrays=arrays):
            return tiled_attention(*arrays)

        error = np.abs(ours() - peer().numpy()[0]).max()
        if error > 1e-5:
            raise AssertionError(f"tiled, n {n}: {error:.1e} away from the peer's result")
        peers = {"plain NumPy": lambda arrays=arrays: plain(*arrays), "PyTorch": peer}
        for name, other in peers.items():
            measured = compare(ours, other, rounds=rounds, clock=time.process_time)
            promised = name == "plain NumPy" and n >= 4096
            yield measured.row(
                f"tiled, n {n:,}, beside {name}",
                goal="below 1.2" if promised else "",
                met=measured.ratio < 1.2 if promised else None,
                note="processor time, one thread, one head of 64.",
            )
