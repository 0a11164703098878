"""What the patients have in common: data, and what is true of all sound weights."""

import numpy as np

from helpers.exercises.cases import numbers, queries_keys_values
from helpers.exercises.compare import same


def masked_scores(rng, *shape, size=1.5, empty=()):
    """Scores, and a mask in which every row shows and hides something, but for empty rows."""
    mask = rng.random(shape) < 0.6
    shown = rng.integers(shape[-1], size=shape[:-1])[..., None]
    np.put_along_axis(mask, shown, True, axis=-1)
    np.put_along_axis(mask, (shown + 1) % shape[-1], False, axis=-1)
    mask[..., list(empty), :] = False
    return dict(scores=numbers(rng, *shape, size=size), mask=mask)


def scaled_cases(declared):
    """Queries and keys of three sizes; no width is 64, so that no constant happens to fit."""

    @declared.case("one head")
    def _(rng):
        return queries_keys_values(rng, n_queries=5, n_keys=7, d_key=16, size=1.3)

    @declared.case("several heads, narrow")
    def _(rng):
        return queries_keys_values(rng, 2, n_queries=4, n_keys=6, d_key=9, size=1.3)

    @declared.case("a batch of heads, wide")
    def _(rng):
        return queries_keys_values(rng, 3, 2, n_queries=6, n_keys=5, d_key=32, size=1.3)

    # In float64 only: at this size, scores in float32 are right to three digits at best.
    @declared.case("scores in the thousands", dtypes=("float64",), extreme=True)
    def _(rng):
        return queries_keys_values(rng, n_queries=4, n_keys=7, d_key=9, size=40)


def masked_cases(declared):
    """Maps in which every row sees something, and one whose hidden scores lie far above."""

    @declared.case("one map")
    def _(rng):
        return masked_scores(rng, 4, 6)

    @declared.case("several heads")
    def _(rng):
        return masked_scores(rng, 2, 3, 5)

    hidden_far_above(declared)


def hidden_far_above(declared):
    """Hidden scores that take all of a softmax which does not know of the mask."""

    # 3000, not more: float32 then still has three digits behind the point.
    @declared.case("what is hidden scores 3000 more", extreme=True)
    def _(rng):
        made = masked_scores(rng, 3, 7)
        return made | dict(scores=made["scores"] + np.where(made["mask"], 0, 3000.0))


def rows_sum_to_1(declared):
    """Every query shares out 1."""

    @declared.holds("a row sums to 1")
    def _(weights):
        return same(weights.sum(axis=-1), np.ones(weights.shape[:-1]))


def keys_reorder(declared):
    """Weights follow their keys: softmax over the last axis, and nothing that counts places."""

    @declared.holds("reordering the keys reorders the weights alike")
    def _(call, weights, scores):
        return same(call(scores=scores[..., ::-1].copy()), weights[..., ::-1])


def shift_is_free(declared):
    """Softmax looks at differences."""

    @declared.holds("adding the same number to all scores of a row changes nothing")
    def _(call, weights, scores):
        return same(call(scores=scores + 3), weights)


def hidden_has_nothing(declared):
    """Exactly 0 where the mask says False."""

    @declared.holds("hidden weights are exactly 0")
    def _(weights, mask):
        count = int((weights[~np.broadcast_to(mask, weights.shape)] != 0).sum())
        return True if not count else f"{count} hidden places have weight, and should have 0"


def hidden_is_not_heard(declared):
    """What stands at a hidden place changes nothing that is visible."""

    @declared.holds("whatever hidden scores are, the weights stay as they are")
    def _(call, weights, scores, mask):
        other = np.where(mask, scores, scores[..., ::-1] * 3 + 5).astype(scores.dtype)
        return same(call(scores=other), weights)


def scale_holds(declared):
    """What is true of scaled scores, and of no other scale."""
    rows_sum_to_1(declared)

    @declared.holds("four times as wide, the same numbers repeated, means twice the scores")
    def _(call, weights, query, key):
        wide = call(query=np.tile(query, 4), key=np.tile(key, 4))
        return same(wide, call(query=2 * query))

    @declared.holds("reordering the keys reorders the weights alike")
    def _(call, weights, key):
        return same(call(key=key[..., ::-1, :].copy()), weights[..., ::-1])
