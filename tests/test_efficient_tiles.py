"""Tiled and windowed attention: the reference's numbers, in memory that does not grow as n²."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import efficient
from helpers.attention import scaled_dot_product_attention
from helpers.efficient import sliding_window_attention, tiled_attention

pytestmark = pytest.mark.filterwarnings("error")
MIB = 2**20


def band(n_queries, n_keys, window):
    """The mask of a sliding window, written out: True = may look."""
    own = np.arange(n_queries)[:, None] + n_keys - n_queries
    key = np.arange(n_keys)
    return (key <= own) & (key > own - window)


def arrays(seed, *leading, n_queries, n_keys, d_key, d_value, size=1.0):
    rng = np.random.default_rng(seed)
    return [
        size * rng.normal(size=(*leading, *shape))
        for shape in ((n_queries, d_key), (n_keys, d_key), (n_keys, d_value))
    ]


shapes = st.fixed_dictionaries(
    dict(
        n_queries=st.integers(0, 19),
        n_keys=st.integers(0, 19),
        d_key=st.integers(0, 5),
        d_value=st.integers(0, 5),
        size=st.sampled_from([0.1, 1.0, 30.0]),
    )
)
leading = st.sampled_from([(), (2,), (2, 3), (0,)])


@settings(max_examples=150, deadline=None)
@given(shapes, leading, st.integers(1, 23), st.booleans(), st.sampled_from([None, 0.3, -2.0]))
def test_tiles_of_any_size_give_the_reference(sizes, front, block, causal, scale):
    q, k, v = arrays(0, *front, **sizes)
    ours = tiled_attention(q, k, v, causal=causal, scale=scale, block=block)
    expected, _ = scaled_dot_product_attention(q, k, v, causal=causal, scale=scale)
    np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-11, err_msg=f"block {block}")


@settings(max_examples=150, deadline=None)
@given(shapes, leading, st.integers(1, 23))
def test_a_window_gives_the_reference_under_a_banded_mask(sizes, front, window):
    q, k, v = arrays(1, *front, **sizes)
    mask = band(sizes["n_queries"], sizes["n_keys"], window)
    expected, _ = scaled_dot_product_attention(q, k, v, mask)
    ours = sliding_window_attention(q, k, v, window)
    np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-11, err_msg=f"window {window}")


@pytest.mark.parametrize("window", [1, 2, 63, 64, 65, 130, 255, 256, 257, 600, 1000])
@pytest.mark.parametrize("n", [600, 257])
def test_windows_larger_and_smaller_than_a_block(n, window):
    q, k, v = arrays(2, n_queries=n, n_keys=n, d_key=4, d_value=3)
    expected, _ = scaled_dot_product_attention(q, k, v, band(n, n, window))
    np.testing.assert_allclose(sliding_window_attention(q, k, v, window), expected, atol=1e-13)


def test_axes_in_front_broadcast():
    q, k, v = arrays(3, n_queries=7, n_keys=9, d_key=4, d_value=3)
    q, k, v = np.stack([q, 2 * q])[:, None], np.stack([k, -k, k / 2]), v[None, None]
    expected, _ = scaled_dot_product_attention(q, k, v)
    ours = tiled_attention(q, k, v, block=4)
    assert ours.shape == (2, 3, 7, 3)
    np.testing.assert_allclose(ours, expected, atol=1e-14)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, int])
def test_types_are_those_of_the_reference(dtype):
    q, k, v = (3 * a for a in arrays(4, n_queries=7, n_keys=9, d_key=4, d_value=3))
    q, k, v = (a.astype(dtype) for a in (q, k, v))
    expected, _ = scaled_dot_product_attention(q, k, v, causal=True)
    for ours in (
        tiled_attention(q, k, v, causal=True, block=4),
        sliding_window_attention(q, k, v, 9),
        efficient.linear_attention(q, k, v, causal=True),
    ):
        assert ours.dtype == expected.dtype
    np.testing.assert_allclose(tiled_attention(q, k, v, causal=True, block=4), expected,
                               rtol=2e-3 if dtype == np.float16 else 1e-5)  # fmt: skip


def test_scores_in_the_thousands_do_not_overflow():
    q, k, v = arrays(5, n_queries=7, n_keys=90, d_key=4, d_value=3, size=60.0)
    expected, weights = scaled_dot_product_attention(q, k, v)
    assert (q @ k.T).max() > 5000 and np.isfinite(weights).all()
    np.testing.assert_allclose(tiled_attention(q, k, v, block=8), expected, atol=1e-9)


@pytest.mark.parametrize("order", [1, -1])
def test_the_largest_score_may_come_first_or_last(order):
    """Rising scores rescale the sums with every tile, falling ones never."""
    key = np.linspace(0, 800, 50)[::order, None]
    value = np.random.default_rng(0).normal(size=(50, 3))
    query = np.ones((2, 1))
    expected, _ = scaled_dot_product_attention(query, key, value)
    np.testing.assert_allclose(tiled_attention(query, key, value, block=7), expected, atol=1e-13)


@pytest.mark.parametrize("spoil", [np.nan, np.inf, -np.inf, 1e300])
@pytest.mark.parametrize("what", ["key", "value"])
def test_what_is_hidden_changes_no_bit(spoil, what):
    n, at = 40, 25
    q, k, v = arrays(6, n_queries=n, n_keys=n, d_key=4, d_value=3)
    spoilt = {"key": k.copy(), "value": v.copy()}
    spoilt[what][at] = spoil
    functions = {
        "tiled": lambda k, v: tiled_attention(q, k, v, causal=True, block=16),
        "window": lambda k, v: sliding_window_attention(q, k, v, 5),
        "linear": lambda k, v: efficient.linear_attention(q, k, v, causal=True),
    }
    for name, function in functions.items():
        before, after = function(k, v), function(spoilt["key"], spoilt["value"])
        assert before[:at].tobytes() == after[:at].tobytes(), f"{name}: the future leaks"
        if name == "window":
            assert before[at + 5 :].tobytes() == after[at + 5 :].tobytes(), "seen out of sight"
        assert before[at].tobytes() != after[at].tobytes(), f"{name}: the own place is not seen"


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("spoil", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("what", ["query", "key", "value"])
def test_nan_and_infinity_in_sight_do_what_they_do_in_the_reference(spoil, what, causal):
    q, k, v = arrays(7, n_queries=9, n_keys=9, d_key=4, d_value=3)
    {"query": q, "key": k, "value": v}[what][4, 1] = spoil
    expected, _ = scaled_dot_product_attention(q, k, v, causal=causal)
    ours = tiled_attention(q, k, v, causal=causal, block=2)
    np.testing.assert_allclose(ours, expected, atol=1e-14)


def peak_beyond(function):
    """Bytes at the highest point beyond what the arguments and the result take; the result."""
    tracemalloc.start()
    try:
        result = function()
        return tracemalloc.get_traced_memory()[1] - result.nbytes, result
    finally:
        tracemalloc.stop()


def heads_of_64(n, n_heads=8):
    rng = np.random.default_rng(0)
    return [rng.normal(size=(n_heads, n, 64)).astype(np.float32) for _ in range(3)]


def exact_rows(q, k, v, rows, causal):
    """The reference for some queries only, in float64."""
    mask = np.arange(k.shape[-2]) <= np.asarray(rows)[:, None] if causal else None
    q, k, v = (a[:1].astype(np.float64) for a in (q, k, v))
    return scaled_dot_product_attention(q[:, rows], k, v, mask)[0]


@pytest.mark.parametrize(
    ("n", "n_heads", "causal"),
    [
        (8_192, 8, False),
        pytest.param(32_768, 1, True, marks=pytest.mark.slow),
        pytest.param(32_768, 8, True, marks=pytest.mark.slow),
    ],
)
def test_tiles_take_little_memory_and_few_digits(n, n_heads, causal):
    """The docstring's promises; a table of weights would take 2 GiB, 4 GiB and 32 GiB."""
    q, k, v = heads_of_64(n, n_heads)
    extra, output = peak_beyond(lambda: tiled_attention(q, k, v, causal=causal))
    assert extra < 64 * MIB, f"n {n}: {extra / MIB:.0f} MiB beyond arguments and result"
    rows = [0, 1, 255, 256, 300, n // 2, n - 2, n - 1]
    error = np.abs(output[:1, rows] - exact_rows(q, k, v, rows, causal)).max()
    assert error < 2e-6, f"n {n}, float32: {error:.1e} away from float64"


def test_a_window_takes_little_memory():
    q, k, v = heads_of_64(8_192)
    extra, output = peak_beyond(lambda: sliding_window_attention(q, k, v, 128))
    assert extra < 64 * MIB, f"{extra / MIB:.0f} MiB beyond arguments and result"
    rows = [0, 127, 128, 4_000, 8_191]
    mask = band(8_192, 8_192, 128)[rows]
    q, k, v = (a[:1].astype(np.float64) for a in (q, k, v))
    expected = scaled_dot_product_attention(q[:, rows], k, v, mask)[0]
    assert np.abs(output[:1, rows] - expected).max() < 2e-6


@pytest.mark.parametrize("window", [1, 16, 100])
def test_the_work_of_a_window_does_not_grow_with_the_square(monkeypatch, window):
    """Counted, not timed: the scores that are computed."""
    counts = []
    rows = efficient._rows

    def counted(query, key, value, seen, block):
        counts.append(len(query) * (seen.stop - seen.first))
        return rows(query, key, value, seen, block)

    monkeypatch.setattr(efficient, "_rows", counted)
    made = {}
    for n in (1_000, 4_000):
        counts.clear()
        sliding_window_attention(*np.ones((3, n, 2)), window)
        made[n] = sum(counts)
        assert n * window <= made[n] + window**2 and made[n] <= n * (window + max(window, 64))
    assert made[4_000] < 4.3 * made[1_000]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda a: tiled_attention(a, a[:, :3], a), "d_key, the last axis, is 4 and 3"),
        (lambda a: tiled_attention(a, a, a[:5]), "n_keys, the axis before the last, is 6 and 5"),
        (lambda a: tiled_attention(a[0], a, a), "each needs axes"),
        (lambda a: tiled_attention(a, a, a, block=0), "block is 0: expected 1 or more"),
        (lambda a: tiled_attention(a, a, a, block=2.5), "block is 2.5: expected a whole number"),
        (lambda a: tiled_attention(a, a, a, scale=np.nan), "expected one finite number"),
        (lambda a: sliding_window_attention(a, a, a, 0), "window is 0: expected 1 or more"),
        (lambda a: sliding_window_attention(a, a, a.astype(str), 2), "convert it to real numbers"),
    ],
)
def test_what_does_not_fit_is_named(call, says):
    with pytest.raises(ValueError, match=says):
        call(np.ones((6, 4)))
