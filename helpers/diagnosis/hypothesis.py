"""A hypothesis: what may have been computed in the place of the right thing, and how to say so."""

from collections.abc import Callable
from dataclasses import dataclass

from helpers.diagnosis.diagnosis import Diagnosis


@dataclass(frozen=True)
class Hypothesis:
    """Something else than what should have been computed.

    name, cause, remedy: for a Diagnosis. what: what the numbers are then, in words.
    make: computes it from what was passed; None where it cannot be. across_maps: whether a map is
    made of others too, so that one map alone does not show it. fault: as in a Diagnosis.
    """

    name: str
    what: str
    cause: str
    remedy: str
    make: Callable
    across_maps: bool = False
    fault: bool = True


def first_that_fits(hypotheses, link, fits):
    """The first hypothesis that gives what was passed, or None.

    fits: takes a link and what a hypothesis made of it, and says whether it is the target. One map
    is tried before all: most hypotheses fail there.
    """
    for one in hypotheses:
        parts = (link,) if one.across_maps or link.small is link else (link.small, link)
        made = ((part, one.make(part)) for part in parts)
        if all(numbers is not None and fits(part, numbers) for part, numbers in made):
            return one
    return None


def told(hypothesis, symptom, number):
    """The Diagnosis that a hypothesis comes to; None without one."""
    if hypothesis is None:
        return None
    return Diagnosis(
        hypothesis.name, symptom, number.format(hypothesis.what), hypothesis.cause,
        hypothesis.remedy, fault=hypothesis.fault,
    )  # fmt: skip
