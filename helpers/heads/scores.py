"""Scores for kinds of heads: the mean weight on the key that such a head would look at.

Each kind is a table of targets, (n, n) boolean: True where a head of that kind would look. The
score of a map is the weight on the targets, summed over the keys and averaged over the queries that
have a target. Kinds as in Clark et al. 2019, "What does BERT look at?"; Voita et al. 2019,
"Analyzing multi-head self-attention"; Olsson et al. 2022, "In-context learning and induction
heads".
"""

import re

import numpy as np

from helpers.maps import as_square, is_causal

SEPARATOR = re.compile(r"\[SEP\]|</s>|<\|end\w*\|>|<\|im_\w+\|>|<end>")
SPECIAL = re.compile(r"\[[A-Z]+\]|<[^ ]+>")  # [CLS], [SEP], <s>, </s>, <|endoftext|>


def previous_token_score(weights):
    """Mean weight on the token just before, over all queries but the first.

    weights: (..., n, n), in any form that `as_maps` takes. Returns: one number a head, (...).
    """
    return _score(as_square(weights), _previous_token)


def next_token_score(weights):
    """Mean weight on the token just after, over all queries but the last.

    weights: (..., n, n). Returns: one number a head, (...).
    """
    return _score(as_square(weights), _next_token)


def itself_score(weights):
    """Mean weight of a query on its own place.

    weights: (..., n, n). Returns: one number a head, (...).
    """
    return _score(as_square(weights), _itself)


def first_token_score(weights):
    """Mean weight on the first token, over all queries but the first: a sink, if it is large.

    weights: (..., n, n). Returns: one number a head, (...).
    (Xiao et al. 2024, "Efficient streaming language models with attention sinks".)
    """
    return _score(as_square(weights), _first_token)


def same_token_score(weights, tokens):
    """Mean weight on other places that hold the same token, over the queries that have any.

    weights: (..., n, n); tokens: n words or numbers. Returns: one number a head, (...); NaN where
    no token stands twice.
    """
    return _score(as_square(weights, tokens), _same_token, tokens)


def separator_score(weights, tokens):
    """Mean weight on separators ([SEP], </s> and the like). NaN where there is none.

    weights: (..., n, n); tokens: n words. Returns: one number a head, (...).
    """
    return _score(as_square(weights, tokens), _separator, tokens)


def punctuation_score(weights, tokens):
    """Mean weight on punctuation marks. NaN where there is none.

    weights: (..., n, n); tokens: n words. Returns: one number a head, (...).
    """
    return _score(as_square(weights, tokens), _punctuation, tokens)


def rare_token_score(weights, tokens, frequency):
    """Mean weight on the rarest token of the text, special tokens left out.

    weights: (..., n, n); tokens: n words; frequency: (n,), how frequent each token is, or any
    number that grows with it. Returns: one number a head, (...).
    """
    return _score(as_square(weights, tokens), _rare_token, tokens, frequency)


def induction_score(weights, tokens):
    """Mean weight on the token that followed the latest earlier occurrence of the same token.

    weights: (..., n, n); tokens: n words or numbers. Over the queries that have such an earlier
    occurrence; NaN where none has. (Olsson et al. 2022.)

    >>> weights = np.eye(4)[[0, 1, 2, 1]]  # the second A looks at what followed the first
    >>> float(induction_score(weights, ["A", "B", "C", "A"]))
    1.0
    """
    return _score(as_square(weights, tokens), _induction, tokens)


# Targets: (n, n) boolean, True where a head of the kind would look, by name for `score_table`.


def _previous_token(n, causal=False):
    """The key just before."""
    return np.eye(n, k=-1, dtype=bool)


def _next_token(n, causal=False):
    """The key just after, which a causal head cannot see."""
    return np.eye(n, k=1, dtype=bool)


def _itself(n, causal=False):
    """The query's own place; that of the first says nothing if it can see nothing else."""
    targets = np.eye(n, dtype=bool)
    targets[0] &= not causal
    return targets


def _first_token(n, causal=False):
    """Key 0, for all queries but the first."""
    targets = np.zeros((n, n), bool)
    targets[1:, 0] = True
    return targets


def _same_token(n, causal, tokens):
    """Other places with the same token."""
    tokens = np.asarray(tokens)
    return _visible((tokens[:, None] == tokens) & ~np.eye(n, dtype=bool), causal)


def _separator(n, causal, tokens):
    """Separators."""
    return _visible(np.tile([bool(SEPARATOR.fullmatch(str(t))) for t in tokens], (n, 1)), causal)


def _punctuation(n, causal, tokens):
    """Tokens without a letter or a digit that are not special."""
    marks = [
        bool(str(t).strip()) and not re.search(r"\w", str(t)) and not SPECIAL.fullmatch(str(t))
        for t in tokens
    ]
    return _visible(np.tile(marks, (n, 1)), causal)


def _rare_token(n, causal, tokens, frequency):
    """The rarest token that a query may see, the earliest where several are."""
    frequency = np.asarray(frequency, dtype=float)
    if frequency.shape != (n,):
        raise ValueError(
            f"frequency has shape {frequency.shape}; expected one number for each of {n} tokens."
        )
    special = np.array([bool(SPECIAL.fullmatch(str(t))) for t in tokens])
    seen = _visible(np.tile(~special, (n, 1)), causal)
    ranked = np.where(seen, frequency, np.inf)  # (n, n)
    targets = np.arange(n) == ranked.argmin(axis=-1)[:, None]
    return targets & seen.any(axis=-1, keepdims=True)


def _induction(n, causal, tokens):
    """The place after the latest earlier occurrence of the query's token."""
    tokens = np.asarray(tokens)
    targets = np.zeros((n, n), bool)
    for query in range(n):
        earlier = np.flatnonzero(tokens[:query] == tokens[query])
        if len(earlier):
            targets[query, earlier[-1] + 1] = True
    return targets


def _visible(targets, causal):
    return np.tril(targets) if causal else targets


def _score(stack, kind, *about):
    return on_targets(stack, kind(stack.shape[-1], is_causal(stack), *about))


def on_targets(stack, targets):
    """Weight on the targets, mean over the queries that have any: (..., n, n) -> (...).

    stack: (..., n, n) floats; targets: (n, n) boolean. NaN where no query has a target.
    """
    asked = targets.any(axis=-1)  # (n,)
    if not asked.any():
        return np.full(stack.shape[:-2], np.nan)[()]
    return np.where(targets, stack, 0)[..., asked, :].sum(axis=-1).mean(axis=-1)


ON_POSITIONS = {
    "previous": _previous_token,
    "next": _next_token,
    "itself": _itself,
    "first": _first_token,
}
ON_TOKENS = {
    "same token": _same_token,
    "separator": _separator,
    "punctuation": _punctuation,
    "induction": _induction,
}


def all_targets(n, causal, tokens=None, frequency=None):
    """The targets of every kind that can be told: dict kind -> (n, n) boolean.

    n: number of tokens; causal: whether later keys are hidden; tokens: n words, or None; frequency:
    (n,) how frequent they are, or None.
    """
    targets = {kind: make(n, causal) for kind, make in ON_POSITIONS.items()}
    if causal:
        del targets["next"]
    if tokens is not None:
        targets |= {kind: make(n, causal, tokens) for kind, make in ON_TOKENS.items()}
        if frequency is not None:
            targets["rare token"] = _rare_token(n, causal, tokens, frequency)
    return targets
