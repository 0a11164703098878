"""A layer that does nothing: what stands where a layer is left out to see what it was for."""

from helpers.models.layer import Layer


class Identity(Layer):
    """y = x. It has no parameters."""

    def forward(self, x):
        """x: any shape. Returns x itself."""
        return x

    def backward(self, d_y):
        """d_y: any shape. Returns it."""
        return d_y
