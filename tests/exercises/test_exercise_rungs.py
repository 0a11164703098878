"""Each rung of the ladder speaks in its turn, in plain words, about the learner's own result."""

import functools

import numpy as np
import pytest
from exercise_learners import named

from helpers import attention
from helpers.exercises import CheckFailed, check, yours
from helpers.exercises.ladder import judge

softmax, entropy, project = named("softmax"), named("entropy"), named("project")
sdpa, attend = named("scaled_dot_product_attention"), named("attend")


def right(scores):
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# --- not written ---------------------------------------------------------------------------------


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
    assert yours(unwritten, "softmax") is unwritten
    assert "1 of" not in check(unwritten, "softmax").message


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


# --- raised --------------------------------------------------------------------------------------


def test_raised_shows_the_call_and_the_line():
    def softmax(scores):
        return scores / scores.summe(axis=-1)

    verdict = judge(named("softmax"), softmax)
    assert verdict.stage == "raised"
    assert verdict.message == (
        "softmax: softmax(scores (4, 6)) raised AttributeError: 'numpy.ndarray' object has no "
        "attribute 'summe'. It happened in this line: return scores / scores.summe(axis=-1)"
    )


def test_an_error_with_sentences_stays_one_sentence():
    def softmax(scores):
        raise ValueError("One. Two! Three?\nFour at 0x7f3a. " + "and so on " * 50)

    message = judge(named("softmax"), softmax).message
    assert message.startswith(
        "softmax: softmax(scores (4, 6)) raised ValueError: One; Two; Three; Four at 0x…"
    )
    assert len(message) < 330


def test_an_error_that_cannot_be_printed():
    class OddError(Exception):
        def __str__(self):
            raise RuntimeError("no")

    def softmax(scores):
        raise OddError

    message = judge(named("softmax"), softmax).message
    assert "raised OddError: (its text could not be made: RuntimeError)" in message


def test_endless_recursion():
    def softmax(scores):
        return softmax(scores - 1)

    verdict = judge(named("softmax"), softmax)
    assert verdict.stage == "raised" and "RecursionError" in verdict.message


def test_too_few_parameters():
    verdict = judge(attend, lambda query, key: query)
    assert verdict.stage == "raised" and "positional argument" in verdict.message


def test_what_it_calls_is_not_written():
    space = {}
    exec(
        "def softmax(scores): ...\n"
        "def attention_weights(query, key):\n    return softmax(query @ key.T) + 0\n",
        space,
    )
    verdict = judge(named("attention_weights"), space["attention_weights"])
    assert verdict.stage == "raised"
    assert verdict.message.endswith("It calls softmax, which is not written yet.")


def test_what_it_calls_does_not_pass():
    space = {"np": np}
    exec(
        "def softmax(scores):\n    return np.exp(scores) / 3\n"
        "def attention_weights(query, key):\n    return softmax(query @ key.T)\n",
        space,
    )
    verdict = judge(named("attention_weights"), space["attention_weights"])
    assert verdict.message.endswith("It calls softmax, which does not pass its own check yet.")


# --- type and shape ------------------------------------------------------------------------------


TYPES = {
    "nothing": (lambda s: print("", end=""), "the function returned nothing. Is there a `return`"),
    "list": (lambda s: right(s).tolist(), "returned a list, and one array was expected. np.array("),
    "tuple": (lambda s: (right(s), s), "returned a tuple of 2, and one array was expected"),
    "generator": (lambda s: (row for row in right(s)), "returned a generator, and one array"),
    "map": (lambda s: map(right, s), "returned a map, and one array was expected"),
    "text": (lambda s: str(right(s)), "returned a str, and one array was expected"),
    "dict": (lambda s: {"weights": right(s)}, "returned a dict, and one array was expected"),
    "objects": (lambda s: right(s).astype(object), "holds Python objects, and floating-point"),
    "complex": (lambda s: right(s) + 0j, "holds complex numbers, and floating-point numbers were"),
    "integers": (lambda s: right(s).astype(int), "holds whole numbers, and floating-point numbers"),
    "booleans": (lambda s: right(s) > 0.5, "holds True and False, and floating-point numbers were"),
    "float16": (lambda s: right(s).astype(np.float16), "holds float16, and float64 came in"),
    "matrix": (lambda s: np.matrix(right(s.reshape(-1, s.shape[-1]))), "is a NumPy matrix"),
    "masked": (lambda s: np.ma.masked_less(right(s), 0.1), "numbers of the result are masked away"),
}  # fmt: skip


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
def test_type(kind):
    function, words = TYPES[kind]
    verdict = judge(softmax, function)
    assert verdict.stage == "type", verdict.message
    assert words in verdict.message, verdict.message
    assert verdict.message.count(". ") == 1 and verdict.message[-1] in ".?"


async def coroutine(scores):
    return right(scores)


def test_a_coroutine_is_closed():
    """Else Python warns later that it was never awaited; pytest turns warnings into errors."""
    assert judge(softmax, coroutine).stage == "type"


def test_an_array_with_nothing_masked_is_an_array():
    assert judge(softmax, lambda s: np.ma.masked_array(right(s))).passed


def test_an_array_of_a_subclass_is_an_array():
    class Named(np.ndarray):
        pass

    assert judge(softmax, lambda s: right(s).view(Named)).passed


def test_a_scalar_where_a_scalar_is_due():
    def of_row(row):
        return float(-sum(p * np.log2(p) for p in row if p > 0))

    def entropy(weights):
        if weights.ndim == 1:
            return of_row(weights)
        return np.array([entropy(row) for row in weights])

    assert judge(named("entropy"), entropy).passed


def test_one_array_where_two_are_due():
    verdict = judge(sdpa, lambda q, k, v: q * 2)
    assert verdict.stage == "type"
    assert "returned 1 array and not 2 arrays (output and weights)" in verdict.message


def test_three_arrays_where_two_are_due():
    def three(query, key, value):
        return (*attention.scaled_dot_product_attention(query, key, value), query)

    verdict = judge(sdpa, three)
    assert verdict.stage == "type" and "3 arrays and not 2" in verdict.message


def test_shape_names_the_axes():
    verdict = judge(softmax, lambda s: right(s).sum(axis=-1))
    assert verdict.stage == "shape"
    assert "the shape of the result is (4,), and (..., n) = (4, 6) was expected" in verdict.message


def test_shape_says_which_output():
    def extra(query, key, value):
        output, weights = attention.scaled_dot_product_attention(query, key, value)
        return output, weights[..., None]

    verdict = judge(sdpa, extra)
    assert verdict.stage == "shape" and "the shape of weights is (3, 7, 1)" in verdict.message


# --- the rest of the ladder ----------------------------------------------------------------------


def test_non_finite_counts():
    verdict = judge(softmax, lambda s: right(s) / np.where(s > 1, 0, 1))
    assert verdict.stage == "non-finite"
    assert "values are NaN or infinite" in verdict.message


def test_input_changed():
    def softmax(scores):
        weights = right(scores)
        scores[..., 0] = 0
        return weights

    verdict = judge(named("softmax"), softmax)
    assert verdict.stage == "input changed"
    assert "changed its input scores, 4 of 24 numbers" in verdict.message


def test_input_changed_in_its_sign_of_zero_only():
    """Bit by bit: -0 is not 0."""

    def project(x, w_query, w_key, w_value):
        made = x @ w_query, x @ w_key, x @ w_value
        w_value *= 1.0
        w_value[0, 0] = np.nextafter(w_value[0, 0], 9)
        return made

    verdict = judge(named("project"), project)
    assert verdict.stage == "input changed" and "w_value, 1 of 20 numbers" in verdict.message


def test_input_reshaped():
    def softmax(scores):
        weights = right(scores)
        with np.testing.suppress_warnings() as quiet:
            quiet.filter(DeprecationWarning)
            scores.resize(scores.size)
        return weights

    assert judge(named("softmax"), softmax).stage == "input changed"


def test_a_view_of_the_input_is_an_answer_like_any_other():
    verdict = judge(softmax, lambda scores: scores[...])
    assert verdict.stage in ("property", "value")


def test_a_buffer_used_again_is_no_mistake():
    buffers = {}

    def softmax(scores):
        buffer = buffers.setdefault((scores.shape, scores.dtype), np.empty_like(scores))
        buffer[...] = right(scores)
        return buffer

    assert judge(named("softmax"), softmax).passed


def test_a_property_says_what_does_not_hold():
    verdict = judge(softmax, lambda scores: np.full_like(scores, 1 / scores.shape[-1]) + 0.1)
    assert verdict.stage == "property"
    assert verdict.message == "softmax: this should hold and does not: every row sums to 1."


def test_a_wrong_value_shows_the_row_beside_the_expected_one():
    def row_means(rows):
        means = rows.mean(axis=-1)
        return means if len(means) < 5 else means + 0.25 * (np.arange(len(means)) == 1)

    verdict = judge(named("row_means"), row_means)
    assert verdict.stage in ("property", "value")
    assert verdict.message.startswith("row_means: ")


def test_a_mistake_is_named_with_a_number_of_the_learners():
    def entropy(weights):
        return -np.nansum(weights * np.log(weights), axis=-1)

    verdict = judge(named("entropy"), entropy)
    assert (verdict.stage, verdict.mistake) == ("mistake", "nats")
    assert verdict.message == (
        "entropy: the values are 0.69 times the expected ones. "
        "In which unit does your logarithm count?"
    )


def test_columns_that_sum_to_one():
    verdict = judge(softmax, lambda s: np.exp(s - s.max(0)) / np.exp(s - s.max(0)).sum(axis=0))
    assert verdict.message == (
        "softmax: each column sums to 1, and rows do not. "
        "The sum ran over the queries; which axis holds the keys?"
    )


def test_of_two_mistakes_the_ordinary_one_speaks():
    """A wrong axis and no maximum taken off: the overflow only matters once the axis is right."""
    verdict = judge(softmax, lambda s: np.exp(s) / np.exp(s).sum(axis=0))
    assert verdict.mistake == "over the queries" and verdict.stage == "mistake"


def test_the_scale_shows_as_a_factor_on_the_scores():
    def unscaled(query, key, value):
        weights = right(query @ np.swapaxes(key, -1, -2))
        return weights @ value, weights

    verdict = judge(sdpa, unscaled)
    assert verdict.mistake == "no scale"
    assert "the weights belong to scores 2.24 times the expected ones" in verdict.message


# --- what a check is called with -----------------------------------------------------------------


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
        (right, None, ValueError, "No exercise is called 'right'"),
        (right, "softmaks", ValueError, "Close: softmax"),
        (lambda s: s, None, ValueError, "A lambda has no name"),
        (np.ones(3), None, TypeError, "without parentheses"),
        (None, "softmax", TypeError, "got NoneType"),
        (dict, "softmax", TypeError, "dict is a class"),
        (right, 3, TypeError, "exercise is int"),
        (len, None, ValueError, "No exercise is called 'len'"),
    ],
)
def test_a_call_that_makes_no_sense(function, exercise, error, words):
    with pytest.raises(error, match=r"exercise|function") as raised:
        check(function, exercise)
    assert words in str(raised.value)


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
