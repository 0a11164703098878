"""helpers.attention beside PyTorch, an optional peer that only tests know."""

import warnings

import numpy as np
import pytest
from peers import peer

torch = peer("torch")

from helpers.attention import (  # noqa: E402
    MultiHeadAttention,
    additive_mask,
    causal_mask,
    padding_mask,
    scaled_dot_product_attention,
)

theirs = torch.nn.functional.scaled_dot_product_attention


def draw(seed, *, batch=2, heads=3, kv_heads=3, n_queries=5, n_keys=7, d_key=4, d_value=6):
    rng = np.random.default_rng(seed)
    return (
        rng.normal(size=(batch, heads, n_queries, d_key)),
        rng.normal(size=(batch, kv_heads, n_keys, d_key)),
        rng.normal(size=(batch, kv_heads, n_keys, d_value)),
    )


def compare(ours, theirs, what, tolerance=1e-12):
    np.testing.assert_allclose(
        ours, theirs.detach().numpy(), rtol=tolerance, atol=tolerance, err_msg=what
    )


@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-12), (np.float32, 2e-6)])
@pytest.mark.parametrize("scale", [None, 0.7])
def test_without_a_mask(dtype, tolerance, scale):
    q, k, v = (array.astype(dtype) for array in draw(1))
    output, _ = scaled_dot_product_attention(q, k, v, scale=scale)
    expected = theirs(*map(torch.from_numpy, (q, k, v)), scale=scale)
    assert output.dtype == dtype
    compare(output, expected, "no mask", tolerance)


def test_causal_where_both_alignments_are_the_same():
    q, k, v = draw(2, n_queries=6, n_keys=6)
    output, _ = scaled_dot_product_attention(q, k, v, causal=True)
    compare(output, theirs(*map(torch.from_numpy, (q, k, v)), is_causal=True), "causal, n = n")


def test_causal_with_more_keys_than_queries():
    """Their is_causal aligns top left; with the mask written out, ours is the bottom right."""
    q, k, v = draw(3)
    tensors = [torch.from_numpy(array) for array in (q, k, v)]
    output, _ = scaled_dot_product_attention(q, k, v, causal=True)
    mask = torch.ones(5, 7, dtype=torch.bool).tril(diagonal=2)
    compare(output, theirs(*tensors, attn_mask=mask), "bottom-right alignment")
    top_left = theirs(*tensors, is_causal=True).numpy()
    assert not np.allclose(output, top_left), "the last query must see every key"


@pytest.mark.parametrize("shape", [(5, 7), (2, 1, 5, 7), (2, 1, 1, 7), (2, 3, 5, 7), (3, 1, 7)])
def test_boolean_and_additive_masks(shape):
    q, k, v = draw(4)
    rng = np.random.default_rng(5)
    may_look = rng.random(shape) < 0.6
    may_look[..., 0] = True  # nobody is left with nothing: releases of torch differ on that
    bias = rng.normal(size=shape)
    tensors = [torch.from_numpy(array) for array in (q, k, v)]
    for what, mask in [
        ("boolean", may_look),
        ("additive", additive_mask(may_look, np.float64)),
        ("bias", bias),
        ("bias that hides", np.where(may_look, bias, -np.inf)),
    ]:
        output, _ = scaled_dot_product_attention(q, k, v, mask)
        expected = theirs(*tensors, attn_mask=torch.from_numpy(mask).expand(2, 3, 5, 7))
        compare(output, expected, f"{what} mask of shape {shape}")


def test_a_query_with_nothing_to_look_at_gets_zeros_and_leaves_the_others_alone():
    q, k, v = draw(6)
    mask = np.ones((5, 7), dtype=bool)
    mask[2] = False
    output, weights = scaled_dot_product_attention(q, k, v, mask)
    assert not output[..., 2, :].any() and not weights[..., 2, :].any()
    expected = theirs(*map(torch.from_numpy, (q, k, v)), attn_mask=torch.from_numpy(mask)).numpy()
    others = [0, 1, 3, 4]
    np.testing.assert_allclose(output[..., others, :], expected[..., others, :], rtol=1e-12)


@pytest.mark.parametrize("kv_heads", [1, 2, 6])
def test_grouped_heads(kv_heads):
    """Neighbouring query heads share a key/value head, in the order that torch uses."""
    rng = np.random.default_rng(7)
    d_model, heads = 18, 6
    attend = MultiHeadAttention.random(d_model, heads, rng=rng, n_kv_heads=kv_heads)
    x = rng.normal(size=(2, 5, d_model))

    def split(matrix, n):
        return torch.from_numpy(x @ matrix).view(2, 5, n, 3).transpose(1, 2)

    expected = theirs(
        split(attend.w_query, heads),
        split(attend.w_key, kv_heads),
        split(attend.w_value, kv_heads),
        is_causal=True,
        enable_gqa=True,
    )
    expected = expected.transpose(1, 2).reshape(2, 5, d_model) @ torch.from_numpy(attend.w_output)
    output, weights = attend(x, causal=True)
    assert weights.shape == (2, heads, 5, 5)
    compare(output, expected, f"{heads} heads on {kv_heads} key/value heads")


@pytest.mark.parametrize("case", ["self", "cross", "padding", "causal", "one mask a head"])
def test_multi_head_attention(case):
    rng = np.random.default_rng(8)
    d_model, heads, batch, n_queries, n_keys = 12, 3, 2, 5, 7
    layer = torch.nn.MultiheadAttention(d_model, heads, bias=False, batch_first=True).double()
    w_query, w_key, w_value = layer.in_proj_weight.detach().numpy().reshape(3, d_model, d_model)
    w_output = layer.out_proj.weight.detach().numpy()
    attend = MultiHeadAttention(w_query.T, w_key.T, w_value.T, w_output.T, heads)

    x = rng.normal(size=(batch, n_queries, d_model))
    context = rng.normal(size=(batch, n_keys, d_model))
    mask = hidden = padded = None
    if case in ("self", "causal"):
        context = x
    if case == "causal":
        hidden = torch.from_numpy(~causal_mask(n_queries))  # their True hides
    if case == "padding":
        mask = padding_mask([4, 7], n_keys)
        padded = torch.from_numpy(~mask[:, 0])
    if case == "one mask a head":
        mask = rng.random((batch, heads, n_queries, n_keys)) < 0.6
        mask[..., 0] = True
        hidden = torch.from_numpy(~mask.reshape(batch * heads, n_queries, n_keys))

    output, weights = attend(x, context, mask, causal=case == "causal")
    tensors = [torch.from_numpy(array) for array in (x, context, context)]
    expected_output, expected_weights = layer(
        *tensors, attn_mask=hidden, key_padding_mask=padded, average_attn_weights=False
    )
    compare(output, expected_output, f"{case}: output")
    compare(weights, expected_weights, f"{case}: weights")


def test_tensors_are_welcome_as_input():
    q, k, v = draw(9)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        output, weights = scaled_dot_product_attention(*map(torch.from_numpy, (q, k, v)))
    assert isinstance(output, np.ndarray) and isinstance(weights, np.ndarray)
    assert np.array_equal(output, scaled_dot_product_attention(q, k, v)[0])
