"""What an attention map does: scores for kinds of heads, baselines, ablation, rollout.

>>> from helpers import heads
>>> heads.previous_token_score(weights)              # (heads, n, n) -> (heads,)
>>> heads.report([(weights, words)])                 # a whole model as a table

Every score takes maps as `(n, n)`, `(heads, n, n)` or `(layers, heads, n, n)`, rows are queries,
and the lists of one tensor a layer that other libraries return; it gives one number a head. A score
is a mean weight; what it is worth is said by what stands beside it: a head that looks at everything
alike (`report`), the fixed offset and the nearest candidate (`relation_table`), the same model
with the head switched off (`ablate_head`).
"""

from helpers.heads.ablation import ablate_head
from helpers.heads.compare import by_chance, rank_correlation
from helpers.heads.flow import rollout, value_weighted
from helpers.heads.forms import as_maps, as_numbers
from helpers.heads.kinds import (
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
from helpers.heads.relations import (
    Case,
    baselines,
    first_candidate,
    fixed_offset,
    nearest_candidate,
    relation_scores,
    relation_table,
    right,
    shuffled,
)
from helpers.heads.report import Report, report

__all__ = [
    "Case",
    "Report",
    "ablate_head",
    "as_maps",
    "as_numbers",
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
    "report",
    "right",
    "rollout",
    "same_token_score",
    "separator_score",
    "shuffled",
    "value_weighted",
]
