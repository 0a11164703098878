"""A tiny GPT that has learned the toy language, stored: ready without waiting for a training.

d_model 32, 4 heads, 2 layers, causal; 56 words; rounded to float16. Lessons train their own; this
one is for where nobody wants to wait.
"""

import functools

import numpy as np

from helpers import data
from helpers.models.transformer import TinyGPT
from helpers.tasks import language

N_HEADS, N_LAYERS, D_MODEL = 4, 2, 32


def blank(rng):
    """The model before its training, drawn from rng."""
    return TinyGPT(
        language.N_TOKENS, language.LENGTH, rng=rng, d_model=D_MODEL, n_heads=N_HEADS,
        n_layers=N_LAYERS, pad=language.PAD,
    )  # fmt: skip


@functools.cache
def model():
    """The trained model, in float64, loaded once and kept."""
    return blank(np.random.default_rng(0)).load(data.path("trained_tiny_gpt.npz"))


def tokens(sentence):
    """(n,) the words of a sentence as tokens, <begin> in front: what the model reads.

    Raises ValueError that lists the words the model knows where one is unknown, and for more than
    ten words.
    """
    unknown = list(dict.fromkeys(word for word in sentence.split() if word not in words()))
    if unknown:
        some = ", ".join(f'"{word[:30]}"' for word in unknown[:3])
        more = f" and {len(unknown) - 3} more" if len(unknown) > 3 else ""
        raise ValueError(
            f"The tiny model does not know {some}{more}. It knows these {len(words())} words, in "
            f"small letters: {', '.join(words())}."
        )
    try:
        padded = language.encode(sentence)
    except ValueError as error:
        raise ValueError(f"The tiny model cannot read this: {error}") from None
    return padded[: len(sentence.split()) + 1]


@functools.cache
def words():
    """The words that the model knows, in alphabetical order."""
    return sorted(word for word in language.VOCABULARY if not word.startswith("<"))
