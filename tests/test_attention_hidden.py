"""What is hidden has no effect, bit by bit; what is visible keeps its NaN. Larger sizes too."""

import warnings

import numpy as np
import pytest

from helpers.attention import MultiHeadAttention, causal_mask, scaled_dot_product_attention

TYPES = [np.float16, np.float32, np.float64]
CONTENT = [0.0, -3.0, 6e4, np.nan, np.inf, -np.inf]


@pytest.fixture(autouse=True)
def strict():
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        yield


def draw(dtype, *, n_queries=37, n_keys=53, d_key=17, d_value=29, leading=(2,)):
    rng = np.random.default_rng(0)
    shapes = [(n_queries, d_key), (n_keys, d_key), (n_keys, d_value)]
    with np.errstate(under="ignore"):  # of float16
        return [rng.normal(size=(*leading, *shape)).astype(dtype) for shape in shapes]


def same_bits(one, two, what):
    for name, a, b in zip(("output", "weights"), one, two, strict=True):
        assert a.tobytes() == b.tobytes(), f"{name} depends on {what}, which is hidden"


@pytest.mark.parametrize("content", CONTENT)
@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("form", ["boolean", "additive", "bias"])
def test_a_key_hidden_from_everyone(dtype, content, form):
    q, k, v = draw(dtype)
    mask = np.arange(53) % 5 != 2
    if form != "boolean":
        bias = np.linspace(-1, 1, 53) if form == "bias" else np.zeros(53)
        mask = np.where(mask, bias, -np.inf).astype(dtype)
    before = scaled_dot_product_attention(q, k, v, mask)
    k[:, 2::5], v[:, 2::5] = content, content
    same_bits(before, scaled_dot_product_attention(q, k, v, mask), f"a key of {content}")
    assert np.isfinite(before[0]).all()


@pytest.mark.parametrize("content", CONTENT)
@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("n_queries", [53, 37, 61])
def test_a_key_hidden_from_some(dtype, content, n_queries):
    """The future is hidden from the past only: query i must not see it, and query j must."""
    q, k, v = draw(dtype, n_queries=n_queries)
    before = scaled_dot_product_attention(q, k, v, causal=True)
    k[:, 30], v[:, 40, 3] = content, content
    after = scaled_dot_product_attention(q, k, v, causal=True)
    first = 30 + n_queries - 53  # the first query that sees key 30
    past = [array[:, :first] for array in before], [array[:, :first] for array in after]
    same_bits(*past, f"a later key of {content}")
    if np.isnan(content):
        assert np.isnan(after[0][:, first:]).all(), "a visible NaN must stay NaN"
        shown = np.broadcast_to(causal_mask(n_queries, 53), after[1].shape)[:, first:]
        assert np.isnan(after[1][:, first:][shown]).all()
        assert not after[1][:, first:][~shown].any(), "hidden weights stay 0 beside a NaN"


@pytest.mark.parametrize("content", [-3.0, np.nan])
@pytest.mark.parametrize("dtype", TYPES)
def test_at_sizes_where_matrix_products_work_in_blocks(dtype, content):
    q, k, v = draw(dtype, n_queries=301, n_keys=401, d_key=65, d_value=67, leading=())
    before = scaled_dot_product_attention(q, k, v, causal=True)
    k[390:], v[390:] = content, content
    after = scaled_dot_product_attention(q, k, v, causal=True)
    past = [array[:290] for array in before], [array[:290] for array in after]
    same_bits(*past, f"a later key of {content}")


def test_a_value_that_is_not_finite_reaches_its_own_column_of_those_who_see_it():
    q, k, v = draw(np.float64, leading=())
    finite, weights = scaled_dot_product_attention(q, k, v, causal=True)
    v[45, 3], v[50, 4], v[52, 5] = np.nan, np.inf, -np.inf
    v[51, 4] = -np.inf
    output, _ = scaled_dot_product_attention(q, k, v, causal=True)
    sees = causal_mask(37, 53)
    expected = finite.copy()
    expected[sees[:, 45], 3] = np.nan
    expected[sees[:, 50], 4] = np.inf
    expected[sees[:, 51], 4] = np.nan  # inf - inf
    expected[sees[:, 52], 5] = -np.inf
    np.testing.assert_allclose(output, expected, rtol=1e-12)
    assert (weights[sees] > 0).all(), "weights that underflow would test nothing here"


def test_the_result_for_visible_values_is_the_naive_one():
    """Zeroing what is hidden must not change what IEEE arithmetic says about what is seen."""
    q, k, v = draw(np.float64, leading=())
    v[7, 1], v[8, 2] = np.nan, -np.inf
    plain, weights = scaled_dot_product_attention(q, k, v)
    masked, _ = scaled_dot_product_attention(q, k, v, np.ones((37, 53), dtype=bool))
    with np.errstate(all="ignore"):
        naive = weights @ v
    np.testing.assert_allclose(plain, naive, rtol=1e-12)
    np.testing.assert_allclose(masked, naive, rtol=1e-12)


def test_signs_of_zero_do_not_leak():
    """0 · (-3) is -0: its sign must not tell what a hidden value was."""
    zero, mask = np.zeros((1, 1)), np.zeros((1, 1), dtype=bool)
    for n_keys, mask in [(1, [[False]]), (2, [[True, False]]), (2, [[False, False]])]:
        q, k = np.ones((1, 1)), np.ones((n_keys, 1))
        results = set()
        for content in (3.0, -3.0, 0.0, -0.0, np.nan, -np.inf):
            v = np.full((n_keys, 1), -0.0)
            v[-1] = content
            results.add(scaled_dot_product_attention(q, k, v, np.array(mask))[0].tobytes())
        assert results == {zero.tobytes()}


def test_a_query_that_holds_nan_and_sees_nothing_gets_zeros():
    q, k, v = draw(np.float32)
    q[:, 4] = np.nan
    mask = np.ones((37, 53), dtype=bool)
    mask[4] = False
    output, weights = scaled_dot_product_attention(q, k, v, mask)
    assert not output[:, 4].any() and not weights[:, 4].any()
    assert np.isfinite(output).all()
    mask[4, 0] = True
    output, weights = scaled_dot_product_attention(q, k, v, mask)
    assert np.isnan(output[:, 4]).all() and np.isnan(weights[:, 4, 0]).all()
    assert not weights[:, 4, 1:].any()
    assert np.isfinite(np.delete(output, 4, axis=1)).all(), "a query's NaN stays its own"


@pytest.mark.parametrize("content", CONTENT)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n_kv_heads", [1, 2, 4])
def test_later_tokens_in_multi_head_attention(dtype, content, n_kv_heads):
    rng = np.random.default_rng(3)
    attend = MultiHeadAttention.random(24, 4, rng=rng, n_kv_heads=n_kv_heads)
    x = rng.normal(size=(3, 33, 24)).astype(dtype)
    before = [array[..., :20, :] for array in attend(x, causal=True)]
    x[:, 20:] = content
    after = [array[..., :20, :] for array in attend(x, causal=True)]
    same_bits(before, after, f"a later token of {content}")


def test_padding_in_multi_head_attention_changes_no_output_of_real_tokens():
    rng = np.random.default_rng(4)
    attend = MultiHeadAttention.random(24, 4, rng=rng)
    x = rng.normal(size=(3, 33, 24))
    real = np.arange(33) < np.array([5, 33, 20])[:, None]
    output, weights = attend(x, mask=real[:, None])
    x[~real] = np.nan
    again, weights_again = attend(x, mask=real[:, None])
    assert output[real].tobytes() == again[real].tobytes()
    for sequence, is_real in enumerate(real):
        shown = [w[sequence][:, is_real].tobytes() for w in (weights, weights_again)]
        assert shown[0] == shown[1]


def test_strided_views_hide_as_well():
    """Inputs that are views with strides of their own, as split_heads makes them."""
    q, k, v = (array[:, ::2, ::-1] for array in draw(np.float32))
    before = scaled_dot_product_attention(q, k, v, causal=True)
    k, v = k.copy(), v.copy()
    k[:, -1], v[:, -1] = 1e4, np.nan
    after = scaled_dot_product_attention(q, k, v, causal=True)
    for a, b in zip(before, after, strict=True):
        np.testing.assert_allclose(a[:, :-1], b[:, :-1], rtol=1e-5, atol=1e-6)
