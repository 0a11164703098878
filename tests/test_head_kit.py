"""The kit of trained heads: small, honest, and the same as the model it was cut from."""

import numpy as np
import pytest
from peers import installed

from helpers import data
from helpers.models import head_kit, pretrained
from helpers.tasks import SENTENCE
from tools.make_data import head_kit as making
from tools.make_data.__main__ import is_same

TIRED, SOFT, RAINING = (SENTENCE.replace("tired", word) for word in ("tired", "soft", "raining"))


@pytest.fixture(scope="module")
def encoder():
    return installed(pretrained.encoder, np.float64)


def weight(sentence, head, query, key):
    reading = head_kit.read(sentence, *head)
    return reading.weights[reading.words.index(query), reading.words.index(key)]


def test_licence_credit_and_changes_lie_beside_it():
    notice = (data.FOLDER / "NOTICE.md").read_text(encoding="utf-8")
    for needed in ("head_kit.npz", "all-MiniLM-L6-v2", "Apache License", "Modified", "float16"):
        assert needed in notice, f"data/NOTICE.md does not mention {needed!r}"
    for layer, head in head_kit.heads():
        assert f"{layer}.{head}" in notice, f"data/NOTICE.md does not name head {layer}.{head}"
    licence = (data.FOLDER / "LICENSE-APACHE-2.0").read_text(encoding="utf-8")
    assert "Apache License" in licence and "END OF TERMS AND CONDITIONS" in licence


def test_the_running_sentence_comes_first():
    assert head_kit.sentences()[:3] == [TIRED, SOFT, RAINING]


def test_shapes_and_rows():
    for sentence in head_kit.sentences():
        for layer, head in head_kit.heads():
            reading = head_kit.read(sentence, layer, head)
            n = len(reading.words)
            assert reading.words[0] == "[CLS]" and reading.words[-1] == "[SEP]"
            assert reading.x.shape == (n, 384)
            assert reading.query.shape == reading.key.shape == reading.value.shape == (n, 32)
            assert reading.w_query.shape == (384, 32) and reading.b_query.shape == (32,)
            np.testing.assert_allclose(reading.weights.sum(axis=-1), 1, atol=1e-12)
            projected = reading.x @ reading.w_key + reading.b_key
            np.testing.assert_array_equal(reading.key, projected)


def test_what_the_heads_do():
    """The numbers that lesson 00 tells its readers, with a margin."""
    assert weight(TIRED, (3, 1), "it", "cat") == pytest.approx(0.49, abs=0.005)
    assert weight(TIRED, (3, 1), "it", "mat") == pytest.approx(0.14, abs=0.005)
    assert weight(SOFT, (3, 1), "it", "cat") < weight(SOFT, (3, 1), "it", "mat")
    assert weight(RAINING, (3, 1), "it", "cat") < weight(RAINING, (3, 1), "it", "mat")
    for sentence in (TIRED, SOFT, RAINING):
        assert weight(sentence, (5, 11), "it", "cat") > 0.6, "5.11 ignores the last word"
    for sentence in head_kit.sentences():
        before = np.diagonal(head_kit.read(sentence, 0, 2).weights, -1)
        assert before.mean() > 0.95, "0.2 looks at the piece before, in shuffled text too"
    she, he = (s for s in head_kit.sentences() if s.startswith("the woman"))
    assert weight(she, (1, 3), "she", "woman") > weight(she, (1, 3), "she", "boy")
    assert weight(he, (1, 3), "he", "boy") > weight(he, (1, 3), "he", "woman")


def test_errors_say_what_there_is():
    with pytest.raises(ValueError, match="the cat sat on the mat because it was soft"):
        head_kit.read("no such sentence", 3, 1)
    with pytest.raises(ValueError, match=r"0\.2, 1\.3, 1\.8, 3\.1, 4\.5, 5\.11"):
        head_kit.read(SENTENCE, 3, 2)


def test_the_kit_recomputed_from_the_whole_model(encoder):
    assert tuple(head_kit.sentences()) == making.SENTENCES
    assert is_same(data.path("head_kit.npz"), making.arrays(), making.TOLERANCE), (
        "head_kit.npz is out of date: python -m tools.make_data head_kit"
    )


def test_maps_are_those_of_the_whole_model(encoder):
    for sentence in head_kit.sentences():
        whole = encoder.read(sentence)
        for layer, head in head_kit.heads():
            reading = head_kit.read(sentence, layer, head)
            assert reading.words == whole.words
            np.testing.assert_allclose(reading.weights, whole.weights[layer, head], atol=6e-4)
