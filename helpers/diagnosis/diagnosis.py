"""What a diagnosis says, in text and in HTML."""

from dataclasses import dataclass, replace

import numpy as np

from helpers.tables import Cell, table

_SICK, _SOUND, _NOTE = "#a3221c", "#1a6b3c", "#5a5a5a"


@dataclass(frozen=True)
class Diagnosis:
    """A finding. It is true where there is something to say, so that `assert not diagnose(...)`
    holds for what is healthy and has nothing remarkable.

    name: str, short and fixed, for instance "scale missing"; "healthy" where nothing was found.
    symptom: str, what is seen. number: str, what was measured, rounded so that it is the same on
        every machine. cause: str, what most likely makes it. remedy: str, what to do.
    fault: bool; False for what is worth knowing and may be right, as a sink is.
    """

    name: str
    symptom: str
    number: str = ""
    cause: str = ""
    remedy: str = ""
    fault: bool = True

    def __bool__(self):
        return self.name != "healthy"

    @property
    def parts(self):
        """(label, words) of what there is to say, in order."""
        labels = ("Symptom", "Number" if self else "Computed", "Most likely", "Remedy")
        words = (self.symptom, self.number, self.cause, self.remedy)
        return [pair for pair in zip(labels, words, strict=True) if pair[1]]

    @property
    def _look(self):
        if not self:
            return "✔", _SOUND
        return ("✘", _SICK) if self.fault else ("○", _NOTE)

    @property
    def text(self):
        """All of it in words, one line a part."""
        sign, _ = self._look
        lines = [f"  {label + ':':13}{words}" for label, words in self.parts]
        return "\n".join([f"{sign} {self.name}", *lines])

    def __repr__(self):
        return self.text

    def _repr_html_(self):
        sign, colour = self._look
        caption = Cell(f"{sign} {self.name}", colour=colour, bold=True)
        return table(caption, None, self.parts, kind="diagnosis", left=True)


HEALTHY = Diagnosis("healthy", "None of the faults that can be told from what was passed.")


def sound(links):
    """HEALTHY, with what was computed anew and found the same."""
    if not links:
        return HEALTHY
    told = " and ".join(f"the {link.target} follow from {link.source}" for link in links)
    return replace(HEALTHY, number=f"{told}, to the digits that they have.")


def some(flags, what):
    """How many of how many, in words: "3 of 12 rows"."""
    return f"{int(flags.sum())} of {flags.size} {what}"


def in_heads(flags):
    """Which heads, ", all in head 2", where flags (..., heads) are true in some only; else ""."""
    if not flags.ndim:
        return ""
    heads = flags.any(axis=tuple(range(flags.ndim - 1)))
    return "" if heads.all() else f", all in head {listed(np.flatnonzero(heads))}"


def listed(indices, most=3):
    """A few numbers in words: "0, 1, 2 and 4 more"."""
    told = ", ".join(str(int(index)) for index in indices[:most])
    return told + (f" and {len(indices) - most} more" if len(indices) > most else "")
