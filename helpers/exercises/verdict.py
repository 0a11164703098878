"""What a check found, and how it is shown: coloured in a notebook, printed everywhere else."""

import html
import sys
from dataclasses import dataclass, replace

STAGES = (
    "unknown", "not written", "raised", "type", "shape", "non-finite", "input changed", "too slow",
    "mistake", "property", "value", "passed",
)  # fmt: skip
_LOOKS = {"passed": ("✔", "#1a6b3c"), "not written": ("○", "#5a5a5a")}
_FAILED = ("✘", "#a3221c")
_SHOWN_LINES = 10


class Notice:
    """Something said to the learner, in plain words and in HTML.

    `show()` puts it on the page. The value that check or hint returns is a Notice too, so a
    notebook would show it a second time where the call stands last in its cell: the Notice
    remembers in which cell it was shown, and stays quiet for the rest of that cell.
    """

    def __init__(self, plain, markup=None):
        self.plain = plain
        self.markup = markup or f"<p>{html.escape(plain)}</p>"

    _shown_in = None

    def __str__(self):
        return self.plain

    __repr__ = __str__

    def _repr_html_(self):
        return self.markup

    def show(self):
        """Put it on the page: text and HTML in a notebook, plain words where there is none."""
        shell = _shell()
        if shell is not None:
            from IPython.display import display

            self._shown_in = shell.execution_count
            display({"text/plain": self.plain, "text/html": self._repr_html_()}, raw=True)
        elif not hasattr(sys, "ps1"):  # a plain Python prompt shows the returned value itself
            print(self.plain)
        return self

    def _ipython_display_(self):
        shell = _shell()
        if shell is None or self._shown_in != shell.execution_count:
            self.show()


@dataclass(frozen=True)
class Finding:
    """A symptom, and the advice for want of a better one.

    stage: one of verdict.STAGES. line: the learner's own that raised. example: of a broken
    property, what went in by name, what came, and what was expected, or None.
    """

    stage: str
    symptom: str
    advice: str = ""
    line: str = ""
    example: tuple | None = None

    def under(self, circumstance):
        """The finding, with what is unusual about the inputs in front of its symptom."""
        if not circumstance:
            return self
        return replace(self, symptom=f"{circumstance}, {self.symptom}")


class Verdict(Notice):
    """The answer of a check.

    exercise: str, the exercise's name.
    passed: bool.
    stage: str, what was looked at when it spoke, one of STAGES; "unknown": no exercise.
    mistake: str, the name of the known mistake, or None.
    message: str, at most two sentences in plain words, the same on every machine.
    printed: str, what the learner's function printed on its first call.
    notes: list of str, what else the learner should know (a damaged progress file, say).
    marks: str, the steps that were right and the first that was not: "✔ scores ✘ weights", or "".
    details: str, HTML that shows below the sentence what the sentence says; text has no such part.
    """

    def __init__(
        self, exercise, stage, message, mistake=None, printed="", notes=(), marks="", details=""
    ):
        if stage not in STAGES:
            raise ValueError(f"stage is {stage!r}, expected one of {', '.join(STAGES)}.")
        self.exercise = exercise
        self.stage = stage
        self.message = message
        self.mistake = mistake
        self.printed = printed
        self.notes = list(notes)
        self.marks = marks
        self.details = details

    @property
    def passed(self):
        """Whether the answer is right."""
        return self.stage == "passed"

    @property
    def plain(self):
        """All of it in words: sign and message, the marks, what was printed, the notes."""
        sign, _ = _LOOKS.get(self.stage, _FAILED)
        lines = [f"{sign} {self.message}", *([f"  {self.marks}"] if self.marks else [])]
        if self.printed:
            lines += ["  It printed:", *(f"    {line}" for line in self._printed_lines())]
        return "\n".join(lines + [f"  {note}" for note in self.notes])

    def _repr_html_(self):
        sign, colour = _LOOKS.get(self.stage, _FAILED)
        name, _, rest = self.message.partition(":")
        printed = html.escape("\n".join(self._printed_lines()))
        return (
            f'<div class="verdict" role="status" style="border-left: 4px solid {colour}; '
            f'padding: 0.2em 0.8em"><strong style="color: {colour}">{sign} {html.escape(name)}:'
            f"</strong>{html.escape(rest)}"
            + (f"<br>{html.escape(self.marks)}" if self.marks else "")
            + (f"<br>It printed:<pre>{printed}</pre>" if self.printed else "")
            + "".join(f"<br>{html.escape(note)}" for note in self.notes)
            + f"{self.details}</div>"
        )

    def _printed_lines(self):
        lines = self.printed.splitlines()
        more = len(lines) - _SHOWN_LINES
        return lines[:_SHOWN_LINES] + ([f"… and {more} more lines"] if more > 0 else [])


class CheckFailed(AssertionError):
    """A strict check that did not pass. `verdict` says why."""

    def __init__(self, verdict):
        super().__init__(verdict.message)
        self.verdict = verdict


def _shell():
    """The running IPython, or None. IPython is never imported just to ask."""
    ipython = sys.modules.get("IPython")
    return None if ipython is None else ipython.get_ipython()
