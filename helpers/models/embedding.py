"""The embedding: a table with one row of numbers for each word; looking up is choosing rows."""

import numpy as np

from helpers.models.layer import Layer


class Embedding(Layer):
    """x = table[tokens], which is one-hot(tokens) @ table, without the zeros.

    d_table = one-hot(tokens)ᵀ @ d_x: each row gathers the gradients of all places it was used at.
    """

    def __init__(self, n_words, d_model, *, rng, size=1.0):
        super().__init__(table=rng.normal(0, size, (n_words, d_model)))

    def forward(self, tokens):
        """tokens: (...) integers in 0 … n_words − 1. Returns (..., d_model)."""
        table = self.parameters["table"]  # (n_words, d_model)
        if tokens.size and not 0 <= tokens.min() <= tokens.max() < len(table):
            raise ValueError(
                f"tokens run from {tokens.min()} to {tokens.max()}, and this embedding has rows "
                f"0 to {len(table) - 1}."
            )
        self.tokens = tokens
        return table[tokens]

    def backward(self, d_x):
        """d_x: (..., d_model). Tokens are not numbers to be nudged, so nothing is returned."""
        d_x = d_x.reshape(-1, d_x.shape[-1])  # (rows, d_model)
        table = self.parameters["table"]
        one_hot = np.zeros((len(table), len(d_x)), d_x.dtype)  # (n_words, rows)
        one_hot[self.tokens.reshape(-1), np.arange(len(d_x))] = 1
        np.matmul(one_hot, d_x, out=self.gradients["table"])  # (n_words, d_model)


class Positions(Layer):
    """One learned row for each place in the sequence, added to what stands there.

    Attention alone does not know the order of its keys; this is where order comes from
    (learned positions as in Gehring et al. 2017; Vaswani et al. 2017, section 3.5).
    """

    def __init__(self, n_positions, d_model, *, rng, size=1.0):
        super().__init__(table=rng.normal(0, size, (n_positions, d_model)))

    def forward(self, x):
        """x: (batch, n, d_model) with n up to n_positions. Returns the same shape."""
        table = self.parameters["table"]
        self.n = x.shape[-2]
        if self.n > len(table):
            raise ValueError(
                f"the sequence has {self.n} positions, and the model was built for {len(table)}."
            )
        return x + table[: self.n]

    def backward(self, d_x):
        """d_x: (batch, n, d_model). Returned as it came: a sum hands its gradient to both terms."""
        gradient = self.gradients["table"]  # (n_positions, d_model)
        gradient[self.n :] = 0  # places that this batch did not reach
        np.sum(d_x, axis=0, out=gradient[: self.n])
        return d_x
