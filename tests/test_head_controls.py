"""What the findings on heads are held against: there, consistent, and measured again."""

import numpy as np
import pytest
from peers import installed

from helpers import heads
from helpers.models import head_controls, head_findings, pretrained
from helpers.tasks import counterbalanced
from tools.make_data import head_controls as making
from tools.make_data.head_findings import packed_right, repeated_words, texts


@pytest.fixture(scope="module")
def encoder():
    return installed(pretrained.encoder, np.float64)


def test_no_place_gives_the_answer_away():
    subjects, synonyms = counterbalanced.subjects(), counterbalanced.synonyms()
    rules = heads.baselines(subjects)
    assert rules["first"] == rules["nearest"] == pytest.approx(2 / 5)
    rules = heads.baselines(synonyms)
    assert rules["first"] == rules["nearest"] == pytest.approx(1 / 3)
    for family in (subjects, synonyms):
        assert len({case.words for case in family}) == len(family), "a case stands there twice"
    nouns = {*counterbalanced.PERSONS, *counterbalanced.PLACES}
    for case in subjects:
        assert {case.words[place] for place in case.candidates} == nouns & set(case.words)
        assert case.words[case.query] in counterbalanced.VERBS


def test_shapes():
    for family, make in head_controls.FAMILIES.items():
        assert head_controls.right(family).shape == (len(make()), 6, 12)
    assert head_controls.alike_by_vector().shape == (96,)
    assert set(head_controls.untrained_scores()) == set(head_findings.encoder_report().scores)
    assert {s.shape for s in head_controls.untrained_scores().values()} == {(3, 6, 12)}
    assert head_controls.sink_values().shape == head_controls.sink_share().shape == (48, 6, 12)
    assert {moved.shape for moved in head_controls.stirred().values()} == {(48,)}
    for way in ("mean", "zero"):
        losses = head_controls.copy_losses(way)
        assert [found.shape for found in losses.values()] == [(1, 16, 2), (1, 16, 2), (4, 16, 2)]


def test_errors_say_what_there_is():
    with pytest.raises(ValueError, match=r"'verbs'.*subjects, synonyms"):
        head_controls.right("verbs")
    with pytest.raises(ValueError, match=r"'half'.*mean.*zero"):
        head_controls.copy_losses("half")


def test_nothing_off_is_the_same_in_both_ways():
    one, other = (head_controls.copy_losses(way)["nothing"] for way in ("mean", "zero"))
    assert np.array_equal(one, other)


def test_the_encoder_again(encoder):
    for family, make in head_controls.FAMILIES.items():
        some = slice(0, None, 12)
        again = np.unpackbits(packed_right(encoder, make()[some]), axis=-1, count=72)
        stored = head_controls.right(family)[some]
        assert (again.reshape(-1, 6, 12) == stored).mean() > 0.995, family
    cases = counterbalanced.synonyms()[:12]
    again = making.alike_by_vector(encoder, cases)
    assert np.array_equal(again, head_controls.alike_by_vector()[:12])
    first = texts()[:2]
    for name, stored in (("sink_values", head_controls.sink_values()),
                         ("sink_share", head_controls.sink_share())):  # fmt: skip
        np.testing.assert_allclose(making.sink(encoder, first)[name], stored[:2], atol=1e-4)
    again = making.stirred(encoder, first[:1])[:, 0]
    stored = [moved[0] for moved in head_controls.stirred().values()]
    np.testing.assert_allclose(again, stored, atol=1e-4)


def test_the_decoder_again():
    decoder = installed(pretrained.decoder)
    ids = repeated_words(decoder, making.SEQUENCES)[0]
    best = making.switched_off(decoder, head_findings.decoder_scores()["induction"])[1]
    for name, off in (("nothing", []), ("five best", best)):
        again = making.loss_on_both_copies(decoder, ids, dict.fromkeys(off, "mean"))
        stored = head_controls.copy_losses()[name][0, 0]
        np.testing.assert_allclose(again, stored, atol=0.05)
