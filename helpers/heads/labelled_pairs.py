"""Does a head find the related word? Counted on labelled pairs, with a rule of thumb beside it.

A pair names the place that asks, the place that should answer, and the candidates among which a
head has to choose. A head is right where, among the candidates, its largest weight is on the
answer. What that is worth is said by rules that know nothing of language: always the same offset,
always the first or the nearest candidate; and by the same words in random order.
"""

from dataclasses import dataclass

import numpy as np

from helpers.maps import as_square


@dataclass(frozen=True)
class LabelledPair:
    """One labelled pair in a text.

    words: the tokens, all that the map has rows for. query, answer: places. candidates: places to
    choose from, the answer among them.
    """

    words: tuple
    query: int
    answer: int
    candidates: tuple

    def __post_init__(self):
        places = (self.query, self.answer, *self.candidates)
        if not all(0 <= place < len(self.words) for place in places):
            raise ValueError(f"Places {places} lie outside a text of {len(self.words)} tokens.")
        if self.answer not in self.candidates or len(set(self.candidates)) < 2:
            raise ValueError(
                f"The candidates {self.candidates} have to be two or more, and the answer "
                f"{self.answer} one of them."
            )

    def between(self, first, last):
        """The pair with a token more at either end. first, last: [CLS] and [SEP] for instance."""
        return LabelledPair(
            (first, *self.words, last),
            self.query + 1,
            self.answer + 1,
            tuple(place + 1 for place in self.candidates),
        )

    @property
    def chance(self):
        """How often guessing among the candidates is right."""
        return 1 / len(set(self.candidates))


def right(weights, pair):
    """Which heads are right: boolean (...). Ties go to the earlier candidate.

    weights: (..., n, n), in any form that `as_maps` takes; pair: LabelledPair.
    """
    stack = as_square(weights, pair.words)
    candidates = np.array(sorted(set(pair.candidates)))
    chosen = candidates[stack[..., pair.query, candidates].argmax(axis=-1)]
    return chosen == pair.answer


def relation_scores(maps, pairs):
    """Share of the pairs that each head gets right: (...), the leading axes of one map.

    maps: for every pair the model's maps of its text, (..., n, n); may be a generator.
    """
    found = [right(weights, pair) for weights, pair in zip(maps, pairs, strict=True)]
    if not found:
        raise ValueError("There is no pair, so nothing can be counted.")
    return np.mean(found, axis=0)


def fixed_offset(pairs, fitted_on=None):
    """The rule "the answer stands always so many places further": (share right, offset).

    The offset is the most frequent one in `fitted_on`, or in the pairs themselves, which flatters
    the rule. It is free to point at any place, not at candidates only.
    """
    offsets = [pair.answer - pair.query for pair in (fitted_on or pairs)]
    values, counts = np.unique(offsets, return_counts=True)
    best = int(values[counts.argmax()])
    return float(np.mean([pair.answer - pair.query == best for pair in pairs])), best


def nearest_candidate(pairs, side=None):
    """The rule "the nearest candidate": share of the pairs where it is right.

    side: "before" or "after" looks on one side of the query only, if a candidate is there. Of two
    that are equally near, the earlier is taken.
    """
    if side not in (None, "before", "after"):
        raise ValueError(f'side is {side!r}; pass "before", "after" or None for both.')
    return float(np.mean([_nearest(pair, side) == pair.answer for pair in pairs]))


def first_candidate(pairs):
    """The rule "the first candidate of the text": share of the pairs where it is right."""
    return float(np.mean([min(pair.candidates) == pair.answer for pair in pairs]))


def _nearest(pair, side):
    places = sorted(place for place in set(pair.candidates) if place != pair.query)
    wanted = {None: lambda p: True, "before": lambda p: p < pair.query,
              "after": lambda p: p > pair.query}[side]  # fmt: skip
    there = [place for place in places if wanted(place)] or places
    return min(there, key=lambda place: abs(place - pair.query))


def baselines(pairs, fitted_on=None):
    """What rules without knowledge of language get: dict name -> share right.

    pairs: list of LabelledPair; fitted_on: those that choose the fixed offset, the same if None.
    """
    offset, by = fixed_offset(pairs, fitted_on)
    return {
        "guess": float(np.mean([pair.chance for pair in pairs])),
        f"always {by:+d}": offset,
        "first": first_candidate(pairs),
        "nearest": nearest_candidate(pairs),
        "nearest before": nearest_candidate(pairs, "before"),
        "nearest after": nearest_candidate(pairs, "after"),
    }


def shuffled(pair, rng, *, fixed=()):
    """The pair with its words in random order: the same words, another or no sentence.

    fixed: places that stay, [CLS] and [SEP] for instance. A head that is right here too does not
    read the sentence; it matches words.
    """
    moving = np.array([place for place in range(len(pair.words)) if place not in set(fixed)])
    new = np.arange(len(pair.words))
    new[moving] = rng.permutation(moving)  # place -> its new place
    words = [None] * len(pair.words)
    for place, word in enumerate(pair.words):
        words[new[place]] = word
    return LabelledPair(
        tuple(words),
        int(new[pair.query]),
        int(new[pair.answer]),
        tuple(int(new[place]) for place in pair.candidates),
    )


def relation_table(scores, pairs, *, head=None, fitted_on=None):
    """A head beside the rules, as rows (name, share right), best first.

    scores: (layers, heads) from `relation_scores` on the pairs; head: (layer, head), the best if
    None. fitted_on: as in `baselines`.
    """
    scores = np.atleast_2d(scores)
    if head is None:
        head = np.unravel_index(scores.argmax(), scores.shape)
    rows = [(f"head {head[0]}.{head[1]}", float(scores[tuple(head)]))]
    rows += baselines(pairs, fitted_on).items()
    return sorted(rows, key=lambda row: -round(row[1], 6))
