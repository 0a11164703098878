"""One training step of the tiny GPT and of the translator beside PyTorch eager with fused Adam.

Same sizes, same starting parameters, same batch, float32, one thread, no clipping on either side.
Before anything is timed, both must give the same loss.
"""

import time

import numpy as np
import torch
from torch import nn

from benchmarks.measure import compare
from helpers.models import Adam, TinyGPT, Translator
from helpers.tasks import language, translation

GOAL = 0.9
STEPS = 5  # steps in one timing
F = nn.functional


def run():
    """Rows of the table."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return [_gpt(), _translator()]
    finally:
        torch.set_num_threads(threads)


def _gpt():
    rng = np.random.default_rng(0)
    model = TinyGPT(56, 12, rng=rng, pad=0, dtype=np.float32)
    batch = language.causal_batch(32, rng)
    peer = GPTInTorch(model)
    tokens, targets = torch.tensor(batch.inputs), torch.tensor(batch.targets)
    targets = torch.where(torch.tensor(batch.counts), targets, -100)  # what torch leaves out

    def loss():
        return F.cross_entropy(peer(tokens).flatten(0, 1), targets.flatten())

    return _row(
        "training step, tiny GPT (d 64, 4 heads, 2 layers, n 11, batch 32)",
        model,
        batch,
        peer,
        loss,
    )


def _translator():
    rng = np.random.default_rng(0)
    model = Translator(24, 24, attention=True, rng=rng, dtype=np.float32)
    batch = translation.batch(64, 12, rng)
    peer = TranslatorInTorch(model)
    source, target = torch.tensor(batch.source), torch.tensor(batch.target)

    def loss():
        return F.cross_entropy(peer(source, target).flatten(0, 1), target.flatten())

    return _row(
        "training step, translator with attention (state 48, n 12, batch 64)",
        model, batch, peer, loss,
    )  # fmt: skip


def _row(what, model, batch, peer, loss):
    """Time both, after checking that they compute the same loss."""
    here, there = model.loss_and_gradient(batch)[0], loss().item()
    if abs(here - there) > 1e-4:
        raise AssertionError(f"{what}: our loss is {here}, the peer's {there}")
    ours = Adam(1e-3, clip=None)
    theirs = torch.optim.Adam(peer.parameters(), lr=1e-3, betas=(0.9, 0.99), fused=True)

    def step():
        for _ in range(STEPS):
            model.loss_and_gradient(batch)
            ours.update(model.flat, model.flat_gradient)

    def peer_step():
        for _ in range(STEPS):
            theirs.zero_grad()
            loss().backward()
            theirs.step()

    # Processor time: what other programs take is nobody's merit.
    measured = compare(step, peer_step, rounds=31, clock=time.process_time)
    return measured.row(
        what, goal=f"at most {GOAL}", met=measured.ratio <= GOAL,
        note=f"{STEPS} steps a timing, processor time, float32, one thread; peer: PyTorch "
        f"{torch.__version__}, eager, fused Adam.",
    )  # fmt: skip


class GPTInTorch(nn.Module):
    """helpers.models.TinyGPT with PyTorch's own layers, and one product for all projections."""

    def __init__(self, model):
        super().__init__()
        p = {name: torch.tensor(array.copy()) for name, array in model.named_parameters().items()}
        d_model = p["words.table"].shape[1]
        self.n_heads = model.blocks[0].attention.n_heads
        self.words = nn.Embedding.from_pretrained(p["words.table"], freeze=False)
        self.positions = nn.Parameter(p["positions.table"])
        self.blocks = nn.ModuleList()
        for i in range(len(model.blocks)):
            b = {n.split(".", 1)[1]: a for n, a in p.items() if n.startswith(f"block_{i}.")}
            qkv = torch.cat([b[f"attention.w_{n}"] for n in ("query", "key", "value")], dim=1)
            self.blocks.append(
                nn.ModuleDict(
                    dict(
                        norm_1=_norm(b["norm_1.gain"], b["norm_1.bias"]),
                        qkv=_linear(qkv),
                        output=_linear(b["attention.w_output"]),
                        norm_2=_norm(b["norm_2.gain"], b["norm_2.bias"]),
                        inner=_linear(b["mlp.inner.weight"], b["mlp.inner.bias"]),
                        outer=_linear(b["mlp.outer.weight"], b["mlp.outer.bias"]),
                    )
                )
            )
        self.norm = _norm(p["norm.gain"], p["norm.bias"])
        self.readout = _linear(p["readout.weight"], p["readout.bias"])
        self.d_model = d_model

    def forward(self, tokens):
        """Logits (batch, n, n_words) of token numbers (batch, n)."""
        batch, n = tokens.shape
        x = self.words(tokens) + self.positions[:n]
        for block in self.blocks:
            qkv = block["qkv"](block["norm_1"](x)).view(batch, n, 3, self.n_heads, -1)
            query, key, value = qkv.permute(2, 0, 3, 1, 4)
            heads = F.scaled_dot_product_attention(query, key, value, is_causal=True)
            x = x + block["output"](heads.transpose(1, 2).reshape(batch, n, -1))
            x = x + block["outer"](F.relu(block["inner"](block["norm_2"](x))))
        return self.readout(self.norm(x))


class TranslatorInTorch(nn.Module):
    """helpers.models.Translator with PyTorch's GRU (the same gates) and attention."""

    def __init__(self, model):
        super().__init__()
        p = {name: torch.tensor(array.copy()) for name, array in model.named_parameters().items()}
        self.begin = model.begin
        self.source = nn.Embedding.from_pretrained(p["source_words.table"], freeze=False)
        self.target = nn.Embedding.from_pretrained(p["target_words.table"], freeze=False)
        self.encoder, self.decoder = _gru(p, "encoder"), _gru(p, "decoder")
        self.query = _linear(p["w_query"])
        self.readout = _linear(p["readout.weight"], p["readout.bias"])

    def forward(self, source, target):
        """Logits (batch, n_target, n_words) of two batches of token numbers."""
        memory, last = self.encoder(self.source(source))
        before = F.pad(target[:, :-1], (1, 0), value=self.begin)
        states, _ = self.decoder(self.target(before), last)
        context = F.scaled_dot_product_attention(self.query(states), memory, memory)
        return self.readout(torch.cat([states, context], dim=-1))


def _linear(weight, bias=None):
    layer = nn.Linear(*weight.shape, bias=bias is not None)
    layer.weight.data = weight.T.contiguous()
    if bias is not None:
        layer.bias.data = bias
    return layer


def _norm(gain, bias):
    layer = nn.LayerNorm(len(gain))
    layer.weight.data, layer.bias.data = gain, bias
    return layer


def _gru(p, name):
    d_in, width = p[f"{name}.w_input"].shape
    layer = nn.GRU(d_in, width // 3, batch_first=True)
    layer.weight_ih_l0.data = p[f"{name}.w_input"].T.contiguous()
    layer.weight_hh_l0.data = p[f"{name}.w_state"].T.contiguous()
    layer.bias_ih_l0.data = p[f"{name}.b_input"]
    layer.bias_hh_l0.data.zero_()
    layer.bias_hh_l0.data[-width // 3 :] = p[f"{name}.b_candidate"]
    return layer
