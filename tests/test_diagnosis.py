"""diagnose: every fault by its name, none where there is none, and told in the same words."""

import itertools

import numpy as np
import pytest
from peers import installed, peer
from sick_attention import SICK
from sick_kinds import KINDS, passed_on
from sound_attention import rounded, sound

from helpers.attention import causal_mask, scaled_dot_product_attention, softmax
from helpers.diagnosis import diagnose, recomputed
from helpers.models import head_kit, pretrained
from helpers.tasks import SENTENCE


@pytest.mark.parametrize("case", SICK)
@pytest.mark.parametrize("seed", range(5))
def test_a_fault_is_called_by_its_name(case, seed):
    name, make = SICK[case]
    found = diagnose(**make(np.random.default_rng(seed)))
    assert found.name == name, f"{case}: taken for {found.name}\n{found.text}"
    assert found and found.symptom and found.number and found.cause and found.remedy


def test_random_patients_of_every_kind_are_told_whatever_they_bring():
    """Other sizes, heads and types, and only a part of the evidence: the name, and how to mend."""
    wrong, tried = [], 0
    for name, kind in KINDS.items():
        for passed, stored, seed in itertools.product(kind.passed, kind.types, range(2)):
            found, tried = diagnose(**passed_on(kind, passed, stored, seed)), tried + 1
            told = found.name in kind.names and any(word in found.text for word in kind.words)
            if not told or found.fault != kind.fault or not (found.cause and found.remedy):
                wrong.append(f"{name} ({passed}, {stored}, seed {seed}):\n{found}")
    assert not wrong, f"{len(wrong)} of {tried}; the first: " + "\n".join(wrong[:3])


def test_a_part_refutes_nothing_that_explains_the_whole(monkeypatch):
    """Of large arrays a part is tried first: the words are those of trying all at once."""
    for (name, kind), seed in itertools.product(KINDS.items(), range(2)):
        for passed in kind.passed:
            given, told = passed_on(kind, passed, kind.types[0], seed), []
            for small in (0, 10**9):
                monkeypatch.setattr(recomputed, "SMALL", small)
                told.append(diagnose(**given).text)
            assert told[0] == told[1], f"{name} ({passed}, seed {seed}): {told}"


def test_no_false_alarm_on_a_thousand_sound_attentions():
    alarms = []
    for seed in range(1000):
        given, words = sound(np.random.default_rng(seed))
        found = diagnose(**given)
        if found:
            alarms.append(f"seed {seed}, {words}, {sorted(given)}:\n{found}")
    assert not alarms, f"{len(alarms)} false alarms; the first: {alarms[0]}"


def _sharp_or_sound(weights, **more):
    """What diagnose says of maps, and of the same maps after 16 bits; faults only."""
    for stored in ("float32", "float16", "bfloat16"):
        found = diagnose(weights=rounded(weights, stored).astype(np.float32), **more)
        if found.fault and found:
            yield f"{stored}, {weights.shape}:\n{found}"


@pytest.mark.parametrize("model", ["encoder", "decoder"])
def test_no_false_alarm_on_maps_of_real_models(model):
    weights = installed(getattr(pretrained, model)).read(SENTENCE).weights
    more = {"mask": causal_mask(weights.shape[-1])} if model == "decoder" else {}
    maps = [weights, *weights, *weights.reshape(-1, *weights.shape[-2:])]
    alarms = [alarm for one in maps for alarm in _sharp_or_sound(one, **more)]
    assert not alarms, f"{len(alarms)} false alarms in {len(maps)} maps; the first: {alarms[0]}"


def test_trained_heads_are_no_patients():
    """Sharp heads and sinks of the kit: worth a word, and no fault; the numbers are computed."""
    for sentence, head in itertools.product(head_kit.sentences(), head_kit.heads()):
        read = head_kit.read(sentence, *head)
        for given in (
            dict(weights=read.weights),
            dict(query=read.query, key=read.key, value=read.value, weights=read.weights),
        ):
            found = diagnose(**given)
            assert not (found and found.fault), f"head {head}, {sentence!r}:\n{found}"


def test_what_is_sound_says_what_was_computed():
    rng = np.random.default_rng(0)
    query, key = rng.normal(size=(2, 5, 8))
    output, weights = scaled_dot_product_attention(query, key, key)
    found = diagnose(query=query, key=key, weights=weights, value=key, output=output)
    assert found.name == "healthy" and "the weights follow from query · key" in found.number
    assert diagnose(weights=weights).number == ""


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
    torch = peer("torch")
    weights = torch.softmax(torch.arange(12.0, requires_grad=True).reshape(3, 4) ** 2 / 40, dim=0)
    assert diagnose(weights=weights).name == "transposed"
    query, key = torch.randn((2, 4, 6, 16), generator=torch.Generator().manual_seed(0)).bfloat16()
    query.requires_grad_()
    scores = query @ key.mT / 4
    layers = [torch.softmax(scores, dim=-1)[None] for _ in range(3)]  # as a model returns them
    mask = torch.ones(6, 6, dtype=torch.bool).tril()
    assert diagnose(query=query, key=key, weights=layers[0][0]).name == "healthy"
    assert diagnose(query=query, key=key, weights=layers[0][0], mask=mask).name == "leak"
    assert diagnose(weights=layers).name == "healthy"
    with pytest.raises(ValueError, match="eager"):
        diagnose(weights=(None, None))


def test_fewer_key_heads_are_shared_by_neighbours():
    rng = np.random.default_rng(0)
    query, key = rng.normal(size=(2, 6, 5, 8)), rng.normal(size=(2, 2, 5, 8))
    shared = np.repeat(key, 3, axis=1)
    output, weights = scaled_dot_product_attention(query, shared, shared)
    assert (
        diagnose(query=query, key=key, value=key, weights=weights, output=output).name == "healthy"
    )


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
        (dict(weights=np.ones((3, 4)) / 4, mask=np.ones((3, 4), int)), "1 and 0 hide nothing"),
        (dict(weights=np.ones((2, 3, 4, 4)) / 4, mask=np.ones((2, 4), bool)), "None, None, :"),
        (dict(weights=np.ones((3, 4)) / 4, scores=np.ones((3, 6))), "keys cut off after softmax"),
        (dict(weights=np.ones((3, 4)) / 4, value=np.ones((3, 2))), "one row for each key"),
        (
            dict(weights=np.ones((3, 4)) / 4, value=np.ones((4, 2)), output=np.ones((2, 3))),
            "expected an output",
        ),
        (dict(x=np.ones((3, 4))), "belong together"),
    ],
)
def test_what_does_not_fit_is_said(given, complaint):
    with pytest.raises(ValueError, match=complaint):
        diagnose(**given)
