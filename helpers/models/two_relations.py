"""One attention layer that is asked for two relations at every position: why several heads."""

import numpy as np

from helpers.models.cross_entropy import cross_entropy
from helpers.models.embedding import Embedding, Positions
from helpers.models.layer import Model
from helpers.models.linear import Linear
from helpers.models.multi_head_attention import MultiHeadAttention


class TwoRelations(Model):
    """values + positions → attention → linear readout of both neighbours on the ring.

    Nothing else: no residual, no bias, no bend. Each position must say what its left and what its
    right neighbour holds. One head gives one mean of the values; two heads give two.
    hidden: puts a ReLU layer of that width before the readout, which breaks the rule (one
    head can then say both).
    average: the outputs of the heads are averaged, and not put side by side.
    """

    rate = 5e-3

    def __init__(
        self, n_values=8, length=8, *, n_heads, rng, d_model=16, hidden=None, average=False,
        dtype=np.float64,
    ):  # fmt: skip
        from helpers.models.relu import ReLU

        self.values = Embedding(n_values, d_model, rng=rng)
        self.positions = Positions(length, d_model, rng=rng)
        self.attention = MultiHeadAttention(d_model, n_heads, rng=rng)
        parts = {"values": self.values, "positions": self.positions, "attention": self.attention}
        self.chain = []  # what stands between the attention and the two answers
        if hidden is not None:
            self.chain += [Linear(d_model, hidden, rng=rng), ReLU()]
        self.chain.append(Linear(hidden or d_model, 2 * n_values, rng=rng, bias=False))
        parts |= {f"readout_{i}": layer for i, layer in enumerate(self.chain)}
        super().__init__(dtype, **parts)
        self.n_values = n_values
        self.average = average
        if average:
            self._tie(self.attention.parameters["w_output"])
        self.name = f"two relations, {n_heads} head{'s' if n_heads > 1 else ''}"

    def forward(self, tokens):
        """tokens: (batch, length). Returns logits (batch, length, 2, n_values): left, right."""
        x = self.positions.forward(self.values.forward(tokens))  # (batch, length, d_model)
        x = self.attention.forward(x)
        for layer in self.chain:
            x = layer.forward(x)
        return x.reshape(*tokens.shape, 2, self.n_values)

    def backward(self, d_logits):
        """d_logits: (batch, length, 2, n_values). Leaves every gradient in its layer."""
        d_x = d_logits.reshape(*d_logits.shape[:2], -1)  # (batch, length, 2 * n_values)
        for layer in reversed(self.chain):
            d_x = layer.backward(d_x)
        self.values.backward(self.positions.backward(self.attention.backward(d_x)))

    def loss_and_gradient(self, batch):
        """batch: tokens, left, right, (b, length), by name. Returns loss, accuracy (of both)."""
        answers = np.stack([batch.left, batch.right], axis=-1)  # (b, length, 2)
        logits = self.forward(batch.tokens)
        loss, d_logits, _ = cross_entropy(logits, answers)
        self.backward(d_logits)
        if self.average:
            self._tie(self.attention.gradients["w_output"])
        right = logits.argmax(axis=-1) == answers
        return loss, float(right.all(axis=-1).mean())

    def _tie(self, w_output):
        """Make the rows of all heads equal, in place: then merging and projecting is averaging."""
        blocks = w_output.reshape(self.attention.n_heads, -1, w_output.shape[1])  # a view
        blocks[...] = blocks.mean(axis=0)

    def accuracy(self, batch):
        """Shares of positions with the left, the right, and both neighbours named rightly."""
        said = self.forward(batch.tokens).argmax(axis=-1)  # (b, length, 2)
        left, right = said[..., 0] == batch.left, said[..., 1] == batch.right
        return float(left.mean()), float(right.mean()), float((left & right).mean())

    def weights(self, tokens):
        """Maps: tokens (length,) → (1, heads, n, n); with a batch: (1, batch, heads, n, n)."""
        tokens = np.asarray(tokens)
        self.forward(np.atleast_2d(tokens))
        maps = self.attention.weights[None]
        return maps if tokens.ndim == 2 else maps[:, 0]
