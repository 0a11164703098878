"""One attention head that learns to look things up: what the scale does to learning."""

import numpy as np

from helpers.models.dot_product import attend, attend_backward
from helpers.models.layer import Model, draw
from helpers.models.loss import cross_entropy


class LookUp(Model):
    """weights = softmax(query W_query (key W_key)ᵀ · scale)        answer = weights · values

    Each query is a noisy copy of one of the keys, and the answer is the label of that key. The
    values are the labels themselves (one-hot), so what comes out is how much weight each label got,
    and the loss is −log of the weight on the right one. Learned: the two projections alone.
    scale: True divides scores by √d, False does not.
    """

    rate = 5e-3

    def __init__(self, d, n_values=7, *, rng, scale=True, dtype=np.float64):
        super().__init__(dtype, w_query=draw(rng, d, d), w_key=draw(rng, d, d))
        self.n_values = n_values
        self.scale = d**-0.5 if scale else 1.0
        self.name = f"look-up, d {d}, {'with' if scale else 'without'} scale"

    def forward(self, query, key, value):
        """query (b, n_q, d), key (b, n_k, d), value (b, n_k) labels. Returns (b, n_q, n_values)."""
        self.inputs = query, key
        self.one_hot = np.eye(self.n_values, dtype=self.dtype)[value]  # (b, n_k, n_values)
        self.query = query @ self.parameters["w_query"]  # (b, n_q, d)
        self.key = key @ self.parameters["w_key"]  # (b, n_k, d)
        output, self.map = attend(self.query, self.key, self.one_hot, scale=self.scale)
        return output

    def backward(self, d_output):
        """d_output: (b, n_q, n_values)."""
        d_query, d_key, _ = attend_backward(
            d_output, self.query, self.key, self.one_hot, self.map, self.scale
        )
        for name, x, d_y in zip(("w_query", "w_key"), self.inputs, (d_query, d_key), strict=True):
            d = x.shape[-1]
            np.matmul(x.reshape(-1, d).T, d_y.reshape(-1, d), out=self.gradients[name])

    def loss_and_gradient(self, batch):
        """batch: query, key, value, answer, by name. Returns loss (nats), accuracy."""
        output = self.forward(batch.query, batch.key, batch.value)
        # The output is a row of shares; their logarithms are logits that softmax leaves alone.
        floor = np.finfo(self.dtype).tiny
        shares = np.maximum(output, floor)
        loss, d_logits, accuracy = cross_entropy(np.log(shares), batch.answer)
        self.backward(d_logits / shares)
        return loss, accuracy

    def accuracy(self, batch):
        """Share of queries for which the right label gets the largest weight."""
        output = self.forward(batch.query, batch.key, batch.value)
        return float((output.argmax(axis=-1) == batch.answer).mean())

    def weights(self, query, key):
        """query (n_q, d), key (n_k, d), or with a batch in front. Returns (..., n_q, n_k)."""
        query, key = query @ self.parameters["w_query"], key @ self.parameters["w_key"]
        return attend(query, key, key, scale=self.scale)[1]
