"""A claim, put to the test: the statement, the verdict that the data decided, what was measured."""

import html
from dataclasses import dataclass

import numpy as np

from helpers.tables import Cell, table

_SIGNS = {"holds": "✔", "holds, if": "◐", "does not hold": "✘"}
_COLOURS = {"holds": "#1a6b3c", "holds, if": "#7a5200", "does not hold": "#a3221c"}


@dataclass(frozen=True)
class Claim:
    """A statement about attention with the verdict that an experiment gave it.

    statement: what people say, as a sentence.
    holds: whether the experiment bears it out; computed, never typed.
    measured: the numbers that decided, rounded so that they are the same on every machine.
    only_if: the condition under which it holds, or None.
    """

    statement: str
    holds: bool
    measured: str
    only_if: str | None = None

    @property
    def kind(self):
        """One of "holds", "holds, if" and "does not hold"."""
        if not self.holds:
            return "does not hold"
        return "holds" if self.only_if is None else "holds, if"

    @property
    def verdict(self):
        """The verdict in words: the kind and, where there is one, the condition."""
        return f"holds, if {self.only_if}" if self.kind == "holds, if" else self.kind

    def __repr__(self):
        return (
            f'{_SIGNS[self.kind]} {self.verdict}: "{self.statement}"\n  Measured: {self.measured}.'
        )

    def _repr_html_(self):
        colour = _COLOURS[self.kind]
        return (
            f'<div class="claim" style="border-left: 4px solid {colour}; padding: 0.2em 0.8em">'
            f'<strong style="color: {colour}">{_SIGNS[self.kind]} {html.escape(self.verdict)}:'
            f"</strong> “{html.escape(self.statement)}”<br>"
            f"Measured: {html.escape(self.measured)}.</div>"
        )


def claim(statement, holds, measured, only_if=None):
    """Give a statement the verdict that the numbers decide, and say what was measured.

    statement: str, the claim as people make it.
    holds: bool, computed from the experiment.
    measured: str, the numbers behind the verdict, rounded.
    only_if: str, the condition under which it holds; the verdict then reads "holds, if …".
    Returns: a Claim, which a notebook shows as the verdict with its evidence.

    >>> claim("Weights sum to 1.", holds=abs(0.25 + 0.75 - 1) < 1e-12, measured="0.25 + 0.75 = 1")
    ✔ holds: "Weights sum to 1."
      Measured: 0.25 + 0.75 = 1.
    """
    if not isinstance(holds, bool | np.bool_):
        raise ValueError(
            f"holds is {type(holds).__name__}, expected True or False: "
            "compare the measured number with what the statement says, for instance x.max() > 64."
        )
    texts = {"statement": statement, "measured": measured}
    if only_if is not None:
        texts["only_if"] = only_if
    for name, text in texts.items():
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"{name} is {text!r}, expected a sentence that is not empty.")
    condition = None if only_if is None else only_if.strip().rstrip(".")
    return Claim(statement.strip(), bool(holds), measured.strip().rstrip("."), condition)


@dataclass(frozen=True)
class Balance:
    """Claims side by side, each with what would change the verdict."""

    minds: dict

    def __repr__(self):
        return "\n".join(
            f"{_SIGNS[one.kind]} {one.statement}\n  Would change our mind: {mind}"
            for one, mind in self.minds.items()
        )

    def _repr_html_(self):
        rows = [
            [
                one.statement,
                one.measured,
                Cell(f"{_SIGNS[one.kind]} {one.verdict}", colour=_COLOURS[one.kind], bold=True),
                mind,
            ]
            for one, mind in self.minds.items()
        ]
        heads = ["claim", "evidence", "verdict", "what would change our mind"]
        return table("What was claimed, and what became of it", heads, rows)


def balance(minds):
    """A table of claims: the claim, the evidence, the verdict, what would change our mind.

    minds: dict Claim -> a sentence. Returns: a Balance, which a notebook shows as a table.
    """
    for one, mind in minds.items():
        if not isinstance(one, Claim) or not isinstance(mind, str) or not mind.strip():
            raise ValueError("balance takes {claim(…): what would change the verdict, a sentence}.")
    return Balance(dict(minds))
