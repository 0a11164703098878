"""Symptom → most likely cause → the number that shows it → remedy, for scores, weights and masks.

>>> import numpy as np
>>> scores = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 1.0]])
>>> weights = np.exp(scores) / np.exp(scores).sum(axis=0)  # the wrong axis
>>> diagnose(weights=weights).name
'transposed'
"""

import numpy as np

from helpers.arrays import as_numbers
from helpers.diagnosis.another_order import wrong_order
from helpers.diagnosis.bias_by_distance import bias_by_distance
from helpers.diagnosis.diagnosis import HEALTHY, Diagnosis, sound
from helpers.diagnosis.evidence import as_floats, gather
from helpers.diagnosis.flat_or_sharp import spread
from helpers.diagnosis.leaks import leaky_function
from helpers.diagnosis.mask_of_numbers import mask_without_effect
from helpers.diagnosis.not_finite import not_finite
from helpers.diagnosis.not_reproduced import computed_coarsely, unexplained
from helpers.diagnosis.not_softmax import wrongly_shared
from helpers.diagnosis.other_products import wrong_operands
from helpers.diagnosis.recomputed import links
from helpers.diagnosis.row_sums import sums
from helpers.diagnosis.scale_and_bias import rough_scale, wrong_scale
from helpers.diagnosis.wrong_axes import swapped, wrong_mask_axes
from helpers.diagnosis.wrong_mask import (
    another_mask,
    empty_rows,
    hidden_by_a_number,
    leak,
    too_little_seen,
    usual_masks,
    wrong_mask,
)
from helpers.diagnosis.wrong_output import wrong_output

__all__ = ["Diagnosis", "diagnose"]

# Guesses that are computed and compared, the simplest first: the first that gives the numbers that
# were passed explains them.
_GUESSES = (
    wrong_mask_axes,
    usual_masks,
    wrong_scale,
    wrongly_shared,
    wrong_order,
    wrong_operands,
    another_mask,
    hidden_by_a_number,
    bias_by_distance,
)
# Those of which each map is an example, so that one map alone can refute them.
_OF_EACH_MAP = {
    wrong_scale,
    another_mask,
    hidden_by_a_number,
    bias_by_distance,
    computed_coarsely,
    rough_scale,
}


TOO_ROUGH = 0.5  # rounding of scores from which on every guess would fit


def diagnose(
    *, query=None, key=None, value=None, scores=None, mask=None, scale=None, weights=None,
    output=None, attend=None, x=None,
):  # fmt: skip
    """What is most likely wrong with an attention, told from whatever there is of it.

    query: (..., n_queries, d_key). key: (..., n_keys, d_key). value: (..., n_keys, d_value).
        scores, weights: (..., n_queries, n_keys), the axis before these two counts the heads.
        output: (..., n_queries, d_value), before its projection. All are what your code computed:
        scores before softmax, weights after it. What follows from what was passed is computed
        anew and compared; so the more is given, the more can be told apart.
    mask: broadcasts to the weights: boolean (True = may look), or added to the scores (-10,000
        and less hides). It is the mask that was *meant*. Whole numbers, 1 and 0, are a finding.
    scale: what query · key should be multiplied by; 1/√d_key if not given.
    attend, x: a function and one input (n, ...); positions that hear later ones are found by
        trying (`helpers.leaks`). Nothing else is needed with them.

    Arrays may be of any library, and weights what a model returns. Keys and values of fewer heads
    than the queries' are shared by neighbouring heads.

    Returns a Diagnosis: true where there is something to say, `.name` and `.text` say what, and
    `.fault` whether it is wrong or only worth knowing.
    Raises ValueError where nothing is given, or the shapes do not fit.
    """
    if (attend is None) != (x is None):
        raise ValueError("attend and x belong together: a function, and one input to try it on.")
    if attend is not None:
        found = leaky_function(attend, x)
        if found is not None:
            return found
    given = dict(query=query, key=key, value=value, scores=scores, weights=weights, output=output)
    given = {name: array for name, array in given.items() if array is not None}
    if not {"query", "key", "scores", "weights"} & set(given):
        if attend is not None:
            return HEALTHY
        raise ValueError("nothing to look at: pass weights, or scores, or query and key.")
    with np.errstate(all="ignore"):
        return _of_arrays(given, mask, scale)


def _of_arrays(given, mask, scale):
    arrays = {name: as_floats(name, array) for name, array in given.items()}
    mask_shape = None if mask is None else as_numbers(mask, "mask").shape
    found = swapped(arrays, mask_shape)
    if found is not None:
        return found
    evidence = gather(given, arrays, mask, scale)
    tested = links(evidence)
    return (
        not_finite(evidence)
        or mask_without_effect(evidence)
        or _broken_link(evidence, tested)
        or (None if tested else _symptoms(evidence))
        or wrong_output(evidence)
        or spread(evidence)
        or empty_rows(evidence)
        or sound(tested)
    )


def _broken_link(evidence, tested):
    """What explains that one thing does not follow from another; None where all do."""
    for coarse in (False, True):
        if all(link.sound for link in tested):
            return None
        if coarse and not evidence.looks_rougher:
            break
        tested = links(evidence, coarse=True) if coarse else tested
        found = next(filter(None, map(_guessed, tested)), None)
        if found is not None:
            return found
    parted = [link for link in tested if not link.sound]
    if not parted:
        return None
    return (
        _symptoms(evidence, tested[-1])
        or _tried(computed_coarsely, parted[0])
        or _tried(rough_scale, parted[0])
        or unexplained(parted[0])
    )


def _guessed(link):
    """The first guess that explains what is not sound; None without one, and where all is well."""
    if link.sound or link.slack.max() > TOO_ROUGH:
        return None
    return next((found for guess in _GUESSES if (found := _tried(guess, link)) is not None), None)


def _tried(guess, link):
    """What the guess says of a link: of its smallest part first, if that can refute it."""
    if link.one_map is not link and guess in _OF_EACH_MAP and guess(link.one_map) is None:
        return None
    return guess(link)


def _symptoms(evidence, link=None):
    """What weights say by themselves, whatever they are made of. link: the last one, if any."""
    to_weights = link is not None and link.target == "weights"
    return (
        sums(evidence, link if to_weights else None)
        or wrong_mask(evidence)
        or leak(evidence)
        or too_little_seen(evidence)
    )
