"""causal_mask: which keys a query may see, and what people get wrong about it."""

import numpy as np

from helpers.exercises.declare import exercise


@exercise(lesson=6, gives={"mask": "(n_queries, n_keys)"})
def causal_mask(n_queries, n_keys=None):
    """True where a query may look; the queries are the last of the keys.

    n_queries, n_keys: int; n_keys is n_queries if not given.
    Returns: boolean (n_queries, n_keys).
    """
    n_keys = n_queries if n_keys is None else n_keys
    first_place = n_keys - n_queries  # of the first query
    places = first_place + np.arange(n_queries)[:, None]  # (n_queries, 1)
    return np.arange(n_keys) <= places


causal_mask.hints(
    "Write the mask for three words by hand: one row for each word that asks. Which row is all "
    "True?",
    "np.arange(n_keys) holds the places of the keys. Compare it with the place of every query, as "
    "a column; with more keys than queries, the first query does not stand at place 0.",
    "the place of query i is n_keys - n_queries + i; key j may be seen where j is at most that "
    "place. [:, None] turns the places of the queries into a column.",
)


@causal_mask.case("as many keys as queries")
def _(rng):
    return dict(n_queries=5)


@causal_mask.case("some keys come from before")
def _(rng):
    return dict(n_queries=3, n_keys=7)


@causal_mask.case("one new query")
def _(rng):
    return dict(n_queries=1, n_keys=6)


@causal_mask.case("the same number, said twice")
def _(rng):
    return dict(n_queries=4, n_keys=4)


@causal_mask.case("more queries than keys: the first ones see nothing", extreme=True)
def _(rng):
    return dict(n_queries=6, n_keys=4)


mistake = causal_mask.mistake


def _sizes(n_queries, n_keys):
    return n_queries, n_queries if n_keys is None else n_keys


def _places(n_queries, n_keys):
    """Places of the queries, as a column, and of the keys."""
    n_queries, n_keys = _sizes(n_queries, n_keys)
    return n_keys - n_queries + np.arange(n_queries)[:, None], np.arange(n_keys)


def _right(n_queries, n_keys):
    query, key = _places(n_queries, n_keys)
    return key <= query


@mistake("inverted", "True says that a query may look: read the first row aloud.")
def _(n_queries, n_keys=None):
    return ~_right(n_queries, n_keys)


@mistake("future only", "Rows are queries: may the first one see the last key?")
def _(n_queries, n_keys=None):
    query, key = _places(n_queries, n_keys)
    return key >= query


@mistake("transposed", "Rows are queries, columns are keys: who asks here?")
def _(n_queries, n_keys=None):
    return _right(n_queries, n_keys).T


@mistake("upper triangle", "Which side of the diagonal is the past?")
def _(n_queries, n_keys=None):
    n_queries, n_keys = _sizes(n_queries, n_keys)
    return np.triu(np.ones((n_queries, n_keys), bool))


@mistake("own place hidden", "A query may see the word that asks, too: it has been read already.")
def _(n_queries, n_keys=None):
    query, key = _places(n_queries, n_keys)
    return key < query


@mistake("one step of the future", "What does the row before the last see of the last key?")
def _(n_queries, n_keys=None):
    query, key = _places(n_queries, n_keys)
    return key <= query + 1


@mistake(
    "aligned at the start",
    "What was read before is past as well: how many keys may the last query see?",
)
def _(n_queries, n_keys=None):
    n_queries, n_keys = _sizes(n_queries, n_keys)
    return np.tri(n_queries, n_keys, dtype=bool)


@mistake("aligned at the start, own place hidden", "How many keys should the last query see?")
def _(n_queries, n_keys=None):
    n_queries, n_keys = _sizes(n_queries, n_keys)
    return np.tri(n_queries, n_keys, -1, dtype=bool)


@mistake("shifted the wrong way", "How many keys should the last query see?")
def _(n_queries, n_keys=None):
    n_queries, n_keys = _sizes(n_queries, n_keys)
    return np.tri(n_queries, n_keys, n_queries - n_keys, dtype=bool)


@mistake("one row too far down", "The last query is the last word: how many keys should it see?")
def _(n_queries, n_keys=None):
    n_queries, n_keys = _sizes(n_queries, n_keys)
    shift = n_keys - n_queries
    return np.tri(n_queries, n_keys, shift - 1 if shift else 0, dtype=bool)


@mistake("shift cut off at 0", "With fewer keys than queries, which of them see nothing at all?")
def _(n_queries, n_keys=None):
    n_queries, n_keys = _sizes(n_queries, n_keys)
    return np.tri(n_queries, n_keys, max(0, n_keys - n_queries), dtype=bool)


@mistake("n_keys not used", "What is n_keys there for?")
def _(n_queries, n_keys=None):
    return np.tri(n_queries, dtype=bool)


@mistake("square over all keys", "How many rows are there: one for each query, or for each key?")
def _(n_queries, n_keys=None):
    return np.tri(_sizes(n_queries, n_keys)[1], dtype=bool)


@mistake("n_keys has to be given", "What is n_keys where nobody gave it?")
def _(n_queries, n_keys=None):
    return np.arange(n_keys) <= n_keys - n_queries + np.arange(n_queries)[:, None]


@mistake("what was read before is hidden", "The keys from before are the past of every query.")
def _(n_queries, n_keys=None):
    n_queries, n_keys = _sizes(n_queries, n_keys)
    return _right(n_queries, n_keys) & (np.arange(n_keys) >= n_keys - n_queries)


@mistake("own place only", "The past is everything before, not the present alone.")
def _(n_queries, n_keys=None):
    query, key = _places(n_queries, n_keys)
    return key == query


@mistake("all open", "Nothing is hidden: which keys come after the first query?")
def _(n_queries, n_keys=None):
    return np.ones(_sizes(n_queries, n_keys), bool)


@mistake("rows upside down", "The first row is the first query, which has read least.")
def _(n_queries, n_keys=None):
    return _right(n_queries, n_keys)[::-1]


@mistake("numbers instead of truth", "A mask that says yes or no holds True and False.")
def _(n_queries, n_keys=None):
    return _right(n_queries, n_keys).astype(float)


@mistake("whole numbers instead of truth", "A mask that says yes or no holds True and False.")
def _(n_queries, n_keys=None):
    return _right(n_queries, n_keys).astype(int)


@mistake("something to add to the scores", "Say yes or no here; numbers are made of it later.")
def _(n_queries, n_keys=None):
    return np.where(_right(n_queries, n_keys), 0, -np.inf)


holds = causal_mask.holds


@holds("the last query sees every key")
def _(mask):
    return bool(mask[-1].all()) or f"the last query sees {int(mask[-1].sum())} of {mask.shape[1]}"


@holds("no query sees a key that a later query does not see")
def _(mask):
    return not (mask[:-1] & ~mask[1:]).any()


@holds("each query sees one key more than the one before, once it sees any")
def _(mask):
    counts = mask.sum(axis=1).astype(int)
    return bool(np.all((np.diff(counts) == 1) | (counts[1:] == 0)))


@holds("what is seen is always the beginning, without a gap")
def _(mask):
    return not (~mask[:, :-1] & mask[:, 1:]).any()


@holds("leaving n_keys out is the same as saying n_queries")
def _(call, n_queries):
    return np.array_equal(call(n_queries=n_queries, n_keys=n_queries), np.tri(n_queries) > 0)


@holds("the mask of the last queries is the bottom of the mask of all")
def _(call, mask, n_queries, n_keys):
    if n_keys < n_queries:
        return True
    return np.array_equal(call(n_queries=n_keys, n_keys=n_keys)[-n_queries:], mask)
