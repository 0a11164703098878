"""The verdict follows from the data, and its words are what nbval compares."""

import numpy as np
import pytest

from helpers import claim
from helpers.claims import balance


def test_a_claim_that_the_data_refuse():
    verdict = claim("Scores span 64.", holds=np.float64(8) >= 64, measured="standard deviation 8")
    assert repr(verdict) == (
        '✘ does not hold: "Scores span 64."\n  Measured: standard deviation 8.'
    )
    assert verdict.kind == "does not hold"


def test_a_claim_with_a_condition_names_it():
    verdict = claim("One head, one relation.", True, "0.13", only_if="both are read out linearly.")
    assert repr(verdict).startswith("◐ holds, if both are read out linearly: ")


def test_a_condition_does_not_rescue_a_claim_that_the_data_refuse():
    assert claim("It holds.", False, "0 of 5", only_if="pigs fly").verdict == "does not hold"


def test_html_says_the_same_words_and_escapes_them():
    html = claim("a < b", True, "a = 1 & b = 2")._repr_html_()
    assert "a &lt; b" in html and "1 &amp; b" in html and "holds" in html


@pytest.mark.parametrize("holds", [None, 1, "yes", np.array([True, False])])
def test_a_verdict_must_be_computed_as_true_or_false(holds):
    with pytest.raises(ValueError, match="expected True or False"):
        claim("Anything.", holds, "nothing")


def test_a_claim_that_cannot_be_decided_says_what_would_decide_it():
    verdict = claim("It does.", None, "3 of 5", would_tell="200 sentences", source="folk")
    assert repr(verdict) == (
        '○ undecided: "It does."\n  Measured: 3 of 5.\n  What would tell: 200 sentences.\n'
        "  Who says so: folk."
    )
    decided = claim("It does.", True, "5 of 5", would_tell="200 sentences")
    assert "would tell" not in repr(decided), "it is told now"


def test_a_fact_of_algebra_is_shown_and_a_computation_can_still_refute_it():
    assert claim("Linear.", True, "3 of 3", by_construction=True).sign == "="
    assert claim("Linear.", False, "2 of 3", by_construction=True).sign == "✘"


@pytest.mark.parametrize("field", ["statement", "measured", "only_if", "would_tell", "source"])
def test_no_part_of_a_claim_is_empty(field):
    parts = {"statement": "a", "holds": True, "measured": "b"} | {field: "  "}
    with pytest.raises(ValueError, match=field):
        claim(**parts)


def test_a_balance_is_a_table_of_claims_with_what_would_change_the_verdict():
    one = claim("Rows sum to 1.", holds=True, measured="1.00", only_if="a < b")
    table = balance({one: "a row that does not"})
    assert repr(table) == "◐ Rows sum to 1.\n  Would change our mind: a row that does not"
    shown = table._repr_html_()
    assert shown.count('scope="col"') == 4 and "holds, if a &lt; b" in shown
    for wrong in ({one: " "}, {"a claim": "a mind"}):
        with pytest.raises(ValueError, match="balance takes"):
            balance(wrong)
