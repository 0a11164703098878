"""Every misfit is a ValueError that says what was wrong, with axes and sizes, and what to do."""

import datetime

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

Q, K, V = np.ones((3, 4)), np.ones((5, 4)), np.ones((5, 6))


def message(function, *arguments, **options):
    with pytest.raises(ValueError) as caught:
        function(*arguments, **options)
    text = str(caught.value)
    assert caught.value.__cause__ is None and (
        caught.value.__suppress_context__ or caught.value.__context__ is None
    ), "a learner should read one error, not two"
    assert len(text) < 260, f"too long to be read: {text}"
    return text


def says(text, *parts):
    for part in parts:
        assert part in text, f"{part!r} is missing in: {text}"


def attend(query=Q, key=K, value=V, mask=None, **options):
    return message(scaled_dot_product_attention, query, key, value, mask, **options)


def test_d_key_differs():
    says(attend(key=np.ones((5, 7))), "d_key", "4 and 7", "(3, 4)", "(5, 7)", "Project")
    says(attend(key=K.T), "(4, 5)", "transposed")


def test_n_keys_differs():
    says(attend(value=np.ones((8, 6))), "n_keys", "5 and 8", "(5, 4)", "(8, 6)", "same sequence")


def test_too_few_axes():
    for name, shapes in {"query": (4,), "key": (4,), "value": (5,)}.items():
        says(attend(**{name: np.ones(shapes)}), f"{name} {shapes}", "(..., n, d)", "x[None, :]")
    says(attend(query=2.0), "query ()")


def test_leading_axes_do_not_broadcast():
    text = attend(np.ones((2, 3, 4)), np.ones((7, 5, 4)), np.ones((5, 6)))
    says(text, "(2, 3, 4)", "(7, 5, 4)", "(5, 6)", "batch, heads", "do not broadcast")
    says(attend(np.ones((2, 3, 4)), K, np.ones((9, 5, 6))), "(2, 3, 4)", "(9, 5, 6)")


@pytest.mark.parametrize("shape", [(3, 4), (5, 3), (2, 3, 5), (5, 1), (7,), (1, 1, 3, 5)])
def test_mask_does_not_fit(shape):
    for mask in (np.ones(shape, bool), np.zeros(shape)):
        says(attend(mask=mask), f"mask {shape}", "weights (3, 5)", "n_queries, n_keys")
        says(attend(mask=mask, causal=True), f"mask {shape}", "weights (3, 5)")


@pytest.mark.parametrize("mask", [np.ones((3, 5), int), np.full((3, 5), 1j), [["yes"] * 5] * 3])
def test_mask_of_a_wrong_type(mask):
    says(attend(mask=mask), f"mask is {np.asarray(mask).dtype}", "bool", "float", "True = may look")


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_mask_that_makes_no_weights(wrong):
    bias = np.zeros((3, 5))
    bias[1, 2] = wrong
    for options in ({}, {"causal": True}):
        says(attend(mask=bias, **options), "mask", "NaN or +inf", "-inf")
    with np.errstate(over="ignore"):
        too_large = attend(Q.astype(np.float32), K.astype(np.float32), V.astype(np.float32),
                           np.full((3, 5), 1e300))  # fmt: skip
    says(too_large, "float32", "+inf")


@pytest.mark.parametrize("scale", [np.nan, np.inf, [1.0, 2.0], "half", 1j, np.ones((3, 1))])
def test_scale_is_no_number(scale):
    says(attend(scale=scale), "scale")


@pytest.mark.parametrize(
    "wrong",
    [
        np.ones((3, 4), complex),
        np.ones((3, 4), object),
        np.full((3, 4), "a"),
        np.full((3, 4), np.datetime64("2020-01-01")),
        [[datetime.timedelta(1)] * 4] * 3,
        None,
    ],
)
@pytest.mark.parametrize("name", ["query", "key", "value"])
def test_no_real_numbers(name, wrong):
    array = np.asarray(wrong)
    says(attend(**{name: wrong}), name, str(array.shape), str(array.dtype), "real numbers")
    says(message(softmax, wrong), "scores", str(array.dtype))


def test_ragged_lists():
    says(attend(query=[[1, 2, 3, 4], [1, 2]]), "query", "inhomogeneous", "equally long")


@pytest.mark.parametrize("axis", [2, -3, None, (0, 1), 1.0, "last"])
def test_softmax_axis(axis):
    says(message(softmax, np.ones((3, 5)), axis), "(3, 5)", f"axis {axis!r}", "-1")
    says(message(softmax, 3.0), "()", "axis -1")


@pytest.mark.parametrize("wrong", [-1, 2.0, "3", None])
def test_numbers_of_queries_and_keys(wrong):
    says(message(causal_mask, wrong), "n_queries", repr(wrong))
    if wrong is not None:
        says(message(causal_mask, 3, wrong), "n_keys", repr(wrong))
    says(message(padding_mask, [1], wrong), "n_keys", repr(wrong))


def test_padding_mask():
    says(message(padding_mask, [2, 9], 5), "2 to 9", "n_keys is 5", "between 0 and n_keys")
    says(message(padding_mask, [-1, 3], 5), "-1 to 3")
    says(message(padding_mask, [1.0, 3.0], 5), "float64", "integers")
    says(message(padding_mask, [True, False], 5), "bool", "integers")


def test_additive_mask():
    says(message(additive_mask, [[1, 0]], float), "int", "boolean", "True")
    says(message(additive_mask, [[True]], int), "int", "-inf", "float32")


def test_split_and_merge_heads():
    says(message(split_heads, np.ones((3, 10)), 4), "(3, 10)", "n_heads is 4", "divides")
    says(message(split_heads, np.ones(10), 2), "(10,)", "(..., n, d_model)")
    for wrong in (0, -2, 2.0):
        says(message(split_heads, np.ones((3, 10)), wrong), "n_heads", repr(wrong))
    says(message(merge_heads, np.ones((3, 10))), "(3, 10)", "(..., n_heads, n, d_head)")


def matrices(query=(10, 12), key=(7, 6), value=(7, 8), output=(16, 9)):
    return [np.ones(shape) for shape in (query, key, value, output)]  # 4 heads, 2 of keys


@pytest.mark.parametrize(
    "changed, parts",
    [
        ({"query": (10, 13)}, ["w_query (10, 13)", "n_heads 4", "divide"]),
        ({"key": (7, 5)}, ["w_key (7, 5)", "n_kv_heads 2", "divide"]),
        ({"value": (7, 9)}, ["w_value (7, 9)", "n_kv_heads 2", "divide"]),
        ({"key": (7, 8)}, ["w_query (10, 12)", "w_key (7, 8)", "same d_head"]),
        ({"key": (11, 6)}, ["w_key (11, 6)", "w_value (7, 8)", "same context"]),
        ({"output": (8, 9)}, ["w_output (8, 9)", "16 wide"]),
        ({"query": (12,)}, ["w_query (12,)", "two axes"]),
        ({"output": (1, 16, 9)}, ["w_output (1, 16, 9)", "two axes"]),
    ],
)
def test_matrices_of_multi_head_attention(changed, parts):
    MultiHeadAttention(*matrices(), 4, 2)  # these fit
    says(message(MultiHeadAttention, *matrices(**changed), 4, 2), *parts)


def test_numbers_of_heads():
    says(message(MultiHeadAttention, *matrices(), 4, 3), "n_heads 4", "n_kv_heads 3", "divide")
    says(message(MultiHeadAttention, *matrices(), 0), "n_heads", "0")
    says(message(MultiHeadAttention, *matrices(), 4, 0), "n_kv_heads", "0")
    says(message(MultiHeadAttention, *matrices(), 4, 1.5), "n_kv_heads", "1.5")
    says(message(MultiHeadAttention, np.ones((10, 12), complex), *matrices()[1:], 4), "w_query")


def test_random_heads():
    rng = np.random.default_rng(0)
    says(message(MultiHeadAttention.random, 10, 4, rng=rng), "(10, 10)", "n_heads 4", "divide")
    says(message(MultiHeadAttention.random, 12, 4, rng=rng, n_kv_heads=3), "n_kv_heads 3")
    for wrong in (0, "2"):
        says(message(MultiHeadAttention.random, 12, wrong, rng=rng), "n_heads", repr(wrong))
        says(message(MultiHeadAttention.random, wrong, 2, rng=rng), "d_model", repr(wrong))
        says(message(MultiHeadAttention.random, 12, 4, rng=rng, n_kv_heads=wrong), "n_kv_heads")
    for wrong in (0, None, np.random):
        says(message(MultiHeadAttention.random, 12, 4, rng=wrong), "rng", "default_rng")


def test_inputs_of_multi_head_attention():
    layer = MultiHeadAttention(*matrices(), 4, 2)
    x, context = np.ones((3, 10)), np.ones((5, 7))
    layer(x, context)
    says(message(layer, x), "context (3, 10)", "w_key (7, 6)", "(..., n, 7)")
    says(message(layer, np.ones((3, 11)), context), "x (3, 11)", "w_query (10, 12)", "(..., n, 10)")
    says(message(layer, np.ones(10), context), "x (10,)", "x[None, :]")
    says(message(layer, x, np.ones(7)), "context (7,)")
    says(message(layer, x.astype(complex), context), "x (3, 10)", "complex128")
    says(message(layer, x, context, np.ones((5, 3), bool)), "mask (5, 3)", "(4, 3, 5)")
    says(message(layer, np.ones((2, 3, 10)), np.ones((6, 5, 7))), "(2, 4, 3, 3)", "(6, 4, 5, 3)")
