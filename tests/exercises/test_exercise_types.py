"""What a function raises, or returns in place of the arrays that were asked for."""

import numpy as np
import pytest
from exercise_learners import named, right

from helpers import attention
from helpers.exercises.judge import judge

softmax, sdpa, attend = (
    named(name) for name in ("softmax", "scaled_dot_product_attention", "attend")
)


# --- raised ---


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


# --- type and shape ---


TYPES = {
    "nothing": (lambda s: print("", end=""), "the function returned nothing. Is there a `return`"),
    "ragged list": (lambda s: [[1.0], [1.0, 2.0]], "returned a list of 2, and one array was"),
    "list of texts": (lambda s: ["a", "b"], "returned a list, and one array was expected. np.ar"),
    "class without a name": (lambda s: type("", (), {})(), "returned a thing without a name, and"),
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


def test_a_list_of_numbers_is_right_and_told_to_become_an_array():
    verdict = judge(named("row_means"), lambda rows: [sum(row) / len(row) for row in rows])
    assert verdict.passed
    assert verdict.notes == [
        "It returned a list, read here as an array: np.array(...) makes an array of it."
    ]
    assert judge(softmax, lambda scores: right(scores).tolist()).passed
    assert judge(softmax, lambda scores: list(right(scores))).passed == judge(softmax, right).passed
    assert judge(named("row_means"), lambda rows: [0.0 for row in rows]).mistake is None


def test_lists_among_several_results_are_arrays_too():
    def pair(query, key, value):
        output, weights = right_attention(query, key, value)
        return output, weights.tolist()

    right_attention = attention.scaled_dot_product_attention
    assert judge(sdpa, pair).passed
    assert judge(sdpa, lambda q, k, v: [a.tolist() for a in right_attention(q, k, v)]).passed


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
