"""Attention and nothing else: one or two layers, and the copying head that two of them grow."""

import numpy as np

from helpers.models.cross_entropy import cross_entropy
from helpers.models.embedding import Embedding, Positions
from helpers.models.layer import Model
from helpers.models.linear import Linear
from helpers.models.multi_head_attention import MultiHeadAttention


class AttentionOnly(Model):
    """words + positions → x ← x + attention(x), causal, layer after layer → logits.

    (Elhage et al., "A mathematical framework for transformer circuits", 2021.) Without layer norm,
    on purpose: with it, the copying ("induction") head forms far less often at this size.
    """

    rate = 5e-3

    def __init__(
        self, n_words, n_positions, *, rng, d_model=32, n_heads=1, n_layers=2, dtype=np.float64
    ):
        self.words = Embedding(n_words, d_model, rng=rng)
        self.positions = Positions(n_positions, d_model, rng=rng)
        self.attentions = [MultiHeadAttention(d_model, n_heads, rng=rng) for _ in range(n_layers)]
        self.readout = Linear(d_model, n_words, rng=rng)
        layers = {f"attention_{i}": layer for i, layer in enumerate(self.attentions)}
        super().__init__(
            dtype, words=self.words, positions=self.positions, **layers, readout=self.readout
        )
        self.name = f"attention only, {n_layers} layer{'s' if n_layers > 1 else ''}"

    def forward(self, tokens, edit=None):
        """tokens: (batch, n). Returns logits (batch, n, n_words). edit: as in Transformer."""
        n = tokens.shape[-1]
        past = np.tri(n, dtype=bool)  # (n, n), True = may look
        x = self.positions.forward(self.words.forward(tokens))  # (batch, n, d_model)
        for i, attention in enumerate(self.attentions):
            change = None if edit is None else lambda heads, i=i: edit(i, heads)
            x = x + attention.forward(x, mask=past, edit=change)
        return self.readout.forward(x)

    def backward(self, d_logits):
        """d_logits: (batch, n, n_words). Leaves every gradient in its layer."""
        d_x = self.readout.backward(d_logits)  # (batch, n, d_model)
        for attention in reversed(self.attentions):
            d_x = d_x + attention.backward(d_x)  # the residual, and what came through the layer
        self.words.backward(self.positions.backward(d_x))

    def loss_and_gradient(self, batch):
        """batch: inputs, targets and counts, all (b, n), by name. Returns loss, accuracy."""
        logits = self.forward(batch.inputs)
        loss, d_logits, accuracy = cross_entropy(logits, batch.targets, batch.counts)
        self.backward(d_logits)
        return loss, accuracy

    def accuracy(self, batch, edit=None):
        """Share of the positions that count whose likeliest next token is right.

        edit: as in `forward`, for instance a head switched off.
        """
        right = self.forward(batch.inputs, edit).argmax(axis=-1) == batch.targets  # (b, n)
        return float(right[np.asarray(batch.counts, bool)].mean())

    def weights(self, tokens):
        """Attention maps: tokens (n,) → (layers, heads, n, n); (batch, n) → (layers, batch, …)."""
        tokens = np.asarray(tokens)
        self.forward(np.atleast_2d(tokens))
        maps = np.stack([attention.weights for attention in self.attentions])
        return maps if tokens.ndim == 2 else maps[:, 0]
