"""Where the evidence parts, when no known fault explains it; and where only digits were lost."""

import numpy as np

from helpers.diagnosis.diagnosis import Diagnosis
from helpers.diagnosis.rounding import BFLOAT16, FLOAT16

_CLOSE = 0.05  # natural logarithm: what 16 bits may make of ordinary weights


def computed_coarsely(link):
    """The right numbers, but with the digits of 16 bits only; or None."""
    goal, expected = _compared(link)
    if link.target == "scores":  # only differences count
        goal, expected = link.centred(goal), link.centred(expected)
    found = []
    for rough in (FLOAT16, BFLOAT16):
        slack = 4 * link.reach * rough.relative
        allowed = slack if link.target == "scores" else expected * np.expm1(np.minimum(slack, 1))
        fits = (np.abs(goal - expected) <= allowed + rough.absolute).all()
        found += [rough] if fits else []
    gaps = np.abs(goal - expected).max(initial=0)
    if not found or not np.isfinite(gaps) or gaps > 0.5 * _CLOSE:
        return None
    return Diagnosis(
        "computed in 16 bits",
        f"The {link.target} are right to few digits only.",
        f"they follow from {link.source} to about {_digits(gaps)} decimals, as {found[0].name} "
        f"computes, and were passed as {link.evidence.types[link.target]}.",
        "scores or softmax were computed in 16 bits (autocast, a fast kernel, TF32).",
        "compute scores and softmax in float32, and cast only the result; for looking, this is "
        "enough.",
        fault=False,
    )


def _digits(gap):
    return int(max(1, np.floor(-np.log10(max(gap, 1e-16)))))


def unexplained(link):
    """What was passed does not give the target: the first place, and the numbers there."""
    goal, expected = _compared(link)
    apart = link.gaps > 1
    if not apart.any():
        return None
    place = np.unravel_index(apart.argmax(), apart.shape)
    leading = [int(i) for i in place[:-2]]
    map_words = f" of map {leading}" if leading else ""
    largest = np.abs(np.where(apart, goal - expected, 0))
    largest = largest[np.isfinite(largest)].max(initial=0)
    how = "softmax of " if link.target == "weights" else ""
    times = "" if not link.of_products else f" times {link.meant:.3g}"
    return Diagnosis(
        "not reproduced",
        f"The {link.target} do not follow from what was passed.",
        f"first at query {place[-2]}, key {place[-1]}{map_words}: {how}{link.source}{times} gives "
        f"{_short(expected[place])}, and {_short(goal[place])} was passed; {int(apart.sum())} of "
        f"{apart.size} places differ, by up to {_short(largest)}.",
        "a step between that was not passed (a mask, a bias, a rotation of query and key by their "
        "places), or arrays of another layer or another run.",
        "pass query and key as they are multiplied, and the mask; then compute this place by "
        "hand, scores first.",
    )


def _compared(link):
    expected = link.expected if link.target == "weights" else link.scores + link.evidence.bias
    return link.goal, expected


def _short(number):
    return f"{float(number):.2g}"
