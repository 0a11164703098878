"""Linear attention against its formula, and the key/value cache against one pass."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import efficient
from helpers.attention import MultiHeadAttention, scaled_dot_product_attention, split_heads
from helpers.efficient import KeyValueCache, linear_attention

pytestmark = pytest.mark.filterwarnings("error")


def by_the_formula(query, key, value, causal):
    """Linear attention with its n × n table, one number after the other."""

    def feature(x):
        return [float(number) + 1 if number > 0 else float(np.exp(number)) for number in x]

    n_queries, n_keys = len(query), len(key)
    output = np.zeros((n_queries, value.shape[1]))
    for i in range(n_queries):
        total = 0.0
        for j in range(n_keys):
            if causal and j > i + n_keys - n_queries:
                continue
            pairs = zip(feature(query[i]), feature(key[j]), strict=True)
            weight = sum(a * b for a, b in pairs)
            total += weight
            output[i] += weight * value[j]
        output[i] /= total or 1
    return output


@settings(max_examples=60, deadline=None)
@given(
    n_queries=st.integers(0, 9), n_keys=st.integers(0, 9), d_key=st.integers(0, 4),
    d_value=st.integers(0, 4), causal=st.booleans(), chunk=st.integers(1, 5),
)  # fmt: skip
def test_linear_attention_is_its_formula(n_queries, n_keys, d_key, d_value, causal, chunk):
    rng = np.random.default_rng(0)
    q, k = rng.normal(size=(n_queries, d_key)), rng.normal(size=(n_keys, d_key))
    v = rng.normal(size=(n_keys, d_value))
    before, efficient.CHUNK = efficient.CHUNK, chunk
    try:
        ours = linear_attention(q, k, v, causal=causal)
    finally:
        efficient.CHUNK = before
    np.testing.assert_allclose(ours, by_the_formula(q, k, v, causal), atol=1e-12)


@pytest.mark.parametrize("n", [63, 64, 65, 200])
def test_linear_attention_of_several_chunks_heads_and_batches(n):
    rng = np.random.default_rng(1)
    q, k, v = (rng.normal(size=(2, 3, n, d)) for d in (4, 4, 5))
    ours = linear_attention(q, k, v, causal=True)
    for batch, head in np.ndindex(2, 3):
        expected = by_the_formula(q[batch, head], k[batch, head], v[batch, head], True)
        np.testing.assert_allclose(ours[batch, head], expected, atol=1e-12)


def test_the_last_row_is_the_same_from_one_side_and_from_both():
    q, k, v = np.random.default_rng(2).normal(size=(3, 70, 4))
    from_both = linear_attention(q, k, v, causal=False)
    np.testing.assert_allclose(linear_attention(q, k, v, causal=True)[-1], from_both[-1])


def test_an_output_lies_between_the_values():
    q, k, v = 5 * np.random.default_rng(3).normal(size=(3, 100, 4))
    output = linear_attention(q, k, v, causal=False)
    assert (output >= v.min(0) - 1e-12).all() and (output <= v.max(0) + 1e-12).all()


def test_features_of_extreme_numbers():
    extreme = np.array([[1000.0, -1000.0], [-1000.0, 1000.0], [-1e4, -1e4]])
    output = linear_attention(extreme, extreme, np.eye(3), causal=False)
    assert np.isfinite(output).all()
    assert not output[2].any(), "features that all underflow to 0 look at nothing"


def heads(rng, n_heads, n_kv, n, d_key=4, d_value=5):
    return (
        rng.normal(size=(2, n_heads, n, d_key)),
        rng.normal(size=(2, n_kv, n, d_key)),
        rng.normal(size=(2, n_kv, n, d_value)),
    )


@pytest.mark.parametrize(("n_heads", "n_kv"), [(6, 6), (6, 3), (6, 2), (6, 1), (1, 1)])
@pytest.mark.parametrize("steps", [[1] * 11, [4, 1, 6], [11], [0, 11, 0]])
def test_tokens_one_by_one_give_what_one_pass_gives(n_heads, n_kv, steps):
    q, k, v = heads(np.random.default_rng(4), n_heads, n_kv, 11)
    repeated = (np.repeat(array, n_heads // n_kv, axis=1) for array in (k, v))
    expected, expected_weights = scaled_dot_product_attention(q, *repeated, causal=True)
    cache, at = KeyValueCache(), 0
    for step in steps:
        new = slice(at, at + step)
        cache.append(k[:, :, new], v[:, :, new])
        output, weights = cache.attend(q[:, :, new])
        at += step
        assert len(cache) == at and weights.shape == (2, n_heads, step, at)
        np.testing.assert_allclose(output, expected[:, :, new], atol=1e-14)
        np.testing.assert_allclose(weights, expected_weights[:, :, new, :at], atol=1e-14)
    assert np.array_equal(cache.key, k) and np.array_equal(cache.value, v)


def test_grouped_heads_are_those_of_multi_head_attention():
    rng = np.random.default_rng(5)
    layer = MultiHeadAttention.random(12, 6, rng=rng, n_kv_heads=2)
    x = rng.normal(size=(7, 12))
    _, expected = layer(x, causal=True)
    cache = KeyValueCache()
    cache.append(split_heads(x @ layer.w_key, 2), split_heads(x @ layer.w_value, 2))
    _, weights = cache.attend(split_heads(x @ layer.w_query, 6))
    np.testing.assert_allclose(weights, expected, atol=1e-14)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_bytes_are_counted_and_the_type_is_kept(dtype):
    cache = KeyValueCache()
    assert (len(cache), cache.nbytes) == (0, 0)
    for n in range(1, 6):
        cache.append(np.ones((3, 1, 4), dtype), np.ones((3, 1, 5), dtype))
        assert cache.nbytes == n * 3 * (4 + 5) * np.dtype(dtype).itemsize
    assert cache.key.dtype == cache.attend(np.ones((3, 1, 4), dtype))[0].dtype == dtype


def test_growing_copies_seldom(monkeypatch):
    cache, copies = KeyValueCache(), []
    empty = np.empty
    monkeypatch.setattr(np, "empty", lambda *a, **k: copies.append(1) or empty(*a, **k))
    for _ in range(1000):
        cache.append(np.ones((1, 1, 4)), np.ones((1, 1, 4)))
    assert len(copies) <= 2 * 11, f"{len(copies)} copies for 1000 tokens"


def test_what_was_appended_may_be_changed_afterwards():
    cache, key = KeyValueCache(), np.ones((1, 2, 3))
    cache.append(key, key)
    key[:] = 7
    assert (cache.key == 1).all()


ONE = np.ones((2, 1, 3))


@pytest.mark.parametrize(
    ("use", "says"),
    [
        (lambda c: c.append(ONE[0], ONE[0]), r"key \(1, 3\): expected \(..., n_kv_heads, n_new"),
        (lambda c: c.append(ONE, ONE[:, :0]), "all axes but the last, the width, have to be the"),
        (lambda c: c.append(np.ones((3, 1, 3)), ONE), r"key \(3, 1, 3\) does not fit what is st"),
        (lambda c: c.append(ONE, np.ones((2, 1, 4))), r"value \(2, 1, 4\) does not fit"),
        (lambda c: c.append(ONE.astype("f4"), ONE), "key is float32, and the cache holds float64"),
        (lambda c: c.attend(np.ones((3, 1, 3))), "times the 2 key/value heads"),
        (lambda c: c.attend(ONE[0]), "n_heads, n_new, d_key"),
        (lambda c: c.attend(np.ones((2, 2, 3))), "more queries than tokens"),
        (lambda c: KeyValueCache().attend(ONE), "The cache is empty"),
        (lambda c: c.append(ONE.astype(str), ONE), "convert it to real numbers"),
    ],
)
def test_what_does_not_fit_is_named(use, says):
    cache = KeyValueCache()
    cache.append(ONE, ONE)
    with pytest.raises(ValueError, match=says):
        use(cache)
    assert len(cache) == 1, "a refused token must not count"
