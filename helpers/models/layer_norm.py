"""Layer norm: every row to mean 0 and variance 1, then a learned gain and bias."""

import numpy as np

from helpers.models.layer import Layer


class LayerNorm(Layer):
    """x̂ = (x − mean) / √(variance + ε)        y = gain · x̂ + bias

    (Ba, Kiros & Hinton, "Layer normalization", 2016, equation 4.)

    Moving one number of a row moves the mean and the variance of the whole row, so two terms are
    taken away from what comes back. With g = gain · d_y, and means taken over the row:

        d_x = (g − mean(g) − x̂ · mean(g · x̂)) / √(variance + ε)
    """

    def __init__(self, d_model, *, eps=1e-5):
        super().__init__(gain=np.ones(d_model), bias=np.zeros(d_model))
        self.eps = eps

    def forward(self, x):
        """x: (..., d_model). Returns the same shape."""
        self.mean = np.full((x.shape[-1], 1), 1 / x.shape[-1], x.dtype)  # row @ this = its mean
        centred = x - x @ self.mean  # (..., d_model)
        variance = (centred * centred) @ self.mean  # (..., 1)
        self.inverse = 1 / np.sqrt(variance + self.eps)  # (..., 1)
        centred *= self.inverse
        self.normal = centred  # x̂
        return centred * self.parameters["gain"] + self.parameters["bias"]

    def backward(self, d_y):
        """d_y: (..., d_model). Returns d_x, the same shape."""
        ones = np.ones(d_y.size // d_y.shape[-1], d_y.dtype)  # (rows,)
        product = d_y * self.normal  # (..., d_model)
        np.matmul(ones, product.reshape(len(ones), -1), out=self.gradients["gain"])
        np.matmul(ones, d_y.reshape(len(ones), -1), out=self.gradients["bias"])
        g = d_y * self.parameters["gain"]
        along = np.multiply(g, self.normal, out=product) @ self.mean  # (..., 1)
        g -= g @ self.mean
        g -= self.normal * along
        g *= self.inverse
        return g
