"""diagnose: every fault by its name, none where there is none, and told in the same words."""

import numpy as np
import pytest
from sick_attention import SICK, scores_of

from helpers.attention import causal_mask, scaled_dot_product_attention, softmax
from helpers.diagnosis import diagnose


@pytest.mark.parametrize("case", SICK)
@pytest.mark.parametrize("seed", range(5))
def test_a_fault_is_called_by_its_name(case, seed):
    name, make = SICK[case]
    found = diagnose(**make(np.random.default_rng(seed)))
    assert found.name == name, f"{case}: taken for {found.name}\n{found.text}"
    assert found and found.symptom and found.number and found.cause and found.remedy


def _healthy(rng):
    """A random sound attention, and a random choice of what its owner passes on."""
    dtype = rng.choice([np.float64, np.float32, np.float16])
    leading = [(), (3,), (2, 3), (3, 3)][rng.integers(4)]
    n_queries, n_keys, d = rng.integers(2, 33), rng.integers(2, 33), rng.integers(4, 97)
    query = (rng.normal(size=(*leading, n_queries, d)) * rng.uniform(0.5, 1.5)).astype(dtype)
    key = (rng.normal(size=(*leading, n_keys, d)) * rng.uniform(0.5, 1.5)).astype(dtype)
    mask = None
    if rng.random() < 0.5 and n_queries <= n_keys:
        mask = causal_mask(n_queries, n_keys)
    elif rng.random() < 0.5:
        mask = rng.random((n_queries, n_keys)) < 0.7
        mask[:, rng.integers(n_keys)] = True
    elif rng.random() < 0.5:  # a bias by distance, added to the scores
        mask = -0.1 * np.abs(np.arange(n_queries)[:, None] - np.arange(n_keys))
    _, weights = scaled_dot_product_attention(query, key, key, mask)
    given = dict(query=query, key=key, weights=weights)
    if mask is not None and mask.dtype == bool and rng.random() < 0.5:
        mask = np.where(mask, 0, -np.inf)
    if rng.random() < 0.5:
        given["scores"] = (scores_of(*(a.astype(np.float32) for a in (query, key)))).astype(dtype)
    for name in ("query", "weights"):
        if rng.random() < 0.3:
            given.pop(name)
    if "query" not in given:
        given.pop("key")
    if mask is not None:
        given["mask"] = mask
    return given


def test_no_false_alarm_on_a_thousand_healthy_cases():
    rng = np.random.default_rng(0)
    alarms, judged = [], 0
    while judged < 1000:
        given = _healthy(rng)
        if not {"weights", "scores", "query"} & set(given):
            continue
        judged += 1
        found = diagnose(**given)
        if found:
            alarms.append((found.text, {name: a.shape for name, a in given.items()}))
    assert not alarms, f"{len(alarms)} false alarms; the first: {alarms[0]}"


def test_a_sound_function_is_healthy_and_only_trying_finds_a_late_mask():
    x = np.random.default_rng(0).normal(size=(6, 4))
    found = diagnose(attend=lambda x: scaled_dot_product_attention(x, x, x, causal=True)[0], x=x)
    assert not found and found.name == "healthy"


def test_text_and_html_say_the_same():
    found = diagnose(weights=softmax(np.random.default_rng(0).normal(size=(5, 4)), axis=0))
    assert repr(found) == found.text
    assert [label for label, _ in found.parts] == ["Symptom", "Number", "Most likely", "Remedy"]
    for _, words in found.parts:
        assert words in found.text and words in found._repr_html_()
    assert '<th scope="row"' in found._repr_html_() and "<caption" in found._repr_html_()
    assert diagnose(weights=softmax(np.random.default_rng(0).normal(size=(5, 4)))).text.startswith(
        "✔ healthy"
    )


def test_what_may_be_right_is_told_without_blame():
    notes = {SICK["empty rows | handled_rightly"][1]}
    notes |= {make for name, make in SICK.values() if name == "sink"}
    for _, make in SICK.values():
        found = diagnose(**make(np.random.default_rng(0)))
        assert found.fault == (make not in notes), found.text
        assert found.text[0] == ("○" if make in notes else "✘")


@pytest.mark.parametrize("case", SICK)
def test_the_words_do_not_hang_on_the_last_bits(case):
    """What another BLAS would compute: every number moved by a few units in the last place."""
    _, make = SICK[case]
    given = make(np.random.default_rng(0))
    moved = {
        name: array * (1 + 4 * np.finfo(array.dtype).eps)
        if isinstance(array, np.ndarray) and array.dtype == np.float64 and name != "mask"
        else array
        for name, array in given.items()
    }
    assert diagnose(**moved).text == diagnose(**given).text


def test_tensors_of_another_library_are_welcome():
    torch = pytest.importorskip("torch", reason="torch is in the test group only")
    weights = torch.softmax(torch.arange(12.0, requires_grad=True).reshape(3, 4) ** 2 / 40, dim=0)
    assert diagnose(weights=weights).name == "transposed"


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({}, "nothing to look at"),
        (dict(mask=np.ones((3, 3), bool)), "nothing to look at"),
        (dict(query=np.ones((3, 4))), "pass both"),
        (dict(query=np.ones((3, 4)), key=np.ones((5, 2))), "same width"),
        (dict(weights=np.ones((3, 4)) / 4, scores=np.ones((4, 3))), "do not belong together"),
        (dict(weights=np.ones(4) / 4), "two axes or more"),
        (dict(weights=np.ones((3, 4)) / 4, mask=np.ones((4, 3), bool)), "does not broadcast"),
        (dict(weights=np.ones((3, 4)) / 4, mask=np.ones((3, 4), int)), "make it bool"),
        (dict(x=np.ones((3, 4))), "belong together"),
    ],
)
def test_what_does_not_fit_is_said(given, complaint):
    with pytest.raises(ValueError, match=complaint):
        diagnose(**given)
