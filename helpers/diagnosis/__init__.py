"""Symptom → most likely cause → the number that shows it → remedy, for scores, weights and masks.

>>> import numpy as np
>>> scores = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 1.0]])
>>> weights = np.exp(scores) / np.exp(scores).sum(axis=0)  # the wrong axis
>>> diagnose(weights=weights).name
'transposed'
"""

from helpers.diagnosis.answer import HEALTHY, Diagnosis
from helpers.diagnosis.evidence import gather
from helpers.diagnosis.hidden import empty_rows, leaky_function, mask_faults
from helpers.diagnosis.not_finite import not_finite
from helpers.diagnosis.scale import wrong_scale
from helpers.diagnosis.spread import spread
from helpers.diagnosis.sums import sums
from helpers.diagnosis.swapped import swapped

__all__ = ["Diagnosis", "diagnose"]

# The first that finds something speaks: what hides other faults comes first, what is explained by
# other faults comes last. A missing scale explains one-hot rows; one-hot rows explain nothing.
_RULES = (not_finite, sums, mask_faults, wrong_scale, spread, empty_rows)


def diagnose(
    *, query=None, key=None, scores=None, mask=None, weights=None, attend=None, x=None
):  # fmt: skip
    """What is most likely wrong with an attention, told from whatever there is of it.

    query: (..., n_queries, d_key). key: (..., n_keys, d_key). scores, weights: (..., n_queries,
        n_keys), the axis before these two counts the heads. All are what your code computed:
        scores before softmax, weights after it. The more is given, the more can be told apart;
        a wrong scale, for one, is seen only with query and key.
    mask: broadcasts to the weights: boolean (True = may look), or added to the scores (what is
        below -10,000 hides). It is the mask that was *meant*.
    attend, x: a function and one input (n, ...); positions that hear later ones are found by
        trying (`helpers.leaks`). Nothing else is needed with them.

    Returns a Diagnosis: true where something is wrong, `.name` and `.text` say what.
    Raises ValueError where nothing is given, or the shapes do not fit.
    """
    if (attend is None) != (x is None):
        raise ValueError("attend and x belong together: a function, and one input to try it on.")
    if attend is not None:
        found = leaky_function(attend, x)
        if found is not None:
            return found
    given = dict(query=query, key=key, scores=scores, mask=mask, weights=weights)
    given = {name: array for name, array in given.items() if array is not None}
    if not given or set(given) == {"mask"}:
        if attend is not None:
            return HEALTHY
        raise ValueError("nothing to look at: pass weights, or scores, or query and key.")
    found = swapped(**given)
    if found is not None:
        return found
    evidence = gather(**given)
    for rule in _RULES:
        found = rule(evidence)
        if found is not None:
            return found
    return HEALTHY
