"""What a check found: passed or not, which rung of the ladder spoke, which mistake it was."""

import html

from helpers.exercises.notice import Notice

STAGES = (
    "not written", "raised", "type", "shape", "non-finite", "input changed", "too slow",
    "mistake", "property", "value", "passed",
)  # fmt: skip
_LOOKS = {"passed": ("✔", "#1a6b3c"), "not written": ("○", "#5a5a5a")}
_FAILED = ("✘", "#a3221c")
_SHOWN_LINES = 10


class Verdict(Notice):
    """The answer of a check.

    exercise: str, the exercise's name.
    passed: bool.
    stage: str, the rung of the ladder that spoke, one of STAGES.
    mistake: str, the name of the known mistake, or None.
    message: str, at most two sentences in plain words, the same on every machine.
    printed: str, what the learner's function printed on its first call.
    notes: list of str, what else the learner should know (a damaged progress file, say).
    """

    def __init__(self, exercise, stage, message, mistake=None, printed="", notes=()):
        if stage not in STAGES:
            raise ValueError(f"stage is {stage!r}, expected one of {', '.join(STAGES)}.")
        self.exercise = exercise
        self.stage = stage
        self.message = message
        self.mistake = mistake
        self.printed = printed
        self.notes = list(notes)

    @property
    def passed(self):
        return self.stage == "passed"

    @property
    def plain(self):
        """All of it in words: the sign, the message, then what was printed and the notes."""
        sign, _ = _LOOKS.get(self.stage, _FAILED)
        lines = [f"{sign} {self.message}"]
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
            + (f"<br>It printed:<pre>{printed}</pre>" if self.printed else "")
            + "".join(f"<br>{html.escape(note)}" for note in self.notes)
            + "</div>"
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
