"""The decoder's kit: heads that copy, the same as in the model they were cut from."""

import numpy as np
import pytest
from peers import installed

from helpers import data
from helpers.models import induction_kit, pretrained
from tools.make_data import induction_kit as making
from tools.make_data.__main__ import is_same

REPEATED = induction_kit.sentences()[0]


@pytest.fixture(scope="module")
def decoder():
    return installed(pretrained.decoder)


def test_its_notice_names_what_was_changed():
    notice = (data.FOLDER / "NOTICE.md").read_text(encoding="utf-8")
    assert "induction_kit.npz" in notice and "SmolLM2-135M-Instruct" in notice
    for layer, head in induction_kit.heads():
        assert f"{layer}.{head}" in notice, f"data/NOTICE.md does not name head {layer}.{head}"


def test_shapes_and_rows():
    for sentence in induction_kit.sentences():
        for layer, head in induction_kit.heads():
            reading = induction_kit.read(sentence, layer, head)
            n = len(reading.words)
            assert "".join(reading.words) == sentence
            assert reading.x.shape == (n, 576) and reading.w_key.shape == (576, 64)
            assert reading.query.shape == reading.key.shape == reading.value.shape == (n, 64)
            np.testing.assert_allclose(reading.weights.sum(axis=-1), 1, atol=1e-12)
            assert np.all(np.triu(reading.weights, 1) == 0), "no weight looks ahead"


def test_what_the_heads_do():
    """On the second copy of eight words, 17.5 and 18.6 look at what followed in the first."""
    sink = induction_kit.read(REPEATED, 7, 1).weights
    assert sink[:, 0].min() > 0.9
    before = induction_kit.read(REPEATED, 16, 0).weights
    assert np.diagonal(before, -1)[1:].mean() > 0.7
    second = np.arange(8, 15)
    for layer, head in [(17, 5), (18, 6)]:
        weights = induction_kit.read(REPEATED, layer, head).weights
        assert weights[second, second - 7].mean() > 0.7


def test_errors_say_what_there_is():
    with pytest.raises(ValueError, match=r"7\.1, 16\.0, 17\.5, 18\.6.*head 0\.0"):
        induction_kit.read(REPEATED, 0, 0)
    with pytest.raises(ValueError, match=r"red lamp.*'no such text'"):
        induction_kit.read("no such text", 16, 0)


def test_the_kit_recomputed_from_the_whole_model(decoder):
    arrays, path = making.arrays(), data.path("induction_kit.npz")
    assert is_same(path, arrays, making.TOLERANCE), (
        "induction_kit.npz is out of date: python -m tools.make_data induction_kit"
    )
    for changed in ({"w": arrays["w"] ^ 1}, {"x_17": arrays["x_17"] * np.float32(1.01)}):
        assert not is_same(path, arrays | changed, making.TOLERANCE)


def test_maps_are_those_of_the_whole_model(decoder):
    for sentence in induction_kit.sentences():
        whole = decoder.read(sentence)
        for layer, head in induction_kit.heads():
            reading = induction_kit.read(sentence, layer, head)
            assert reading.words == whole.words
            np.testing.assert_allclose(reading.weights, whole.weights[layer, head], atol=1e-5)
