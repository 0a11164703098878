"""From a change of a control to the bytes that go to the browser.

The peer is what one writes without this course's base: `interact` over a function that makes a
new figure. It draws the same content at the same size and resolution.
"""

import contextlib
import io
import itertools
import time

import matplotlib
import numpy as np
from ipywidgets import IntSlider, interactive

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from benchmarks.measure import compare
from helpers import explore
from helpers.attention import softmax
from helpers.show.style import DPI
from helpers.tasks.sentence import WORDS

LIMIT = 0.030  # seconds, from change to bytes
GOAL = "below 30 ms"
NOTE = (
    "processor time; peer: interact over a new pyplot figure of the same content and size. Ours "
    "is the whole redraw: arrays, picture, table and words; the peer draws the picture only."
)


def run():
    """One row for each explorer of the lessons."""
    rng = np.random.default_rng(0)
    weights = softmax(rng.normal(size=(len(WORDS), len(WORDS))))
    explorers = {
        "spotlight, 10 words": (explore.spotlight(weights, WORDS), "query", range(10)),
        "query_angle, 5 keys": (explore.query_angle(), "angle", range(-180, 181, 5)),
        "scaling, 16 keys": (explore.scaling(), "d", [2**k for k in range(11)]),
    }
    return [_row(what, *explorer) for what, explorer in explorers.items()]


def _row(what, explorer, name, values):
    values = list(values)
    ours = itertools.cycle(values)
    next(ours)  # the first may be where the control stands: nothing would be drawn
    result = compare(
        lambda: setattr(explorer.controls[name], "value", next(ours)),
        _interact(explorer, name, values),
        clock=time.process_time,  # what other programs take is not ours to promise
    )
    explorer.close()
    return result.row(f"redraw of {what}", goal=GOAL, met=result.ours < LIMIT, note=NOTE)


def _interact(explorer, name, values):
    """A function that moves the slider of the peer, which redraws."""
    state = explorer.state

    def draw(index):
        picture = explorer._describe(explorer._compute(**{**state, name: values[index]}))
        figure = plt.figure(figsize=picture.size, dpi=DPI)
        picture._draw(figure)
        figure.savefig(io.BytesIO(), format="png")
        plt.close(figure)

    slider = IntSlider(0, 0, len(values) - 1)
    with _quiet():
        interactive(draw, index=slider)
    indices = itertools.cycle(range(len(values)))
    next(indices)

    def move():
        with _quiet():
            slider.value = next(indices)

    return move


@contextlib.contextmanager
def _quiet():
    """Outside of a notebook, interact clears its output by control characters."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield
