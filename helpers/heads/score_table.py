"""A whole model as a table: every head, every score, and the name that the scores give it."""

from dataclasses import dataclass

import numpy as np

from helpers.arrays import largest_first
from helpers.heads.scores import ON_POSITIONS, ON_TOKENS, all_targets, on_targets
from helpers.maps import as_maps, as_square, is_causal
from helpers.tables import table

NAMED = 0.5  # a head has a name where half of its weight is on one kind of key
LEAST = 3  # queries of all texts that have a key of the kind: one query proves nothing
CLEARLY = 2  # and where that is so many times what a head that looks everywhere alike would have


@dataclass(frozen=True)
class ScoreTable:
    """What the heads of a model do, as means over the texts.

    scores: dict kind -> (layers, heads); a kind that fewer than three queries of all texts have a
        key of is left out.
    uniform: dict kind -> float, what a head that looks at all it may see alike would have.
    texts: number of texts.
    """

    scores: dict
    uniform: dict
    texts: int

    @property
    def names(self):
        """What each head is called, list of lists [layer][head]; "" where nothing stands out.

        A head has the name of its highest score where that is at least half of its weight and
        twice what a uniform head would have.
        """
        kinds_, layers, heads = list(self.scores), *next(iter(self.scores.values())).shape
        stacked = np.round(np.stack([self.scores[kind] for kind in kinds_]), 6)
        least = np.array([max(NAMED, CLEARLY * self.uniform[kind]) for kind in kinds_])
        stacked = np.where(stacked >= least[:, None, None], stacked, -1)
        best = stacked.argmax(axis=0)
        return [
            [kinds_[best[i, j]] if stacked[best[i, j], i, j] >= 0 else "" for j in range(heads)]
            for i in range(layers)
        ]

    def best(self, kind):
        """(layer, head) with the highest score of a kind."""
        scores = self._of(kind)
        layer, head = np.unravel_index(np.round(scores, 9).argmax(), scores.shape)
        return int(layer), int(head)

    def ranked(self, kind, k=5):
        """The k heads with the highest score of a kind: list of ((layer, head), score)."""
        scores = self._of(kind)
        order = largest_first(scores, 9)[:k]
        heads = [tuple(int(i) for i in np.unravel_index(place, scores.shape)) for place in order]
        return [(head, float(scores[head])) for head in heads]

    def rows(self):
        """One row a head: ["0.2", name, score, score, …], in the order of the scored."""
        names = self.names
        return [
            [f"{i}.{j}", names[i][j], *(float(s[i, j]) for s in self.scores.values())]
            for i in range(len(names))
            for j in range(len(names[0]))
        ]

    def _of(self, kind):
        if kind not in self.scores:
            raise ValueError(f"There is no score {kind!r}. There are: {', '.join(self.scores)}.")
        return self.scores[kind]

    def _lines(self):
        head = ["head", "name", *self.scores]
        uniform = [
            "–",
            "looks at all alike",
            *(f"{self.uniform[kind]:.2f}" for kind in self.scores),
        ]
        body = [
            [head_, name, *(f"{s:.2f}" for s in scores)] for head_, name, *scores in self.rows()
        ]
        return head, [*body, uniform]

    def __repr__(self):
        head, body = self._lines()
        widths = [max(len(row[i]) for row in (head, *body)) for i in range(len(head))]
        lines = [
            "  ".join(cell.ljust(w) if i < 2 else cell.rjust(w)
                      for i, (cell, w) in enumerate(zip(row, widths, strict=True)))
            for row in (head, *body)
        ]  # fmt: skip
        return "\n".join(line.rstrip() for line in lines)

    def _repr_html_(self):
        head, body = self._lines()
        many = "one text" if self.texts == 1 else f"{self.texts} texts"
        return table(f"Mean weight on the key of each kind, over {many}", head, body)


def score_table(readings, *, frequency=None):
    """Score every head of a model on some texts.

    readings: pairs (weights, tokens), a text each; weights in any form that `as_maps` takes, all of
        the same layers and heads. tokens may be None: then only positions are scored.
    frequency: a function token -> how frequent it is, for the score "rare token".
    Returns: a ScoreTable. Raises ValueError without texts, or where maps differ in layers or heads.
    """
    found, uniform, queries, shape = {}, {}, {}, None
    readings = list(readings)
    for weights, tokens in readings:
        maps = as_maps(as_square(weights, tokens))
        shape = shape or maps.shape[:2]
        if maps.shape[:2] != shape:
            raise ValueError(
                f"One text has maps of {shape} layers and heads, another of {maps.shape[:2]}. A "
                f"table is about one model."
            )
        even, often = _even(maps), None
        if frequency is not None and tokens is not None:
            often = [frequency(token) for token in tokens]
        found_here = all_targets(maps.shape[-1], is_causal(maps), tokens, often)
        for kind, targets in found_here.items():
            if targets.any():
                found.setdefault(kind, []).append(on_targets(maps, targets))
                uniform.setdefault(kind, []).append(on_targets(even, targets))
                queries[kind] = queries.get(kind, 0) + int(targets.any(axis=-1).sum())
    order = [*ON_POSITIONS, *ON_TOKENS, "rare token"]
    scores = {k: np.mean(found[k], axis=0) for k in order if queries.get(k, 0) >= LEAST}
    if not scores:
        raise ValueError(
            "There is too little to score: pass pairs (weights, tokens) of a few words."
        )
    even = {kind: float(np.mean(uniform[kind])) for kind in scores}
    return ScoreTable(scores, even, len(readings))


def _even(maps):
    """The map of a head that looks at all it may see alike: (n, n)."""
    n = maps.shape[-1]
    allowed = np.tri(n) if is_causal(maps) else np.ones((n, n))
    return allowed / allowed.sum(axis=-1, keepdims=True)
