"""Checks that every task makes of what it is given."""

import operator

import numpy as np


def need_rng(rng):
    """Raise a TypeError unless `rng` is a numpy Generator: no task draws from anything else."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"rng is {type(rng).__name__}, expected a numpy Generator: "
            "pass rng = np.random.default_rng(0)."
        )


def need_size(name, value, least=1, most=None):
    """The size `value` as an int; a ValueError that names it unless least <= value <= most."""
    wanted = f"an integer of {least} or more" if most is None else f"an integer {least} to {most}"
    try:
        size = operator.index(value)
    except TypeError:
        raise ValueError(f"{name} is {value!r}, expected {wanted}.") from None
    if size < least or (most is not None and size > most):
        raise ValueError(f"{name} is {size}, expected {wanted}.")
    return size


def need_tokens(name, tokens, n_tokens):
    """`tokens` as an int64 array; a ValueError unless all are integers in 0 .. n_tokens - 1."""
    array = np.asarray(tokens)
    if not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"{name} has type {array.dtype}, expected integers.")
    if array.size and (array.min() < 0 or array.max() >= n_tokens):
        raise ValueError(
            f"{name} holds {array.min()} to {array.max()}, expected 0 to {n_tokens - 1}."
        )
    return array.astype(np.int64)


def decode_with(vocabulary, tokens, name="tokens"):
    """Text of `tokens` (n,), or a list of texts for (batch, n)."""
    array = need_tokens(name, tokens, len(vocabulary))
    if array.ndim not in (1, 2):
        raise ValueError(f"{name} has shape {array.shape}, expected (n,) or (batch, n).")
    texts = [" ".join(vocabulary[token] for token in row) for row in np.atleast_2d(array)]
    return texts[0] if array.ndim == 1 else texts


def encode_with(vocabulary, text, name="text"):
    """Tokens (n,) of a text; a ValueError that names the first unknown word."""
    words = text.split()
    for word in words:
        if word not in vocabulary:
            raise ValueError(f"{name} has the word {word!r}; known are: {', '.join(vocabulary)}.")
    return np.array([vocabulary.index(word) for word in words], dtype=np.int64)
