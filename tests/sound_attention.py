"""Sound attentions at random: any size, mask, scale and type, and any part of them passed on."""

import numpy as np

from helpers.attention import causal_mask, padding_mask, scaled_dot_product_attention

TYPES = ("float64", "float32", "float16", "bfloat16")


def rounded(array, kind):
    """The numbers as this type holds them, in the NumPy type that is nearest."""
    if kind != "bfloat16":
        return array.astype(kind)
    bits = np.ascontiguousarray(array, dtype=np.float32).view(np.uint32)
    half = np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))
    return ((bits + half) & np.uint32(0xFFFF0000)).view(np.float32)


def sound(rng):
    """(what diagnose is given, words that describe it) of one sound attention."""
    leading = [(), (3,), (2, 4), (3, 3), (1, 6)][rng.integers(5)]
    n_queries, n_keys = int(rng.integers(1, 25)), int(rng.integers(2, 25))
    if rng.random() < 0.5:
        n_queries = n_keys
    d = int(rng.integers(4, 97))
    size = rng.uniform(0.5, 1.5)
    computed, stored = rng.choice(TYPES, size=2)
    heads = leading  # of keys and values; half as many where two queries share one
    if leading[-1:] in ((4,), (6,)):
        heads = (*leading[:-1], leading[-1] // 2)
    query = rounded(rng.normal(size=(*leading, n_queries, d)) * size, computed)
    key = rounded(rng.normal(size=(*heads, n_keys, d)) * size, computed)
    value = rounded(rng.normal(size=(*heads, n_keys, 6)), computed)
    scale = rng.uniform(0.5, 2) / np.sqrt(d) if rng.random() < 0.3 else None
    mask, what = _mask(rng, leading, n_queries, n_keys)
    repeats = leading[-1] // heads[-1] if leading else 1
    every = [np.repeat(a, repeats, axis=-3) if repeats > 1 else a for a in (key, value)]
    output, weights = scaled_dot_product_attention(query, *every, mask, scale=scale)
    factor = 1 / np.sqrt(d) if scale is None else scale
    scores = (query.astype(np.float32) @ every[0].astype(np.float32).swapaxes(-1, -2)) * factor
    given = dict(query=query, key=key, value=value, scores=scores, weights=weights, output=output)
    given = {name: rounded(array, stored) for name, array in given.items()}
    if stored in ("float16", "bfloat16") and rng.random() < 0.5:
        given = {name: array.astype(np.float32) for name, array in given.items()}
    kept = _kept(rng)
    given = {name: array for name, array in given.items() if name in kept}
    if mask is not None:
        given["mask"] = mask
    if scale is not None:
        given["scale"] = scale
    return given, f"{what}, computed in {computed}, stored in {stored}"


def _kept(rng):
    kept = set()
    while not kept & {"weights", "scores"} and not {"query", "key"} <= kept:
        kept = {n for n in ("scores", "weights") if rng.random() < 0.6}
        kept |= {"query", "key"} if rng.random() < 0.6 else set()
    if "weights" in kept and rng.random() < 0.4:
        kept |= {"value", "output"}
    return kept


def _mask(rng, leading, n_queries, n_keys):
    """A mask that hides no row wholly, and its name."""
    what = rng.choice(["none", "causal", "window", "padding", "random", "distance", "both ways"])
    steps = np.arange(n_keys) - np.arange(n_queries)[:, None] - (n_keys - n_queries)
    if what in ("causal", "window") and n_queries <= n_keys:
        mask = causal_mask(n_queries, n_keys)
        mask = mask & (steps > -rng.integers(2, 6)) if what == "window" else mask
    elif what == "padding" and len(leading) == 2:
        mask = padding_mask(rng.integers(1, n_keys + 1, size=leading[0]), n_keys)[:, None]
    elif what == "random":
        mask = rng.random((n_queries, n_keys)) < 0.7
        mask[:, rng.integers(n_keys)] = True
    elif what == "distance":
        slopes = rng.uniform(0.05, 0.5, size=(*leading[-1:], 1, 1))
        return -slopes * np.abs(steps), what
    elif what == "both ways":
        mask = np.abs(steps) < rng.integers(2, 6)
        mask[:, 0] = True
    else:
        return None, "none"
    return (np.where(mask, 0, -np.inf) if rng.random() < 0.4 else mask), str(what)
