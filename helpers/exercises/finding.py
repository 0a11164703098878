"""What the rungs of the ladder look at, and what they say."""

from dataclasses import dataclass

from helpers.exercises.sandbox import Outcome


@dataclass(frozen=True)
class Trial:
    """One case in one floating type: its inputs, what was expected, what came."""

    inputs: dict
    dtype: str
    extreme: bool
    expected: Outcome
    outcome: Outcome

    def pairs(self, exercise):
        """(name, axes, what came, what was expected) of every output, where arrays came."""
        if self.outcome.result is None or self.outcome.result.arrays is None:
            return []
        came, expected = self.outcome.result.arrays, self.expected.result.arrays
        outputs = exercise.gives.items()
        return [
            (name, axes, got, wanted)
            for (name, axes), got, wanted in zip(outputs, came, expected, strict=True)
        ]


@dataclass(frozen=True)
class Finding:
    """A symptom, and the advice for want of a better one, on one rung of the ladder."""

    stage: str
    symptom: str
    advice: str = ""
