"""What was measured on the whole models: there, consistent, and measured again where they are."""

import numpy as np
import pytest
from peers import installed

from helpers import heads
from helpers.models import head_findings, head_kit, pretrained
from helpers.tasks import SENTENCE, pronouns
from tools.make_data import head_findings as making


@pytest.fixture(scope="module")
def encoder():
    return installed(pretrained.encoder, np.float64)


@pytest.fixture(scope="module")
def decoder():
    return installed(pretrained.decoder)


def test_shapes():
    for family, make in head_findings.FAMILIES.items():
        assert head_findings.right(family).shape == (len(make()), 6, 12)
    for family in head_findings.SHUFFLED:
        shuffled = head_findings.right(family, with_shuffled_words=True)
        assert shuffled.shape == head_findings.right(family).shape
    for head in head_findings.IT_HEADS:
        assert head_findings.it_weights(*head).shape == (640, 2)
    assert head_findings.ablation().shape == head_findings.previous_with_shuffled_words().shape
    assert {s.shape for s in head_findings.decoder_scores().values()} == {(30, 9)}
    table = head_findings.words()
    assert len({len(column) for column in table}) == 1 and table.sentence.max() == 47


def test_parts_agree_with_each_other():
    """Weights and right answers of "it" were stored apart; the kit holds three of the sentences."""
    cases = pronouns.because_it()
    for layer, head in head_findings.IT_HEADS:
        weights = head_findings.it_weights(layer, head)
        says_animal = weights[:, 0] > weights[:, 1]
        decided = np.abs(weights[:, 0] - weights[:, 1]) > 1e-4  # float16
        animal = np.array([case.answer == case.candidates[0] for case in cases])
        right = head_findings.right("because_it")[:, layer, head]
        assert np.array_equal((says_animal == animal)[decided], right[decided])
        reading = head_kit.read(SENTENCE, layer, head)
        it, cat = reading.words.index("it"), reading.words.index("cat")
        assert weights[0, 0] == pytest.approx(reading.weights[it, cat], abs=2e-3)


def test_the_weight_of_a_sentence_is_one():
    table = head_findings.words()
    for field in ("weight", "last_layer", "rollout"):
        sums = np.bincount(table.sentence, getattr(table, field))
        np.testing.assert_allclose(sums, 1, atol=1e-4)


def test_errors_say_what_there_is():
    with pytest.raises(ValueError, match=r"'trophies'.*because_it, pronoun_kinds"):
        head_findings.right("trophies")
    with pytest.raises(ValueError, match=r"'swap_pairs'.*pronoun_kinds, verb_subject"):
        head_findings.right("swap_pairs", with_shuffled_words=True)
    with pytest.raises(ValueError, match=r"3\.1, 4\.5, 5\.11"):
        head_findings.it_weights(0, 0)


# Measured again ---------------------------------------------------------------------------------


@pytest.mark.parametrize("family", head_findings.FAMILIES)
def test_right_answers_again(encoder, family):
    some = slice(0, None, 16 if family == "because_it" else 8)
    cases = head_findings.FAMILIES[family]()[some]
    again = making.packed_right(encoder, cases)
    again = np.unpackbits(again, axis=-1, count=72).reshape(-1, 6, 12).astype(bool)
    stored = head_findings.right(family)[some]
    assert (again == stored).mean() > 0.999, (
        "python -m tools.make_data head_findings"
    )  # ties may fall


def test_shuffled_again(encoder):
    cases = making.shuffled_cases("verb_subject")[:6]
    again = np.unpackbits(making.packed_right(encoder, cases), axis=-1, count=72)
    stored = head_findings.right("verb_subject", with_shuffled_words=True)[:6]
    assert (again.reshape(-1, 6, 12) == stored).mean() > 0.995


def test_weights_effects_and_ablation_again(encoder):
    cases = pronouns.because_it()[:640:80]
    again = making.it_weights(encoder, cases).astype(float)
    for place, head in enumerate(head_findings.IT_HEADS):
        np.testing.assert_allclose(
            again[:, place], head_findings.it_weights(*head)[::80], atol=2e-3
        )
    first = making.texts()[:2]
    effects = making.effects(encoder, first)
    table = head_findings.words()
    for field in table._fields[2:]:
        stored = getattr(table, field)[table.sentence < 2]
        np.testing.assert_allclose(effects[field], stored, atol=1e-4, err_msg=field)


def test_the_heads_that_ablation_puts_first_again(encoder):
    """Neighbours' heads change the answer more than the heads with the stories."""
    which = [(0, 2), (1, 8), (1, 3), (5, 11)]
    again = making.ablation(encoder, making.texts()[::8], which)
    assert min(again[0, 2], again[1, 8]) > 2 * max(again[1, 3], again[5, 11])
    stored = head_findings.ablation()
    for head in which:
        assert again[head] == pytest.approx(stored[head], rel=0.5)


def test_the_report_again(encoder):
    made = making.kinds(encoder, making.texts()[:6])
    stored = head_findings.encoder_report()
    for kind in ("previous", "next", "first"):
        again = made["kind_scores"][list(made["kinds"]).index(kind)]
        assert np.abs(again - stored.scores[kind]).max() < 0.15
        assert heads.rank_correlation(again.ravel(), stored.scores[kind].ravel()) > 0.9
    assert stored.names[0][2] == "previous" and stored.names[1][8] == "next"


def test_the_decoder_again(decoder):
    sequences = making.repeated_words(decoder)[:2]
    scores = making.decoder_scores(decoder, sequences)["decoder_induction"]
    stored = head_findings.decoder_scores()["induction"]
    best = np.unravel_index(stored.argmax(), stored.shape)
    assert best == (18, 6) and scores[best] > 0.6
    at_it = making.decoder_at_it(decoder, pronouns.swap_pairs()[:4])
    assert at_it["decoder_difference"] < 1e-5 and np.all(at_it["decoder_right_at_it"] == 0.5)
