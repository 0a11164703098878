"""Which arrays were multiplied: the right ones, the wrong ones, or others made of them?"""

import numpy as np

from helpers.diagnosis.hypothesis import Hypothesis, first_that_fits, told

CAPS = (20, 30, 50)  # what published models take


def wrong_operands(link):
    """Scores of other arrays than query and key as they are; or None."""
    hypotheses = [*(OTHER_PRODUCTS if link.of_products else ()), *CAPPED]
    found = first_that_fits(hypotheses, link, _fits)
    return told(
        found, link, f"The {link.target} are not those of {link.source}.",
        f"the {link.target} follow from {{}}, to the digits that they have.",
    )  # fmt: skip


def _fits(link, scores):
    return scores.shape == link.raw.shape and link.agrees(scores)


def _product(query, key):
    """A way to make scores of the arrays with these names; None where their shapes do not fit."""

    def make(link):
        left, right = (getattr(link.evidence, name) for name in (query, key))
        if left is None or right is None or left.shape[-1] != right.shape[-1]:
            return None
        return left @ right.swapaxes(-1, -2) * link.meant

    return make


def _key_as_it_is(link):
    query, key = link.evidence.query, link.evidence.key
    return query @ key * link.meant if key.shape[-1] == key.shape[-2] else None


def _of_heads_cut_by_reshape(link):
    query, key = link.evidence.query, link.evidence.key
    if query.ndim < 3 or query.shape != key.shape:
        return None
    return _cut(query) @ _cut(key).swapaxes(-1, -2) * link.meant


def _cut(heads):
    """What reshape alone makes of the words that these heads (..., h, n, d) were split from."""
    return heads.swapaxes(-2, -3).reshape(heads.shape)


@np.errstate(all="ignore")
def _cosines(link):
    query, key = (
        a / np.sqrt((a**2).sum(axis=-1, keepdims=True))
        for a in (link.evidence.query, link.evidence.key)
    )
    return query @ key.swapaxes(-1, -2)


def _distances(link):
    """Minus the squared distances, but for a number a query, which softmax does not see."""
    return 2 * link.raw - (link.evidence.key**2).sum(axis=-1)[..., None, :]


def _measured(name, what, cause, remedy, measure):
    """A Hypothesis of scores that are a number times this measure of query and key."""

    def times(link):
        numbers = measure(link)
        factors = link.fit([numbers]) if np.isfinite(numbers).all() else None
        return None if factors is None else factors[0]

    def make(link):
        factor = times(link)
        return None if factor is None else measure(link) * factor

    return Hypothesis(name, what, cause, remedy, make, constant=times)


def _capped(cap):
    return lambda link: cap * np.tanh(link.scores / cap)


OTHER_PRODUCTS = (
    Hypothesis(
        "query and key swapped", "key · query",
        "query and key changed places: rows are keys.",
        "multiply query @ key.swapaxes(-1, -2): rows are queries.", _product("key", "query"),
    ),
    Hypothesis(
        "query used as key", "query · query", "the query stands where the key should.",
        "project the key with its own matrix, w_key, and multiply query by that.",
        _product("query", "query"),
    ),
    Hypothesis(
        "key used as query", "key · key", "the key stands where the query should.",
        "project the query with its own matrix, w_query, and multiply that by the key.",
        _product("key", "key"),
    ),
    Hypothesis(
        "key not transposed", "query @ key as they are",
        "the key was not transposed; no shape complains, because there are as many keys as "
        "features.",
        "multiply query @ key.swapaxes(-1, -2).", _key_as_it_is,
    ),
    Hypothesis(
        "heads split wrongly", "query and key reshaped to heads without moving the words",
        "heads were split by reshape alone, which mixes words and heads.",
        "reshape to (batch, n, heads, d), then swap axes 1 and 2.", _of_heads_cut_by_reshape,
        part=None,
    ),
    Hypothesis(
        "value used as key", "query · value", "the value stands where the key should.",
        "multiply the query by the key; values are mixed after softmax.",
        _product("query", "value"),
    ),
    _measured(
        "cosines", "query · key, both brought to length 1, times {:.3g}",
        "query and key were brought to length 1: some models do so on purpose, with a scale that "
        "they learn.",
        "leave query and key as long as they are; or, if it is meant, pass them as they are "
        "multiplied.", _cosines,
    ),
    _measured(
        "distances", "minus the squared distance of query and key, times {:.3g}",
        "scores are distances, not dot products: some models do so on purpose.",
        "multiply query by key; or, if it is meant, pass scores and weights alone.", _distances,
    ),
)  # fmt: skip

CAPPED = tuple(
    Hypothesis(
        "scores capped", f"{cap} · tanh(scores / {cap})",
        f"a soft cap presses large scores below {cap}, which some models have on purpose.",
        "right if it is meant; else take softmax of the scores as they are.", _capped(cap),
        fault=False,
    )
    for cap in CAPS
)  # fmt: skip
