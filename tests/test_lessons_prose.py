"""No number in a lesson's prose that nothing near it prints, no verdict that its claim has not."""

import functools
from pathlib import Path

import nbformat
import pytest

from tools import prose
from tools.fresh import lessons, load, product, staleness

ROOT = Path(__file__).resolve().parent.parent
LESSONS = lessons(ROOT)

# Lesson -> {what: why no output near it prints it}.
EXCEPTIONS = {
    "01_why_attention": {
        "24": "the size of the toy languages, said before they are shown",
        "32": "the size of the state, set two sections before",
        "16": "the longest sentence of the training, set in the section on it",
    },
    "05_multi_head": {"3": "a token in an example of a mean"},
    "07_cost": {
        "8": "a factor in a formula",
        "80": "a size of memory to be tried in the explorer below",
        "640": "a size of memory to be tried in the explorer below",
    },
    "08_gpt_and_bert": {
        "100": "BERT's share of blanks, 15 of 100, from the paper that is named",
        "56": "the vocabulary of the toy language, printed where it trains",
        "4,800": "all sentences of the toy language, in an outlook",
    },
    "09_what_heads_learn": {
        "91": "the size of a published file that is not loaded here",
        "30": "the layers of SmolLM2, of which four heads are kept",
        "4.5": "the name of a head",
        "40": "the pairs of a stored set",
        "48": "the sentences of a stored set",
    },
    "10_debugging_clinic": {"150": "scores that the thread reports, which is named"},
}


@functools.cache
def stale():
    """The lessons whose built notebooks are older than their text."""
    return {lesson for lesson, _ in staleness(ROOT)}


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_section_prints_what_its_prose_says(path):
    if path.stem in stale():
        pytest.skip("built from an older text: python -m tools.build, and test_build tells")
    left = EXCEPTIONS.get(path.stem, {})
    found = prose.hits(load(product(ROOT, "solutions", path.stem)))
    said = [f"cell {hit.position + 1}: {hit.what} in “{hit.where}”" for hit in found
            if hit.what not in left]  # fmt: skip
    assert not said, "print it near it, or say in EXCEPTIONS why not\n" + "\n".join(said)
    unused = set(left) - {hit.what for hit in found}
    assert not unused, f"exceptions that nothing needs: {unused}"


def test_exceptions_are_of_lessons_and_have_reasons():
    assert set(EXCEPTIONS) <= {path.stem for path in LESSONS}
    assert all(len(why) > 10 for left in EXCEPTIONS.values() for why in left.values())


def notebook(*cells):
    """Texts are text cells; pairs are code with what it prints."""
    made = nbformat.v4.new_notebook()
    for cell in cells:
        if isinstance(cell, str):
            made.cells.append(nbformat.v4.new_markdown_cell(cell))
        else:
            source, printed = cell
            output = nbformat.v4.new_output("stream", text=printed)
            made.cells.append(nbformat.v4.new_code_cell(source, outputs=[output]))
    return made


def test_a_number_that_nothing_prints_is_found():
    cases = (
        ("Eight is 0.42.", ("x = 3", "0.421\n"), []),
        ("Eight is 0.43.", ("x = 3", "0.421\n"), ["0.43"]),
        ("It takes 42 % here.", ("x = 3", "0.421\n"), []),
        ("It takes 1,536 numbers.", ("x", "1536"), []),
        ("It takes 1,536 numbers.", ("n = 1_536", ""), []),
        ("It falls to −3.", ("x", "-3.01"), []),
        ("It is 7.", ("x", "17, 7.6 and x7"), ["7"]),
        ("Lesson 07, lessons 01 to 03, head 3.1, GPT-3, section 3.2.1, in 2017.", ("x", ""), []),
        ("He says “−64 to 64”; `d = 5`; $n^2 = 9$.", ("x", ""), []),
        ("**Predict.** 1, 8 or 64?\n\nIt was 8.", ("x", ""), ["8"]),
        ("1. First, [it](a/b#c-2).", ("x", ""), []),
    )
    for text, code, expected in cases:
        found = [hit.what for hit in prose.hits(notebook("# 05 · T", text, code))]
        assert found == expected, (text, code, found)


def test_near_is_the_same_section_and_a_summary_looks_back():
    printed = ("x", "0.42")
    assert not prose.hits(notebook("## A", "### B\n\nIt is 0.42.", printed))
    assert prose.hits(notebook("## A", "It is 0.42.", "## B", printed))
    for title in ("## In three lines", "## Quiz"):
        assert not prose.hits(notebook("## A", printed, f"{title}\n\n1. It is 0.42."))


def test_what_is_to_be_tried_in_an_explorer_is_no_measurement():
    assert not prose.hits(notebook("## A", ("explore.scaling()", ""), "Go to d = 1024."))
    assert prose.hits(notebook("## A", ("explore.scaling()", ""), ("x", ""), "It was 1024."))


def test_a_verdict_word_that_no_claim_of_the_section_has_is_found():
    fails = ("claim()", '✘ does not hold: "It is so."\n  Measured: 3.')
    for text, expected in (
        ("The verdict is “does not hold”.", []),
        ("The verdict is “undecided”.", ["undecided"]),
        ('So it "holds".', ["holds"]),
        ("It holds.", []),
    ):
        assert [hit.what for hit in prose.hits(notebook("## A", fails, text))] == expected, text
