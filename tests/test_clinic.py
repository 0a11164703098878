"""The ten patients: told apart by diagnose, and handed to the reader as they were brought in."""

import re
from pathlib import Path

import numpy as np
import pytest

from helpers.diagnosis import diagnose
from helpers.exercises.ladder import judge
from helpers.exercises.lesson_10.ward import AS_BROUGHT
from helpers.exercises.registry import of_lesson
from helpers.tasks import clinic
from tools.lesson import BROKEN, EXERCISE, read

ROOT = Path(__file__).parent.parent
LESSON = ROOT / "lessons" / "10_debugging_clinic.md"
NAMES = (
    "scale doubled", "scale missing", "transposed", "mask inverted", "masked after softmax", "leak",
    "NaN from empty rows", "exp overflow", "float16 overflow", "batch and heads swapped",
)  # fmt: skip
PATIENTS = list(enumerate(NAMES, start=1))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("number", "name"), PATIENTS)
def test_every_patient_has_the_fault_that_it_shows(number, name, seed):
    patient = clinic.patient(number, np.random.default_rng(seed))
    found = diagnose(**patient.evidence)
    assert found.name == name, f"{patient}\n{found}"


def test_a_patient_says_what_it_brings_and_not_what_it_has():
    for number, name in PATIENTS:
        said = repr(clinic.patient(number, np.random.default_rng(0)))
        assert said.startswith(f"Patient {number}: ") and "weights (" in said
        assert name not in said
    with pytest.raises(ValueError, match="1 to 10"):
        clinic.patient(11, np.random.default_rng(0))
    with pytest.raises(AttributeError, match="brings query, key, weights"):
        _ = clinic.patient(1, np.random.default_rng(0)).mask


def test_the_exercises_come_in_the_order_of_the_patients():
    broken = [name.removeprefix("repair_") for name in (one.name for one in of_lesson(10))]
    assert len(broken) == len(PATIENTS)
    assert all(callable(getattr(clinic, name)) for name in broken)


def _repairs():
    return [cell for cell in read(LESSON).cells if EXERCISE in cell.metadata.get("tags", [])]


@pytest.mark.parametrize("declared", of_lesson(10), ids=lambda one: one.name)
def test_the_open_notebook_holds_it_as_it_was_brought_in(declared):
    """The untouched function is named, whatever else the notebook says; the sound one passes."""
    cells = [c for c in _repairs() if re.match(rf"def {declared.name}\(", c.source)]
    assert len(cells) == 1, f"{declared.name}: {len(cells)} cells in the lesson"
    from helpers.attention import softmax

    for source, name in ((cells[0].metadata[BROKEN], AS_BROUGHT), (cells[0].source, None)):
        space = {"np": np, "softmax": softmax}
        exec(compile(source, "<a learner's cell>", "exec"), space)
        verdict = judge(declared, space[declared.name])
        assert verdict.mistake == name, verdict.message
        assert verdict.passed == (name is None), verdict.message
