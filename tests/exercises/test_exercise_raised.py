"""An error of NumPy never stands without a sentence of ours; what is around it is named."""

import types

import numpy as np
import pytest
from exercise_learners import named

from helpers import attention
from helpers.exercises.judge import judge

ATTEND = named("attend")

FAILING = {
    "asks a whole array for one yes or no": lambda q, k, v: v if q > 0 else k,
    "np.maximum decide number by number": lambda q, k, v: max(q @ k.T, 0),
    "& (each side in parentheses)": lambda q, k, v: v[(q > 0) and (q < 1)],
    "A product sums over": lambda q, k, v: np.dot(k.T, v.T),
    "Entry by entry": lambda q, k, v: q + k,
    "has no such axis": lambda q, k, v: q.sum(axis=2),
    "A reshape keeps all numbers of (3, 4)": lambda q, k, v: q.reshape(5, 5),
    "There is no such place in an array of shape (3, 4)": lambda q, k, v: q[0, 0, 0],
    "Nothing is called kay": lambda q, k, v: q @ kay,  # noqa: F821
    "softmax takes arrays, and was given a single number": (
        lambda q, k, v: attention.softmax(q.max())
    ),
    "split_heads was given what it does not take": lambda q, k, v: attention.split_heads(q, 3),
    "on the way to the weights it fails": lambda q, k, v: (q @ k.T).sum(axis=5),
}


@pytest.mark.parametrize("words", FAILING)
def test_an_error_is_explained(words):
    verdict = judge(ATTEND, FAILING[words])
    assert verdict.stage == "raised" and verdict.mistake is None, verdict.message
    assert words in verdict.message


def test_a_value_that_does_not_fit_its_place():
    def attend(query, key, value):
        output = np.zeros((len(query), len(key)))
        output[:] = query
        return output

    assert "does not fit its place: here (3, 6) and (3, 4)" in judge(ATTEND, attend).message


def test_an_array_of_the_notebooks_is_named():
    def context_vector(weights, values):
        return weights @ memory  # noqa: F821

    in_a_notebook = {"memory": np.ones((3, 4)), "np": np}
    function = types.FunctionType(context_vector.__code__, in_a_notebook)
    message = judge(named("context_vector"), function).message
    assert message.endswith("It uses memory from the notebook, and not what is passed in.")


def in_a_notebook(source):
    space = {"np": np}
    exec(compile(source, "<a learner's cell>", "exec"), space)
    return space


@pytest.mark.parametrize(
    "merge", ["return np.zeros((3, 4))", "return split_heads(x, 3)", "return x.reshape(5, 6)"]
)
def test_what_is_not_written_is_named_before_what_is_wrong(merge):
    space = in_a_notebook(
        f"def split_heads(x, n_heads):\n    ...\n"
        f"def merge_heads(x):\n    {merge}\n"
        "def multi_head_attention(x, w_query, w_key, w_value, w_output, n_heads):\n"
        "    return merge_heads(split_heads(x, n_heads))\n"
    )
    verdict = judge(named("multi_head_attention"), space["multi_head_attention"])
    assert verdict.message.endswith("It calls split_heads, which is not written yet.")


def test_of_two_wrong_functions_the_earlier_is_named():
    space = in_a_notebook(
        "def split_heads(x, n_heads):\n    return x\n"
        "def merge_heads(x):\n    return split_heads(x, 2)\n"
        "def multi_head_attention(x, w_query, w_key, w_value, w_output, n_heads):\n"
        "    return merge_heads(x), split_heads(x, 1)\n"
    )
    verdict = judge(named("multi_head_attention"), space["multi_head_attention"])
    assert verdict.message.endswith("It calls split_heads, which does not pass its own check yet.")
