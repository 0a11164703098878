"""One attention head that learns to look things up: what the scale does to learning."""

import numpy as np

from helpers.models.dot_product import attend, attend_backward
from helpers.models.embedding import Embedding
from helpers.models.layer import Model, draw
from helpers.models.linear import Linear
from helpers.models.loss import cross_entropy


class LookUp(Model):
    """weights = softmax(query W_query (key W_key)ᵀ · scale)      logits = readout(weights · values)

    Each query is a noisy copy of one of the keys, and the answer is the label of that key. Nothing
    but attention can find it: the readout sees the weighted mean of the labels' embeddings alone.
    d: width of queries and keys. scale: True divides scores by √d, False does not.
    """

    rate = 1e-3

    def __init__(self, d, n_values=7, *, rng, scale=True, d_value=8, dtype=np.float64):
        self.labels = Embedding(n_values, d_value, rng=rng)
        self.readout = Linear(d_value, n_values, rng=rng)
        super().__init__(
            dtype,
            w_query=draw(rng, d, d), w_key=draw(rng, d, d),
            labels=self.labels, readout=self.readout,
        )  # fmt: skip
        self.scale = d**-0.5 if scale else 1.0
        self.name = f"look-up, d {d}, {'with' if scale else 'without'} scale"

    def forward(self, query, key, value):
        """query (b, n_q, d), key (b, n_k, d), value (b, n_k) labels. Returns (b, n_q, n_values)."""
        self.inputs = query, key
        self.value = self.labels.forward(value)  # (b, n_k, d_value)
        self.query = query @ self.parameters["w_query"]  # (b, n_q, d)
        self.key = key @ self.parameters["w_key"]  # (b, n_k, d)
        output, self.map = attend(self.query, self.key, self.value, scale=self.scale)
        return self.readout.forward(output)  # (b, n_q, d_value) → (b, n_q, n_values)

    def backward(self, d_logits):
        """d_logits: (b, n_q, n_values). Leaves every gradient in its layer."""
        d_output = self.readout.backward(d_logits)  # (b, n_q, d_value)
        d_query, d_key, d_value = attend_backward(
            d_output, self.query, self.key, self.value, self.map, self.scale
        )
        self.labels.backward(d_value)
        for name, x, d_y in zip(("w_query", "w_key"), self.inputs, (d_query, d_key), strict=True):
            d = x.shape[-1]
            np.matmul(x.reshape(-1, d).T, d_y.reshape(-1, d), out=self.gradients[name])

    def loss_and_gradient(self, batch):
        """batch: query, key, value, answer, by name. Returns loss (nats), accuracy."""
        logits = self.forward(batch.query, batch.key, batch.value)
        loss, d_logits, accuracy = cross_entropy(logits, batch.answer)
        self.backward(d_logits)
        return loss, accuracy

    def accuracy(self, batch):
        """Share of queries that are answered with the right label."""
        logits = self.forward(batch.query, batch.key, batch.value)
        return float((logits.argmax(axis=-1) == batch.answer).mean())

    def weights(self, query, key):
        """query (n_q, d), key (n_k, d), or with a batch in front. Returns (..., n_q, n_k)."""
        query, key = query @ self.parameters["w_query"], key @ self.parameters["w_key"]
        return attend(query, key, key, scale=self.scale)[1]
