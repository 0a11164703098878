"""sliding_window_mask: who sees whom through a window, and what people get wrong about it."""

import numpy as np

from helpers.exercises import mask_steps
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.steps import step


@exercise(lesson=7, gives={"mask": "(n, n)"})
def sliding_window_mask(n, window):
    """True where a query may look: its own place and the window - 1 places before it.

    n: int, words; window: int, 1 or more.
    Returns: boolean (n, n).
    """
    place = np.arange(n)
    back = place[:, None] - place  # how far a key lies before a query
    return (back >= 0) & (back < window)


sliding_window_mask.hints(
    "Five words and a window of 2: write the row of the third word by hand.",
    "How far does a key lie before the query? A column of places minus a row of places gives all "
    "the distances at once; negative ones are the future.",
    "back = place[:, None] - place; True where back is 0 or more, and below window.",
)


@sliding_window_mask.case("a window smaller than the text")
def _(rng):
    return dict(n=8, window=3)


@sliding_window_mask.case("a window of several words")
def _(rng):
    return dict(n=9, window=5)


@sliding_window_mask.case("a window of the word alone")
def _(rng):
    return dict(n=5, window=1)


@sliding_window_mask.case("a window larger than the text")
def _(rng):
    return dict(n=6, window=8)


BACK_ONLY = "This window looks back only: who sees the future here?"
MOVES = "Whose window is this: does it move with the query?"
NO_GAPS = "A window has no gaps: what lies between its two ends?"


@step(said="distances")
def back(n):
    """How far every key lies before the query; negative where it comes after."""
    return np.arange(n)[:, None] - np.arange(n)


@step
def seen(back, window):
    """The own place and those before it, as many as the window has."""
    return (back >= 0) & (back < window)


# fmt: off
seen.wrong("one place too many", "The own place counts: how many True stand in a full row?",
           lambda back, window: (back >= 0) & (back <= window))
seen.wrong("one place too few", "How many True stand in a full row: as many as the window?",
           lambda back, window: (back >= 0) & (back < window - 1))
seen.wrong("own place hidden", "May a query see the word that asks: what is on the diagonal?",
           lambda back, window: (back > 0) & (back < window))
seen.wrong("own place hidden, one further back", "What stands on the diagonal?",
           lambda back, window: (back > 0) & (back <= window))
seen.wrong("one step of the future", "How many places of the future may a query see?",
           lambda back, window: (back >= -1) & (back < window))
seen.wrong("shifted by one into the future", "How many places of the future may a query see?",
           lambda back, window: (back >= -1) & (back < window - 1))
seen.wrong("both sides", BACK_ONLY, lambda back, window: np.abs(back) < window)
seen.wrong("both sides, one place too many", BACK_ONLY, lambda back, window: np.abs(back) <= window)
seen.wrong("half a window on each side", "This window looks back only, with all of its places.",
           lambda back, window: np.abs(back) <= window // 2)
seen.wrong("window without an end", "What is too far back is hidden: where does window come in?",
           lambda back: back >= 0)
seen.wrong("future open", "The window ends at the own place: may the first word see the last?",
           lambda back, window: back < window)
seen.wrong("far past only", "Which side of the window's edge may be seen?",
           lambda back, window: back >= window)
seen.wrong("near future hidden, and nothing else", "Which diagonals have a number below 0?",
           lambda back, window: (back >= 0) | (back < -window))
seen.wrong("nothing seen", "No query sees anything: can both conditions hold at once?",
           lambda back: np.zeros_like(back, bool))
seen.wrong("every window-th word", "A window has no gaps.",
           lambda back, window: (back >= 0) & (back % window == 0))
seen.wrong("own place and the far edge", NO_GAPS,
           lambda back, window: (back == 0) | (back == window - 1))
seen.wrong("round the end", "What does a negative index see, before the first word?",
           lambda back, window, n: back % n < window)
seen.wrong("own place only", "The window reaches back: how many words may a query see?",
           lambda back: back == 0)
seen.wrong("all open", "Nothing is hidden: may the last word see the first through its window?",
           lambda back: np.ones_like(back, bool))
seen.wrong("the first words for all", MOVES,
           lambda back, window, n: (back >= 0) & (np.arange(n) < window))
seen.wrong("the last words for all", MOVES,
           lambda back, window, n: (back >= 0) & (np.arange(n) >= n - window))
seen.wrong("one column for each place of the window", "There is a column for every key.",
           lambda window, n: np.arange(window) <= np.arange(n)[:, None])
# fmt: on


@seen.wrong("cut into blocks", "The window moves with every word: where does it begin for each?")
def _(back, window, n):
    block = np.arange(n) // window
    return (block[:, None] == block) & (back >= 0)


@seen.wrong("cut into blocks, both sides", "The window moves with every word, and looks back only.")
def _(window, n):
    block = np.arange(n) // window
    return block[:, None] == block


@seen.wrong("slice from before the first word", "Where does a slice begin that starts at -2?")
def _(window, n):
    mask = np.zeros((n, n), bool)
    for i in range(n):
        mask[i, i - window + 1 : i + 1] = True
    return mask


@seen.family("another window", "Whose window has {constant} places?", over=[2, 4, 6, 7])
def _(back, constant):
    return (back >= 0) & (back < constant)


@seen.family("a window some times as wide", "Why {constant} times as wide?", over=[2, 3])
def _(back, window, constant):
    return (back >= 0) & (back < constant * window)


sliding_window_mask.steps(
    back,
    seen,
    mask_steps.mask.adapted(
        names={"transposed": "future only"},
        sentences={
            "inverted": "True says that a query may look: read a row aloud.",
            "transposed": "Rows are queries: may the first one see the second word?",
            "rows upside down": "The first row is the first query, which has nothing before it.",
        },
    ),
    mask_steps.truth,
)


holds = sliding_window_mask.holds


@holds("every query sees its own place")
def _(mask):
    return bool(np.diagonal(mask).all())


@holds("nobody sees the future")
def _(mask):
    seen = int(np.triu(mask, 1).sum())
    return not seen or f"{seen} places of the future are open"


@holds("a query sees as many words as the window has places, or as there are")
def _(mask, n, window):
    return same(mask.sum(axis=1), np.minimum(np.arange(n) + 1, window))


@holds("what is seen has no gap")
def _(mask):
    begins = mask & ~np.pad(mask, ((0, 0), (1, 0)))[:, :-1].astype(bool)
    return bool((begins.sum(axis=1) == 1).all())


@holds("a larger window sees all that a smaller one sees")
def _(call, mask, window):
    return not (mask & ~call(window=window + 1)).any()


@holds("a window as large as the text is the causal mask")
def _(call, n):
    return same(call(window=n), np.tri(n, dtype=bool))
