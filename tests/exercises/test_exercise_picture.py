"""A wrong answer shown beside the expected one: for eyes, keyboards and screen readers."""

import re
from dataclasses import replace

import numpy as np
from exercise_learners import as_learner, named

from helpers import check
from helpers.exercises.compare import expected_trials
from helpers.exercises.judge import judge
from helpers.exercises.picture import picture
from helpers.exercises.run import run
from helpers.exercises.time_limit import Budget

SOFTMAX, ATTENTION = named("softmax"), named("scaled_dot_product_attention")


def shifted(scores):
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    return np.roll(weights, 1, axis=-1)


def test_both_stand_side_by_side_and_can_be_folded():
    details = judge(ATTENTION, lambda q, k, v: (v[..., :1, :] + 0 * q[..., :1], q)).details
    assert details == "" or details.startswith("<details open>")
    details = judge(SOFTMAX, lambda scores: np.ones_like(scores) / 2).details
    assert details.startswith("<details open><summary>") and "<script" not in details
    assert details.count("<table") == details.count("<caption") >= 2
    assert 'scope="col"' in details and 'scope="row"' in details


def test_a_cell_that_differs_is_marked_without_colour():
    details = judge(SOFTMAX, lambda scores: shifted(scores)).details
    marked = [cell for cell in re.findall(r"<td.*?</td>", details) if "≠" in cell]
    assert marked
    assert all("<strong>" in cell and "outline" in cell for cell in marked)


def test_a_right_answer_has_no_picture():
    assert judge(SOFTMAX, as_learner(SOFTMAX.reference)).details == ""


def test_large_results_are_cut_to_where_they_differ():
    def wrong(query, key, value):
        output, weights = ATTENTION.reference(query, key, value)
        weights = weights.copy()
        weights[..., -1, -1] += 0.25
        return output, weights

    wide = [part for part in _pictures(wrong) if "a part of" in part]
    assert wide, "no case is wider than a picture"
    for part in wide:
        assert ("≠" in part) == ("yours" in part) and "outline" in part
        assert part.count("<tr") <= 7, "more than a header and six rows"


def _pictures(function):
    """A table for every case on which the function is wrong."""
    for case in expected_trials(ATTENTION):
        trial = replace(case, outcome=run(ATTENTION, function, case.inputs, Budget(10)))
        yield from picture(ATTENTION, [trial]).split("<table")[1:]


def test_a_broken_property_brings_an_example():
    verdict = judge(SOFTMAX, lambda scores: np.full_like(scores, 1 / scores.shape[-1]) + 0.1)
    assert "[1.6, 1.6, 1.6, 1.6] came where [1, 1, 1, 1] was expected" in verdict.message
    assert "an example" in verdict.details and "≠" in verdict.details


def test_show_can_be_left_out(capsys):
    def softmax(scores):
        return np.ones_like(scores)

    verdict = check(softmax, show=False)
    assert not verdict.passed and capsys.readouterr().out == ""
    check(softmax)
    assert capsys.readouterr().out.startswith("✘ softmax")
