"""A link from one thing that was passed to the next: does it follow, and if not, what would?

query · key → scores, scores → weights, or query · key → weights. Every guess at what went wrong
is put to the same test: compute it, and compare.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from helpers.attention import softmax
from helpers.diagnosis.evidence import Evidence, one_map
from helpers.diagnosis.rounding import FLOAT32, declared

FITS = 0.999  # share of the variance that a fit has to explain: else something else went on
LEAST = 8  # differences of scores that a fit is made from
SMALL = 2**9  # weights; with more, a guess has to fit one map before it is tried on all
FEW = 64  # rows that other scores have to fit before they are compared in all
SLACK = 4  # roundings that a sum of products may collect


@dataclass(frozen=True)
class Link:
    """raw · meant should give the target, as it is or through mask and softmax.

    raw: (..., n_queries, n_keys), query · key or scores. meant: the number it should be multiplied
    by. target: "scores" or "weights". coarse: whether numbers may have been as rough before they
    were passed as they look (see rounding), or only as rough as their types say.
    """

    evidence: Evidence
    raw: np.ndarray
    meant: float
    target: str
    of_products: bool
    coarse: bool = False

    @property
    def source(self):
        """What it starts from, in words."""
        return "query · key" if self.of_products else "these scores"

    @cached_property
    def goal(self):
        """The target as it was passed."""
        return getattr(self.evidence, self.target)

    @cached_property
    def scores(self):
        """What the scores should be, before a mask."""
        return self.raw * self.meant

    @cached_property
    def expected(self):
        """What the weights should be."""
        return self.weights_of(self.scores)

    def weights_of(self, scores, visible=None, bias=None):
        """Softmax under the mask that was meant, or another."""
        visible = self.evidence.visible if visible is None else visible
        bias = self.evidence.bias if bias is None else bias
        return softmax(np.where(visible, scores + bias, -np.inf))

    @cached_property
    def sound(self):
        """Whether the target is what it should be."""
        return self.agrees(self.scores)

    def agrees(self, scores, *, bias=None, visible=None, times=1.0):
        """Whether these scores lead to the target. times: how much larger than meant they are."""
        if self.target == "weights":
            if not self.evidence.rows_share_out_1:
                return False
            if self._lead_to_weights(scores, visible, bias, times):
                return True
            plain = bias is None and self._scores_hold_the_bias
            return plain and self._lead_to_weights(scores, visible, 0, times)
        own = self.evidence.bias if bias is None else bias
        return self._same_scores(scores, times) or (
            bool(np.any(own)) and self._same_scores(scores + own, times)
        )

    def _lead_to_weights(self, scores, visible, bias, times):
        """Whether softmax of these scores is the target: in a few rows, and then in all."""
        visible = self.evidence.visible if visible is None else visible
        bias = self.evidence.bias if bias is None else bias
        given = (scores, visible, bias, self._slack(times))
        for rows in (self._few_rows, ...) if self.goal.size > SMALL else (...,):
            some = (np.broadcast_to(a, self.goal.shape)[rows] for a in given)
            scores_, visible_, bias_, slack = some
            weights = softmax(np.where(visible_, scores_ + bias_, -np.inf))
            if (self._excess(weights, self.goal[rows], slack) > 1).any():
                return False
        return True

    @cached_property
    def _few_rows(self):
        """Indices of rows from all over the maps."""
        rows = self.goal.shape[:-1]
        return np.unravel_index(np.linspace(0, np.prod(rows) - 1, FEW).astype(int), rows)

    @cached_property
    def one_map(self):
        """The link of the map that is furthest off; itself where there is little."""
        leading = self.goal.shape[:-2]
        if self.goal.size <= SMALL or not leading:
            return self
        worst = np.unravel_index((self.gaps > 1).sum(axis=(-1, -2)).argmax(), leading)
        return replace(self, evidence=self.evidence.one_map(worst), raw=one_map(self.raw, worst))

    @cached_property
    def few_queries(self):
        """The link of a few queries in all maps; itself where there is little."""
        n_queries = self.goal.shape[-2]
        if self.goal.size <= SMALL or n_queries < 8:
            return self
        at = slice(n_queries // 8, None, n_queries // 3)
        return replace(self, evidence=self.evidence.queries(at), raw=self.raw[..., at, :])

    @cached_property
    def gaps(self):
        """How far each place of the target is from what it should be; 1 is what rounding allows."""
        if self.target == "weights":
            return self.misfit(self.expected)
        made = self.scores + self.evidence.bias
        allowed = 2 * self.slack + 1e-6 * np.abs(made)
        with np.errstate(all="ignore"):
            return np.where(self.use, np.abs(self.centred(made - self.goal)) / allowed, 0)

    @cached_property
    def _scores_hold_the_bias(self):
        """Whether scores that were passed may have the bias in them already."""
        if self.of_products or not self.evidence.bias.any():
            return False
        if self.evidence.products is None:
            return True
        made = replace(self, raw=self.evidence.products, meant=self.evidence.scale,
                       target="scores", of_products=True)  # fmt: skip
        return made._same_scores(made.scores + self.evidence.bias, 1.0)

    def _same_scores(self, scores, times):
        """The same but for a number a row, which softmax does not see."""
        gap = self.centred(scores - self.goal)
        slack = 2 * self._slack(times) + self._roughness("scores").relative * np.abs(self.goal)
        return bool((np.abs(gap) <= slack)[self.use].all())

    def matches(self, weights, times=1.0):
        """Whether these weights are the target, to the digits that it has."""
        return bool((self.misfit(weights, times) <= 1).all())

    def misfit(self, weights, times=1.0, goal=None):
        """How far these weights are from the target, in units of what rounding allows.

        goal: other weights to compare with, in the place of the target.
        """
        return self._excess(weights, self.goal if goal is None else goal, self._slack(times))

    def _excess(self, weights, goal, slack):
        rough = self.evidence.weights_rounding
        relative = max(rough.relative, FLOAT32.relative)
        allowed = 8 * relative + np.expm1(np.minimum(2 * slack, 50))
        gap = np.abs(weights - goal)
        gap /= np.abs(weights) * allowed + 2 * rough.absolute
        known = np.isfinite(goal).all(axis=-1, keepdims=True)
        return np.where(known, np.where(np.isnan(gap), np.inf, gap), 0)

    def _roughness(self, name):
        kinds = self.evidence.types
        if name not in kinds:
            return declared("float64")
        return self.evidence.rounding[name] if self.coarse else declared(kinds[name])

    def _slack(self, times):
        """By how much rounding may move the scores of a row."""
        return self.slack * max(1.0, abs(times))

    @cached_property
    def slack(self):
        """By how much rounding may move the scores of a row: (..., n_queries, 1)."""
        names = ("query", "key") if self.of_products else ("scores",)
        names += (self.target,) if self.coarse else ()
        relative = max(self._roughness(name).relative for name in names)
        relative = max(relative, FLOAT32.relative)  # whatever the type, it may have been that once
        return SLACK * relative * self.reach

    @cached_property
    def reach(self):
        """How large the scores of a row could be, at least 1: (..., n_queries, 1)."""
        if self.of_products:
            query, key = (
                np.sqrt((a**2).sum(axis=-1)) for a in (self.evidence.query, self.evidence.key)
            )
            reach = abs(self.meant) * query[..., None] * key.max(axis=-1)[..., None, None]
        else:
            reach = np.abs(np.where(np.isfinite(self.raw), self.raw, 0)).max(axis=-1, keepdims=True)
        added = np.abs(self.evidence.bias).max(axis=-1, keepdims=True)
        return np.maximum(1, reach + added)

    # Fitting --------------------------------------------------------------------------------

    @cached_property
    def use(self):
        """Places from which something can be fitted."""
        use = self.evidence.visible & np.isfinite(self.goal) & np.isfinite(self.raw)
        if self.target == "weights":
            rough = self.evidence.weights_rounding
            use = use & (self.goal > max(64 * rough.absolute, 1e-9))
        return use & (use.sum(axis=-1, keepdims=True) > 1)

    @cached_property
    def _counts(self):
        """How much a place counts: weights as they are, whose rounding is relative to them."""
        counts = np.where(self.use, self.goal, 0) if self.target == "weights" else self.use
        return np.sqrt(counts) if self.target == "weights" else counts.astype(float)

    def centred(self, values):
        """Minus the mean of their row over the places in use, as softmax sees them; else 0."""
        values = np.where(self.use, values, 0)
        total = np.maximum(self._counts.sum(axis=-1, keepdims=True), 1e-300)
        mean = (values * self._counts).sum(axis=-1, keepdims=True) / total
        return np.where(self.use, values - mean, 0)

    @cached_property
    def wanted(self):
        """The target as scores, minus a number a row."""
        if self.target == "scores":
            return self.centred(self.goal)
        with np.errstate(all="ignore"):
            return self.centred(np.log(np.where(self.use, self.goal, 1)))

    def fit(self, features, *, each_map=False, beyond=0):
        """The factors by which features add up to the target's scores; None where they do not.

        features: list of arrays (..., n_queries, n_keys), one or two. each_map: a factor for each
        map, (..., 1, 1), of one feature. beyond: scores that are there besides.
        """
        if (self.use.sum() - self.use.any(axis=-1).sum()) < LEAST:
            return None
        columns = [self.centred(np.broadcast_to(one, self.use.shape)) for one in features]
        counts, wanted = self._counts, self.wanted
        if np.ndim(beyond):
            wanted = wanted - self.centred(beyond)
        if each_map:
            inner = (counts * columns[0] * wanted).sum(axis=(-1, -2), keepdims=True)
            size = (counts * columns[0] ** 2).sum(axis=(-1, -2), keepdims=True)
            return inner / np.where(size == 0, 1, size)
        matrix = np.stack([(np.sqrt(counts) * one).ravel() for one in columns], axis=1)
        right = (np.sqrt(counts) * wanted).ravel()
        gram = matrix.T @ matrix
        if not np.isfinite(gram).all() or np.linalg.cond(gram) > 1e12:
            return None
        factors = np.linalg.solve(gram, matrix.T @ right)
        left = right - matrix @ factors
        if (left**2).sum() > (1 - FITS) * (right**2).sum():
            return None
        return [float(one) for one in factors]

    def spread(self, scores):
        """Standard deviation of the scores of a row, over visible places."""
        gaps = self.centred(scores)[self.use]
        return float(np.sqrt((gaps**2).mean())) if gaps.size else 0.0


def links(evidence, *, coarse=False):
    """The links that what was passed allows to test, the earliest first."""
    found = []
    products, scores = evidence.products, evidence.scores
    if products is not None and evidence.scores_given:
        found.append(Link(evidence, products, evidence.scale, "scores", True, coarse))
    if evidence.weights_given and evidence.scores_given:
        found.append(Link(evidence, scores, 1.0, "weights", False, coarse))
    elif evidence.weights_given and products is not None:
        found.append(Link(evidence, products, evidence.scale, "weights", True, coarse))
    return found
