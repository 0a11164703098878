"""sliding_window_mask: who sees whom through a window, and what people get wrong about it."""

import numpy as np

from helpers.exercises.declare import exercise


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


mistake = sliding_window_mask.mistake


def _back(n):
    place = np.arange(n)
    return place[:, None] - place


def _right(n, window):
    return (_back(n) >= 0) & (_back(n) < window)


@mistake("one place too many", "The own place counts: how many True stand in a full row?")
def _(n, window):
    return (_back(n) >= 0) & (_back(n) <= window)


@mistake("one place too few", "How many True stand in a full row: as many as the window?")
def _(n, window):
    return (_back(n) >= 0) & (_back(n) < window - 1)


@mistake("own place hidden", "May a query see the word that asks: what is on the diagonal?")
def _(n, window):
    return (_back(n) > 0) & (_back(n) < window)


@mistake("own place hidden, one further back", "What stands on the diagonal?")
def _(n, window):
    return (_back(n) > 0) & (_back(n) <= window)


@mistake("both sides", "This window looks back only: who sees the future here?")
def _(n, window):
    return np.abs(_back(n)) < window


@mistake("both sides, one place too many", "This window looks back only: who sees the future here?")
def _(n, window):
    return np.abs(_back(n)) <= window


@mistake("half a window on each side", "This window looks back only, with all of its places.")
def _(n, window):
    return np.abs(_back(n)) <= window // 2


@mistake("future only", "Rows are queries: may the first one see the second word?")
def _(n, window):
    return _right(n, window).T


@mistake("window without an end", "What is too far back is hidden, too: where does window come in?")
def _(n, window):
    return _back(n) >= 0


@mistake("future open", "The window ends at the own place: may the first word see the last?")
def _(n, window):
    return _back(n) < window


@mistake("inverted", "True says that a query may look: read a row aloud.")
def _(n, window):
    return ~_right(n, window)


@mistake("far past only", "Which side of the window's edge may be seen?")
def _(n, window):
    return _back(n) >= window


@mistake("cut into blocks", "The window moves with every word: where does it begin for each?")
def _(n, window):
    block = np.arange(n) // window
    return (block[:, None] == block) & (_back(n) >= 0)


@mistake("cut into blocks, both sides", "The window moves with every word, and looks back only.")
def _(n, window):
    block = np.arange(n) // window
    return block[:, None] == block


@mistake("the first words for all", "Whose window is this: does it move with the query?")
def _(n, window):
    return (_back(n) >= 0) & (np.arange(n) < window)


@mistake("the last words for all", "Whose window is this: does it move with the query?")
def _(n, window):
    return (_back(n) >= 0) & (np.arange(n) >= n - window)


@mistake("every window-th word", "A window has no gaps.")
def _(n, window):
    return (_back(n) >= 0) & (_back(n) % window == 0)


@mistake("own place and the far edge", "A window has no gaps: what lies between its two ends?")
def _(n, window):
    return (_back(n) == 0) | (_back(n) == window - 1)


@mistake("round the end", "Before the first word there is nothing: what does a negative index see?")
def _(n, window):
    return _back(n) % n < window


@mistake("slice from before the first word", "Where does a slice begin that starts at -2?")
def _(n, window):
    mask = np.zeros((n, n), bool)
    for i in range(n):
        mask[i, i - window + 1 : i + 1] = True
    return mask


@mistake("own place only", "The window reaches back: how many words may a query see?")
def _(n, window):
    return _back(n) == 0


@mistake("rows upside down", "The first row is the first query, which has nothing before it.")
def _(n, window):
    return _right(n, window)[::-1]


@mistake("all open", "Nothing is hidden: may the last word see the first through its window?")
def _(n, window):
    return np.ones((n, n), bool)


@mistake("one column for each place of the window", "There is a column for every key.")
def _(n, window):
    return np.arange(window) <= np.arange(n)[:, None]


@mistake("numbers instead of truth", "A mask that says yes or no holds True and False.")
def _(n, window):
    return _right(n, window).astype(float)


@mistake("whole numbers instead of truth", "A mask that says yes or no holds True and False.")
def _(n, window):
    return _right(n, window).astype(int)


@mistake("something to add to the scores", "Say yes or no here; numbers are made of it later.")
def _(n, window):
    return np.where(_right(n, window), 0, -np.inf)


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
    return np.array_equal(mask.sum(axis=1), np.minimum(np.arange(n) + 1, window))


@holds("what is seen has no gap")
def _(mask):
    begins = mask & ~np.pad(mask, ((0, 0), (1, 0)))[:, :-1].astype(bool)
    return bool((begins.sum(axis=1) == 1).all())


@holds("a larger window sees all that a smaller one sees")
def _(call, mask, window):
    return not (mask & ~call(window=window + 1)).any()


@holds("a window as large as the text is the causal mask")
def _(call, n):
    return np.array_equal(call(window=n), np.tri(n, dtype=bool))
