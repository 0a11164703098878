"""Make docs/claims.md: every claim of the course with its verdict, read off the solved notebooks.

    python -m tools.claims              write it
    python -m tools.claims --check      say whether it is stale, and change nothing

Nothing is typed here: a claim stands in the document as its lesson printed it when it was built.
"""

import argparse
import re
import sys
from pathlib import Path
from typing import NamedTuple

from tools.fresh import load

ROOT = Path(__file__).resolve().parent.parent
COMMAND = "python -m tools.claims"
_CLAIM = re.compile(
    r'(?P<sign>[✔◐✘]) (?P<verdict>holds|does not hold|holds, if .+?): "(?P<statement>.+)"\n'
    r"  Measured: (?P<measured>.+)",
    re.DOTALL,
)
_HEAD = """# Claims, and what was measured

People say these things about attention. Each stands here with the verdict that an experiment gave
it, and with the numbers that decided. Run the lesson, and your own machine prints them.

This page is made from `solutions/` by `python -m tools.claims`; nobody edits it.
"""


class Found(NamedTuple):
    """A claim as a notebook printed it: sign and verdict, the statement, what was measured."""

    sign: str
    verdict: str
    statement: str
    measured: str


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
    for path in sorted((Path(root) / "solutions").glob("*.ipynb")):
        notebook = load(path)
        title = notebook.cells[0].source.splitlines()[0].lstrip("# ")
        lines = [
            f"| {claim.sign} {_cell(claim.verdict)} | {_cell(claim.statement)} "
            f"| {_cell(claim.measured)} |"
            for claim in claims(notebook)
        ]
        if lines:
            head = f"## {title}\n\n| verdict | claim | measured |\n|---|---|---|"
            parts.append("\n".join([head, *lines]))
    return "\n\n".join(parts) + "\n"


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
