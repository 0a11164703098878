"""The leak detector finds every leak that was put in, and none that was not."""

import numpy as np
import pytest

from helpers.attention import causal_mask, scaled_dot_product_attention, softmax
from helpers.diagnosis.leaks import leaks

N = 5
X = np.random.default_rng(0).normal(size=(N, 4))
CHANCE = np.random.default_rng(1)


def attend(x, **how):
    return scaled_dot_product_attention(x, x, x, **how)[0]


def both_outputs(x):
    return scaled_dot_product_attention(x, x, x)


def weights_of(x):
    return softmax(x @ x.T / 2)


def test_a_causal_mask_does_not_leak_and_its_reach_is_the_mask():
    found = leaks(lambda x: attend(x, causal=True), X)
    assert not found and found.pairs == []
    assert np.array_equal(found.reach, causal_mask(N))


def test_without_a_mask_everything_leaks():
    found = leaks(attend, X)
    assert found and len(found.pairs) == N * (N - 1) // 2
    assert repr(found) == (
        "10 of 10 pairs leak: output 0 hears position 1, output 0 hears position 2, output 0 hears "
        "position 3, and 7 more."
    )


@pytest.mark.parametrize("hole", [(i, j) for i in range(N) for j in range(i + 1, N)])
def test_one_hole_in_the_mask_is_found_where_it_is(hole):
    mask = causal_mask(N)
    mask[hole] = True
    # Keys and values of x, queries that do not depend on it: one place, one way through.
    found = leaks(lambda x: scaled_dot_product_attention(X, x, x, mask)[0], X)
    assert found.pairs == [hole]


def test_a_mask_after_softmax_leaks_although_hidden_weights_are_zero():
    mask = causal_mask(N)
    assert leaks(lambda x: (weights_of(x) * mask) @ x, X)


@pytest.mark.parametrize("size", [1e-300, 1e-17])
def test_the_last_bit_counts(size):
    """A share of the future so small that no tolerance would see it."""

    def function(x):
        return np.where(np.arange(N) == 0, size * x.sum(), x[:, 0] * 0)

    assert leaks(function, X).pairs == [(0, j) for j in range(1, N)]


def test_tokens_are_changed_to_other_tokens():
    table = np.random.default_rng(1).normal(size=(9, 3))
    seen = set()

    def function(tokens):
        seen.update(tokens.tolist())
        return attend(table[tokens], causal=True)

    assert not leaks(function, np.array([2, 7, 2, 5]))
    assert seen == {2, 5, 7}, "tokens that are not in x may not exist at all"
    assert leaks(lambda tokens: attend(table[tokens]), np.array([2, 7, 2, 5]))


def test_instead_says_what_stands_there():
    seen = set()

    def function(tokens):
        seen.update(tokens.tolist())
        return tokens[:, None]

    leaks(function, np.array([3, 3, 3]), instead=[4, 8])
    assert seen == {3, 4, 8}


def test_what_comes_before_may_be_heard():
    found = leaks(lambda x: np.cumsum(x, axis=0), X)
    assert not found and np.array_equal(found.reach, causal_mask(N))


def test_it_neither_changes_x_nor_lets_the_function_change_it():
    kept = X.copy()

    def function(x):
        x[...] = 0
        return x

    assert not leaks(function, kept).reach.any()
    assert np.array_equal(kept, X)


def test_nan_equals_nan():
    assert not leaks(lambda x: np.full((N, 2), np.nan), X).reach.any()


@pytest.mark.parametrize(
    ("function", "x", "instead", "says"),
    [
        (attend, X[0, 0], None, "positions first"),
        (attend, X[:1], None, "two or more"),
        (attend, X > 0, None, "holds bool"),
        (lambda x: x[:2], X, None, r"gives \(2, 4\) for 5 positions"),
        (lambda x: x.sum(), X, None, r"gives \(\) for 5"),
        (lambda x: x, np.array([3, 3]), None, "all tokens are the same"),
        (lambda x: x, X, np.ones(4), r"instead \(4,\) does not fit x \(5, 4\)"),
        (both_outputs, X, None, "a tuple of 2"),
        (lambda x: CHANCE.normal(size=N), X, None, "two outputs"),
    ],
)
def test_errors_say_what_to_do(function, x, instead, says):
    with pytest.raises(ValueError, match=says):
        leaks(function, x, instead=instead)
