"""Make docs/claims.md: every claim of the course with its verdict, read off the solved notebooks.

    python -m tools.claims              write it
    python -m tools.claims --check      say whether it is stale, and change nothing

Nothing is typed here: a claim stands in the document as its lesson printed it when it was built,
and beside it what came of running it again (tools/replicate.py).
"""

import argparse
import re
import sys
from pathlib import Path
from typing import NamedTuple

from helpers.claims import SIGNS
from tools import ledger
from tools.fresh import load

ROOT = Path(__file__).resolve().parent.parent
COMMAND = "python -m tools.claims"
_KINDS = {sign: kind for kind, sign in SIGNS.items()}
_CLAIM = re.compile(
    rf"(?P<sign>[{''.join(_KINDS)}]) "
    rf"(?P<verdict>{'|'.join(sorted(SIGNS, key=len))}|holds, if .+?): "
    r'"(?P<statement>.+)"\n  Measured: (?P<measured>.+?)'
    r"(?:\n  What would tell: (?P<would_tell>.+?))?(?:\n  Who says so: (?P<source>.+?))?",
    re.DOTALL,
)
_HEAD = """# Claims, and what was measured

People say these things about attention. Each stands here with the verdict that an experiment gave
it, and with the numbers that decided. Run the lesson, and your own machine prints them.

Each was also run again with other random numbers and with other settings than the lesson's own.
*Runs* says how often, under how many settings; *range*, between what its numbers moved over the
seeds; *turns at*, which settings gave another verdict.

- ✔ holds, in every run · ✘ does not hold, in every run
- ◐ holds under a condition, which names what turns it
- ○ undecided: the measurement cannot tell
- = so by construction: a fact of algebra, shown and not put to the test

This page is made from `solutions/` and `docs/replications.jsonl` by `python -m tools.claims`;
nobody edits it.
"""
_COLUMNS = ("verdict", "claim", "measured", "runs", "range", "turns at", "who says so")


class Found(NamedTuple):
    """A claim as a notebook printed it: sign, verdict, statement, what was measured, by whom."""

    sign: str
    verdict: str
    statement: str
    measured: str
    would_tell: str | None = None
    source: str | None = None

    @property
    def kind(self):
        """The kind of verdict: "holds", "undecided" and so on."""
        return _KINDS[self.sign]


def claims(notebook):
    """The claims among the outputs of an executed notebook, in order. Returns: list of Found."""
    found = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            match = _CLAIM.fullmatch(output.get("data", {}).get("text/plain", ""))
            if match:
                found.append(Found(**match.groupdict()))
    return found


def document(root):
    """The text of docs/claims.md for the solved notebooks below `root`."""
    parts = [_HEAD.rstrip("\n")]
    histories = ledger.histories(ledger.read(Path(root) / ledger.NAME).values())
    for path in sorted((Path(root) / "solutions").glob("*.ipynb")):
        notebook = load(path)
        title = notebook.cells[0].source.splitlines()[0].lstrip("# ")
        lines = [
            _row(claim, histories.get((path.stem, claim.statement))) for claim in claims(notebook)
        ]
        if lines:
            head = f"## {title}\n\n| {' | '.join(_COLUMNS)} |\n|{'---|' * len(_COLUMNS)}"
            parts.append("\n".join([head, *lines]))
    return "\n\n".join(parts) + "\n"


def _row(claim, history):
    measured = claim.measured
    if claim.would_tell:
        measured += f" What would tell: {claim.would_tell}"
    cells = [f"{claim.sign} {claim.verdict}", claim.statement, measured]
    if history is None:
        cells += ["not yet", "", ""]
    else:
        runs, settings = history.runs
        cells += [f"{runs}, {settings} settings" if settings > 1 else str(runs)]
        spread = history.range
        cells += ["the same" if spread.rstrip(".") == claim.measured.rstrip(".") else spread]
        cells += ["; ".join(history.turns_at) or "–"]
    cells.append((claim.source or "").rstrip("."))
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text):
    """A text as it stands in a cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")


def main(arguments=None, root=ROOT):
    """The command line. Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog=COMMAND, description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="only say whether it is stale")
    options = parser.parse_args(arguments)
    target = Path(root) / "docs" / "claims.md"
    fresh = document(root)
    if target.exists() and target.read_text(encoding="utf-8") == fresh:
        print("docs/claims.md is what the solved notebooks say.")
        return 0
    if options.check:
        print(f"stale: docs/claims.md. To make it anew:\n    {COMMAND}")
        return 1
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(fresh, encoding="utf-8", newline="\n")
    print("Wrote docs/claims.md.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
