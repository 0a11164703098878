"""Attention forward beside PyTorch's scaled_dot_product_attention: 8 heads of 64, float32.

Three of ours: the reference, which checks its input and returns the weights; the layer of
helpers.models, which returns the weights too; and attention in tiles, which, like the peer, gives
the output alone. Only the last is held to the goal.
"""

import time

import numpy as np
import torch

from benchmarks.measure import compare
from helpers.attention import scaled_dot_product_attention
from helpers.efficient import tiled_attention
from helpers.models.attend import attend

GOAL = 1.5
ROUNDS = {64: 61, 256: 41, 1024: 15, 4096: 5}
WITH_WEIGHTS = (
    "returns the weights, which the peer does not: from n 1024 on, most of the time goes into "
    "writing them to fresh memory."
)


def run():
    """Three rows for every n."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.no_grad():
            return [row for n, rounds in ROUNDS.items() for row in _rows(n, rounds)]
    finally:
        torch.set_num_threads(threads)


def _rows(n, rounds):
    rng = np.random.default_rng(0)
    arrays = rng.normal(size=(3, 1, 8, n, 64)).astype(np.float32)  # query, key, value
    tensors = torch.tensor(arrays)

    def peer():
        return torch.nn.functional.scaled_dot_product_attention(*tensors)

    ours = {
        "in tiles": lambda: tiled_attention(*arrays),
        "layer, with weights": lambda: attend(*arrays)[0],
        "reference, with weights": lambda: scaled_dot_product_attention(*arrays)[0],
    }
    for name, function in ours.items():
        if np.abs(function() - peer().numpy()).max() > 1e-5:
            raise AssertionError(f"attention {name}, n {n}: another result than the peer's")
        measured = compare(function, peer, rounds=rounds, clock=time.process_time)
        promised = name == "in tiles" and 256 <= n <= 1024
        yield measured.row(
            f"attention forward, n {n:,}, {name}",
            goal=f"below {GOAL}" if promised else "",
            met=measured.ratio < GOAL if promised else None,
            note=WITH_WEIGHTS if "weights" in name else "processor time, one thread.",
        )
