"""What benchmarks/checks.py promises of checks holds: in any spelling, in pairs, for right answers.

Every day for a few exercises, with --all for every one. No time is tested.
"""

import pytest
from exercise_learners import EXERCISES

from benchmarks.checks import GOALS, measure
from benchmarks.spellings import SPELLINGS, STYLES, respelled

EVERY_DAY = ("attend", "context_vector", "row_means")
LARGE = 100  # of fewer than so many, a share says little: all but one must be named


@pytest.mark.parametrize(
    "declared",
    [
        pytest.param(one, marks=() if one.name in EVERY_DAY else pytest.mark.slow)
        for one in EXERCISES
    ],
    ids=lambda declared: declared.name,
)
def test_checks_keep_what_the_benchmark_promises(declared):
    tally = measure([declared])
    for part, counts in tally.parts.items():
        told = f"{part}: {counts['no']} of {sum(counts.values())}\n" + "\n".join(tally.missed[part])
        if part.startswith("wrongly") or part in (
            "declared mistakes named",
            "the same, rejected here",
        ):
            assert not counts["no"], told
        elif part in GOALS:
            missed_at_most = (1 - GOALS[part]) * max(sum(counts.values()), LARGE)
            assert counts["no"] <= missed_at_most, told


def test_ten_styles_and_more_are_tried():
    assert len(SPELLINGS) + len(STYLES) >= 10


@pytest.mark.parametrize(
    ("spelling", "source", "becomes"),
    [
        ("np.matmul", "a @ b.T", "np.matmul(a, b.T)"),
        ("np.einsum", "a @ b @ c", "written_einsum(written_einsum(a, b), c)"),
        ("factors exchanged", "a * (b + c)", "(c + b) * a"),
        ("factors exchanged", "[a] * n", "[a] * n"),
        ("functions for operators", "a / b - c", "np.subtract(np.divide(a, b), c)"),
        ("softmax written out", "attention.softmax(s, axis=0)", "written_softmax(s, axis=0)"),
        ("softmax written out", "special.softmax(s)", "special.softmax(s)"),
    ],
)
def test_a_spelling_rewrites_what_it_says(spelling, source, becomes):
    assert respelled(source, spelling) == becomes
