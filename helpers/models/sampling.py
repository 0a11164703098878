"""From logits to the next token: the likeliest, or a draw."""

import numpy as np


def choose(logits, temperature=0.0, rng=None, top_k=None):
    """One token for each row: the likeliest at temperature 0, else drawn from the softmax.

    logits: (batch, n_words). temperature: what logits are divided by; below 1 the likely words
    become likelier. rng: for the draw. top_k: draw among the k likeliest words only (Fan et al.
    2018); None: among all. Returns: (batch,).
    """
    if temperature == 0:
        return logits.argmax(axis=-1)
    if top_k is not None and top_k < logits.shape[-1]:
        least = np.partition(logits, -top_k, axis=-1)[..., -top_k, None]  # the k-th largest
        logits = np.where(logits >= least, logits, -np.inf)
    # The largest of logit + Gumbel noise is a draw from the softmax (Gumbel 1954).
    return (logits / temperature + rng.gumbel(size=logits.shape)).argmax(axis=-1)


def check_choice(temperature, rng, top_k):
    """Raise ValueError for what `choose` cannot work with, before anything is computed."""
    if not (np.isfinite(temperature) and temperature >= 0):
        raise ValueError(f"temperature is {temperature}; it can be 0 or more.")
    if temperature > 0 and rng is None:
        raise ValueError("pass rng=np.random.default_rng(…) to sample, or temperature=0.")
    if top_k is not None and top_k < 1:
        raise ValueError(f"top_k is {top_k}; pass 1 or more, or None for all words.")
