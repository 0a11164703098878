"""A hypothesis: what may have been computed in the place of the right thing, and how to say so."""

from collections.abc import Callable
from dataclasses import dataclass

from helpers.diagnosis.diagnosis import Diagnosis


@dataclass(frozen=True)
class Hypothesis:
    """Something else than what should have been computed.

    name, cause, remedy: for a Diagnosis. what: what the numbers are then, in words.
    make: computes it from what was passed; None where it cannot be. part: the part of a Link that
    it can be refuted with, before all is computed: one_map, few_queries, or None. constant: gives
    the number that was fitted, for {} in `what`. fault: as in a Diagnosis.
    """

    name: str
    what: str
    cause: str
    remedy: str
    make: Callable
    part: str | None = "one_map"
    constant: Callable | None = None
    fault: bool = True


def first_that_fits(hypotheses, link, fits):
    """The first hypothesis that gives what was passed, or None.

    fits: takes a link and what a hypothesis made of it, and says whether it is the target.
    """

    def survives(one, part):
        made = one.make(part)
        return made is not None and fits(part, made)

    for one in hypotheses:
        part = getattr(link, one.part) if one.part else link
        if survives(one, part) and (part is link or survives(one, link)):
            return one
    return None


def told(hypothesis, link, symptom, number):
    """The Diagnosis that a hypothesis about a link comes to; None without one."""
    if hypothesis is None:
        return None
    what = hypothesis.what
    if hypothesis.constant is not None:
        what = what.format(hypothesis.constant(link))
    return Diagnosis(
        hypothesis.name, symptom, number.format(what), hypothesis.cause,
        hypothesis.remedy, fault=hypothesis.fault,
    )  # fmt: skip
