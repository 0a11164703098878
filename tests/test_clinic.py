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
    "repair_nan_rows": lambda scores, mask: _zeros_for_empty_rows(scores, mask),
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


def _scaled(query, key):
    return attention.softmax(query @ key.swapaxes(-1, -2) / np.sqrt(query.shape[-1]))


def _in_float32(query, key):
    """As the remedy says, and the result in the type that came in."""
    made = _scaled(query.astype(np.float32), key.astype(np.float32))
    return made.astype(query.dtype)


def _zeros_for_empty_rows(scores, mask):
    seen = np.broadcast_to(mask, scores.shape).any(axis=-1, keepdims=True)
    return np.where(seen, clinic.nan_rows(scores, mask | ~seen), 0)


def _largest_taken_off(scores):
    return clinic.large_scores(scores - scores.max(axis=-1, keepdims=True))


def _ends_at_the_own_place(scores):
    n_queries, n_keys = scores.shape[-2:]
    mask = np.tri(n_queries, n_keys, k=n_keys - n_queries)
    return attention.softmax(np.where(mask, scores, -np.inf))


def _axes_1_and_2_swapped(x, n_heads):
    batch, n, d_model = x.shape
    return x.reshape(batch, n, n_heads, d_model // n_heads).swapaxes(1, 2)


# What diagnose tells the owner of each patient to do, and a function that does just that.
REMEDIES = {
    "divide by √d_key once, in the query or in the scores.": _scaled,
    "divide the scores by √d_key.": _scaled,
    "sum over the keys, the last axis: rows are queries.": lambda scores: (
        clinic.row_sums(scores.swapaxes(-1, -2)).swapaxes(-1, -2)
    ),
    "agree on one meaning; invert the mask (~mask) where it is handed over.": (
        lambda scores, mask: clinic.reading_padding(scores, ~mask)
    ),
    "put −∞ in the place of hidden scores before softmax.": (
        lambda scores, mask: attention.softmax(np.where(mask, scores, -np.inf))
    ),
    "hide every key after the query's own place: np.tri(n_queries, n_keys, k=n_keys - n_queries).":
        _ends_at_the_own_place,
    "let softmax give zeros for a row with nothing to look at.": _zeros_for_empty_rows,
    "subtract the largest score of each row before exp; if the scores are that large "
    "unexpectedly, look for a missing scale.": _largest_taken_off,
    "compute scores and softmax in float32: query.astype(np.float32), and key alike.": _in_float32,
    "keep the batch first: (batch, n, heads, d) → (batch, heads, n, d), axes 1 and 2 swapped.":
        _axes_1_and_2_swapped,
}  # fmt: skip


@pytest.mark.parametrize("number", range(1, 11))
def test_what_diagnose_advises_is_a_repair(number):
    """The remedy, done to the letter, passes the check of that patient."""
    declared = of_lesson(10)[number - 1]
    remedy = diagnose(**clinic.patient(number, np.random.default_rng(0)).evidence).remedy
    assert remedy in REMEDIES, f"nobody tried out what diagnose advises now: {remedy}"

    def learner(*args):
        return REMEDIES[remedy](*args)

    verdict = judge(declared, learner)
    assert verdict.passed, f"{remedy}\n{verdict.message}"


def _every_nan_made_zero(scores, mask):
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(clinic.nan_rows(scores, mask))


def _shared_out_again(scores, mask):
    weights = attention.softmax(scores) * mask
    return weights / weights.sum(axis=-1, keepdims=True)


def _no_maximum(scores):
    return np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)


FAULTS_OF_OTHERS = {
    "repair_nan_rows": (_every_nan_made_zero, "a NaN that comes in is still to be seen"),
    "repair_reading_padding": (_shared_out_again, "Did hidden words take all"),
    "repair_thin_rows": (_shared_out_again, "Did hidden words take all"),
    "repair_row_sums": (_no_maximum, "How large may a score be"),
}


def test_a_repair_brings_in_no_other_fault():
    """What looks mended, and hides a NaN, overflows, or shares out what is already gone."""
    exercises = {one.name: one for one in of_lesson(10)}
    for name, (repair, said) in FAULTS_OF_OTHERS.items():
        verdict = judge(exercises[name], repair)
        assert not verdict.passed and said in verdict.message, verdict.message


def test_names_and_parameters_are_a_contract():
    assert {one.name: one.parameters for one in of_lesson(10)} == PARAMETERS
