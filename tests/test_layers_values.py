"""What the layers compute: against the reference, the definition, and what must be refused."""

import numpy as np
import pytest

from helpers.attention import MultiHeadAttention as Reference
from helpers.attention import scaled_dot_product_attention
from helpers.models.attend import attend
from helpers.models.cross_entropy import cross_entropy
from helpers.models.embedding import Embedding, Positions
from helpers.models.gru import GRU, sigmoid
from helpers.models.layer_norm import LayerNorm
from helpers.models.multi_head_attention import MultiHeadAttention


@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-13), (np.float32, 2e-6)])
@pytest.mark.parametrize("masked", [False, True])
def test_attention_is_the_reference(dtype, tolerance, masked):
    rng = np.random.default_rng(0)
    query, key = rng.normal(size=(2, 3, 5, 4)), rng.normal(size=(2, 3, 7, 4))
    value = rng.normal(size=(2, 3, 7, 6))
    query, key, value = (array.astype(dtype) for array in (query, key, value))
    mask = rng.random((2, 1, 5, 7)) < 0.6 if masked else None
    if masked:
        mask[0, 0, 2] = False  # a query that sees nothing
    ours = attend(query, key, value, mask)
    theirs = scaled_dot_product_attention(query, key, value, mask)
    for mine, reference, what in zip(ours, theirs, ("output", "weights"), strict=True):
        assert mine.dtype == dtype
        np.testing.assert_allclose(mine, reference, atol=tolerance, err_msg=what)


@pytest.mark.parametrize("cross", [False, True])
def test_multi_head_layer_is_the_reference(cross):
    rng = np.random.default_rng(1)
    layer = MultiHeadAttention(6, 3, rng=rng)
    p = layer.parameters
    reference = Reference(p["w_query"], p["w_key"], p["w_value"], p["w_output"], 3)
    x, context = rng.normal(size=(2, 5, 6)), rng.normal(size=(2, 4, 6)) if cross else None
    output, weights = reference(x, context)
    np.testing.assert_allclose(layer.forward(x, context), output, atol=1e-13)
    np.testing.assert_allclose(layer.weights, weights, atol=1e-13)


def test_huge_scores_do_not_overflow():
    query, key = np.full((1, 2, 4), 1e4), np.full((1, 3, 4), 1e4)
    output, weights = attend(query, key, np.ones((1, 3, 2)))
    np.testing.assert_allclose(weights, 1 / 3)
    np.testing.assert_allclose(output, 1)


def test_layer_norm_makes_rows_of_mean_0_and_variance_1():
    rng = np.random.default_rng(2)
    y = LayerNorm(32, eps=0).forward(rng.normal(3, 5, (4, 7, 32)))
    np.testing.assert_allclose(y.mean(axis=-1), 0, atol=1e-12)
    np.testing.assert_allclose(y.var(axis=-1), 1, atol=1e-12)


def test_sigmoid_does_not_overflow():
    np.testing.assert_allclose(sigmoid(np.array([-1e4, 0, 1e4])), [0, 0.5, 1])


def test_gru_reads_one_word_at_a_time_as_it_reads_all():
    rng = np.random.default_rng(3)
    layer, x = GRU(4, 3, rng=rng), rng.normal(size=(2, 5, 4))
    whole, state = layer.forward(x).copy(), None
    for t in range(5):
        state = layer.forward(x[:, t : t + 1], state)[:, -1]
        np.testing.assert_allclose(state, whole[:, t], atol=1e-14)


def test_loss_of_a_guess_among_n_is_log_n():
    loss, d_logits, _ = cross_entropy(np.zeros((3, 8)), np.array([0, 3, 7]))
    assert loss == pytest.approx(np.log(8))
    np.testing.assert_allclose(d_logits.sum(axis=-1), 0, atol=1e-15)


def test_rows_that_do_not_count_change_nothing():
    rng = np.random.default_rng(4)
    logits, targets = rng.normal(size=(2, 4, 5)), rng.integers(0, 5, (2, 4))
    counts = np.array([[1, 1, 0, 1], [0, 1, 1, 0]], bool)
    loss, d_logits, accuracy = cross_entropy(logits, targets, counts)
    alone, _, share = cross_entropy(logits[counts], targets[counts])
    assert loss == pytest.approx(alone) and accuracy == pytest.approx(share)
    assert (d_logits[~counts] == 0).all()


def test_loss_says_what_does_not_fit():
    logits, targets = np.zeros((2, 3, 5)), np.zeros((2, 3), int)
    with pytest.raises(ValueError, match=r"targets \(2, 2\)"):
        cross_entropy(logits, targets[:, :2])
    with pytest.raises(ValueError, match=r"weights \(3,\)"):
        cross_entropy(logits, targets, np.ones(3))
    with pytest.raises(ValueError, match="at least one row must count"):
        cross_entropy(logits, targets, np.zeros((2, 3)))


def test_tokens_out_of_range_are_refused():
    rng = np.random.default_rng(5)
    for tokens in ([[0, 6]], [[-1, 2]]):
        with pytest.raises(ValueError, match="rows 0 to 5"):
            Embedding(6, 3, rng=rng).forward(np.array(tokens))
    with pytest.raises(ValueError, match="9 positions"):
        Positions(8, 4, rng=rng).forward(np.zeros((1, 9, 4)))


def test_heads_that_do_not_divide_the_width_are_refused():
    with pytest.raises(ValueError, match="10 does not divide into 4 heads"):
        MultiHeadAttention(10, 4, rng=np.random.default_rng(0))
