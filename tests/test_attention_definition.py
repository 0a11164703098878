"""helpers.attention against the definition, written out in plain Python loops."""

import itertools
import math

import numpy as np
import pytest

from helpers.attention import (
    MultiHeadAttention,
    additive_mask,
    causal_mask,
    merge_heads,
    padding_mask,
    scaled_dot_product_attention,
    softmax,
    split_heads,
)

pytestmark = pytest.mark.filterwarnings("error")


def softmax_by_hand(row):
    """Weights of one row of Python floats; zeros if all are -inf."""
    largest = max(row, default=-math.inf)
    if largest == -math.inf:
        return [0.0] * len(row)
    exponentials = [math.exp(score - largest) for score in row]
    return [e / math.fsum(exponentials) for e in exponentials]


def attention_by_hand(query, key, value, bias=None, causal=False, scale=None):
    """Output and weights of two-axis arrays, number by number; bias[i][j] = -inf hides."""
    n_queries, n_keys, d_key = len(query), len(key), len(query[0])
    scale = 1 / math.sqrt(d_key) if scale is None else scale
    output, weights = [], []
    for i in range(n_queries):
        row = []
        for j in range(n_keys):
            later = causal and j - i > n_keys - n_queries
            hidden = later or (bias is not None and bias[i][j] == -math.inf)
            products = [float(a) * float(b) for a, b in zip(query[i], key[j], strict=True)]
            score = math.fsum(products) * scale + (0.0 if bias is None else float(bias[i][j]))
            row.append(-math.inf if hidden else score)
        row = softmax_by_hand(row)
        weights.append(row)
        output.append(
            [math.fsum(w * float(v[c]) for w, v in zip(row, value, strict=True))
             for c in range(len(value[0]))]
        )  # fmt: skip
    return np.array(output), np.array(weights)


def arrays(rng, *leading, n_queries=3, n_keys=5, d_key=4, d_value=6):
    return (
        rng.normal(size=(*leading, n_queries, d_key)),
        rng.normal(size=(*leading, n_keys, d_key)),
        rng.normal(size=(*leading, n_keys, d_value)),
    )


def agrees(measured, expected, what):
    for name, ours, theirs in zip(("output", "weights"), measured, expected, strict=True):
        np.testing.assert_allclose(
            ours, theirs, rtol=1e-12, atol=1e-14, err_msg=f"{what}: {name} leaves the definition"
        )


SIZES = [(3, 5), (5, 3), (4, 4), (1, 7), (7, 1), (1, 1)]


@pytest.mark.parametrize("n_queries, n_keys", SIZES)
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("scale", [None, 1, 0.3, -2.0, 0])
def test_plain_and_causal(n_queries, n_keys, causal, scale):
    q, k, v = arrays(np.random.default_rng(1), n_queries=n_queries, n_keys=n_keys)
    agrees(
        scaled_dot_product_attention(q, k, v, causal=causal, scale=scale),
        attention_by_hand(q, k, v, causal=causal, scale=scale),
        f"{n_queries} queries, {n_keys} keys",
    )


@pytest.mark.parametrize("n_queries, n_keys", SIZES)
@pytest.mark.parametrize("causal", [False, True])
def test_masks_boolean_additive_and_with_causal(n_queries, n_keys, causal):
    rng = np.random.default_rng(2)
    q, k, v = arrays(rng, n_queries=n_queries, n_keys=n_keys)
    may_look = rng.random((n_queries, n_keys)) < 0.6
    may_look[0] = False  # a query with nothing to look at
    hide = np.where(may_look, 0.0, -math.inf)
    bias = rng.normal(size=hide.shape) + hide
    for what, mask, expected in [
        ("boolean", may_look, hide),
        ("additive", additive_mask(may_look, np.float64), hide),
        ("bias", bias, bias),
        ("bias in float32", bias.astype(np.float32), bias.astype(np.float32)),
    ]:
        agrees(
            scaled_dot_product_attention(q, k, v, mask, causal=causal),
            attention_by_hand(q, k, v, expected, causal=causal),
            what,
        )


def test_leading_axes_broadcast():
    rng = np.random.default_rng(3)
    q = rng.normal(size=(2, 1, 3, 4))
    k = rng.normal(size=(7, 5, 4))
    v = rng.normal(size=(2, 1, 5, 6))
    mask = rng.random((2, 1, 1, 5)) < 0.7
    output, weights = scaled_dot_product_attention(q, k, v, mask)
    assert output.shape == (2, 7, 3, 6)
    assert weights.shape == (2, 7, 3, 5)
    for batch, head in itertools.product(range(2), range(7)):
        hide = np.where(mask[batch, 0, 0], 0.0, -math.inf)[None].repeat(3, axis=0)
        agrees(
            (output[batch, head], weights[batch, head]),
            attention_by_hand(q[batch, 0], k[head], v[batch, 0], hide),
            f"batch {batch}, head {head}",
        )


def test_values_may_have_leading_axes_of_their_own():
    rng = np.random.default_rng(4)
    q, k, _ = arrays(rng)
    v = rng.normal(size=(2, 5, 6))
    output, weights = scaled_dot_product_attention(q, k, v, causal=True)
    assert weights.shape == (3, 5)
    assert output.shape == (2, 3, 6)
    for b in range(2):
        agrees((output[b], weights), attention_by_hand(q, k, v[b], causal=True), f"values {b}")


@pytest.mark.parametrize("axis", [-1, 0, 1, -2, np.int64(2)])
def test_softmax_along_any_axis(axis):
    scores = np.random.default_rng(5).normal(size=(2, 3, 5)) * 4
    scores[0, 0, 0] = -np.inf
    expected = np.apply_along_axis(lambda row: softmax_by_hand(list(row)), axis, scores)
    np.testing.assert_allclose(softmax(scores, axis), expected, rtol=1e-13)


def test_softmax_of_large_scores_and_of_nothing():
    assert softmax([1e300, 1e300, -1e300]).tolist() == [0.5, 0.5, 0.0]
    assert softmax(np.float32([3e38, -3e38])).tolist() == [1.0, 0.0]
    assert softmax([-np.inf, -np.inf]).tolist() == [0.0, 0.0]
    assert softmax([-np.inf, -1e308]).tolist() == [0.0, 1.0]
    assert np.isnan(softmax([0.0, np.nan])).all()
    assert np.isnan(softmax([[0.0, np.inf]])).any()


def test_causal_mask_lets_the_last_query_see_every_key():
    for n_queries, n_keys in [*SIZES, (0, 3), (3, 0), (0, 0)]:
        expected = [[j - i <= n_keys - n_queries for j in range(n_keys)] for i in range(n_queries)]
        mask = causal_mask(n_queries, n_keys)
        assert mask.dtype == bool
        assert mask.tolist() == expected, f"{n_queries} queries, {n_keys} keys"
    assert np.array_equal(causal_mask(4), causal_mask(4, 4))


def test_padding_mask_shows_the_first_keys_of_every_sequence():
    mask = padding_mask([0, 2, 4], 4)
    assert mask.dtype == bool
    assert mask.astype(int).tolist() == [[[0, 0, 0, 0]], [[1, 1, 0, 0]], [[1, 1, 1, 1]]]
    assert padding_mask(np.array([], dtype=int), 3).shape == (0, 1, 3)
    assert padding_mask(np.uint8([1]), 2).tolist() == [[[True, False]]]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_additive_mask_is_0_or_minus_infinity(dtype):
    mask = additive_mask([[True, False]], dtype)
    assert mask.dtype == dtype
    assert mask.tolist() == [[0, -np.inf]]


def test_heads_are_cut_from_the_width_and_put_back():
    x = np.random.default_rng(6).normal(size=(2, 3, 20))
    heads = split_heads(x, 4)
    assert heads.shape == (2, 4, 3, 5)
    for batch, head, token in itertools.product(range(2), range(4), range(3)):
        own_columns = x[batch, token, 5 * head : 5 * head + 5]
        assert np.array_equal(heads[batch, head, token], own_columns)
    assert np.array_equal(merge_heads(heads), x)
    assert split_heads(np.zeros((0, 6)), 3).shape == (3, 0, 2)
    assert merge_heads(np.zeros((3, 0, 2))).shape == (0, 6)


@pytest.mark.parametrize("n_kv_heads", [1, 2, 4])
@pytest.mark.parametrize("causal", [False, True])
def test_multi_head_attention_is_one_attention_a_head(n_kv_heads, causal):
    rng = np.random.default_rng(7)
    heads, d_head, d_value, d_model, d_context, d_out = 4, 3, 2, 10, 7, 9
    w_query = rng.normal(size=(d_model, heads * d_head))
    w_key = rng.normal(size=(d_context, n_kv_heads * d_head))
    w_value = rng.normal(size=(d_context, n_kv_heads * d_value))
    w_output = rng.normal(size=(heads * d_value, d_out))
    x, context = rng.normal(size=(5, d_model)), rng.normal(size=(6, d_context))
    mask = rng.random((5, 6)) < 0.7

    attend = MultiHeadAttention(w_query, w_key, w_value, w_output, heads, n_kv_heads)
    output, weights = attend(x, context, mask, causal)
    outputs = []
    for head in range(heads):
        shared = head * n_kv_heads // heads
        expected = attention_by_hand(
            x @ w_query[:, head * d_head : (head + 1) * d_head],
            context @ w_key[:, shared * d_head : (shared + 1) * d_head],
            context @ w_value[:, shared * d_value : (shared + 1) * d_value],
            np.where(mask, 0.0, -np.inf),
            causal,
        )
        np.testing.assert_allclose(weights[head], expected[1], rtol=1e-12, atol=1e-14)
        outputs.append(expected[0])
    expected = np.concatenate(outputs, axis=-1) @ w_output
    np.testing.assert_allclose(output, expected, rtol=1e-12, atol=1e-12)


def test_masks_of_multi_head_attention():
    """(n, n) and (batch, n, n) hold for all heads; with an axis more, each head has its own."""
    rng = np.random.default_rng(8)
    attend = MultiHeadAttention.random(12, 3, rng=rng)
    x = rng.normal(size=(3, 5, 12))  # as many sequences as heads: a mix-up would go unseen by shape
    padding = padding_mask([2, 5, 3], 5)
    _, weights = attend(x, mask=padding)
    shown = np.broadcast_to(padding[:, None], weights.shape)
    assert np.array_equal(weights > 0, shown), "the padding of a sequence went to another axis"

    own = rng.random((3, 5, 5)) < 0.5
    _, weights = attend(x, mask=own[None])
    assert np.array_equal(weights > 0, np.broadcast_to(own, weights.shape))
    _, weights = attend(x[0], mask=own)
    assert np.array_equal(weights > 0, own)
    _, weights = attend(x, mask=own[0])
    assert np.array_equal(weights > 0, np.broadcast_to(own[0], weights.shape))


def test_random_heads_come_from_the_generator_and_keep_the_size_of_numbers():
    first = MultiHeadAttention.random(64, 4, rng=np.random.default_rng(9), n_kv_heads=2)
    again = MultiHeadAttention.random(64, 4, rng=np.random.default_rng(9), n_kv_heads=2)
    assert np.array_equal(first.w_query, again.w_query)
    assert (first.w_key.shape, first.w_value.shape) == ((64, 32), (64, 32))
    assert (first.w_query.shape, first.w_output.shape) == ((64, 64), (64, 64))
    for name in ("w_query", "w_key", "w_value", "w_output"):
        assert 0.115 < getattr(first, name).std() < 0.135, f"{name}: expected about 1/√64"
