"""ReLU and GELU: the bend between two linear layers, without which they would be one."""

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


class GELU(Layer):
    """y = x · Φ(x), Φ the share of a standard normal variable below x        d_y/d_x = Φ + x · φ

    (Hendrycks & Gimpel, "Gaussian error linear units", 2016.)
    """

    def forward(self, x):
        """x: any shape. Returns the same shape."""
        self.x, self.below = x, normal_below(x)
        return x * self.below

    def backward(self, d_y):
        """d_y: as x. Returns d_x."""
        density = np.exp(-0.5 * self.x * self.x) * (2 * np.pi) ** -0.5  # φ(x)
        return d_y * (self.below + self.x * density)


def gelu(x):
    """GELU of any array of floats, without keeping anything for a backward pass."""
    return x * normal_below(x)


def normal_below(x):
    """Φ(x) = (1 + erf(x / √2)) / 2, the normal distribution function."""
    return 0.5 * (1 + erf(x * 0.5**0.5))


def erf(x):
    """The error function to within 1.5e-7, in the precision of `x`.

    1 − (a₁t + a₂t² + … + a₅t⁵) exp(−x²), t = 1 / (1 + p|x|), with the sign of x
    (Abramowitz & Stegun, Handbook of Mathematical Functions, 7.1.26). NumPy has no erf of its
    own. The tanh formula in common use is off by 5e-4 in GELU, which shows in a deep model.
    """
    size = np.abs(x)
    t = 1 / (1 + 0.3275911 * size)
    polynomial = t * (
        0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))
    )
    return np.copysign(1 - polynomial * np.exp(-size * size), x)
