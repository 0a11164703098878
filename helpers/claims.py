"""A claim, put to the test: the statement, the verdict that the data decided, what was measured."""

import html
from dataclasses import dataclass

import numpy as np

from helpers.tables import Cell, table

# kind -> (sign, colour): the sign says it too, for who does not see colours.
_LOOKS = {
    "holds": ("✔", "#1a6b3c"),
    "holds, if": ("◐", "#7a5200"),
    "does not hold": ("✘", "#a3221c"),
    "undecided": ("○", "#4a5568"),
    "so by construction": ("=", "#0b62a8"),
}
SIGNS = {kind: sign for kind, (sign, _) in _LOOKS.items()}


@dataclass(frozen=True)
class Claim:
    """A statement about attention with the verdict that an experiment gave it.

    statement: what people say, as a sentence.
    holds: whether the experiment bears it out; computed, never typed. None: it cannot tell.
    measured: the numbers that decided, rounded so that they are the same on every machine.
    only_if: the condition under which it holds, or None.
    would_tell: what would decide a claim that is undecided, or None.
    by_construction: it follows from the definition, so that no run could have refuted it.
    source: who says so, or None.
    """

    statement: str
    holds: bool | None
    measured: str
    only_if: str | None = None
    would_tell: str | None = None
    by_construction: bool = False
    source: str | None = None

    @property
    def kind(self):
        """One of the keys of SIGNS."""
        if self.holds is None:
            return "undecided"
        if not self.holds:
            return "does not hold"
        if self.by_construction:
            return "so by construction"
        return "holds" if self.only_if is None else "holds, if"

    @property
    def verdict(self):
        """The verdict in words: the kind and, where there is one, the condition."""
        return f"holds, if {self.only_if}" if self.kind == "holds, if" else self.kind

    @property
    def sign(self):
        """The sign of the kind: ✔, ◐, ✘, ○ or =."""
        return SIGNS[self.kind]

    def _evidence(self):
        """What stands below the verdict: (what it is, the words)."""
        yield "Measured", self.measured
        if self.would_tell is not None:
            yield "What would tell", self.would_tell
        if self.source is not None:
            yield "Who says so", self.source

    def __repr__(self):
        lines = [f'{self.sign} {self.verdict}: "{self.statement}"']
        return "\n".join(lines + [f"  {name}: {words}." for name, words in self._evidence()])

    def _repr_html_(self):
        colour = _LOOKS[self.kind][1]
        evidence = "".join(f"<br>{name}: {html.escape(words)}." for name, words in self._evidence())
        return (
            f'<div class="claim" style="border-left: 4px solid {colour}; padding: 0.2em 0.8em">'
            f'<strong style="color: {colour}">{self.sign} {html.escape(self.verdict)}:'
            f"</strong> “{html.escape(self.statement)}”{evidence}</div>"
        )


def claim(
    statement,
    holds,
    measured,
    only_if=None,
    *,
    would_tell=None,
    by_construction=False,
    source=None,
):
    """Give a statement the verdict that the numbers decide, and say what was measured.

    statement: str, the claim as people make it.
    holds: bool, computed from the experiment; None where the experiment cannot tell.
    measured: str, the numbers behind the verdict, rounded.
    only_if: str, the condition under which it holds; the verdict then reads "holds, if …".
    would_tell: str, what would decide it; asked for where holds may be None.
    by_construction: bool, whether it is a fact of algebra that no run can refute: it is shown, and
        not put to the test.
    source: str, who makes the claim: a label of docs/references.md, or "folk" for what everybody
        says and nobody signs.
    Returns: a Claim, which a notebook shows as the verdict with its evidence.
    Raises: ValueError for a verdict that was not computed, and for an empty text.

    >>> claim("Weights sum to 1.", holds=abs(0.25 + 0.75 - 1) < 1e-12, measured="0.25 + 0.75 = 1")
    ✔ holds: "Weights sum to 1."
      Measured: 0.25 + 0.75 = 1.
    """
    if holds is None and would_tell is None:
        raise ValueError(
            "holds is None, expected True or False; where the measurement cannot tell, say what "
            "would: would_tell=“more sentences”."
        )
    if holds is not None and not isinstance(holds, bool | np.bool_):
        raise ValueError(
            f"holds is {type(holds).__name__}, expected True or False: "
            "compare the measured number with what the statement says, for instance x.max() > 64."
        )
    texts = {
        "statement": statement, "measured": measured, "only_if": only_if,
        "would_tell": would_tell, "source": source,
    }  # fmt: skip
    for name, text in texts.items():
        needed = name in ("statement", "measured")
        if (needed or text is not None) and (not isinstance(text, str) or not text.strip()):
            raise ValueError(f"{name} is {text!r}, expected a sentence that is not empty.")
    clean = {
        name: None if text is None else text.strip().rstrip(".")
        for name, text in texts.items()
        if name != "statement"
    }
    if holds is not None:
        clean["would_tell"] = None
    verdict = None if holds is None else bool(holds)
    return Claim(statement.strip(), verdict, by_construction=by_construction, **clean)


@dataclass(frozen=True)
class Balance:
    """Claims side by side, each with what would change the verdict."""

    minds: dict

    def __repr__(self):
        return "\n".join(
            f"{one.sign} {one.statement}\n  Would change our mind: {mind}"
            for one, mind in self.minds.items()
        )

    def _repr_html_(self):
        rows = [
            [
                one.statement,
                one.measured,
                Cell(f"{one.sign} {one.verdict}", colour=_LOOKS[one.kind][1], bold=True),
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
