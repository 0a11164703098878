"""Wrong answers to sliding_window_mask, each under the name by which it is known."""

import numpy as np

from named_mistakes.answers import Answers

answers = Answers("sliding_window_mask")


def _back(n):
    place = np.arange(n)
    return place[:, None] - place


def _right(n, window):
    return (_back(n) >= 0) & (_back(n) < window)


@answers("one place too many")
def _(n, window):
    return (_back(n) >= 0) & (_back(n) <= window)


@answers("one place too few")
def _(n, window):
    return (_back(n) >= 0) & (_back(n) < window - 1)


@answers("own place hidden")
def _(n, window):
    return (_back(n) > 0) & (_back(n) < window)


@answers("own place hidden, one further back")
def _(n, window):
    return (_back(n) > 0) & (_back(n) <= window)


@answers("both sides")
def _(n, window):
    return np.abs(_back(n)) < window


@answers("both sides, one place too many")
def _(n, window):
    return np.abs(_back(n)) <= window


@answers("half a window on each side")
def _(n, window):
    return np.abs(_back(n)) <= window // 2


@answers("future only")
def _(n, window):
    return _right(n, window).T


@answers("window without an end")
def _(n, window):
    return _back(n) >= 0


@answers("future open")
def _(n, window):
    return _back(n) < window


@answers("inverted")
def _(n, window):
    return ~_right(n, window)


@answers("far past only")
def _(n, window):
    return _back(n) >= window


@answers("cut into blocks")
def _(n, window):
    block = np.arange(n) // window
    return (block[:, None] == block) & (_back(n) >= 0)


@answers("cut into blocks, both sides")
def _(n, window):
    block = np.arange(n) // window
    return block[:, None] == block


@answers("the first words for all")
def _(n, window):
    return (_back(n) >= 0) & (np.arange(n) < window)


@answers("the last words for all")
def _(n, window):
    return (_back(n) >= 0) & (np.arange(n) >= n - window)


@answers("every window-th word")
def _(n, window):
    return (_back(n) >= 0) & (_back(n) % window == 0)


@answers("own place and the far edge")
def _(n, window):
    return (_back(n) == 0) | (_back(n) == window - 1)


@answers("round the end")
def _(n, window):
    return _back(n) % n < window


@answers("slice from before the first word")
def _(n, window):
    mask = np.zeros((n, n), bool)
    for i in range(n):
        mask[i, i - window + 1 : i + 1] = True
    return mask


@answers("own place only")
def _(n, window):
    return _back(n) == 0


@answers("rows upside down")
def _(n, window):
    return _right(n, window)[::-1]


@answers("all open")
def _(n, window):
    return np.ones((n, n), bool)


@answers("one column for each place of the window")
def _(n, window):
    return np.arange(window) <= np.arange(n)[:, None]


@answers("numbers instead of truth")
def _(n, window):
    return _right(n, window).astype(float)


@answers("whole numbers instead of truth")
def _(n, window):
    return _right(n, window).astype(int)


@answers("something to add to the scores")
def _(n, window):
    return np.where(_right(n, window), 0, -np.inf)
