"""Sick attentions by the name of their fault: what diagnose is tried on."""

import numpy as np

from helpers.attention import causal_mask, scaled_dot_product_attention, softmax

N, D = 24, 64


def query_key(rng, *leading, n=N, d=D, dtype=np.float64):
    return (rng.normal(size=(*leading, n, d)).astype(dtype) for _ in range(2))


def scores_of(query, key):
    return query @ key.swapaxes(-1, -2) / np.sqrt(query.shape[-1])


def _plain(scores):
    """Softmax that subtracts nothing and guards nothing."""
    with np.errstate(all="ignore"):
        return np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)


def _shifted(scores):
    """Softmax that subtracts the largest, and does not think of rows of nothing but -inf."""
    with np.errstate(all="ignore"):
        return _plain(scores - scores.max(axis=-1, keepdims=True))


SICK = {}


def sick(name):
    def declare(make):
        SICK[f"{name} | {make.__name__}"] = (name, make)
        return make

    return declare


@sick("uniform")
def only_weights(rng):
    return dict(weights=softmax(rng.normal(size=(N, N)) * 1e-3))


@sick("identical keys")
def one_word_repeated(rng):
    query, key = query_key(rng)
    key = np.repeat(key[:1], N, axis=0)
    return dict(query=query, key=key, weights=softmax(scores_of(query, key)))


@sick("tiny projections")
def untrained(rng):
    query, key = query_key(rng)
    query, key = query * 0.02, key * 0.02
    return dict(query=query, key=key, weights=softmax(scores_of(query, key)))


@sick("scale doubled")
def from_weights(rng):
    query, key = query_key(rng)
    return dict(query=query, key=key, weights=softmax(query @ key.T / D))


@sick("scale doubled")
def in_float16(rng):
    query, key = query_key(rng, dtype=np.float16)
    return dict(query=query, key=key, weights=softmax(query @ key.T / np.float16(D)))


@sick("scale missing")
def from_scores(rng):
    query, key = query_key(rng)
    return dict(query=query, key=key, scores=query @ key.T)


@sick("scale missing")
def under_a_causal_mask(rng):
    query, key = query_key(rng)
    mask = causal_mask(N)
    weights = softmax(np.where(mask, query @ key.T, -np.inf))
    return dict(query=query, key=key, mask=mask, weights=weights)


@sick("another scale")
def root_of_the_whole_width(rng):
    query, key = query_key(rng, 4, d=16)
    return dict(query=query, key=key, weights=softmax(query @ key.swapaxes(-1, -2) / np.sqrt(64)))


@sick("one-hot")
def large_scores(rng):
    return dict(scores=rng.normal(size=(N, N)) * 2000)


@sick("one-hot")
def large_inputs(rng):
    query, key = query_key(rng)
    query = query * 2000
    return dict(query=query, key=key, weights=softmax(scores_of(query, key)))


@sick("NaN in the input")
def broken_key(rng):
    query, key = query_key(rng)
    key[3, 5] = np.nan
    return dict(query=query, key=key, weights=softmax(scores_of(query, key)))


@sick("NaN from empty rows")
def padding_in_front(rng):
    scores = rng.normal(size=(N, N))
    mask = causal_mask(N) & (np.arange(N) >= 3)
    return dict(scores=scores, mask=mask, weights=_shifted(np.where(mask, scores, -np.inf)))


@sick("NaN from empty rows")
def hidden_in_the_scores(rng):
    scores = rng.normal(size=(N, N))
    scores[4] = -np.inf
    return dict(scores=scores, weights=_shifted(scores))


@sick("exp overflow")
def no_maximum_taken_off(rng):
    scores = (rng.normal(size=(N, N)) * 60).astype(np.float32)
    return dict(scores=scores, weights=_plain(scores))


@sick("exp overflow")
def no_maximum_taken_off_in_float64(rng):
    scores = rng.normal(size=(N, N)) * 500
    return dict(scores=scores, weights=_plain(scores))


@sick("float16 overflow")
def product_before_scale(rng):
    query, key = query_key(rng, dtype=np.float16)
    query, key = query + np.float16(40), key + np.float16(40)
    with np.errstate(over="ignore"):
        scores = query @ key.T / np.float16(8)
    return dict(query=query, key=key, scores=scores, weights=_shifted(scores))


@sick("float16 overflow")
def scores_alone(rng):
    scores = rng.normal(size=(N, N)).astype(np.float16)
    scores[2, 3] = np.inf
    return dict(scores=scores, weights=_shifted(scores))


@sick("float16 overflow")
def not_computed_yet(rng):
    query, key = query_key(rng, dtype=np.float16)
    return dict(query=query + np.float16(40), key=key + np.float16(40))


@sick("NaN")
def nothing_else_known(rng):
    weights = softmax(rng.normal(size=(N, N)))
    weights[3] = np.nan
    return dict(weights=weights)


@sick("transposed")
def softmax_over_queries(rng):
    return dict(weights=softmax(rng.normal(size=(N, 17)), axis=0))


@sick("transposed")
def over_queries_in_float16(rng):
    return dict(weights=softmax(rng.normal(size=(3, N, N)), axis=-2).astype(np.float16))


@sick("masked after softmax")
def causal(rng):
    mask = causal_mask(N)
    return dict(mask=mask, weights=softmax(rng.normal(size=(N, N))) * mask)


@sick("rows do not sum to 1")
def over_everything(rng):
    return dict(weights=softmax(rng.normal(size=N * N)).reshape(N, N))


@sick("rows do not sum to 1")
def scores_passed_as_weights(rng):
    return dict(weights=rng.normal(size=(N, N)))


@sick("leak")
def off_by_one(rng):
    seen = np.tri(N, k=1, dtype=bool)
    weights = softmax(np.where(seen, rng.normal(size=(N, N)), -np.inf))
    return dict(mask=causal_mask(N), weights=weights)


@sick("leak")
def mask_forgotten(rng):
    return dict(mask=causal_mask(N), weights=softmax(rng.normal(size=(N, N))))


@sick("leak")
def ten_taken_off(rng):
    mask = causal_mask(N)
    weights = softmax(rng.normal(size=(N, N)) + np.where(mask, 0, -10))
    return dict(mask=mask, weights=weights)


@sick("leak")
def mask_transposed(rng):
    mask = causal_mask(N)
    return dict(mask=mask, weights=softmax(np.where(mask.T, rng.normal(size=(N, N)), -np.inf)))


@sick("leak")
def found_by_trying(rng):
    def attend(x):
        return (softmax(x @ x.T) * causal_mask(len(x))) @ x

    return dict(attend=attend, x=rng.normal(size=(6, 4)))


@sick("leak in empty rows")
def a_billion(rng):
    mask = causal_mask(N) & (np.arange(N) >= 3)
    weights = softmax(rng.normal(size=(N, N)) + np.where(mask, 0, -1e9))
    return dict(mask=mask, weights=weights)


@sick("mask inverted")
def padding(rng):
    mask = np.broadcast_to(np.arange(N) < 15, (N, N))
    return dict(mask=mask, weights=softmax(np.where(mask, -np.inf, rng.normal(size=(N, N)))))


@sick("mask inverted")
def causal_and_added(rng):
    mask = causal_mask(N)
    weights = softmax(np.where(mask, -np.inf, rng.normal(size=(N, N))))
    return dict(mask=np.where(mask, 0, -np.inf), weights=weights)


@sick("empty rows")
def handled_rightly(rng):
    query, key = query_key(rng)
    mask = causal_mask(N) & (np.arange(N) >= 3)
    _, weights = scaled_dot_product_attention(query, key, key, mask)
    return dict(query=query, key=key, mask=mask, weights=weights)


@sick("empty rows")
def lost(rng):
    weights = softmax(rng.normal(size=(N, N)))
    weights[5] = 0
    return dict(weights=weights)


@sick("dead head")
def one_of_four(rng):
    scores = rng.normal(size=(4, N, N))
    scores[2] = 0
    return dict(weights=softmax(scores))


@sick("dead head")
def one_of_four_in_a_batch(rng):
    query, key = query_key(rng, 2, 4)
    key[:, 1] = 0
    return dict(query=query, key=key, weights=softmax(scores_of(query, key)))


@sick("sink")
def the_first_token(rng):
    scores = rng.normal(size=(N, N))
    scores[:, 0] += 6
    return dict(weights=softmax(scores))


@sick("sink")
def the_first_token_under_a_causal_mask(rng):
    scores, mask = rng.normal(size=(4, N, N)), causal_mask(N)
    scores[..., 0] += 6
    return dict(mask=mask, weights=softmax(np.where(mask, scores, -np.inf)))


@sick("batch and heads swapped")
def by_shape(rng):
    query, key = query_key(rng, 3, 2)
    mask = np.broadcast_to(np.arange(N) < np.array([20, 15])[:, None, None, None], (2, 1, 1, N))
    return dict(query=query, key=key, mask=mask)


@sick("batch and heads swapped")
def by_shape_of_the_weights(rng):
    query, key = query_key(rng, 2, 3)
    return dict(query=query, key=key, weights=softmax(scores_of(query, key)).swapaxes(0, 1))


@sick("batch and heads swapped")
def by_value(rng):
    query, key = query_key(rng, 3, 3)
    mask = np.arange(N) < np.array([20, 15, 9])[:, None, None, None]
    weights = softmax(np.where(mask.swapaxes(0, 1), scores_of(query, key), -np.inf))
    return dict(query=query, key=key, mask=mask, weights=weights)
