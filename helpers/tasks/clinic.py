"""Ten broken attentions, and what their owners bring to the clinic: data and a symptom.

Each function is wrong in one way that real code has been wrong in. `patient(number, rng)` runs it
on data that shows the symptom, and the exercises of lesson 10 hand its body out to be repaired.

>>> patient(3, np.random.default_rng(0))
Patient 3: some words get no weight from anybody, some get more than they should.
  Brings: scores (6, 8) float64, weights (6, 8) float64
"""

from dataclasses import dataclass

import numpy as np

from helpers.attention import causal_mask, padding_mask, softmax


def flat_weights(query, key):
    """Patient 1, scaled twice: once in the query, once in the scores.

    query: (..., n_queries, d_key); key: (..., n_keys, d_key). Returns: (..., n_queries, n_keys).
    """
    d_key = query.shape[-1]
    query = query / np.sqrt(d_key)
    return softmax(query @ key.swapaxes(-1, -2) / np.sqrt(d_key))


def sharp_weights(query, key):
    """Patient 2, not scaled at all.

    query: (..., n_queries, d_key); key: (..., n_keys, d_key). Returns: (..., n_queries, n_keys).
    """
    return softmax(query @ key.swapaxes(-1, -2))


def row_sums(scores):
    """Patient 3, shared out over the queries.

    scores: (..., n_queries, n_keys). Returns: the same shape.
    """
    exponentials = np.exp(scores - scores.max(axis=-2, keepdims=True))
    return exponentials / exponentials.sum(axis=-2, keepdims=True)


def reading_padding(scores, mask):
    """Patient 4, True taken for "hide".

    scores: (..., n_queries, n_keys); mask: boolean, broadcasts to it. Returns: weights.
    """
    return softmax(np.where(mask, -np.inf, scores))


def thin_rows(scores, mask):
    """Patient 5, masked after softmax.

    scores: (..., n_queries, n_keys); mask: boolean, broadcasts to it. Returns: weights.
    """
    return softmax(scores) * mask


def too_good(scores):
    """Patient 6, a causal mask that is one step too wide.

    scores: (..., n_queries, n_keys). Returns: the same shape.
    """
    n_queries, n_keys = scores.shape[-2:]
    mask = np.tri(n_queries, n_keys, k=n_keys - n_queries + 1, dtype=bool)
    return softmax(np.where(mask, scores, -np.inf))


def nan_rows(scores, mask):
    """Patient 7, no thought of rows that may look at nothing.

    scores: (..., n_queries, n_keys); mask: boolean, broadcasts to it. Returns: weights.
    """
    scores = np.where(mask, scores, -np.inf)
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def large_scores(scores):
    """Patient 8, the largest score is not taken off.

    scores: (..., n_queries, n_keys). Returns: the same shape.
    """
    exponentials = np.exp(scores)
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def half_precision(query, key):
    """Patient 9, multiplied out in float16, and only then divided.

    query: (..., n_queries, d_key); key: (..., n_keys, d_key). Returns: (..., n_queries, n_keys).
    """
    half_query, half_key = query.astype(np.float16), key.astype(np.float16)
    scores = (half_query @ half_key.swapaxes(-1, -2)).astype(query.dtype)
    return softmax(scores / np.sqrt(query.shape[-1]))


def wrong_sentence(x, n_heads):
    """Patient 10, heads moved in front of the batch.

    x: (batch, n, d_model); n_heads divides d_model. Returns: (n_heads, batch, n, d_head).
    """
    batch, n, d_model = x.shape
    parts = x.reshape(batch, n, n_heads, d_model // n_heads)
    return parts.transpose(2, 0, 1, 3)


@dataclass(frozen=True)
class Patient:
    """What an owner brings: the symptom in words, and the arrays that there are.

    number: 1 to 10. symptom: str. evidence: dict of arrays, for `diagnose(**patient.evidence)`.
    """

    number: int
    symptom: str
    evidence: dict

    def __getattr__(self, name):
        if name in self.__dict__.get("evidence", {}):
            return self.evidence[name]
        raise AttributeError(f"patient {self.number} brings {', '.join(self.evidence)}.")

    def __repr__(self):
        brings = ", ".join(
            f"{name} {array.shape} {array.dtype}" for name, array in self.evidence.items()
        )
        return f"Patient {self.number}: {self.symptom}\n  Brings: {brings}"


SYMPTOMS = (
    "every word looks at everything alike, trained or not.",
    "every word looks at one word only, from the first step on.",
    "some words get no weight from anybody, some get more than they should.",
    "words look at padding, and at nothing else.",
    "outputs fade where much is hidden.",
    "the loss is too good to be true, and the model cannot write.",
    "NaN, but only in batches of sentences of different length.",
    "NaN, but only sometimes, and all at once.",
    "NaN, but only on the graphics card, where numbers have 16 bits.",
    "a sentence sees the padding of its neighbour.",
)


@np.errstate(all="ignore")
def patient(number, rng):
    """Patient number 1 to 10, with data drawn from rng.

    number: int, the place in the waiting room.
    Returns a Patient. Raises ValueError for another number.
    """
    if number not in range(1, len(SYMPTOMS) + 1):
        raise ValueError(f"patient {number!r}: expected a number from 1 to {len(SYMPTOMS)}.")
    return Patient(number, SYMPTOMS[number - 1], _ADMIT[number - 1](rng))


def _query_and_key(function):
    def admit(rng):
        query, key = rng.normal(size=(6, 64)), rng.normal(size=(8, 64))
        return dict(query=query, key=key, weights=function(query, key))

    return admit


def _admit_row_sums(rng):
    scores = rng.normal(size=(6, 8))
    return dict(scores=scores, weights=row_sums(scores))


def _with_padding(function):
    def admit(rng):
        scores = rng.normal(size=(6, 8))
        mask = np.broadcast_to(padding_mask(np.array([5]), 8)[0], (6, 8))
        return dict(scores=scores, mask=mask, weights=function(scores, mask))

    return admit


def _admit_too_good(rng):
    scores = rng.normal(size=(7, 7))
    return dict(scores=scores, mask=causal_mask(7), weights=too_good(scores))


def _admit_nan_rows(rng):
    scores = rng.normal(size=(7, 7))
    mask = causal_mask(7) & (np.arange(7) >= 2)  # two places of padding in front
    return dict(scores=scores, mask=mask, weights=nan_rows(scores, mask))


def _admit_large_scores(rng):
    scores = rng.normal(size=(6, 8)).astype(np.float32)
    scores[2] += 140
    return dict(scores=scores, weights=large_scores(scores))


def _admit_half_precision(rng):
    query, key = rng.normal(size=(6, 16)), rng.normal(size=(8, 16))
    query[:, 0] = key[:, 0] = 300  # one wide feature, as large models have them
    query, key = query.astype(np.float16), key.astype(np.float16)
    weights = half_precision(query.astype(np.float32), key.astype(np.float32))
    return dict(query=query, key=key, weights=weights)


def _admit_wrong_sentence(rng):
    query, key = (wrong_sentence(rng.normal(size=(2, 7, 12)), 2) for _ in range(2))
    mask = padding_mask(np.array([7, 4]), 7)[:, None]  # (batch, 1, 1, n)
    scores = query @ key.swapaxes(-1, -2) / np.sqrt(6)
    weights = softmax(np.where(mask, scores, -np.inf))
    # The owner believes that the batch comes first, and looks at the maps sentence by sentence.
    return dict(query=query.swapaxes(0, 1), key=key.swapaxes(0, 1), mask=mask,
                weights=weights.swapaxes(0, 1))  # fmt: skip


_ADMIT = (
    _query_and_key(flat_weights),
    _query_and_key(sharp_weights),
    _admit_row_sums,
    _with_padding(reading_padding),
    _with_padding(thin_rows),
    _admit_too_good,
    _admit_nan_rows,
    _admit_large_scores,
    _admit_half_precision,
    _admit_wrong_sentence,
)
