"""Types in and out, empty axes, extreme numbers, and silence: no legal call warns."""

import inspect
import warnings
from fractions import Fraction

import numpy as np
import pytest

from helpers import attention
from helpers.attention import (
    MultiHeadAttention,
    additive_mask,
    causal_mask,
    scaled_dot_product_attention,
    softmax,
)

FLOATS = [np.float16, np.float32, np.float64, np.longdouble]
WHOLE = [bool, np.int8, np.uint8, np.int32, np.int64, np.uint64]


@pytest.fixture(autouse=True)
def strict():
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        yield


def draw(*dtypes, scale=1.0):
    rng = np.random.default_rng(0)
    shapes = [(3, 4), (5, 4), (5, 6)]
    with np.errstate(under="ignore"):  # of float16
        return [(rng.normal(size=s) * scale).astype(t) for s, t in zip(shapes, dtypes, strict=True)]


@pytest.mark.parametrize("dtype", FLOATS)
def test_floating_type_in_same_type_out(dtype):
    q, k, v = draw(dtype, dtype, dtype)
    mask = np.arange(5) != 2
    for masking in [None, mask, additive_mask(mask, dtype), additive_mask(mask, np.float64)]:
        for causal in (False, True):
            for scale in (None, 2, 0.5, np.float64(0.5), np.longdouble(0.5)):
                results = scaled_dot_product_attention(q, k, v, masking, causal=causal, scale=scale)
                assert [array.dtype for array in results] == [dtype, dtype]
    assert softmax(q).dtype == dtype


@pytest.mark.parametrize("dtype", WHOLE)
def test_whole_numbers_count_as_float64(dtype):
    q, k, v = (np.abs(array).astype(dtype) for array in draw(float, float, float, scale=3))
    results = scaled_dot_product_attention(q, k, v)
    expected = scaled_dot_product_attention(*(array.astype(np.float64) for array in (q, k, v)))
    for ours, theirs in zip(results, expected, strict=True):
        assert ours.dtype == np.float64
        assert np.array_equal(ours, theirs)
    assert softmax(q).dtype == np.float64


@pytest.mark.parametrize(
    "dtypes, result",
    [
        ((np.float16, np.float32, np.float16), np.float32),
        ((np.float32, np.float32, np.float64), np.float64),
        ((np.float32, np.int8, np.float32), np.float64),
        ((np.float16, bool, np.float16), np.float64),
        ((np.longdouble, np.float32, np.float16), np.longdouble),
    ],
)
def test_mixed_types_give_the_widest(dtypes, result):
    for array in scaled_dot_product_attention(*draw(*dtypes)):
        assert array.dtype == result


def test_lists_matrices_and_views_are_read_as_arrays():
    q, k, v = draw(float, float, float)
    expected = scaled_dot_product_attention(q, k, v)
    for form in (np.ndarray.tolist, np.asfortranarray, np.ma.masked_array):
        results = scaled_dot_product_attention(*map(form, (q, k, v)), mask=[[True] * 5] * 3)
        for ours, theirs in zip(results, expected, strict=True):
            assert type(ours) is np.ndarray
            np.testing.assert_allclose(ours, theirs, rtol=1e-14)


def test_float16_is_computed_in_float32():
    """Scores of 100,000 and sums over 5,000 keys do not fit into float16; the results do."""
    q = np.full((1, 10), 100, dtype=np.float16)
    k = np.full((5000, 10), 100, dtype=np.float16)
    v = np.full((5000, 1), 6e4, dtype=np.float16)
    output, weights = scaled_dot_product_attention(q, k, v, scale=1)
    assert output[0, 0] == np.float16(6e4)
    np.testing.assert_allclose(weights, 1 / 5000, rtol=1e-3)

    q, k, v = draw(np.float16, np.float16, np.float16)
    output, weights = scaled_dot_product_attention(q, k, v, causal=True)
    wide = scaled_dot_product_attention(*(x.astype(np.float32) for x in (q, k, v)), causal=True)
    assert np.array_equal(output, wide[0].astype(np.float16))
    assert np.array_equal(weights, wide[1].astype(np.float16))


def test_longdouble_keeps_its_digits():
    if np.finfo(np.longdouble).eps == np.finfo(float).eps:
        pytest.skip("longdouble is float64 on this machine")
    third = np.longdouble(1) / 3
    assert softmax(np.zeros(3, dtype=np.longdouble))[0] == third
    v = np.array([[0], [1], [0]], dtype=np.longdouble)
    output, _ = scaled_dot_product_attention(np.zeros((1, 2), dtype=np.longdouble), v @ [[1, 1]], v)
    assert output[0, 0] == third


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("empty", ["queries", "keys", "d_key", "d_value", "batch", "everything"])
@pytest.mark.parametrize("dtype", FLOATS)
def test_empty_axes(empty, masked, dtype):
    sizes = {"batch": 2, "queries": 3, "keys": 5, "d_key": 4, "d_value": 6}
    sizes = {name: 0 if empty in (name, "everything") else n for name, n in sizes.items()}
    batch, n_queries, n_keys, d_key, d_value = sizes.values()
    q = np.ones((batch, n_queries, d_key), dtype)
    k = np.ones((batch, n_keys, d_key), dtype)
    v = np.ones((batch, n_keys, d_value), dtype)
    for mask in [None, np.ones((n_queries, n_keys), bool), np.zeros((1, n_keys), dtype)]:
        output, weights = scaled_dot_product_attention(q, k, v, mask, causal=masked)
        assert output.shape == (batch, n_queries, d_value)
        assert weights.shape == (batch, n_queries, n_keys)
        if empty == "keys":
            assert not output.any(), "nothing to look at: zeros"
        if empty == "d_key" and not masked:
            np.testing.assert_allclose(weights, 1 / n_keys, rtol=1e-3)
    assert softmax(np.zeros((0, 3))).shape == (0, 3)
    assert softmax(np.zeros((3, 0))).shape == (3, 0)


def test_multi_head_attention_without_tokens():
    attend = MultiHeadAttention.random(6, 3, rng=np.random.default_rng(0))
    output, weights = attend(np.zeros((0, 6)))
    assert (output.shape, weights.shape) == ((0, 6), (3, 0, 0))
    output, weights = attend(np.ones((2, 6)), np.zeros((0, 6)))
    assert weights.shape == (3, 2, 0) and not output.any()


@pytest.mark.parametrize("dtype", FLOATS)
def test_multi_head_attention_keeps_the_type(dtype):
    rng = np.random.default_rng(0)
    wide = MultiHeadAttention.random(6, 3, rng=rng)
    matrices = [getattr(wide, f"w_{name}") for name in ("query", "key", "value", "output")]
    attend = MultiHeadAttention(*(matrix.astype(dtype) for matrix in matrices), 3)
    x = rng.normal(size=(2, 4, 6))
    for array in attend(x.astype(dtype), causal=True):
        assert array.dtype == dtype
    for array in attend(x.astype(np.float64)):
        assert array.dtype == np.result_type(dtype, np.float64)
    for array in attend(np.eye(6, dtype=int)):
        assert array.dtype == np.result_type(dtype, np.float64)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_scores_near_the_end_of_the_range(dtype):
    """No step in between overflows while the score itself fits."""
    largest = np.finfo(dtype).max
    q = np.array([[np.sqrt(largest)] * 4], dtype)
    k = np.array([q[0] * 0.5, -q[0] * 0.5, q[0] * 0.25], dtype)  # scores of 1, -1 and ½ times max
    output, weights = scaled_dot_product_attention(q, k, np.eye(3, dtype=dtype), scale=0.25)
    assert weights.tolist() == [[1, 0, 0]]
    assert output.tolist() == [[1, 0, 0]]
    k *= 0.9  # 4 · √max · 0.45 · √max = 1.8 · max before the scale, 0.9 · max after it
    _, weights = scaled_dot_product_attention(q, k, np.eye(3, dtype=dtype))
    assert weights.tolist() == [[1, 0, 0]]


def test_huge_and_tiny_numbers_pass_in_silence():
    tiny = np.full((3, 4), 1e-308)
    output, weights = scaled_dot_product_attention(tiny, tiny, tiny, causal=True)
    assert np.isfinite(output).all() and np.isfinite(weights).all()
    half = np.full((3, 4), np.finfo(np.float16).smallest_subnormal)
    output, _ = scaled_dot_product_attention(half, half, half, np.float64([[0, -1e300, -1e9]]))
    assert np.isfinite(output).all()
    scores = np.array([[0, -745.2, -1e4], [800, 0, -800]])
    assert np.isfinite(softmax(scores)).all()
    assert np.isnan(scaled_dot_product_attention([[1e200]], [[1e200]], [[1.0]])[0]).all()


def test_a_bias_too_low_for_the_type_hides():
    """-1e300 is -inf in float32: the key is hidden, and a NaN in it does not matter."""
    q, k, v = draw(np.float32, np.float32, np.float32)
    k[1], v[1] = np.nan, np.nan
    output, weights = scaled_dot_product_attention(q, k, v, np.float64([[0, -1e300, 0, 0, 0]]))
    assert np.isfinite(output).all() and not weights[:, 1].any()


def test_float_like_numbers_serve_as_scale():
    q, k, v = draw(float, float, float)
    assert np.array_equal(
        scaled_dot_product_attention(q, k, v, scale=np.array(0.5))[1],
        scaled_dot_product_attention(q, k, v, scale=float(Fraction(1, 2)))[1],
    )


def test_the_reference_reads_like_the_contract():
    """Signatures that lessons, exercises and other programs rely on."""
    expected = {
        "softmax": "(scores, axis=-1)",
        "scaled_dot_product_attention": (
            "(query, key, value, mask=None, *, causal=False, scale=None)"
        ),
        "causal_mask": "(n_queries, n_keys=None)",
        "padding_mask": "(lengths, n_keys)",
        "additive_mask": "(mask, dtype)",
        "split_heads": "(x, n_heads)",
        "merge_heads": "(x)",
        "MultiHeadAttention": (
            "(w_query, w_key, w_value, w_output, n_heads, n_kv_heads=None)"
        ),
    }  # fmt: skip
    for name, signature in expected.items():
        assert str(inspect.signature(getattr(attention, name))) == signature, name
        assert getattr(attention, name).__doc__, f"{name} has no docstring"
    call = inspect.signature(MultiHeadAttention.__call__)
    assert str(call) == "(self, x, context=None, mask=None, causal=False)"
    source = inspect.getsource(scaled_dot_product_attention)
    assert "def scaled_dot_product_attention" in source, "hints show the reference's own source"


def test_masks_do_not_share_memory_with_anything():
    first, second = causal_mask(3), causal_mask(3)
    first[:] = False
    assert second[0, 0]
