"""The ten patients: told apart by diagnose, and handed to the reader as they were brought in."""

import numpy as np
import pytest

from helpers import attention
from helpers.diagnosis import diagnose
from helpers.exercises.declare import AS_BROUGHT, of_lesson
from helpers.exercises.judge import judge
from helpers.tasks import clinic

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


@pytest.mark.parametrize("declared", of_lesson(10), ids=lambda one: one.name)
def test_it_is_handed_out_as_it_was_brought_in(declared):
    """The untouched function is named, whatever else the notebook says; the sound one passes."""
    from helpers.attention import softmax

    assert declared.stub == declared.broken
    for source, name in ((declared.stub, AS_BROUGHT), (declared.solution, None)):
        space = {"np": np, "softmax": softmax}
        exec(compile(source, "<a learner's cell>", "exec"), space)
        verdict = judge(declared, space[declared.name])
        assert verdict.mistake == name, verdict.message
        assert verdict.passed == (name is None), verdict.message


def _in_float64(query, key):
    query, key = query.astype(np.float64), key.astype(np.float64)
    scores = np.einsum("...qd,...kd->...qk", query, key) * query.shape[-1] ** -0.5
    return attention.softmax(scores)


def _added(scores, mask):
    return attention.softmax(scores + np.where(mask, 0.0, -np.inf))


def _guarded_by_rows(scores, mask):
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(clinic.nan_rows(scores, mask))


def _by_logarithm(scores):
    shifted = scores - scores.max(axis=-1)[..., None]
    return np.exp(shifted - np.log(np.exp(shifted).sum(axis=-1))[..., None])


OTHER_WAYS = {
    "repair_flat_weights": _in_float64,
    "repair_sharp_weights": lambda query, key: _in_float64(query, key),
    "repair_row_sums": attention.softmax,
    "repair_reading_padding": lambda scores, mask: _added(scores, mask),
    "repair_thin_rows": _added,
    "repair_too_good": lambda scores: _added(scores, attention.causal_mask(*scores.shape[-2:])),
    "repair_nan_rows": _guarded_by_rows,
    "repair_large_scores": _by_logarithm,
    "repair_half_precision": lambda query, key: _in_float64(query, key),
    "repair_wrong_sentence": lambda x, n_heads: attention.split_heads(x, n_heads),
}
PARAMETERS = {
    "repair_flat_weights": ("query", "key"),
    "repair_sharp_weights": ("query", "key"),
    "repair_row_sums": ("scores",),
    "repair_reading_padding": ("scores", "mask"),
    "repair_thin_rows": ("scores", "mask"),
    "repair_too_good": ("scores",),
    "repair_nan_rows": ("scores", "mask"),
    "repair_large_scores": ("scores",),
    "repair_half_precision": ("query", "key"),
    "repair_wrong_sentence": ("x", "n_heads"),
}


@pytest.mark.parametrize("declared", of_lesson(10), ids=lambda one: one.name)
def test_another_sound_repair_passes(declared):
    def learner(*args):
        return OTHER_WAYS[declared.name](*args)

    verdict = judge(declared, learner)
    assert verdict.passed, verdict.message


def test_names_and_parameters_are_a_contract():
    assert {one.name: one.parameters for one in of_lesson(10)} == PARAMETERS
