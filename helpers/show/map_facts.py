"""What the numbers of a map say, each fact worked out once: uniform, transposed, a pattern."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

LOOSE = 0.02  # how far a sum may be from 1: float16 and kept rounding
STRONG = 0.5  # a pattern that holds half of the weight is worth a sentence
ALIKE = 1.1  # largest weight over the mean below which a row counts as uniform
OFFSETS = {"itself": 0, "the token before it": -1, "the token after it": 1}
SINK = "first"


@dataclass(frozen=True)
class MapFacts:
    """One map of weights and what can be read off it.

    weights: (n_queries, n_keys). hidden: boolean of that shape, what a mask hides, or None.
    """

    weights: np.ndarray
    hidden: np.ndarray | None = None

    @cached_property
    def looking(self):
        """Queries that look at anything: (n_queries,) boolean."""
        return self.weights.any(axis=-1)

    @cached_property
    def sums(self):
        """What the rows sum to that are not empty: (n_looking,)."""
        return self.weights[self.looking].sum(-1)

    @cached_property
    def columns_sum_to_1(self):
        """Whether every column does."""
        return bool(np.all(np.abs(self.weights.sum(-2) - 1) < LOOSE))

    @cached_property
    def rows_sum_to_1(self):
        """Whether every row does, empty ones not excepted."""
        return bool(np.all(np.abs(self.weights.sum(-1) - 1) < LOOSE))

    @cached_property
    def allowed(self):
        """Where queries may look, by the mask, or else by the zeros of a causal map: boolean."""
        if self.hidden is not None:
            return ~self.hidden
        allowed = np.ones(self.weights.shape, bool)
        causal = len(self.weights) > 1 and not np.triu(self.weights, 1).any()
        return np.tril(allowed) if causal else allowed

    @cached_property
    def choosing(self):
        """Queries that may look at more than one key; the others decide nothing: boolean."""
        return self.allowed.sum(-1) > 1

    @cached_property
    def peak(self):
        """The largest weight of a query that looks at all, on average; 0 where none does."""
        return float(self.weights[self.looking].max(-1).mean()) if self.looking.any() else 0.0

    @cached_property
    def uniform(self):
        """Whether every query that looks at all looks at every key it may see alike."""
        wide = self.choosing & self.looking
        if not wide.any():
            return False
        mean = self.weights.sum(-1, where=self.allowed) / np.maximum(self.allowed.sum(-1), 1)
        highest = self.weights.max(-1, where=self.allowed, initial=0)
        return bool(np.all(highest[wide] <= ALIKE * mean[wide]))

    @cached_property
    def pattern(self):
        """The simple pattern that holds most of the map, if it holds half: (name, mean), or None.

        The name is SINK, for the first token, or one of OFFSETS, where a token looks from its own
        place. Rows that cannot show a pattern (the first, for SINK and "before") do not count.
        """
        rows, columns = self.weights.shape
        if rows < 3 or columns < 3 or self.choosing.sum() < 2:
            return None
        found = {SINK: self.weights[1:][self.choosing[1:], 0].mean()}
        if rows == columns:
            for name, offset in OFFSETS.items():
                here = self.choosing[-offset:] if offset < 0 else self.choosing[: rows - offset]
                if here.any():
                    found[name] = np.diagonal(self.weights, offset)[here].mean()
        name = max(found, key=lambda key: round(found[key], 6))
        return (name, float(found[name])) if found[name] >= STRONG else None


def transposed(facts):
    """Whether columns sum to 1 and rows do not, in every map of a list of MapFacts."""
    return all(one.columns_sum_to_1 for one in facts) and not all(
        one.rows_sum_to_1 for one in facts
    )
