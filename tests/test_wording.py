"""Numbers and words in sentences read the same on every machine."""

import numpy as np
import pytest

from helpers.wording import capital, counted, listed, number, sentence, share, small, word_label


@pytest.mark.parametrize(
    "value, said",
    [
        (0.125, "0.13"),
        (0.125 - 1e-9, "0.13"),
        (0.125 + 1e-9, "0.13"),
        (-0.001, "0.00"),
        (-0.0, "0.00"),
        (np.float32(0.1), "0.10"),
        (-0.125, "-0.13"),
        (1.005, "1.01"),
        (12345.678, "12345.68"),
        (float("nan"), "NaN"),
        (-np.inf, "-∞"),
    ],
)
def test_numbers_are_rounded_the_same_on_every_machine(value, said):
    assert number(value) == said


def test_small_numbers_and_shares():
    assert [small(v) for v in (0.5, 0.00067, 0.0)] == ["0.50", "0.00067", "0.00"]
    assert [share(v) for v in (0.31, 0.003, 0.00001, 0, 1)] == [
        "31%", "0.3%", "below 0.1%", "0%", "100%",
    ]  # fmt: skip


def test_words_in_sentences():
    assert [counted(n, "query", "queries") for n in (0, 1, 2, 12)] == [
        "no queries", "one query", "two queries", "12 queries",
    ]  # fmt: skip
    assert [listed("abc"[:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert capital("head 3 looks") == "Head 3 looks" and capital("d is 4") == "d is 4"
    assert sentence("is it so?") == "Is it so?" and sentence("all") == "All."
    assert [word_label(word) for word in ("", " ", "a\n")] == ["(empty)", "␣", "a⏎"]
