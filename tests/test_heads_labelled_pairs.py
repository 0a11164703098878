"""Relations: labelled pairs, who is right, and the rules that have to be beaten."""

import numpy as np
import pytest

from helpers import heads
from helpers.models import head_findings
from helpers.tasks import english, pronouns

WORDS = ("the", "cat", "saw", "the", "dog")
PAIR = heads.LabelledPair(WORDS, 2, 1, (1, 4))


def looking_at(key, n=5):
    weights = np.full((n, n), 0.1)
    weights[:, key] = 0.6
    return weights


def test_right_is_the_largest_weight_among_the_candidates():
    maps = np.stack([looking_at(1), looking_at(4), looking_at(0)])
    assert heads.right(maps, PAIR).tolist() == [True, False, True], "a tie goes to the earlier"
    assert heads.relation_scores([maps, maps], [PAIR, PAIR]).tolist() == [1, 0, 1]
    with pytest.raises(ValueError, match="no pair"):
        heads.relation_scores([], [])
    with pytest.raises(ValueError, match="5 tokens for maps of 4"):
        heads.right(looking_at(1, 4), PAIR)


@pytest.mark.parametrize(
    ("parts", "message"),
    [((2, 9, (1, 9)), "outside a text of 5"), ((2, 1, (1,)), "two or more"),
     ((2, 0, (1, 4)), "one of them")],
)  # fmt: skip
def test_a_case_that_cannot_be_is_refused(parts, message):
    with pytest.raises(ValueError, match=message):
        heads.LabelledPair(WORDS, *parts)


def test_the_rules():
    cases = [PAIR, heads.LabelledPair(WORDS, 2, 4, (1, 4)), heads.LabelledPair(WORDS, 0, 1, (1, 4))]
    assert heads.fixed_offset(cases) == (pytest.approx(1 / 3), -1)
    assert heads.fixed_offset(cases, fitted_on=cases[2:]) == (pytest.approx(1 / 3), 1)
    assert heads.first_candidate(cases) == pytest.approx(2 / 3)
    assert heads.nearest_candidate(cases) == pytest.approx(2 / 3)
    assert heads.nearest_candidate(cases, "after") == pytest.approx(2 / 3)
    with pytest.raises(ValueError, match="left"):
        heads.nearest_candidate(cases, "left")
    table = heads.relation_table(np.array([[0.4, 0.9]]), cases)
    assert table[0] == ("head 0.1", 0.9) and len(table) == 7
    assert [share for _, share in table] == sorted((s for _, s in table), reverse=True)


def test_shuffling_keeps_words_labels_and_what_is_fixed():
    framed = PAIR.between("[CLS]", "[SEP]")
    assert framed.words[framed.answer] == "cat" and framed.query == 3
    rng, orders = np.random.default_rng(0), set()
    for _ in range(20):
        moved = heads.shuffled(framed, rng, fixed=(0, 6))
        assert sorted(moved.words) == sorted(framed.words)
        assert moved.words[0] == "[CLS]" and moved.words[-1] == "[SEP]"
        assert moved.words[moved.query] == "saw" and moved.words[moved.answer] == "cat"
        assert [moved.words[place] for place in moved.candidates] == ["cat", "dog"]
        orders.add(moved.words)
    assert len(orders) > 10


def test_the_families_are_balanced():
    """No rule that ignores the words can beat a coin where the lesson says "a coin"."""
    for make in (pronouns.because_it, pronouns.pronoun_kinds, pronouns.him_himself,
                 pronouns.swap_pairs):  # fmt: skip
        rules = heads.baselines(make())
        assert all(share <= 0.5 for share in rules.values()), (make.__name__, rules)
    assert [len(make()) for make in head_findings.FAMILIES.values()] == [640, 300, 40, 48, 52, 125]


def test_each_pair_differs_in_the_last_words_only_and_turns_the_answer():
    cases = pronouns.swap_pairs()
    for one, other in zip(cases[::2], cases[1::2], strict=True):
        assert one.words[:-1] == other.words[:-1] and one.words[-1] != other.words[-1]
        assert {one.answer, other.answer} == set(one.candidates) == set(other.candidates)
        assert one.words[one.query] == "it" and one.query > max(one.candidates)
    texts = {case.words for case in cases}
    assert len(texts) == 48
    told = {" ".join(case.words) for case in cases}
    assert not any("trophy" in text or "suitcase" in text for text in told), "written afresh"


def test_labels_of_the_plain_sentences():
    assert len({tuple(words) for words in english.sentences()}) == 48
    for case in english.verb_subject():
        assert case.answer < case.query, f"a subject stands before its verb: {case}"
    for case in english.determiner_noun():
        assert case.words[case.query] in ("the", "a", "an") and case.query < case.answer
    found = {case.words[c] for case in english.verb_subject() for c in (case.query,)}
    assert {"stopped", "slept", "are", "was"} <= found
