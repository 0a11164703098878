"""Word vectors small enough to check by hand: the running sentence in six features.

Nothing here is learned. Every number is a multiple of one half, written so that a reader can say
in words what a query asks for ("it" asks for an animal) and follow each product on paper.

>>> words, x = toy_words()
>>> w_query, w_key, w_value = toy_projections()
>>> query, key = x @ w_query, x @ w_key
>>> print("it asks for", dict(zip(KEY_AXES, query[words.index("it")].tolist())))
it asks for {'animal': 3.0, 'thing': 1.0, 'action': 0.0, 'feeling': 0.0}
>>> for word, score in zip(words, query[words.index("it")] @ key.T):
...     print(f"{word:8} {score:.1f}")
the      0.0
cat      3.0
sat      0.0
on       0.5
the      0.0
mat      1.0
because  0.0
it       0.0
was      0.0
tired    1.5
"""

import numpy as np

from helpers.tasks.sentence import WORDS

FEATURES = ("animal", "thing", "action", "pronoun", "feeling", "link")
KEY_AXES = ("animal", "thing", "action", "feeling")
VALUE_AXES = ("who", "where", "how")

_VECTORS = {
    #           animal thing action pronoun feeling link
    "the":     (0.0,   0.0,  0.0,   0.0,    0.0,    1.0),
    "cat":     (1.0,   0.0,  0.0,   0.0,    0.0,    0.0),
    "sat":     (0.0,   0.0,  1.0,   0.0,    0.0,    0.0),
    "on":      (0.0,   0.5,  0.0,   0.0,    0.0,    1.0),  # a thing comes next
    "mat":     (0.0,   1.0,  0.0,   0.0,    0.0,    0.0),
    "because": (0.0,   0.0,  0.0,   0.0,    0.5,    1.0),  # a reason, often a feeling
    "it":      (0.0,   0.0,  0.0,   1.0,    0.0,    0.0),
    "was":     (0.0,   0.0,  0.5,   0.0,    0.5,    0.0),
    "tired":   (0.5,   0.0,  0.0,   0.0,    1.0,    0.0),  # only what lives gets tired
}  # fmt: skip

# A question to that sentence, in the same features, for one sequence that asks another.
QUESTION = ("tell", "me", "who", "was", "tired")
_QUESTION_VECTORS = {
    "tell":    (0.0,   0.0,  1.0,   0.0,    0.0,    0.0),
    "me":      (1.0,   0.0,  0.0,   0.0,    0.0,    0.0),  # whoever asks lives, as a cat does
    "who":     (0.0,   0.0,  0.0,   1.0,    0.0,    0.0),  # a pronoun, as "it" is
}  # fmt: skip

# What each feature makes a word ask for.
_W_QUERY = (
    # animal thing action feeling
    (0.0,    0.0,  2.0,   1.0),  # an animal asks what it does and how it feels
    (0.0,    1.0,  2.0,   0.0),  # a thing asks what is done with it
    (2.0,    1.0,  0.0,   0.0),  # an action asks who does it, and with what
    (3.0,    1.0,  0.0,   0.0),  # a pronoun asks for an animal, or else a thing
    (2.0,    0.0,  0.0,   0.0),  # a feeling asks who feels it
    (1.0,    1.0,  0.0,   0.0),  # a link asks for a noun, of either kind
)  # fmt: skip

# What each feature lets a word answer to: pronouns and links answer to nothing.
_W_KEY = (
    # animal thing action feeling
    (1.0,    0.0,  0.0,   0.0),
    (0.0,    1.0,  0.0,   0.0),
    (0.0,    0.0,  1.0,   0.0),
    (0.0,    0.0,  0.0,   0.0),
    (0.0,    0.0,  0.0,   1.0),
    (0.0,    0.0,  0.0,   0.0),
)  # fmt: skip

# What each feature hands over to whoever looks.
_W_VALUE = (
    # who  where how
    (1.0,  0.0,  0.0),
    (0.0,  1.0,  0.0),
    (0.0,  0.0,  0.5),
    (0.0,  0.0,  0.0),
    (0.0,  0.0,  1.0),
    (0.0,  0.0,  0.0),
)  # fmt: skip


def toy_words():
    """The running sentence and a hand-made vector for each of its words.

    Returns: words, a list of 10 strings, and x (10, 6) = (n, d_model), float64; the columns are
    named by FEATURES. Both "the" have the same vector, as nothing here says where a word stands.
    """
    return list(WORDS), np.array([_VECTORS[word] for word in WORDS])


def toy_question():
    """A question to the running sentence, in the same features: "tell me who was tired".

    Returns: words, a list of 5 strings, and x (5, 6) = (n_queries, d_model), float64.

    >>> words, x = toy_question()
    >>> print(dict(zip(FEATURES, x[words.index("who")].tolist()))["pronoun"])
    1.0
    """
    vectors = _VECTORS | _QUESTION_VECTORS
    return list(QUESTION), np.array([vectors[word] for word in QUESTION])


def toy_projections():
    """Hand-made projections for `toy_words`: rows are FEATURES.

    Returns: w_query (6, 4) and w_key (6, 4) = (d_model, d_k), columns named by KEY_AXES, and
    w_value (6, 3) = (d_model, d_v), columns named by VALUE_AXES; float64.
    """
    return np.array(_W_QUERY), np.array(_W_KEY), np.array(_W_VALUE)
