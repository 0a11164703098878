"""Does a head find the related word? Counted on labelled pairs, with a rule of thumb beside it.

A case names the place that asks, the place that should answer, and the candidates among which a
head has to choose. A head is right where, among the candidates, its largest weight is on the
answer. What that is worth is said by rules that know nothing of language: always the same offset,
always the first or the nearest candidate; and by the same words in random order.
"""

from dataclasses import dataclass

import numpy as np

from helpers.heads.forms import as_square


@dataclass(frozen=True)
class Case:
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
        """The case with a token more at either end. first, last: [CLS] and [SEP] for instance."""
        return Case(
            (first, *self.words, last),
            self.query + 1,
            self.answer + 1,
            tuple(place + 1 for place in self.candidates),
        )

    @property
    def chance(self):
        """How often guessing among the candidates is right."""
        return 1 / len(set(self.candidates))


def right(weights, case):
    """Which heads are right: boolean (...). Ties go to the earlier candidate.

    weights: (..., n, n), in any form that `as_maps` takes; case: Case.
    """
    stack = as_square(weights, case.words)
    candidates = np.array(sorted(set(case.candidates)))
    chosen = candidates[stack[..., case.query, candidates].argmax(axis=-1)]
    return chosen == case.answer


def relation_scores(maps, cases):
    """Share of the cases that each head gets right: (...), the leading axes of one map.

    maps: for every case the model's maps of its text, (..., n, n); may be a generator.
    """
    found = [right(weights, case) for weights, case in zip(maps, cases, strict=True)]
    if not found:
        raise ValueError("There is no case, so nothing can be counted.")
    return np.mean(found, axis=0)


def fixed_offset(cases, fitted_on=None):
    """The rule "the answer stands always so many places further": (share right, offset).

    The offset is the most frequent one in `fitted_on`, or in the cases themselves, which flatters
    the rule. It is free to point at any place, not at candidates only.
    """
    offsets = [case.answer - case.query for case in (fitted_on or cases)]
    values, counts = np.unique(offsets, return_counts=True)
    best = int(values[counts.argmax()])
    return float(np.mean([case.answer - case.query == best for case in cases])), best


def nearest_candidate(cases, side=None):
    """The rule "the nearest candidate": share of the cases where it is right.

    side: "before" or "after" looks on one side of the query only, if a candidate is there. Of two
    that are equally near, the earlier is taken.
    """
    if side not in (None, "before", "after"):
        raise ValueError(f'side is {side!r}; pass "before", "after" or None for both.')
    return float(np.mean([_nearest(case, side) == case.answer for case in cases]))


def first_candidate(cases):
    """The rule "the first candidate of the text": share of the cases where it is right."""
    return float(np.mean([min(case.candidates) == case.answer for case in cases]))


def _nearest(case, side):
    places = sorted(place for place in set(case.candidates) if place != case.query)
    wanted = {None: lambda p: True, "before": lambda p: p < case.query,
              "after": lambda p: p > case.query}[side]  # fmt: skip
    there = [place for place in places if wanted(place)] or places
    return min(there, key=lambda place: abs(place - case.query))


def baselines(cases, fitted_on=None):
    """What rules without knowledge of language get: dict name -> share right.

    cases: list of Case; fitted_on: those that choose the fixed offset, the same if None.
    """
    offset, by = fixed_offset(cases, fitted_on)
    return {
        "guess": float(np.mean([case.chance for case in cases])),
        f"always {by:+d}": offset,
        "first": first_candidate(cases),
        "nearest": nearest_candidate(cases),
        "nearest before": nearest_candidate(cases, "before"),
        "nearest after": nearest_candidate(cases, "after"),
    }


def shuffled(case, rng, *, fixed=()):
    """The case with its words in random order: the same words, another or no sentence.

    fixed: places that stay, [CLS] and [SEP] for instance. A head that is right here too does not
    read the sentence; it matches words.
    """
    moving = np.array([place for place in range(len(case.words)) if place not in set(fixed)])
    new = np.arange(len(case.words))
    new[moving] = rng.permutation(moving)  # place -> its new place
    words = [None] * len(case.words)
    for place, word in enumerate(case.words):
        words[new[place]] = word
    return Case(
        tuple(words),
        int(new[case.query]),
        int(new[case.answer]),
        tuple(int(new[place]) for place in case.candidates),
    )


def relation_table(scores, cases, *, head=None, fitted_on=None):
    """A head beside the rules, as rows (name, share right), best first.

    scores: (layers, heads) from `relation_scores` on the cases; head: (layer, head), the best if
    None. fitted_on: as in `baselines`.
    """
    scores = np.atleast_2d(scores)
    if head is None:
        head = np.unravel_index(scores.argmax(), scores.shape)
    rows = [(f"head {head[0]}.{head[1]}", float(scores[tuple(head)]))]
    rows += baselines(cases, fitted_on).items()
    return sorted(rows, key=lambda row: -round(row[1], 6))
