"""Every layer's backward pass against finite differences, in float64."""

import numpy as np
import pytest
from layer_cases import assert_gradient

from helpers.models.attend import attend, attend_backward
from helpers.models.block import Block, FeedForward
from helpers.models.cross_entropy import cross_entropy
from helpers.models.embedding import Embedding, Positions
from helpers.models.gru import GRU
from helpers.models.layer_norm import LayerNorm
from helpers.models.linear import Linear
from helpers.models.multi_head_attention import MultiHeadAttention
from helpers.models.relu import ReLU


def scramble(layer, rng):
    """Give every parameter random values: a gain of 1 or a bias of 0 would hide a mistake."""
    for _, owner, name in layer.owners():
        array = owner.parameters[name]
        array[...] = rng.normal(0, 0.6, array.shape)
    return layer


def check_layer(layer, x, rng, forward=None, tolerance=1e-7):
    """Input and parameters of a layer, for a loss that weighs every output differently."""
    forward = layer.forward if forward is None else forward
    weigh = rng.normal(size=forward(x).shape)
    loss = lambda: float((forward(x) * weigh).sum())  # noqa: E731
    loss()
    d_x = layer.backward(weigh)
    d_x = d_x[0] if isinstance(d_x, tuple) else d_x
    gradients = {full: owner.gradients[name].copy() for full, owner, name in layer.owners()}
    if np.issubdtype(x.dtype, np.floating):
        assert_gradient(d_x, loss, x, "the input", tolerance)
    for full, owner, name in layer.owners():
        assert_gradient(gradients[full], loss, owner.parameters[name], full, tolerance)


LAYERS = {
    "linear": lambda rng: Linear(4, 3, rng=rng),
    "linear without bias": lambda rng: Linear(4, 3, rng=rng, bias=False),
    "layer norm": lambda rng: LayerNorm(4),
    "ReLU": lambda rng: ReLU(),
    "GRU": lambda rng: GRU(4, 3, rng=rng),
    "positions": lambda rng: Positions(7, 4, rng=rng),
    "feed-forward": lambda rng: FeedForward(4, 6, rng=rng),
    "multi-head self-attention": lambda rng: MultiHeadAttention(4, 2, rng=rng),
    "multi-head, narrow heads": lambda rng: MultiHeadAttention(4, 2, d_head=3, rng=rng),
    "multi-head, own scale": lambda rng: MultiHeadAttention(4, 2, scale=0.9, rng=rng),
    "block": lambda rng: Block(4, 2, 6, rng=rng),
}


@pytest.mark.parametrize("name", LAYERS)
def test_gradient(name):
    rng = np.random.default_rng(1)
    check_layer(scramble(LAYERS[name](rng), rng), rng.normal(size=(2, 5, 4)), rng)


def test_embedding_gradient():
    rng = np.random.default_rng(3)
    tokens = np.array([[0, 2, 2, 5], [5, 5, 1, 0]])  # repeats add up, row 3 and 4 are not used
    check_layer(Embedding(6, 3, rng=rng), tokens, rng)


def test_positions_that_a_batch_does_not_reach_have_no_gradient():
    rng = np.random.default_rng(4)
    layer = Positions(7, 4, rng=rng)
    layer.gradients["table"][...] = 9  # left over from an earlier, longer batch
    layer.forward(rng.normal(size=(2, 5, 4)))
    layer.backward(np.ones((2, 5, 4)))
    assert (layer.gradients["table"][5:] == 0).all()


MASKS = {
    "none": None,
    "causal": np.tri(5, dtype=bool),
    "padding": np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]], bool)[:, None, None, :],
    "per head": np.random.default_rng(5).random((2, 2, 5, 5)) < 0.6,
    "one query sees nothing": np.arange(5)[:, None] != np.full(5, 3),
}


@pytest.mark.parametrize("mask", MASKS)
def test_masked_attention_gradient(mask):
    rng = np.random.default_rng(6)
    layer = scramble(MultiHeadAttention(4, 2, rng=rng), rng)
    x = rng.normal(size=(2, 5, 4))
    check_layer(layer, x, rng, forward=lambda x: layer.forward(x, mask=MASKS[mask]))


@pytest.mark.parametrize("mask", [None, np.random.default_rng(7).random((2, 1, 5, 3)) < 0.7])
def test_cross_attention_gradient(mask):
    rng = np.random.default_rng(8)
    layer = scramble(MultiHeadAttention(4, 2, d_context=6, rng=rng), rng)
    x, context = rng.normal(size=(2, 5, 4)), rng.normal(size=(2, 3, 6))
    check_layer(layer, x, rng, forward=lambda x: layer.forward(x, context, mask))
    weigh = rng.normal(size=(2, 5, 4))
    loss = lambda: float((layer.forward(x, context, mask) * weigh).sum())  # noqa: E731
    loss()
    _, d_context = layer.backward(weigh)
    assert_gradient(d_context, loss, context, "the context")


def test_dot_product_gradient():
    rng = np.random.default_rng(9)
    arrays = dict(
        query=rng.normal(size=(2, 4, 3)),
        key=rng.normal(size=(2, 6, 3)),
        value=rng.normal(size=(2, 6, 5)),
    )
    weigh = rng.normal(size=(2, 4, 5))
    loss = lambda: float((attend(**arrays)[0] * weigh).sum())  # noqa: E731
    gradients = attend_backward(weigh, *arrays.values(), attend(**arrays)[1])
    for (name, array), gradient in zip(arrays.items(), gradients, strict=True):
        assert_gradient(gradient, loss, array, name)


def test_gru_gradient_of_the_starting_state():
    rng = np.random.default_rng(10)
    layer = scramble(GRU(4, 3, rng=rng), rng)
    x, start, weigh = (
        rng.normal(size=(2, 5, 4)),
        rng.normal(size=(2, 3)),
        rng.normal(size=(2, 5, 3)),
    )
    loss = lambda: float((layer.forward(x, start) * weigh).sum())  # noqa: E731
    loss()
    _, d_start = layer.backward(weigh)
    assert_gradient(d_start, loss, start, "the starting state")


@pytest.mark.parametrize("weights", [None, np.array([[1.0, 0, 2], [0.5, 0, 1]])])
def test_loss_gradient(weights):
    rng = np.random.default_rng(11)
    logits, targets = 3 * rng.normal(size=(2, 3, 5)), rng.integers(0, 5, (2, 3))
    loss = lambda: cross_entropy(logits, targets, weights)[0]  # noqa: E731
    assert_gradient(cross_entropy(logits, targets, weights)[1], loss, logits, "the logits")
