"""Layers, models and optimisers beside PyTorch's, an optional peer that only tests know."""

import numpy as np
import pytest
from peers import peer

torch = peer("torch")

from helpers.models.block import Block  # noqa: E402
from helpers.models.cross_entropy import cross_entropy  # noqa: E402
from helpers.models.gru import GRU  # noqa: E402
from helpers.models.layer_norm import LayerNorm  # noqa: E402
from helpers.models.multi_head_attention import MultiHeadAttention  # noqa: E402
from helpers.models.optimisers import SGD, Adam  # noqa: E402

F = torch.nn.functional


def tensors(layer):
    """The layer's parameters as leaves of an autograd graph, by full name."""
    return {
        full: torch.tensor(owner.parameters[name], requires_grad=True)
        for full, owner, name in layer.owners()
    }


def close(ours, theirs, what, tolerance=1e-12):
    np.testing.assert_allclose(
        ours, theirs.detach().numpy(), rtol=tolerance, atol=tolerance, err_msg=what
    )


def compare(layer, peer, x, rng, tolerance=1e-12, **arguments):
    """Output and every gradient of a layer, and of the same written with torch's operations."""
    y = layer.forward(x, **arguments)
    weigh = rng.normal(size=y.shape)
    d_x = layer.backward(weigh)
    p, x_there = tensors(layer), torch.tensor(x, requires_grad=True)
    y_there = peer(p, x_there)
    (y_there * torch.tensor(weigh)).sum().backward()
    close(y, y_there, "output", tolerance)
    close(d_x[0] if isinstance(d_x, tuple) else d_x, x_there.grad, "the input", tolerance)
    for full, owner, name in layer.owners():
        close(owner.gradients[name], p[full].grad, full, tolerance)


def attention_there(p, x, n_heads, prefix="", mask=None):
    q, k, v = (
        (x @ p[f"{prefix}w_{name}"]).unflatten(-1, (n_heads, -1)).transpose(1, 2)
        for name in ("query", "key", "value")
    )
    mask = None if mask is None else torch.tensor(mask)
    y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    return y.transpose(1, 2).flatten(2) @ p[f"{prefix}w_output"]


@pytest.mark.parametrize("mask", [None, np.tri(5, dtype=bool)], ids=["no mask", "causal"])
def test_multi_head_attention(mask):
    rng = np.random.default_rng(0)
    layer = MultiHeadAttention(8, 2, rng=rng)
    compare(
        layer, lambda p, x: attention_there(p, x, 2, mask=mask),
        rng.normal(size=(3, 5, 8)), rng, mask=mask,
    )  # fmt: skip


def test_block():
    rng = np.random.default_rng(1)

    def peer(p, x):
        def norm(x, name):
            return F.layer_norm(x, (8,), p[f"{name}.gain"], p[f"{name}.bias"])

        x = x + attention_there(p, norm(x, "norm_1"), 2, "attention.")
        hidden = norm(x, "norm_2") @ p["mlp.inner.weight"] + p["mlp.inner.bias"]
        return x + F.relu(hidden) @ p["mlp.outer.weight"] + p["mlp.outer.bias"]

    compare(Block(8, 2, 12, rng=rng), peer, rng.normal(size=(3, 5, 8)), rng)


def test_layer_norm():
    rng = np.random.default_rng(2)
    layer = LayerNorm(8)
    layer.parameters["gain"][...] = rng.normal(size=8)
    peer = lambda p, x: F.layer_norm(x, (8,), p["gain"], p["bias"])  # noqa: E731
    compare(layer, peer, rng.normal(size=(3, 5, 8)), rng)


def test_gru():
    rng = np.random.default_rng(4)
    layer, there = GRU(4, 6, rng=rng), torch.nn.GRU(4, 6, batch_first=True, dtype=torch.float64)
    for _, owner, name in layer.owners():
        owner.parameters[name][...] = rng.normal(0, 0.5, owner.parameters[name].shape)
    p = layer.parameters
    state_bias = np.concatenate([np.zeros(12), p["b_candidate"]])
    ours = dict(
        weight_ih_l0=p["w_input"].T, weight_hh_l0=p["w_state"].T,
        bias_ih_l0=p["b_input"], bias_hh_l0=state_bias,
    )  # fmt: skip
    there.load_state_dict({name: torch.tensor(array.copy()) for name, array in ours.items()})
    x, start = rng.normal(size=(3, 7, 4)), rng.normal(size=(3, 6))
    weigh = rng.normal(size=(3, 7, 6))
    x_there = torch.tensor(x, requires_grad=True)
    start_there = torch.tensor(start, requires_grad=True)
    y_there, _ = there(x_there, start_there[None])
    (y_there * torch.tensor(weigh)).sum().backward()
    close(layer.forward(x, start), y_there, "states")
    d_x, d_start = layer.backward(weigh)
    close(d_x, x_there.grad, "the input")
    close(d_start, start_there.grad, "the starting state")
    g = layer.gradients
    close(g["w_input"].T, there.weight_ih_l0.grad, "w_input")
    close(g["w_state"].T, there.weight_hh_l0.grad, "w_state")
    close(g["b_input"], there.bias_ih_l0.grad, "b_input")
    close(g["b_candidate"], there.bias_hh_l0.grad[12:], "b_candidate")


def test_cross_entropy():
    rng = np.random.default_rng(5)
    logits, targets = rng.normal(size=(7, 9)), rng.integers(0, 9, 7)
    there = torch.tensor(logits, requires_grad=True)
    loss = F.cross_entropy(there, torch.tensor(targets))
    loss.backward()
    ours, d_logits, _ = cross_entropy(logits, targets)
    assert ours == pytest.approx(loss.item(), abs=1e-13)
    close(d_logits, there.grad, "logits")


@pytest.mark.parametrize("clip", [None, 0.5])
@pytest.mark.parametrize("kind", ["Adam", "SGD"])
def test_optimisers(kind, clip):
    rng = np.random.default_rng(6)
    ours = rng.normal(size=20)
    there = torch.tensor(ours.copy(), requires_grad=True)
    if kind == "Adam":
        here, peer = Adam(0.01, clip=clip), torch.optim.Adam([there], lr=0.01, betas=(0.9, 0.99))
    else:
        here, peer = SGD(0.1, clip=clip), torch.optim.SGD([there], lr=0.1)
    for _ in range(30):
        gradient = rng.normal(size=20)
        there.grad = torch.tensor(gradient.copy())
        if clip is not None:
            torch.nn.utils.clip_grad_norm_([there], clip)
        peer.step()
        here.update(ours, gradient)
        # torch adds 1e-6 to the length when it clips; Adam itself agrees to rounding.
        close(ours, there, kind, 1e-12 if clip is None else 1e-6)
