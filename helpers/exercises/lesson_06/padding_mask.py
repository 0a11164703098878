"""padding_mask: which keys are real tokens, and what people get wrong about it."""

import numpy as np

from helpers.exercises.declare import exercise


@exercise(lesson=6, gives={"mask": "(b, 1, n_keys)"})
def padding_mask(lengths, n_keys):
    """True where a key is a real token.

    lengths: integers (b,), the tokens of every sequence; n_keys: int, tokens and padding.
    Returns: boolean (b, 1, n_keys).
    """
    return np.arange(n_keys) < lengths[:, None, None]


padding_mask.hints(
    "A sequence of 3 tokens in 5 places: write its row of True and False by hand.",
    "np.arange(n_keys) holds the places of the keys. A place is a token where it is smaller than "
    "the length; lengths has to stand in the first of three axes for this.",
    "lengths[:, None, None] has the shape (b, 1, 1); compared with places of shape (n_keys,) it "
    "gives (b, 1, n_keys).",
)


@padding_mask.case("four sequences")
def _(rng):
    return dict(lengths=np.array([3, 6, 1, 5]), n_keys=7)


@padding_mask.case("two sequences, one of them full")
def _(rng):
    return dict(lengths=np.array([5, 2]), n_keys=5)


@padding_mask.case("an empty sequence")
def _(rng):
    return dict(lengths=np.array([4, 0, 2]), n_keys=6)


mistake = padding_mask.mistake


def _tokens(lengths, n_keys):
    """(b, n_keys): the right answer without its middle axis."""
    return np.arange(n_keys) < lengths[:, None]


@mistake("inverted", "True says that a key is a token: read the row of the shortest one aloud.")
def _(lengths, n_keys):
    return ~_tokens(lengths, n_keys)[:, None]


@mistake("one place too long", "How many True stand in the row of a sequence of one token?")
def _(lengths, n_keys):
    return np.arange(n_keys) <= lengths[:, None, None]


@mistake("one place too short", "How many True stand in the row of a sequence of one token?")
def _(lengths, n_keys):
    return np.arange(n_keys) < lengths[:, None, None] - 1


@mistake("counted from 1", "At which place does the first token stand?")
def _(lengths, n_keys):
    places = np.arange(n_keys)
    return (places >= 1) & (places <= lengths[:, None, None])


@mistake("padding at the front", "Here the tokens come first, and the padding after them.")
def _(lengths, n_keys):
    return _tokens(lengths, n_keys)[:, None, ::-1]


@mistake("middle axis missing", "The queries need an axis, too: where does it stand?")
def _(lengths, n_keys):
    return _tokens(lengths, n_keys)


@mistake("padding on the query axis", "What is hidden are keys: which axis are those?")
def _(lengths, n_keys):
    return _tokens(lengths, n_keys)[:, :, None]


@mistake("axis for the queries in front", "Which axis comes first: the sequences, or the queries?")
def _(lengths, n_keys):
    return _tokens(lengths, n_keys)[None]


@mistake("one axis too many", "Heads come later: three axes will do.")
def _(lengths, n_keys):
    return _tokens(lengths, n_keys)[:, None, None]


@mistake("queries and keys", "All queries see the same keys: one row for each sequence is enough.")
def _(lengths, n_keys):
    tokens = _tokens(lengths, n_keys)
    return tokens[:, :, None] & tokens[:, None, :]


@mistake("a row for each query", "All queries see the same keys: how many rows does that take?")
def _(lengths, n_keys):
    return np.repeat(_tokens(lengths, n_keys)[:, None], n_keys, axis=1)


@mistake("causal as well", "The future is hidden by another mask: here only padding is.")
def _(lengths, n_keys):
    return _tokens(lengths, n_keys)[:, None] & np.tri(n_keys, dtype=bool)


@mistake("as wide as the longest", "How many keys are there: as many as the longest has tokens?")
def _(lengths, n_keys):
    return np.arange(lengths.max()) < lengths[:, None, None]


@mistake("the longest for all", "Every sequence has a length of its own.")
def _(lengths, n_keys):
    return np.broadcast_to(np.arange(n_keys) < lengths.max(), (len(lengths), 1, n_keys))


@mistake("the shortest for all", "Every sequence has a length of its own.")
def _(lengths, n_keys):
    return np.broadcast_to(np.arange(n_keys) < lengths.min(), (len(lengths), 1, n_keys))


@mistake("the last token alone", "All places up to the length are tokens, not that one alone.")
def _(lengths, n_keys):
    return np.arange(n_keys) == lengths[:, None, None] - 1


@mistake("nothing hidden", "Where does a sequence end, and its padding begin?")
def _(lengths, n_keys):
    return np.ones((len(lengths), 1, n_keys), bool)


@mistake("lengths compared as they are", "Two rows of different meaning met: which axis is which?")
def _(lengths, n_keys):
    return np.arange(n_keys) < lengths


@mistake("numbers instead of truth", "A mask that says yes or no holds True and False.")
def _(lengths, n_keys):
    return _tokens(lengths, n_keys)[:, None].astype(float)


@mistake("whole numbers instead of truth", "A mask that says yes or no holds True and False.")
def _(lengths, n_keys):
    return _tokens(lengths, n_keys)[:, None].astype(int)


@mistake("something to add to the scores", "Say yes or no here; numbers are made of it later.")
def _(lengths, n_keys):
    return np.where(_tokens(lengths, n_keys)[:, None], 0, -np.inf)


holds = padding_mask.holds


@holds("a sequence has as many True as tokens")
def _(mask, lengths):
    return np.array_equal(mask.sum(axis=(1, 2)), lengths)


@holds("no token comes after padding")
def _(mask):
    return not (~mask[..., :-1] & mask[..., 1:]).any()


@holds("a sequence's row does not depend on the others")
def _(call, mask, lengths, n_keys):
    return np.array_equal(call(lengths=lengths[:1], n_keys=n_keys), mask[:1])


@holds("further places are padding")
def _(call, mask, lengths, n_keys):
    wider = call(lengths=lengths, n_keys=n_keys + 3)
    return np.array_equal(wider[..., :n_keys], mask) and not wider[..., n_keys:].any()
