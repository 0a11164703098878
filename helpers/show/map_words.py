"""Reading attention maps: what is worth saying about them, found in the numbers."""

import re

import numpy as np

from helpers.show.token_names import head_name, token_names
from helpers.wording import counted, listed, number, quoted, sentence, small

TIE = 1e-6  # below this, a difference is rounding and may fall the other way elsewhere
LOOSE = 0.02  # how far a sum may be from 1: float16 and kept rounding
STRONG = 0.5  # a pattern that holds half of the weight is worth a sentence
ALIKE = 1.1  # largest weight over the mean below which a row counts as uniform
TRANSPOSED = "columns sum to 1, rows do not: transposed?"
SPECIAL = re.compile(r"(the \w+ )?\"(\[[A-Z]+\]|<[^ ]+>)\"")  # [CLS], [SEP], <s>, </s>
PATTERNS = {0: "itself", -1: "the token before it", 1: "the token after it"}


def largest(values):
    """Indices of the largest values, more than one when they tie."""
    return [int(index) for index in np.flatnonzero(values >= np.max(values) - TIE)]


def looks_transposed(maps):
    """Whether columns sum to 1 and rows do not, in every map: (layers, heads, n_q, n_k)."""
    columns, rows = maps.sum(-2), maps.sum(-1)
    return bool(np.all(np.abs(columns - 1) < LOOSE) and np.any(np.abs(rows - 1) >= LOOSE))


def empty_rows(maps):
    """Queries that look at nothing: (..., n_queries, n_keys) -> (..., n_queries), boolean."""
    return ~maps.any(axis=-1)


def may_see(weights, hidden):
    """Where queries may look, by the mask, or else by the zeros of a causal map: boolean."""
    if hidden is not None:
        return ~hidden
    allowed = np.ones(weights.shape, bool)
    causal = weights.shape[0] > 1 and not np.triu(weights, 1).any()
    return np.tril(allowed) if causal else allowed


def is_uniform(weights, hidden):
    """Whether every query of a map that looks at all looks at every key it may see alike."""
    allowed = may_see(weights, hidden)
    count = allowed.sum(-1)
    wide = (count > 1) & weights.any(-1)
    if not wide.any():
        return False
    mean = weights.sum(-1, where=allowed) / np.maximum(count, 1)
    highest = weights.max(-1, where=allowed, initial=0)
    return bool(np.all(highest[wide] <= ALIKE * mean[wide]))


def pattern(weights, hidden=None):
    """The simple pattern that holds most of a map, if it holds half: (name, mean weight) or None.

    "first" is a sink on the first token; the others are where a token looks from its own place.
    Rows that cannot show a pattern (the first, for "first" and "before") do not count.
    """
    rows, columns = weights.shape
    if rows < 3 or columns < 3:
        return None
    choice = may_see(weights, hidden).sum(-1) > 1  # a query that sees one key decides nothing
    if choice.sum() < 2:
        return None
    found = {"first": weights[1:][choice[1:], 0].mean()}
    if rows == columns:
        for offset, name in PATTERNS.items():
            here = choice[-offset:] if offset < 0 else choice[: rows - offset]
            if here.any():
                found[name] = np.diagonal(weights, offset)[here].mean()
    name = max(found, key=lambda key: round(found[key], 6))
    return (name, float(found[name])) if found[name] >= STRONG else None


def read_map(weights, words, keys, label, hidden):
    """Title and words of one map (n_queries, n_keys)."""
    if "weight" not in label:
        return _read_scores(weights, words, keys, label, hidden)
    queries = token_names(words, weights.shape[0], "query")
    targets = token_names(keys, weights.shape[1], "key")
    same = weights.shape[0] == weights.shape[1] and words == keys
    notes = [*_warnings(weights[None, None], label), *_empty(weights, queries)]
    if not weights.any():
        return "no query looks anywhere", ["every weight is 0"]
    if looks_transposed(weights[None, None]):
        return TRANSPOSED, notes
    if is_uniform(weights, hidden):
        title, said = _uniform(weights, hidden)
        return title, [said, *notes]
    found = pattern(weights, hidden)
    if found is not None and not same and _offset(found[0]) in (-1, 1):
        found = None  # "the token before it": a query of another sequence stands before none
    allowed = may_see(weights, hidden)
    sharpest = _sharpest(weights, queries, targets, allowed)
    if found is None:
        return sharpest[0], [sharpest[1], *_spread(weights, allowed), *notes]
    name, mean = found
    if name == "first":
        first = "key 0" if keys is None else quoted(keys[0])
        title = f"{first}, the first token, draws {number(mean)} of the weight"
        said = (
            f"{first}, the first token, gets {number(mean)} of the weight of the others on "
            f"average: a sink, where weight rests that has nowhere else to go"
        )
        others = _sharpest(weights, queries, targets, allowed, skip=0)
        return title, [said, *([f"apart from it, {others[1]}"] if others else []), *notes]
    if not same:
        name = {0: "the key at its own place"}.get(_offset(name), name)
    title = f"each query looks mostly at {name}: {number(mean)} on average"
    return title, [
        f"on average a query gives {number(mean)} of its weight to {name}",
        sharpest[1],
        *notes,
    ]


def _offset(name):
    return next((offset for offset, known in PATTERNS.items() if known == name), None)


def _sharpest(weights, queries, targets, allowed, skip=None):
    """Where the most decided query looks: (title, sentence); None where there is none left."""
    weights = weights.copy()
    # A query that sees one key only has decided nothing, and nobody asks where [CLS] looks.
    special = np.array([bool(SPECIAL.fullmatch(query)) for query in queries])
    choice = (allowed.sum(-1) > 1) & ~special
    if weights[choice].any():
        weights[~choice] = 0
    if skip is not None:
        weights[:, skip] = 0
        weights[0] = 0
    peaks = weights.max(-1)
    if not peaks.any():
        return None
    row = largest(peaks)[0]
    best = largest(weights[row])

    def name(key):
        return "itself" if targets[key] == queries[row] else targets[key]

    top = number(weights[row, best[0]])
    if len(best) > 1:
        names = listed(name(key) for key in best[:3]) if len(best) <= 3 else f"{len(best)} keys"
        return (
            f"{queries[row]} looks most at {names} ({top} each)",
            f"{queries[row]} looks at {names} alike ({top} each)",
        )
    said = f"{queries[row]} looks most at {name(best[0])} ({top})"
    rest = weights[row].copy()
    rest[best[0]] = 0
    second = largest(rest)
    if rest[second[0]] >= 0.01:
        names = name(second[0]) if len(second) == 1 else f"{len(second)} others alike"
        return said, f"{said}, then at {names} ({number(rest[second[0]])})"
    return said, said


def _spread(weights, allowed):
    looking = weights.any(-1) & (allowed.sum(-1) > 1)
    if not looking.any():
        return []
    uniform = small((1 / allowed[looking].sum(-1)).mean())
    if looking.sum() == 1:
        return [f"uniform would be {uniform} each"]
    peak = number(weights[looking].max(-1).mean())
    return [f"the largest weight of a query is {peak} on average (uniform: {uniform})"]


def _uniform(weights, hidden):
    rows = weights[weights.any(-1)]
    counts = np.count_nonzero(rows, axis=-1)
    exact = all(np.ptp(row[row > 0]) < 1e-3 * row.max() for row in rows)
    alike = "alike" if exact else "nearly alike"
    if counts.min() == counts.max() == weights.shape[1]:
        each = f"{small(1 / weights.shape[1])} each"
        return (
            f"every query looks at all {weights.shape[1]} keys {alike} ({each})",
            f"every query looks at all {weights.shape[1]} keys {alike} ({each}): uniform, "
            f"so the output is the mean of the values",
        )
    return (
        f"every query looks at all it may see {alike}",
        f"every query looks at all the keys it may see {alike}, from {number(rows.max())} each "
        f"down to {number(rows.max(-1).min())}: uniform",
    )


def _empty(weights, queries):
    rows = np.flatnonzero(empty_rows(weights))
    if not len(rows):
        return []
    if len(rows) <= 3:
        names = listed(queries[row] for row in rows)
    else:
        names = f"{len(rows)} of {counted(len(queries), 'query', 'queries')}"
    verb = "looks" if len(rows) == 1 else "look"
    return [f"{names} {verb} at nothing: all weights are 0"]


def _warnings(maps, label):
    """What is wrong with the sums, in a sentence."""
    if "weight" not in label:
        return []
    sums = maps.sum(-1)[~empty_rows(maps)]
    if looks_transposed(maps):
        return [
            f"columns sum to 1 and rows do not (from {number(sums.min())} to "
            f"{number(sums.max())}): transposed? Rows should be the queries"
        ]
    if sums.size and np.abs(sums - 1).max() >= LOOSE:
        low, high = number(sums.min()), number(sums.max())
        span = f"to {low}" if low == high else f"from {low} to {high}"
        return [f"rows sum {span}, not to 1: these are not attention weights"]
    return []


def _read_scores(scores, words, keys, label, hidden):
    """Title and words of a map that holds something other than weights."""
    queries = token_names(words, scores.shape[0], "query")
    targets = token_names(keys, scores.shape[1], "key")
    shown = scores if hidden is None else np.where(hidden, np.nan, scores)
    if np.isnan(shown).all():
        return f"every {label} is hidden", ["the mask hides every place"]
    high, low = np.nanmax(shown), np.nanmin(shown)
    if high - low <= TIE:
        return f"every {label} is {number(high)}", [f"every {label} is {number(high)}"]
    row, key = (int(index) for index in np.argwhere(shown >= high - TIE)[0])
    title = f"largest {label}: {queries[row]} with {targets[key]} ({number(high)})"
    row_low, key_low = (int(index) for index in np.argwhere(shown <= low + TIE)[0])
    return title, [
        f"the largest {label} is {queries[row]} with {targets[key]} ({number(high)}), the "
        f"smallest {queries[row_low]} with {targets[key_low]} ({number(low)})"
    ]


def read_heads(maps, hidden, label):
    """Title and words of several maps (layers, heads, n_queries, n_keys)."""
    layers, heads = maps.shape[:2]
    names = [[head_name(layer, head, layers) for head in range(heads)] for layer in range(layers)]
    names = [name for row in names for name in row]
    flat = maps.reshape(-1, *maps.shape[2:])
    hidden = None if hidden is None else hidden.reshape(flat.shape)
    if "weight" not in label:
        peaks = (
            flat.max((-1, -2)) if hidden is None else np.where(hidden, -np.inf, flat).max((1, 2))
        )
        best = largest(peaks)[0]
        said = (
            f"the largest {label} of {len(names)} maps is in {names[best]} ({number(peaks[best])})"
        )
        return said, [said]
    notes = _warnings(maps, label)
    if looks_transposed(maps):
        return TRANSPOSED, notes
    empty = int(empty_rows(maps).sum())
    if empty:
        notes.append(f"{counted(empty, 'row is', 'rows are')} empty: all weights are 0")
    return _compare(flat, hidden, names, notes)


def _compare(flat, hidden, names, notes):
    uniform = [is_uniform(one, None if hidden is None else hidden[i]) for i, one in enumerate(flat)]
    if all(uniform):
        return f"all {len(names)} heads look at every key alike", [
            f"all {len(names)} heads are uniform: every query looks at all it may see alike",
            *notes,
        ]
    peaks = np.array([one[one.any(-1)].max(-1).mean() if one.any() else 0.0 for one in flat])
    sharp, flat_one = largest(peaks)[0], largest(-peaks)[0]
    title = (
        f"{names[sharp]} of {len(names)} looks most sharply: largest weight "
        f"{number(peaks[sharp])} on average"
    )
    said = (
        f"{names[sharp]} looks most sharply (largest weight of a query {number(peaks[sharp])} on "
        f"average), {names[flat_one]} most widely ({number(peaks[flat_one])})"
    )
    return title, [said, *_patterns(flat, hidden, names), *notes]


def _patterns(flat, hidden, names):
    """One sentence that names the heads with a simple pattern."""
    groups = {}
    for index, (name, one) in enumerate(zip(names, flat, strict=True)):
        found = pattern(one, None if hidden is None else hidden[index])
        if found:
            groups.setdefault(found[0], []).append((name, found[1]))
    parts = []
    for kind in sorted(groups, key=lambda kind: -len(groups[kind])):
        members = groups[kind]
        where = "the first token, a sink" if kind == "first" else kind
        if len(members) <= 4:
            who = listed(f"{name} ({number(mean)})" for name, mean in members)
        else:
            who = f"{len(members)} heads"
        parts.append(f"{who} {'looks' if len(members) == 1 else 'look'} mostly at {where}")
    return [sentence("; ".join(parts))] if parts else []
