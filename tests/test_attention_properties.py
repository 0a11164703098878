"""What holds for every attention, whatever the sizes and numbers: found out by hypothesis."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from helpers.attention import (
    MultiHeadAttention,
    additive_mask,
    causal_mask,
    merge_heads,
    scaled_dot_product_attention,
    softmax,
    split_heads,
)

FLOATS = [np.float16, np.float32, np.float64, np.longdouble]
HIDDEN_CONTENT = [0.0, -1.0, 7e7, np.nan, np.inf, -np.inf]
quickly = settings(deadline=None, derandomize=True, max_examples=60)


def strictly(function, *arguments, **options):
    """Call it where every warning and every floating-point flag is an error."""
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        return function(*arguments, **options)


def same_bits(one, two):
    """Equal to the last bit; a longdouble has unused bytes, so its numbers and signs count."""
    if one.dtype == np.longdouble:
        signs = np.array_equal(np.signbit(one), np.signbit(two))
        return signs and np.array_equal(one, two, equal_nan=True)
    return one.tobytes() == two.tobytes()


@st.composite
def problems(draw, least=0, leading=True, dtypes=FLOATS):
    """Query, key, value with leading axes that broadcast, a fitting mask or None, and causal."""
    size = st.integers(least, 6)
    n_queries, n_keys, d_key, d_value = (draw(size) for _ in range(4))
    fronts = [()] * 3
    if leading:
        fronts = draw(hnp.mutually_broadcastable_shapes(num_shapes=3, max_dims=2, max_side=3))
        fronts = fronts.input_shapes
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    dtype = draw(st.sampled_from(dtypes))
    shapes = [(n_queries, d_key), (n_keys, d_key), (n_keys, d_value)]
    q, k, v = (
        (rng.normal(size=(*front, *shape)) * 2).astype(dtype)
        for front, shape in zip(fronts, shapes, strict=True)
    )
    weights_shape = (*np.broadcast_shapes(*fronts[:2]), n_queries, n_keys)
    kind = draw(st.sampled_from([None, "boolean", "additive", "bias"]))
    causal = draw(st.booleans())
    mask = None
    if kind is not None:
        thin = draw(st.lists(st.booleans(), min_size=len(weights_shape), max_size=4))
        shape = [1 if one and n else n for n, one in zip(weights_shape, thin, strict=False)]
        mask = rng.random(shape) < 0.6
        if kind != "boolean":
            mask = additive_mask(mask, dtype) + (
                rng.normal(size=shape).astype(dtype) if kind == "bias" else dtype(0)
            )
    return q, k, v, mask, causal


def visible(mask, causal, weights_shape):
    seen = np.ones(weights_shape, dtype=bool)
    if mask is not None:
        seen &= mask if mask.dtype == bool else mask > -np.inf
    return seen & causal_mask(*weights_shape[-2:]) if causal else seen


@quickly
@given(problems())
def test_shapes_types_and_rows(problem):
    q, k, v, mask, causal = problem
    before = [array.copy() for array in (q, k, v)]
    output, weights = strictly(scaled_dot_product_attention, q, k, v, mask, causal=causal)
    front = np.broadcast_shapes(q.shape[:-2], k.shape[:-2])
    assert weights.shape == (*front, q.shape[-2], k.shape[-2])
    front = np.broadcast_shapes(front, v.shape[:-2])
    assert output.shape == (*front, q.shape[-2], v.shape[-1])
    assert output.dtype == weights.dtype == q.dtype
    assert all(np.array_equal(a, b) for a, b in zip(before, (q, k, v), strict=True)), (
        "changed input"
    )

    seen = visible(mask, causal, weights.shape)
    assert not weights[~seen].any(), "a hidden key has weight"
    assert (weights >= 0).all()
    sums = np.where(seen.any(axis=-1), 1.0, 0.0)
    tolerance = 1e-2 if q.dtype == np.float16 else 1e-5
    np.testing.assert_allclose(weights.sum(axis=-1, dtype=np.float64), sums, atol=tolerance)
    nothing = np.broadcast_to(~seen.any(axis=-1), output.shape[:-1])
    assert not output[nothing].any(), "a query with nothing to look at got something"


@quickly
@given(problems(least=1, leading=False), st.sampled_from(HIDDEN_CONTENT), st.data())
def test_a_hidden_key_may_hold_anything(problem, content, data):
    q, k, v, mask, causal = problem
    seen = visible(mask, causal, (len(q), len(k)))
    j = data.draw(st.integers(0, len(k) - 1))
    blind = ~seen[:, j]  # the queries that may not see key j
    before = strictly(scaled_dot_product_attention, q, k, v, mask, causal=causal)
    k, v = k.copy(), v.copy()
    with np.errstate(over="ignore"):
        k[j], v[j] = content, content
    after = strictly(scaled_dot_product_attention, q, k, v, mask, causal=causal)
    for name, one, two in zip(("output", "weights"), before, after, strict=True):
        assert same_bits(one[blind], two[blind]), f"{content} in a hidden key: {name}"
    if np.isnan(content):
        assert np.isnan(after[0][~blind]).all(), "NaN in a visible value must be seen"


@quickly
@given(problems(least=1, leading=False, dtypes=[np.float64]), st.randoms(use_true_random=False))
def test_order_of_keys_means_nothing_and_order_of_queries_is_kept(problem, random):
    q, k, v, mask, causal = problem
    seen = visible(mask, causal, (len(q), len(k)))
    bias = np.where(seen, 0.0 if mask is None or mask.dtype == bool else mask, -np.inf)
    output, weights = scaled_dot_product_attention(q, k, v, bias)
    keys = random.sample(range(len(k)), len(k))
    queries = random.sample(range(len(q)), len(q))
    moved, moved_weights = scaled_dot_product_attention(
        q[queries], k[keys], v[keys], bias[queries][:, keys]
    )
    np.testing.assert_allclose(moved, output[queries], atol=1e-12)
    np.testing.assert_allclose(moved_weights, weights[queries][:, keys], atol=1e-12)


@quickly
@given(problems(least=1, dtypes=[np.float64]))
def test_a_boolean_mask_and_its_additive_form_are_the_same(problem):
    q, k, v, mask, causal = problem
    if mask is None or mask.dtype != bool:
        mask = np.arange(k.shape[-2]) % 3 != 1
    boolean = scaled_dot_product_attention(q, k, v, mask, causal=causal)
    added = scaled_dot_product_attention(q, k, v, additive_mask(mask, q.dtype), causal=causal)
    assert all(np.array_equal(a, b) for a, b in zip(boolean, added, strict=True))


@quickly
@given(problems(least=1, leading=False, dtypes=[np.float64]))
def test_hiding_a_key_is_leaving_it_out(problem):
    q, k, v, _, _ = problem
    keep = np.arange(len(k)) % 2 == 0
    output, weights = scaled_dot_product_attention(q, k, v, keep)
    shorter, fewer = scaled_dot_product_attention(q, k[keep], v[keep])
    np.testing.assert_allclose(output, shorter, atol=1e-12)
    np.testing.assert_allclose(weights[:, keep], fewer, atol=1e-12)


@quickly
@given(
    hnp.arrays(
        np.float64,
        hnp.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=5),
        elements=st.one_of(st.just(-np.inf), st.floats(-700, 700)),
    ),
    st.floats(-1e6, 1e6),
    st.data(),
)
def test_softmax(scores, shift, data):
    axis = data.draw(st.integers(-scores.ndim, scores.ndim - 1))
    weights = strictly(softmax, scores, axis)
    assert weights.shape == scores.shape and weights.dtype == scores.dtype
    something = (scores > -np.inf).any(axis=axis)
    np.testing.assert_allclose(weights.sum(axis=axis), np.where(something, 1, 0), atol=1e-12)
    assert not weights[scores == -np.inf].any()
    np.testing.assert_allclose(strictly(softmax, scores + shift, axis), weights, atol=1e-7)
    moved = softmax(np.moveaxis(scores, axis, -1))
    np.testing.assert_allclose(moved, np.moveaxis(weights, axis, -1), rtol=1e-12)


@quickly
@given(
    st.integers(1, 4), st.integers(1, 4), st.integers(0, 5), st.lists(st.integers(0, 3), max_size=2)
)
def test_splitting_and_merging_heads_are_inverses(n_heads, d_head, n, front):
    x = np.arange(np.prod([*front, n, n_heads * d_head], dtype=int)).reshape(
        *front, n, n_heads * d_head
    )
    heads = split_heads(x, n_heads)
    assert heads.shape == (*front, n_heads, n, d_head)
    assert np.array_equal(merge_heads(heads), x)


@quickly
@given(st.integers(0, 10**6), st.sampled_from(FLOATS), st.booleans(), st.sampled_from([1, 2, 4]))
def test_later_tokens_change_no_bit_of_earlier_outputs(seed, dtype, batched, n_kv_heads):
    rng = np.random.default_rng(seed)
    attend = MultiHeadAttention.random(8, 4, rng=rng, n_kv_heads=n_kv_heads)
    for name in ("w_query", "w_key", "w_value", "w_output"):
        setattr(attend, name, getattr(attend, name).astype(dtype))
    x = rng.normal(size=(3, 6, 8) if batched else (6, 8)).astype(dtype)
    changed = x.copy()
    changed[..., 4:, :] = rng.choice(HIDDEN_CONTENT[:2] + HIDDEN_CONTENT[3:], size=8)
    one, two = (strictly(attend, array, causal=True) for array in (x, changed))
    assert one[0].dtype == dtype
    for a, b in zip(one, two, strict=True):
        assert same_bits(a[..., :4, :], b[..., :4, :]), "a later token was seen"


@pytest.mark.parametrize("dtype", FLOATS)
def test_one_masked_pass_is_feeding_tokens_one_by_one(dtype):
    q, k, v = np.random.default_rng(0).normal(size=(3, 6, 4)).astype(dtype)
    whole, _ = scaled_dot_product_attention(q, k, v, causal=True)
    for t in range(6):
        step, _ = scaled_dot_product_attention(q[t : t + 1], k[: t + 1], v[: t + 1], causal=True)
        tolerance = 4 * np.finfo(dtype).eps
        np.testing.assert_allclose(step[0], whole[t], rtol=tolerance, atol=tolerance)
