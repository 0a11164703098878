"""What counts as written, and what check may be called with."""

import functools

import numpy as np
import pytest
from exercise_learners import named, right

from helpers import attention
from helpers.exercises import CheckFailed, check, yours
from helpers.exercises.judge import judge
from helpers.exercises.written import is_empty

softmax, sdpa, attend = (
    named(name) for name in ("softmax", "scaled_dot_product_attention", "attend")
)


# --- not written ---


def docstring_only(scores):
    """Turn scores into weights."""


def dots(scores):
    """Turn scores into weights."""
    ...


def passing(scores):
    pass


def not_implemented(scores):
    """Turn scores into weights."""
    raise NotImplementedError


def not_implemented_with_words(scores):
    raise NotImplementedError("write me")


def not_implemented_at_the_end(scores):
    shifted = scores - scores.max()
    raise NotImplementedError(f"what now with {shifted.shape}?")


def returns_dots(scores):
    return ...


def returns_a_variable_of_dots(scores):
    weights = ...
    return weights


@functools.wraps(dots)
def decorated(*args):
    return dots(*args)


@pytest.mark.parametrize(
    "function",
    [
        docstring_only, dots, passing, not_implemented, not_implemented_with_words,
        not_implemented_at_the_end, returns_dots, returns_a_variable_of_dots, decorated,
        lambda scores: ..., functools.partial(dots),
    ],
)  # fmt: skip
def test_not_written(function):
    verdict = judge(softmax, function)
    assert (verdict.stage, verdict.passed, verdict.mistake) == ("not written", False, None)
    assert verdict.message == "softmax: not written yet."


@pytest.mark.parametrize(
    "function",
    [
        attention.softmax, softmax, softmax.reference,
        functools.partial(attention.softmax, axis=-1),
        functools.wraps(attention.softmax)(lambda scores: attention.softmax(scores)),
    ],
)  # fmt: skip
def test_what_the_course_wrote_is_not_written_by_the_learner(function):
    assert judge(softmax, function).stage == "not written"


def test_going_on_with_the_courses_never_ticks():
    unwritten = yours(dots, "softmax")
    assert not check(unwritten, "softmax").passed
    assert check(yours(unwritten, "softmax"), "softmax").stage == "not written"
    assert "1 of" not in check(unwritten, "softmax").message


EMPTY_BODIES = [
    '"What for."', "...", "pass", "return", "return None", '"What for."\n    ...',
    '"What for."\n    # your code\n    pass\n    ...', "raise NotImplementedError",
    "raise NotImplementedError()", 'raise NotImplementedError("write me")',
    '"What for."\n    raise NotImplementedError("write me")', "pass\n    pass\n    return None",
]  # fmt: skip
WRITTEN_BODIES = [
    "return 0", "return 3", 'return "What for."', '"What for."\n    return "What for."',
    "return scores", "yield", "scores = None", "print", "raise ValueError", "raise AssertionError",
    'raise ValueError("write me")', 'raise NotImplementedError(f"{scores}")', "pass; return scores",
]  # fmt: skip


def test_a_body_is_empty_or_written_whatever_python_makes_of_it():
    for head in ("def f(scores):", "def f(scores, *others, axis=-1) -> None:"):
        for bodies, empty in ((EMPTY_BODIES, True), (WRITTEN_BODIES, False)):
            for body in bodies:
                space = {}
                exec(f"{head}\n    {body}\n", space)
                assert is_empty(space["f"]) == empty, f"{head}\n    {body}"
    assert is_empty(lambda scores: ...) and not is_empty(lambda scores: 3)
    assert not is_empty(len) and not is_empty(np.exp)


def test_a_body_with_one_line_is_written():
    def softmax(scores):
        return scores

    assert judge(named("softmax"), softmax).stage != "not written"


def test_a_helper_that_is_not_implemented_is_not_the_function():
    def helper(scores):
        raise NotImplementedError

    def softmax(scores):
        return helper(scores)

    assert judge(named("softmax"), softmax).stage == "raised"


# --- what a check is called with ---


def test_passed_counts_properties_and_the_lesson():
    def softmax(scores):
        return right(scores)

    verdict = check(softmax)
    assert (verdict.passed, verdict.stage, verdict.mistake) == (True, "passed", None)
    assert verdict.message == "softmax: 7 properties hold. Lesson 02: 1 of 4."


def test_strict_is_silent_and_raises(capsys, progress_of_its_own):
    assert check(right, "softmax", strict=True) is None
    with pytest.raises(CheckFailed) as failed:
        check(dots, exercise="softmax", strict=True)
    assert failed.value.verdict.stage == "not written"
    assert str(failed.value) == "softmax: not written yet."
    assert isinstance(failed.value, AssertionError)
    assert capsys.readouterr().out == "" and not progress_of_its_own.exists()


def test_another_name():
    assert check(right, "softmax").passed
    assert check(right, exercise=softmax).passed


@pytest.mark.parametrize(
    ("function", "exercise", "error", "words"),
    [
        (np.ones(3), None, TypeError, "without parentheses"),
        (None, "softmax", TypeError, "got NoneType"),
        (dict, "softmax", TypeError, "dict is a class"),
        (right, 3, TypeError, "exercise is int"),
    ],
)
def test_a_call_that_makes_no_sense(function, exercise, error, words):
    with pytest.raises(error, match=r"exercise|function") as raised:
        check(function, exercise)
    assert words in str(raised.value)


def my_softmax(scores):
    return right(scores)


def layernorm(x, gamma, beta):
    return x


UNKNOWN = [
    (my_softmax, None, "No exercise is called my_softmax. Did you mean softmax? Then write: "
     'check(my_softmax, exercise="softmax").'),
    (layernorm, None, "No exercise is called layernorm. Did you mean layer_norm? Then write: "
     'check(layernorm, exercise="layer_norm").'),
    (right, "softmaks", "No exercise is called softmaks. Did you mean softmax? Then write: "
     'check(right, exercise="softmax").'),
    (lambda weights: weights, None, "A lambda has no name to find its exercise by. "
     'Did you mean entropy? Then write: check(my_function, exercise="entropy").'),
    (lambda s, t: s, None, "A lambda has no name to find its exercise by. Write "
     'check(my_function, exercise="NAME"), with the exercise\'s own name for NAME.'),
    (len, None, "No exercise is called len. Write "
     'check(len, exercise="NAME"), with the exercise\'s own name for NAME.'),
]  # fmt: skip


@pytest.mark.parametrize(("function", "exercise", "words"), UNKNOWN)
def test_a_name_of_no_exercise_is_said_in_one_line(
    function, exercise, words, capsys, progress_of_its_own
):
    verdict = check(function, exercise)
    assert (verdict.passed, verdict.stage, str(verdict)) == (False, "unknown", f"✘ {words}")
    assert capsys.readouterr().out == f"✘ {words}\n" and not progress_of_its_own.exists()
    with pytest.raises(ValueError) as raised:
        check(function, exercise, strict=True)
    assert str(raised.value) == words


class Softmax:
    def __call__(self, scores):
        return right(scores)

    def method(self, scores):
        return right(scores)


@pytest.mark.parametrize(
    "function",
    [
        Softmax(), Softmax().method, functools.partial(lambda scores, axis: right(scores), axis=-1),
        lambda scores: right(scores), functools.wraps(right)(lambda *a: right(*a)),
    ],
)  # fmt: skip
def test_whatever_can_be_called(function):
    assert check(function, "softmax").passed


def test_a_function_of_numpys():
    assert check(np.mean, "row_means").mistake == "mean of everything"
