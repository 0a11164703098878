"""padding_mask: which keys are real tokens, and what people get wrong about it."""

import numpy as np

from helpers.exercises import mask_steps
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.steps import step


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


EVERY_ONE = "Every sequence has a length of its own."
ONE_TOKEN = "How many True stand in the row of a sequence of one token?"


@step
def counted(lengths):
    """The tokens of every sequence, as they came."""
    return lengths


# fmt: off
counted.wrong("the longest for all", EVERY_ONE,
              lambda lengths: np.full_like(lengths, lengths.max()))
counted.wrong("the shortest for all", EVERY_ONE,
              lambda lengths: np.full_like(lengths, lengths.min()))
counted.wrong("sequences in another order", "Whose length belongs to the first row?",
              lambda lengths: lengths[::-1])
counted.also("sequences in another order", lambda lengths: np.sort(lengths))
# fmt: on


@step
def tokens(counted, n_keys):
    """(b, n_keys): True at the first places, as many as there are tokens."""
    return np.arange(n_keys) < counted[:, None]


# fmt: off
tokens.wrong("one place too long", ONE_TOKEN,
             lambda counted, n_keys: np.arange(n_keys) <= counted[:, None])
tokens.wrong("one place too short", ONE_TOKEN,
             lambda counted, n_keys: np.arange(n_keys) < counted[:, None] - 1)
# fmt: on


@tokens.wrong("counted from 1", "At which place does the first token stand?")
def _(counted, n_keys):
    places = np.arange(n_keys)
    return (places >= 1) & (places <= counted[:, None])


@tokens.wrong("first token hidden", "At which place does the first token stand?")
def _(counted, n_keys):
    places = np.arange(n_keys)
    return (places >= 1) & (places < counted[:, None])


# fmt: off
tokens.wrong("inverted", "True says that a key is a token: read the row of the shortest one aloud.",
             lambda counted, n_keys: np.arange(n_keys) >= counted[:, None])
tokens.wrong("padding at the front", "Here the tokens come first, and the padding after them.",
             lambda counted, n_keys: np.arange(n_keys)[::-1] < counted[:, None])
tokens.wrong("as wide as the longest", "Are there only as many keys as the longest has tokens?",
             lambda counted: np.arange(counted.max()) < counted[:, None])
tokens.wrong("the last token alone", "All places up to the length are tokens, not that one alone.",
             lambda counted, n_keys: np.arange(n_keys) == counted[:, None] - 1)
tokens.wrong("nothing hidden", "Where does a sequence end, and its padding begin?",
             lambda counted, n_keys: np.ones((len(counted), n_keys), bool))
tokens.wrong("lengths compared as they are", "Two rows of different meaning met: which is which?",
             lambda counted, n_keys: np.arange(n_keys) < counted)
# fmt: on


@step
def mask(tokens):
    """(b, 1, n_keys): one row of keys for all queries of a sequence."""
    return tokens[:, None]


# fmt: off
mask.wrong("middle axis missing", "The queries need an axis, too: where does it stand?",
           lambda tokens: tokens)
mask.wrong("padding on the query axis", "What is hidden are keys: which axis are those?",
           lambda tokens: tokens[:, :, None])
mask.wrong("axis for the queries in front", "Which axis comes first: sequences, or queries?",
           lambda tokens: tokens[None])
mask.wrong("one axis too many", "Heads come later: three axes will do.",
           lambda tokens: tokens[:, None, None])
mask.wrong("queries and keys", "All queries see the same keys: one row a sequence is enough.",
           lambda tokens: tokens[:, :, None] & tokens[:, None, :])
mask.wrong("a row for each query", "All queries see the same keys: how many rows does that take?",
           lambda tokens: np.repeat(tokens[:, None], tokens.shape[1], axis=1))
mask.wrong("causal as well", "The future is hidden by another mask: here only padding is.",
           lambda tokens: tokens[:, None] & np.tri(tokens.shape[1], dtype=bool))
# fmt: on


padding_mask.steps(counted, tokens, mask, mask_steps.truth)


holds = padding_mask.holds


@holds("a sequence has as many True as tokens")
def _(mask, lengths):
    return same(mask.sum(axis=(1, 2)), lengths)


@holds("no token comes after padding")
def _(mask):
    return not (~mask[..., :-1] & mask[..., 1:]).any()


@holds("a sequence's row does not depend on the others")
def _(call, mask, lengths, n_keys):
    return same(call(lengths=lengths[:1], n_keys=n_keys), mask[:1])


@holds("further places are padding")
def _(call, mask, lengths, n_keys):
    wider = call(lengths=lengths, n_keys=n_keys + 3)
    padded = np.pad(mask, ((0, 0), (0, 0), (0, 3)))
    return same(wider, padded)
