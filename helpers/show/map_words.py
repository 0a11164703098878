"""What a map says, in words: its facts, laid out as a title and sentences."""

import re

import numpy as np

from helpers.arrays import largest
from helpers.show.map_facts import LOOSE, OFFSETS, SINK, MapFacts, transposed
from helpers.show.token_names import token_names
from helpers.wording import counted, listed, number, quoted, sentence, small

TIE = 1e-6  # below this, a difference is rounding and may fall the other way elsewhere
TRANSPOSED = "columns sum to 1, rows do not: transposed?"
SPECIAL = re.compile(r"(the \w+ )?\"(\[[A-Z]+\]|<[^ ]+>)\"")  # [CLS], [SEP], <s>, </s>


def map_words(sheet):
    """The title and the sentences of a Sheet: what one map says, or several compared.

    A hidden place that has weight is told first: a leak.
    """
    hidden = [None] * sheet.count if sheet.hidden is None else sheet.flat(sheet.hidden)
    pairs = list(zip(sheet.flat(sheet.maps), hidden, strict=True))
    if not sheet.of_weights:
        return _one_of_scores(sheet, *pairs[0]) if len(pairs) == 1 else _scores(sheet, pairs)
    facts = [MapFacts(*pair) for pair in pairs]
    title, said = _one_map(sheet, facts[0]) if len(facts) == 1 else _heads(sheet, facts)
    leaks = _leaks(sheet)
    return (leaks or [title])[0], [*leaks, *said]


def _leaks(sheet):
    if sheet.hidden is None:
        return []
    leaks = sheet.maps[sheet.hidden & np.isfinite(sheet.maps) & (sheet.maps != 0)]
    if not leaks.size:
        return []
    places = "one hidden place has" if leaks.size == 1 else f"{leaks.size} hidden places have"
    return [f"{places} weight, up to {number(leaks.max())}: a leak"]


# One map of weights -------------------------------------------------------------------------------


def _one_map(sheet, facts):
    n_queries, n_keys = facts.weights.shape
    queries = token_names(sheet.words, n_queries, "query")
    keys = token_names(sheet.keys, n_keys, "key")
    notes = [*_sums([facts]), *_empty(facts, queries)]
    if not facts.looking.any():
        return "no query looks anywhere", ["every weight is 0"]
    if transposed([facts]):
        return TRANSPOSED, notes
    if facts.uniform:
        title, said = _uniform(facts)
        return title, [said, *notes]
    same = n_queries == n_keys and sheet.words == sheet.keys
    name, mean = facts.pattern or (None, 0)
    if name is None or (not same and OFFSETS.get(name) in (-1, 1)):
        # A query of another sequence stands before none, whatever a diagonal holds.
        title, said = _sharpest(facts, queries, keys)
        return title, [said, *_spread(facts), *notes]
    if name == SINK:
        title, said = _sink(sheet, mean)
        others = _sharpest(facts, queries, keys, skip=0)
        return title, [*said, *([f"apart from it, {others[1]}"] if others else []), *notes]
    if not same:
        name = "the key at its own place"
    return f"each query looks mostly at {name}: {number(mean)} on average", [
        f"on average a query gives {number(mean)} of its weight to {name}",
        _sharpest(facts, queries, keys)[1],
        *notes,
    ]


def _sink(sheet, mean):
    first = "key 0" if sheet.keys is None else quoted(sheet.keys[0])
    return f"{first}, the first token, draws {number(mean)} of the weight", [
        f"{first}, the first token, gets {number(mean)} of the weight of the others on "
        f"average: a sink, where weight rests that has nowhere else to go"
    ]


def _sharpest(facts, queries, keys, skip=None):
    """Where the most decided query looks: (title, sentence); None where there is none left."""
    weights = facts.weights.copy()
    # A query that sees one key only has decided nothing, and nobody asks where [CLS] looks.
    special = np.array([bool(SPECIAL.fullmatch(query)) for query in queries])
    choice = facts.choosing & ~special
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
        return "itself" if keys[key] == queries[row] else keys[key]

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


def _spread(facts):
    looking = facts.looking & facts.choosing
    if not looking.any():
        return []
    uniform = small((1 / facts.allowed[looking].sum(-1)).mean())
    if looking.sum() == 1:
        return [f"uniform would be {uniform} each"]
    peak = number(facts.weights[looking].max(-1).mean())
    return [f"the largest weight of a query is {peak} on average (uniform: {uniform})"]


def _uniform(facts):
    rows, n_keys = facts.weights[facts.looking], facts.weights.shape[1]
    counts = np.count_nonzero(rows, axis=-1)
    exact = all(np.ptp(row[row > 0]) < 1e-3 * row.max() for row in rows)
    alike = "alike" if exact else "nearly alike"
    if counts.min() == counts.max() == n_keys:
        said = f"every query looks at all {n_keys} keys {alike} ({small(1 / n_keys)} each)"
        return said, f"{said}: uniform, so the output is the mean of the values"
    return (
        f"every query looks at all it may see {alike}",
        f"every query looks at all the keys it may see {alike}, from {number(rows.max())} each "
        f"down to {number(rows.max(-1).min())}: uniform",
    )


def _empty(facts, queries):
    rows = np.flatnonzero(~facts.looking)
    if not len(rows):
        return []
    if len(rows) <= 3:
        names = listed(queries[row] for row in rows)
    else:
        names = f"{len(rows)} of {counted(len(queries), 'query', 'queries')}"
    verb = "looks" if len(rows) == 1 else "look"
    return [f"{names} {verb} at nothing: all weights are 0"]


def _sums(facts):
    """What is wrong with the sums of the rows, in a sentence."""
    sums = np.concatenate([one.sums for one in facts])
    if transposed(facts):
        return [
            f"columns sum to 1 and rows do not (from {number(sums.min())} to "
            f"{number(sums.max())}): transposed? Rows should be the queries"
        ]
    if sums.size and np.abs(sums - 1).max() >= LOOSE:
        low, high = number(sums.min()), number(sums.max())
        span = f"to {low}" if low == high else f"from {low} to {high}"
        return [f"rows sum {span}, not to 1: these are not attention weights"]
    return []


# Several maps of weights --------------------------------------------------------------------------


def _heads(sheet, facts):
    notes = _sums(facts)
    if transposed(facts):
        return TRANSPOSED, notes
    empty = sum(int((~one.looking).sum()) for one in facts)
    if empty:
        notes.append(f"{counted(empty, 'row is', 'rows are')} empty: all weights are 0")
    if all(one.uniform for one in facts):
        return f"all {len(facts)} heads look at every key alike", [
            f"all {len(facts)} heads are uniform: every query looks at all it may see alike",
            *notes,
        ]
    names = sheet.names
    peaks = np.array([one.peak for one in facts])
    sharp, wide = largest(peaks)[0], largest(-peaks)[0]
    title = (
        f"{names[sharp]} of {len(names)} looks most sharply: largest weight "
        f"{number(peaks[sharp])} on average"
    )
    said = (
        f"{names[sharp]} looks most sharply (largest weight of a query {number(peaks[sharp])} on "
        f"average), {names[wide]} most widely ({number(peaks[wide])})"
    )
    return title, [said, *_patterns(facts, names), *notes]


def _patterns(facts, names):
    """One sentence that names the heads with a simple pattern."""
    groups = {}
    for name, one in zip(names, facts, strict=True):
        if one.pattern:
            groups.setdefault(one.pattern[0], []).append((name, one.pattern[1]))
    parts = []
    for kind in sorted(groups, key=lambda kind: -len(groups[kind])):
        members = groups[kind]
        where = "the first token, a sink" if kind == SINK else kind
        if len(members) <= 4:
            who = listed(f"{name} ({number(mean)})" for name, mean in members)
        else:
            who = f"{len(members)} heads"
        parts.append(f"{who} {'looks' if len(members) == 1 else 'look'} mostly at {where}")
    return [sentence("; ".join(parts))] if parts else []


# Maps of anything else ----------------------------------------------------------------------------


def _one_of_scores(sheet, scores, hidden):
    label = sheet.label
    queries = token_names(sheet.words, scores.shape[0], "query")
    keys = token_names(sheet.keys, scores.shape[1], "key")
    shown = scores if hidden is None else np.where(hidden, np.nan, scores)
    if np.isnan(shown).all():
        return f"every {label} is hidden", ["the mask hides every place"]
    high, low = np.nanmax(shown), np.nanmin(shown)
    if high - low <= TIE:
        return f"every {label} is {number(high)}", [f"every {label} is {number(high)}"]
    row, key = (int(index) for index in np.argwhere(shown >= high - TIE)[0])
    row_low, key_low = (int(index) for index in np.argwhere(shown <= low + TIE)[0])
    top = f"{queries[row]} with {keys[key]} ({number(high)})"
    return f"largest {label}: {top}", [
        f"the largest {label} is {top}, the smallest {queries[row_low]} with {keys[key_low]} "
        f"({number(low)})"
    ]


def _scores(sheet, pairs):
    names = sheet.names
    peaks = np.array(
        [one.max() if gone is None else np.where(gone, -np.inf, one).max() for one, gone in pairs]
    )
    best = largest(peaks)[0]
    said = (
        f"the largest {sheet.label} of {len(names)} maps is in {names[best]} "
        f"({number(peaks[best])})"
    )
    return said, [said]
