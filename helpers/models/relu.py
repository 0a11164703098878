"""ReLU: the bend between two linear layers, without which they would be one."""

import numpy as np

from helpers.models.layer import Layer


class ReLU(Layer):
    """y = max(x, 0)        d_x = d_y where x > 0, else 0

    (Nair & Hinton 2010; the feed-forward layers of Vaswani et al. 2017, equation 2.)
    """

    def forward(self, x):
        """x: any shape. Returns the same shape."""
        self.y = np.maximum(x, 0)
        return self.y

    def backward(self, d_y):
        """d_y: as x. Returns d_x."""
        return d_y * (self.y > 0)
