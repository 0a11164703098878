"""Which arrays were multiplied: the right ones, the wrong ones, or others made of them?"""

import numpy as np

from helpers.diagnosis.diagnosis import Diagnosis

CAPS = (20.0, 30.0, 50.0)  # what published models take


def wrong_operands(link):
    """Scores of other arrays than query and key as they are; or None."""
    if not link.of_products:
        return _capped(link, link.scores)
    for name, raw, cause, remedy in _others(link.evidence):
        if raw.shape != link.raw.shape:
            continue
        if link.agrees(raw * link.meant):
            return Diagnosis(
                name, f"The {link.target} are not those of query · key.",
                f"the {link.target} follow from {cause[0]}, to the digits that they have.",
                cause[1], remedy,
            )  # fmt: skip
    return _other_measure(link) or _capped(link, link.scores)


def _others(evidence):
    query, key, value = evidence.query, evidence.key, evidence.value
    if query.shape[-2] == key.shape[-2]:
        yield (
            "query and key swapped", key @ query.swapaxes(-1, -2),
            ("key · query", "query and key changed places: rows are keys."),
            "multiply query @ key.swapaxes(-1, -2): rows are queries.",
        )  # fmt: skip
        yield (
            "query used as key", query @ query.swapaxes(-1, -2),
            ("query · query", "the query stands where the key should."),
            "project the key with its own matrix, w_key, and multiply query by that.",
        )  # fmt: skip
        yield (
            "key used as query", key @ key.swapaxes(-1, -2),
            ("key · key", "the key stands where the query should."),
            "project the query with its own matrix, w_query, and multiply that by the key.",
        )  # fmt: skip
    if key.shape[-1] == key.shape[-2]:
        yield (
            "key not transposed", query @ key,
            ("query @ key as they are", "the key was not transposed; no shape complains, because "
             "there are as many keys as features."),
            "multiply query @ key.swapaxes(-1, -2).",
        )  # fmt: skip
    if query.ndim > 2 and query.shape == key.shape:
        yield (
            "heads split wrongly", _cut(query) @ _cut(key).swapaxes(-1, -2),
            ("query and key reshaped to heads without moving the words", "heads were split by "
             "reshape alone, which mixes words and heads."),
            "reshape to (batch, n, heads, d), then swap axes 1 and 2.",
        )  # fmt: skip
    if value is not None and value.shape[-1] == query.shape[-1]:
        yield (
            "value used as key", query @ value.swapaxes(-1, -2),
            ("query · value", "the value stands where the key should."),
            "multiply the query by the key; values are mixed after softmax.",
        )  # fmt: skip


def _cut(heads):
    """What reshape alone makes of the words that these heads (..., h, n, d) were split from."""
    *leading, h, n, d = heads.shape
    return heads.swapaxes(-2, -3).reshape(*leading, n * h * d).reshape(heads.shape)


@np.errstate(all="ignore")
def _other_measure(link):
    """Cosines, or distances: something else than the dot product, by whatever scale."""
    query, key = link.evidence.query, link.evidence.key
    unit = [a / np.sqrt((a**2).sum(axis=-1, keepdims=True)) for a in (query, key)]
    squares = (key**2).sum(axis=-1)[..., None, :]
    measures = (
        ("cosines", unit[0] @ unit[1].swapaxes(-1, -2), "query and key were brought to length 1",
         "leave query and key as long as they are; "),
        ("distances", 2 * link.raw - squares, "minus the squared distance of query and key",
         "multiply query by key; "),
    )  # fmt: skip
    for name, raw, what, remedy in measures:
        factors = link.fit([raw]) if np.isfinite(raw).all() else None
        if factors is None:
            continue
        times = max(1.0, abs(factors[0]) * np.abs(raw).max())
        if link.agrees(raw * factors[0], times=times / max(1.0, np.abs(link.scores).max())):
            return Diagnosis(
                name, f"Scores are {name}, not dot products.",
                f"the scores are {what}, times {factors[0]:.3g}.",
                f"{what}: some models do so on purpose, with a scale that they learn.",
                f"{remedy}or, if it is meant, pass them as they are multiplied.",
            )  # fmt: skip
    return None


def _capped(link, scores):
    """Scores that cannot pass a cap: cap · tanh(scores / cap)."""
    for cap in CAPS:
        pressed = cap * np.tanh(scores / cap)
        if (np.abs(pressed - scores) > 16 * link.slack)[link.use].any() and link.agrees(pressed):
            return Diagnosis(
                "scores capped", f"Large scores are pressed below {cap:.0f}.",
                f"the {link.target} follow from {cap:.0f} · tanh(scores / {cap:.0f}).",
                "a soft cap on the scores, which some models have on purpose.",
                "right if it is meant; else take softmax of the scores as they are.", fault=False,
            )  # fmt: skip
    return None
