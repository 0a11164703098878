"""The ledger of replications: every claim's verdict and numbers, in every run there was.

One JSON object a line, in docs/replications.jsonl. A line is one run of one lesson: its seed, its
variation, and what each claim came to. What the claims' lesson or helpers were at that time is a
stamp; a line of another stamp is history and counts no more.
"""

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

NAME = Path("docs") / "replications.jsonl"
_NUMBER = re.compile(r"(?<![\w.])[-−]?\d[\d,]*(?:\.\d+)?(?:e-?\d+)?")


@dataclass(frozen=True)
class Run:
    """One run of a lesson.

    lesson: its name. seed: 0 is the lesson's own. variation: in words, or "". stamp: of sources.
    claims: list of {"statement", "kind", "verdict", "measured"}. error: what it raised, or "".
    seconds, version, machine: how long it took, of the course and where.
    """

    lesson: str
    seed: int
    variation: str
    stamp: str
    claims: list
    error: str = ""
    seconds: float = 0.0
    version: str = ""
    machine: str = ""

    @property
    def key(self):
        """What tells one run from another."""
        return self.lesson, self.seed, self.variation


def read(path):
    """The runs of a ledger, the latest of each key; a line that was cut off is left out.

    Returns: dict key -> Run.
    """
    runs = {}
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                run = Run(**json.loads(line))
            except (ValueError, TypeError):
                continue  # a run that was killed while it wrote; it is done again
            runs[run.key] = run
    return runs


def append(path, run):
    """Add a run to the ledger, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(run.__dict__, ensure_ascii=False, sort_keys=True)
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.write(line + "\n")


def write(path, runs):
    """Write a ledger anew: a line a run, in order, so that the same runs are the same bytes."""
    lines = [
        json.dumps(run.__dict__, ensure_ascii=False, sort_keys=True)
        for run in sorted(runs, key=lambda run: run.key)
    ]
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8", newline="\n")


@dataclass
class History:
    """What the runs say about one claim.

    kinds: dict setting -> list of kinds, one a seed; the setting is a variation in words, or "" for
        the lesson's own.
    texts: what was measured under the lesson's own settings, one a seed.
    """

    lesson: str
    statement: str
    kinds: dict = field(default_factory=lambda: defaultdict(list))
    texts: list = field(default_factory=list)

    @property
    def runs(self):
        """(how many runs, under how many settings)."""
        return sum(map(len, self.kinds.values())), len(self.kinds)

    @property
    def own_kinds(self):
        """The verdicts under the lesson's own settings, each once, the most frequent first."""
        own = self.kinds.get("", [])
        return sorted(set(own), key=own.count, reverse=True)

    @property
    def turns_at(self):
        """The settings under which most runs give another verdict than the lesson's own do."""
        if not self.own_kinds:
            return []
        return [
            setting
            for setting, kinds in self.kinds.items()
            if setting and sum(kind != self.own_kinds[0] for kind in kinds) * 2 > len(kinds)
        ]

    @property
    def range(self):
        """What was measured, each number as a range over the seeds; the text of one where the
        sentences differ in more than their numbers."""
        return merged(self.texts)


def histories(runs, stamps=None):
    """The histories of all claims. Returns: dict (lesson, statement) -> History.

    runs: of Run. stamps: dict lesson -> stamp; runs of another stamp are left out.
    """
    found = {}
    for run in sorted(runs, key=lambda run: run.key):
        if run.error or (stamps is not None and run.stamp != stamps.get(run.lesson)):
            continue
        for claim in run.claims:
            key = run.lesson, claim["statement"]
            history = found.setdefault(key, History(*key))
            history.kinds[run.variation].append(claim["kind"])
            if not run.variation:
                history.texts.append(claim["measured"])
    return found


def contradictions(history, kind):
    """Why a verdict does not stand, given its replications: a list of sentences, empty if it does.

    kind: the verdict that the lesson prints.
    """
    said = []
    own, others = history.own_kinds, [k for k in history.own_kinds if k != kind]
    if not own:
        return [f"{history.lesson}: “{history.statement}” was never run again."]
    if others and kind != "undecided":
        counts = ", ".join(f"{k} in {history.kinds[''].count(k)}" for k in own)
        said.append(
            f"{history.lesson}: “{history.statement}” is printed as “{kind}”, and over seeds it "
            f"came out as: {counts}. Make it hold, or say that it is undecided."
        )
    if kind in ("holds", "does not hold", "so by construction") and history.turns_at:
        said.append(
            f"{history.lesson}: “{history.statement}” is printed as “{kind}” without a condition, "
            f"and turns at: {', '.join(history.turns_at)}. Name that setting in only_if."
        )
    return said


def merged(texts):
    """Sentences that differ in their numbers only, as one with ranges: "0.73 to 0.88 of 5".

    texts: list of str. Where they differ in more, the first of them.
    """
    if not texts:
        return ""
    if len({_NUMBER.sub("#", text) for text in texts}) > 1:
        return texts[0]
    columns = zip(*(_NUMBER.findall(text) for text in texts), strict=True)
    spans = iter([_span(column) for column in columns])
    return _NUMBER.sub(lambda _: next(spans), texts[0])


def _span(numbers):
    ordered = sorted(numbers, key=_value)
    low, high = ordered[0], ordered[-1]
    return low if _value(low) == _value(high) else f"{low}–{high}"


def _value(text):
    return float(text.replace(",", "").replace("−", "-"))
