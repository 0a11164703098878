"""Exercises of other kinds than arrays in, weights out: masks, counts, lists, functions."""

import numpy as np
import pytest

from helpers.exercises.compare import same
from helpers.exercises.declare import EXERCISES, Exercise, all_exercises, exercise
from helpers.exercises.judge import judge


def declare(reference, case, mistake, holds, gives):
    """An exercise that is not entered among the course's own."""
    declared = Exercise(reference, 99, gives)
    declared.case("the case")(case)
    declared.mistake("the mistake", "Which way round?")(mistake)
    declared.holds("the property")(holds)
    return declared


def causal_mask(n_queries, n_keys=None):
    n_keys = n_queries if n_keys is None else n_keys
    return np.tri(n_queries, n_keys, n_keys - n_queries, dtype=bool)


MASK = declare(
    causal_mask,
    lambda rng: dict(n_queries=3, n_keys=5),
    lambda n_queries, n_keys: ~causal_mask(n_queries, n_keys),
    lambda mask, call: (
        same(call(n_queries=2, n_keys=4), causal_mask(2, 4)) and bool(mask[-1].all())
    ),
    {"mask": "(n_queries, n_keys)"},
)


def test_a_mask():
    assert judge(MASK, lambda n, m: np.arange(m) <= np.arange(n)[:, None] + m - n).passed
    verdict = judge(MASK, lambda n, m: np.arange(m) > np.arange(n)[:, None] + m - n)
    assert verdict.mistake == "the mistake"
    assert verdict.message == (
        "causal_mask: 15 of 15 entries are wrong, the first at [0, 0] where True was expected. "
        "Which way round?"
    )


def test_a_mask_of_numbers():
    verdict = judge(MASK, lambda n, m: causal_mask(n, m).astype(float))
    assert verdict.stage == "type"
    assert "holds floating-point numbers, and True and False were expected" in verdict.message


def test_a_call_with_counts_shows_them():
    verdict = judge(MASK, lambda n, m: n / 0)
    assert "causal_mask(n_queries=3, n_keys=5) raised ZeroDivisionError" in verdict.message


def online(blocks):
    largest = max(block.max() for block in blocks)
    return largest, sum(np.exp(block - largest).sum() for block in blocks)


ONLINE = declare(
    online,
    lambda rng: dict(blocks=[rng.normal(size=n) for n in (3, 5, 2)]),
    lambda blocks: online(blocks)[::-1],
    lambda maximum, total: bool(total >= 1),
    {"maximum": "()", "total": "()"},
)


def test_a_list_of_arrays_and_a_pair_of_numbers():
    def one_pass(blocks):
        maximum, total = float("-inf"), 0.0
        for block in blocks:
            new = max(maximum, float(block.max()))
            total = total * np.exp(maximum - new) + np.exp(block - new).sum()
            maximum = new
        return maximum, total

    assert judge(ONLINE, one_pass).passed
    assert judge(ONLINE, lambda blocks: one_pass(blocks)[::-1]).mistake == "the mistake"


@pytest.mark.parametrize("spoil", ["blocks[1][0] = 9", "blocks.pop()", "blocks.sort(key=len)"])
def test_a_list_that_is_changed(spoil):
    space = {"online": online}
    exec(f"def changed(blocks):\n    made = online(blocks)\n    {spoil}\n    return made", space)
    verdict = judge(ONLINE, space["changed"])
    assert verdict.stage == "input changed" and "input blocks" in verdict.message


def block(x, attention, norm):
    return x + attention(norm(x))


BLOCK = declare(
    block,
    lambda rng: dict(x=rng.normal(size=(3, 4)), attention=lambda x: x * 2, norm=lambda x: x - 1),
    lambda x, attention, norm: x + norm(attention(x)),
    lambda result, x: result.shape == x.shape,
    {"x": "(n, d_model)"},
)


def test_functions_as_parameters():
    assert judge(BLOCK, lambda x, a, n: a(n(x)) + x).passed
    verdict = judge(BLOCK, lambda x, a, n: x + n(a(x)))
    assert verdict.mistake == "the mistake"
    assert verdict.message.startswith("block: the values are 1 above the expected ones.")
    assert "block(x (3, 4), attention, norm) raised" in judge(BLOCK, lambda x, a, n: x @ x).message


def test_two_exercises_of_one_name_are_refused():
    def softmax(scores):
        return scores

    all_exercises()  # the course's own are loaded when they are first asked for
    before = dict(EXERCISES)
    with pytest.raises(ValueError, match="Two exercises are called softmax, in lesson 02 and 98"):
        exercise(lesson=98, gives={"weights": "(n,)"})(softmax)
    assert before == EXERCISES


def test_an_exercise_without_a_case_is_refused():
    with pytest.raises(ValueError, match="block declares no case"):
        judge(Exercise(block, 99, {"x": "(n, d)"}), lambda x, a, n: x)


def test_an_exercise_is_called_like_its_reference():
    assert same(BLOCK(np.ones((2, 3)), abs, abs), np.full((2, 3), 2))
    assert repr(BLOCK) == "<exercise block, lesson 99>"
