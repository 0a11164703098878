"""What an attention map does: scores for kinds of heads, baselines, ablation, rollout.

>>> import numpy as np
>>> from helpers import heads
>>> weights = np.tril(np.ones((2, 3, 3))) / [[1], [2], [3]]  # two heads that look back evenly
>>> heads.previous_token_score(weights).round(2).tolist()    # (heads, n, n) -> (heads,)
[0.42, 0.42]

`score_table([(weights, words), ...])` is all scores of a whole model, over several texts.
Every score takes maps as `(n, n)`, `(heads, n, n)` or `(layers, heads, n, n)`, rows are queries,
and the lists of one tensor a layer that other libraries return; it gives one number a head. A score
is a mean weight; what it is worth is said by what stands beside it: a head that looks at everything
alike (`score_table`), the fixed offset and the nearest candidate (`relation_table`), the same model
with the head switched off (`ablate_head`).
"""

from helpers.heads.ablation import ablate_head
from helpers.heads.labelled_pairs import (
    LabelledPair,
    baselines,
    first_candidate,
    fixed_offset,
    nearest_candidate,
    relation_scores,
    relation_table,
    right,
    shuffled,
)
from helpers.heads.rollout import rollout, value_weighted
from helpers.heads.score_table import ScoreTable, score_table
from helpers.heads.scores import (
    first_token_score,
    induction_score,
    itself_score,
    next_token_score,
    previous_token_score,
    punctuation_score,
    rare_token_score,
    same_token_score,
    separator_score,
)
from helpers.heads.statistics import by_chance, rank_correlation

__all__ = [
    "LabelledPair",
    "ScoreTable",
    "ablate_head",
    "baselines",
    "by_chance",
    "first_candidate",
    "first_token_score",
    "fixed_offset",
    "induction_score",
    "itself_score",
    "nearest_candidate",
    "next_token_score",
    "previous_token_score",
    "punctuation_score",
    "rank_correlation",
    "rare_token_score",
    "relation_scores",
    "relation_table",
    "right",
    "rollout",
    "same_token_score",
    "score_table",
    "separator_score",
    "shuffled",
    "value_weighted",
]
