"""Ours beside a peer, so that a slow or busy machine slows both.

The two are timed in turns, and what is reported is the median of the ratios of neighbours: a
spell of foreign load falls on both halves of a pair.
"""

import gc
import time
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True)
class Row:
    """One line of the table.

    what: what was measured. ours, peer: the two values with their units.
    ratio: median of ours / peer; below 1, ours is smaller. spread: its quartiles.
    goal: what it should be, in words. met: whether it is, or None where nothing is promised.
    note: what a reader has to know about the comparison.
    """

    what: str
    ours: str
    peer: str
    ratio: float
    spread: tuple[float, float]
    goal: str = ""
    met: bool | None = None
    note: str = ""


@dataclass(frozen=True)
class Comparison:
    """Medians in seconds, and the median and quartiles of the ratios ours / peer."""

    ours: float
    peer: float
    ratio: float
    spread: tuple[float, float]

    def row(self, what, *, goal="", met=None, note=""):
        """The medians as a row of the table that is printed."""
        return Row(
            what, seconds(self.ours), seconds(self.peer), self.ratio, self.spread, goal, met, note
        )


def compare(ours, peer, *, rounds=15, warm_up=2, clock=time.perf_counter):
    """Time two functions without arguments in turns.

    rounds: pairs that count; which of a pair goes first alternates. warm_up: pairs that do not.
    clock: time.process_time leaves out what other programs take.
    """
    if rounds < 4:
        raise ValueError(f"rounds={rounds}: quartiles need at least 4 pairs.")
    pairs = []
    for turn in range(-warm_up, rounds):
        gc.collect()
        if turn % 2:
            there = _time(peer, clock)
            here = _time(ours, clock)
        else:
            here = _time(ours, clock)
            there = _time(peer, clock)
        if turn >= 0:
            pairs.append((here, there))
    ratios = [here / there for here, there in pairs]
    low, _, high = quantiles(ratios, n=4)
    return Comparison(
        median(here for here, _ in pairs),
        median(there for _, there in pairs),
        median(ratios),
        (low, high),
    )


def seconds(value):
    """A time with the unit that suits it."""
    if value >= 1:
        return f"{value:.3g} s"
    if value >= 1e-3:
        return f"{value * 1e3:.3g} ms"
    return f"{value * 1e6:.3g} µs"


def _time(function, clock):
    start = clock()
    function()
    return clock() - start
