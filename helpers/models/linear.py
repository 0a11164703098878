"""The linear layer: every row of the input times one matrix, plus a bias."""

import numpy as np

from helpers.models.layer import Layer, draw


class Linear(Layer):
    """y = x W + b

    d_x = d_y Wᵀ        d_W = xᵀ d_y        d_b = sum of d_y over all rows

    Each gradient has the shape of what it belongs to, and there is only one way to multiply
    the arrays at hand into that shape: a good way to remember them.
    """

    def __init__(self, d_in, d_out, *, rng, bias=True):
        parts = {"weight": draw(rng, d_in, d_out)}
        if bias:
            parts["bias"] = np.zeros(d_out)
        super().__init__(**parts)

    def forward(self, x):
        """x: (..., d_in). Returns (..., d_out)."""
        weight = self.parameters["weight"]  # (d_in, d_out)
        self.leading = x.shape[:-1]
        self.x = x.reshape(-1, x.shape[-1])  # (rows, d_in): one large product is fastest
        y = self.x @ weight  # (rows, d_out)
        if "bias" in self.parameters:
            y += self.parameters["bias"]
        return y.reshape(*self.leading, -1)

    def backward(self, d_y):
        """d_y: (..., d_out). Returns d_x (..., d_in)."""
        d_y = d_y.reshape(-1, d_y.shape[-1])  # (rows, d_out)
        np.matmul(self.x.T, d_y, out=self.gradients["weight"])  # (d_in, d_out)
        if "bias" in self.parameters:
            # A sum over rows is a product with ones, and BLAS is faster at it than `sum`.
            np.matmul(np.ones(len(d_y), d_y.dtype), d_y, out=self.gradients["bias"])  # (d_out,)
        return (d_y @ self.parameters["weight"].T).reshape(*self.leading, -1)
