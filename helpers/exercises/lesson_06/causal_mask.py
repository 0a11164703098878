"""causal_mask: which keys a query may see, and what people get wrong about it."""

import numpy as np

from helpers.exercises import mask_steps
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.steps import step


@exercise(lesson=6, gives={"mask": "(n_queries, n_keys)"})
def causal_mask(n_queries, n_keys=None):
    """True where a query may look; the queries are the last of the keys.

    n_queries, n_keys: int; n_keys is n_queries or more, and n_queries if not given.
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


TO_THE_LAST = "The last query is the last word: how many keys should it see?"


@step("n_queries", "n_keys")
def sizes(n_queries, n_keys):
    """As many keys as queries, where nobody says how many."""
    return n_queries, n_queries if n_keys is None else n_keys


# fmt: off
sizes.wrong("n_keys not used", "What is n_keys there for?",
            lambda n_queries: (n_queries, n_queries))
sizes.wrong("square over all keys", "How many rows are there: one for each query, or each key?",
            lambda n_queries, n_keys: (n_queries if n_keys is None else n_keys,) * 2)
# fmt: on


@step
def before(n_queries, n_keys):
    """How many keys come from before the first query."""
    return n_keys - n_queries


# fmt: off
before.wrong("aligned at the start", "The keys from before are past as well: who sees them?",
             lambda: 0)
before.wrong("shifted the wrong way", "How many keys should the last query see?",
             lambda n_queries, n_keys: n_queries - n_keys)
before.wrong("one row too far down", TO_THE_LAST,
             lambda n_queries, n_keys: max(n_keys - n_queries - 1, 0))
# fmt: on


@step
def distances(n_queries, n_keys, before):
    """How far every key lies before the query; negative where it comes after."""
    return before + np.arange(n_queries)[:, None] - np.arange(n_keys)


@step
def seen(distances):
    """The past and the own place."""
    return distances >= 0


# fmt: off
seen.wrong("future only", "Rows are queries: may the first one see the last key?",
           lambda distances: distances <= 0)
seen.wrong("upper triangle", "Which side of the diagonal is the past?",
           lambda n_queries, n_keys: np.triu(np.ones((n_queries, n_keys), bool)))
seen.wrong("own place hidden", "A query may see the word that asks, too: it has been read already.",
           lambda distances: distances > 0)
seen.wrong("aligned at the start, own place hidden", "How many keys should the last query see?",
           lambda n_queries, n_keys: np.tri(n_queries, n_keys, -1, dtype=bool))
seen.wrong("one step of the future", "What does the row before the last see of the last key?",
           lambda distances: distances >= -1)
# fmt: on


@seen.family("more steps of the future", "Who sees a key that comes {constant} places later?",
             over=[2, 3])  # fmt: skip
def _(distances, constant):
    return distances >= -constant


@seen.family("the nearest keys only", "All the past may be seen, not its last {constant} places.",
             over=[2, 3, 4])  # fmt: skip
def _(distances, constant):
    return (distances >= 0) & (distances < constant)


# fmt: off
seen.wrong("own place only", "The past is everything before, not the present alone.",
           lambda distances: distances == 0)
seen.wrong("what was read before is hidden", "The keys from before are the past of every query.",
           lambda distances, n_keys, before: (distances >= 0) & (np.arange(n_keys) >= before))
seen.wrong("all open", "Nothing is hidden: which keys come after the first query?",
           lambda distances: np.ones_like(distances, bool))
# fmt: on


causal_mask.steps(sizes, before, distances, seen, mask_steps.mask, mask_steps.truth)


@causal_mask.mistake("n_keys has to be given", "What is n_keys where nobody gave it?")
def _(n_queries, n_keys=None):
    return np.arange(n_keys) <= n_keys - n_queries + np.arange(n_queries)[:, None]


holds = causal_mask.holds


@holds("the last query sees every key")
def _(mask):
    return bool(mask[-1].all()) or f"the last query sees {int(mask[-1].sum())} of {mask.shape[1]}"


@holds("no query sees a key that a later query does not see")
def _(mask):
    return not (mask[:-1] & ~mask[1:]).any()


@holds("each query sees one key more than the one before")
def _(mask):
    counts = mask.sum(axis=1).astype(int)
    return bool((np.diff(counts) == 1).all())


@holds("what is seen is always the beginning, without a gap")
def _(mask):
    return not (~mask[:, :-1] & mask[:, 1:]).any()


@holds("leaving n_keys out is the same as saying n_queries")
def _(call, n_queries):
    return same(call(n_queries=n_queries, n_keys=n_queries), np.tri(n_queries, dtype=bool))


@holds("the mask of the last queries is the bottom of the mask of all")
def _(call, mask, n_queries, n_keys):
    return same(call(n_queries=n_keys, n_keys=n_keys)[-n_queries:], mask)
