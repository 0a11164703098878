"""Masks that people take in the place of the one that was meant, each with its name."""

from dataclasses import dataclass

import numpy as np

from helpers.diagnosis.evidence import steps_ahead

_HIDE = "put −∞ at every hidden place before softmax, and compare with leaks(function, x)."


@dataclass(frozen=True)
class OtherMask:
    """A mask that may have been used: where it let queries look, and what made it so.

    name, cause, remedy: for a Diagnosis; visible: boolean, broadcasts to the weights.
    """

    name: str
    cause: str
    remedy: str
    visible: np.ndarray


def other_masks(visible, seen, *, masked):
    """The usual mistakes with a mask, the most telling first.

    visible: where queries may look, (..., n_queries, n_keys). seen: where they do look, the same
    shape. masked: whether the mask was passed; without one, some of these are no mistake.
    """
    steps = steps_ahead(*visible.shape[-2:])
    if masked:
        yield from _turned(visible)
        yield from _wider(visible, seen, steps)
    yield from _narrower(visible, seen, steps)
    if masked:
        yield from _band(visible, seen, steps)
        yield from _of_others(visible)


def _turned(visible):
    yield OtherMask(
        "mask inverted",
        'True means "may look" on one side and "hide" on the other.',
        "agree on one meaning; invert the mask (~mask) where it is handed over.",
        ~visible,
    )
    if visible.shape[-1] == visible.shape[-2]:
        yield OtherMask(
            "leak",
            "the mask was transposed: its rows are the keys.",
            "rows of a mask are queries, and columns keys: np.tri for a causal one, and padding "
            "as mask[..., None, :].",
            visible.swapaxes(-1, -2),
        )


def _wider(visible, seen, steps):
    """What lets queries see more than was meant."""
    meant, there = steps[visible.any(axis=tuple(range(visible.ndim - 2)))], steps[_any(seen)]
    if not meant.size or not there.size:
        return
    last, first = int(meant.max()), int(meant.min())
    ahead, behind = int(there.max()) - last, first - int(there.min())
    n_queries, n_keys = steps.shape
    keys = visible.any(axis=-2, keepdims=True)
    causal = last <= 0 and n_keys > 1
    windowed = causal and first > 1 - n_keys
    yield OtherMask(
        "leak", "the mask was not used, or not on this axis.", _HIDE, np.ones_like(visible)
    )
    if windowed:
        yield OtherMask(
            "leak",
            "the window never arrived: the causal mask alone was used.",
            "combine both: (key <= query) & (query - key < window).",
            np.broadcast_to((steps <= last), visible.shape),
        )
        for told, ahead_too in (
            ("the window looks as far ahead as back", keys & (steps >= first) & (steps <= -first)),
            ("only what lies too far back is hidden", keys & (steps >= first)),
        ):
            yield OtherMask(
                "leak",
                f"the causal mask was left out: {told}.",
                "combine both: (key <= query) & (query - key < window).",
                np.broadcast_to(ahead_too, visible.shape),
            )
    if causal:
        yield OtherMask(
            "leak",
            "the causal mask and the other (padding, blocks) were joined by or: either lets a "
            "query look.",
            "combine both by and: causal_mask(n) & padding_mask(lengths, n).",
            keys | (steps <= last),
        )
        yield OtherMask(
            "leak",
            "the causal mask alone was used: what hides more (padding, blocks) was left out.",
            "combine both: causal_mask(n) & padding_mask(lengths, n).",
            np.broadcast_to(steps <= last, visible.shape),
        )
        yield OtherMask(
            "leak",
            "the causal mask was left out: only padding is hidden.",
            "combine both: causal_mask(n) & padding_mask(lengths, n).",
            np.broadcast_to(keys, visible.shape),
        )
    if n_queries < n_keys and last == n_queries - n_keys:
        yield OtherMask(
            "leak",
            "the causal mask was aligned to the last key, and the one that was meant to the first.",
            "agree on one: with a cache, the last query sees every key.",
            keys.any() & np.broadcast_to(steps <= 0, visible.shape),
        )
    if ahead > 0 and causal:
        what = "one step" if ahead == 1 else f"{ahead} steps"
        yield OtherMask(
            "leak",
            f"the causal mask is off by {'one' if ahead == 1 else ahead}: each query sees {what} "
            "of the future.",
            "hide every key after the query's own place: np.tri(n_queries, n_keys, "
            "k=n_keys - n_queries).",
            visible | (keys & (steps > last) & (steps <= last + ahead)),
        )
    if behind > 0 and windowed:
        width = last - first + 1
        yield OtherMask(
            "leak",
            f"the window is too wide: a query sees {width + behind} keys, its own included, where "
            f"{width} were meant.",
            f"hide what is {width} or more steps back: query - key < {width}.",
            visible | (keys & (steps < first) & (steps >= first - behind)),
        )


def _band(visible, seen, steps):
    """A window in both directions, of another width than the one that was meant."""
    meant, there = steps[_any(visible)], steps[_any(seen)]
    if not meant.size or not there.size or meant.max() <= 0:
        return
    low, high = int(there.min()), int(there.max())
    told = f"from {-low} back to {high} ahead, where {-meant.min()} back to {meant.max()} ahead"
    band = np.broadcast_to((steps >= low) & (steps <= high), visible.shape)
    wider = low < meant.min() or high > meant.max()
    yield OtherMask(
        "leak" if wider else "window too narrow",
        f"the window is too {'wide' if wider else 'narrow'}: {told} were meant.",
        f"hide what is more than {-meant.min()} steps back or {meant.max()} ahead.",
        band if wider else band & visible,
    )


def _narrower(visible, seen, steps):
    """What hides more than was meant."""
    n_queries, n_keys = steps.shape
    if n_queries > 1 or not seen.any():
        yield OtherMask(
            "own place hidden",
            "the diagonal was hidden with the rest: a query may not look at its own place.",
            "keep the diagonal: np.tri(n), which has it, and not np.tri(n, k=-1); "
            "~np.triu(ones, k=1), not ~np.triu(ones).",
            visible & (steps != 0),
        )
    if n_queries < n_keys:
        yield OtherMask(
            "aligned to the first key",
            "the causal mask counts from the first key, as is_causal=True does in some "
            "libraries; keys from a cache come first, and the last query should see every key.",
            "np.tri(n_queries, n_keys, k=n_keys - n_queries), as causal_mask has it; with one new "
            "query, no causal mask at all.",
            visible & np.tri(n_queries, n_keys, dtype=bool),
        )
    meant, there = steps[_any(visible)], steps[_any(seen & visible)]
    if not there.size:
        return
    width, wide = int(-there.min()) + 1, int(-meant.min()) + 1
    causal = meant.max() <= 0
    if 0 < width < wide:
        words = f"the window is too narrow: a query sees {width} keys, its own included, where "
        words += f"{wide} were meant."
        name = "window too narrow"
        if wide == n_keys and not _left_edge(visible, steps):
            words = f"a window was used: a query sees no key that is {width} or more steps back."
            name = "too much hidden"
        yield OtherMask(
            name, words,
            f"let it see {wide}: query - key < {wide}." if name != "too much hidden" else
            "leave the window out, or pass the mask that has it.",
            visible & (steps > -width),
        )  # fmt: skip
    if not causal:
        yield OtherMask(
            "too much hidden",
            "a causal mask was used: no query sees a later key.",
            "leave the causal mask out where a text is read in both directions.",
            visible & (steps <= 0),
        )
    elif there.max() < meant.max():
        back = int(-there.max())
        yield OtherMask(
            "too much hidden",
            f"the causal mask is off by {back}: a query sees nothing before it has gone {back} "
            "steps back.",
            "np.tri(n_queries, n_keys, k=n_keys - n_queries) keeps the query's own place.",
            visible & (steps <= -back),
        )
    keys = (seen & visible).any(axis=-2, keepdims=True)
    keys |= ~keys.any(axis=-1, keepdims=True)  # a map that shows nothing says nothing of keys
    gone = np.flatnonzero(~keys.reshape(-1, n_keys).any(axis=0) & _any(visible).any(axis=0))
    told = f"keys {', '.join(map(str, gone[:3]))}" if gone.size else "some keys of some texts"
    yield OtherMask(
        "too much hidden",
        f"{told}{' and more' if gone.size > 3 else ''} are hidden from every query: counted as "
        "padding, or hidden at the wrong end.",
        "compare the lengths with the tokens, and the side on which padding stands.",
        visible & keys,
    )


def _left_edge(visible, steps):
    """Whether keys far back are hidden from queries that come later, as a window does."""
    return bool((~_any(visible) & (steps < 0)).any())


def _of_others(visible):
    """Masks of other sentences, or of padding at the other end."""
    yield OtherMask(
        "leak", "the mask runs backwards: padding is hidden at the other end.",
        "say on which side padding stands, and build the mask from there.", visible[..., ::-1],
    )  # fmt: skip
    if visible.ndim > 2 and visible.shape[0] > 1:
        for by in range(1, min(visible.shape[0], 9)):
            rolled = np.roll(visible, by, axis=0)
            yield OtherMask(
                "leak",
                f"every text has the mask of another: the batch is shifted by {by} against it.",
                "keep masks and texts in one order.",
                rolled,
            )
        yield OtherMask(
            "leak", "every text has the mask of another: the batch runs backwards.",
            "keep masks and texts in one order.", visible[::-1],
        )  # fmt: skip
        yield OtherMask(
            "leak", "every text has the mask of the first.",
            "give every text its own mask: (batch, 1, n_queries, n_keys).",
            np.broadcast_to(visible[:1], visible.shape),
        )  # fmt: skip


def _any(flags):
    return flags.any(axis=tuple(range(flags.ndim - 2)))
