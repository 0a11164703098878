"""One attention head that learns to look things up: what the scale does to learning."""

import numpy as np

from helpers.models.attend import attend, attend_backward
from helpers.models.cross_entropy import cross_entropy
from helpers.models.layer import Model, draw

SHARPNESS = 6.0  # the whole weight on one label makes it as good as certain: exp(6) to 1


class LookupHead(Model):
    """weights = softmax(query W_query (key W_key)ᵀ · scale)      logits = weights · labels

    Each query is a noisy copy of one of the keys, and the answer is the label of that key. The
    logit of a label is the weight that fell on its keys, times SHARPNESS: nothing but attention can
    find the answer, and nothing is learned but the two projections.
    d: width of queries and keys. scale: True divides scores by √d, False does not.
    """

    rate = 2e-3

    def __init__(self, d, n_values=7, *, rng, scale=True, dtype=np.float64):
        super().__init__(dtype, w_query=draw(rng, d, d), w_key=draw(rng, d, d))
        self.one_hot = np.eye(n_values, dtype=dtype)
        self.scale = d**-0.5 if scale else 1.0
        self.name = f"look-up, d {d}, {'with' if scale else 'without'} scale"

    def forward(self, query, key, value):
        """query (b, n_q, d), key (b, n_k, d), value (b, n_k) labels. Returns (b, n_q, n_values)."""
        self.inputs = query, key
        self.query = query @ self.parameters["w_query"]  # (b, n_q, d)
        self.key = key @ self.parameters["w_key"]  # (b, n_k, d)
        self.value = SHARPNESS * self.one_hot[value]  # (b, n_k, n_values)
        output, self.map = attend(self.query, self.key, self.value, scale=self.scale)
        return output

    def backward(self, d_logits):
        """d_logits: (b, n_q, n_values). Leaves every gradient in its layer."""
        d_query, d_key, _ = attend_backward(
            d_logits, self.query, self.key, self.value, self.map, self.scale
        )
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
