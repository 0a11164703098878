"""Norms and activations of pretrained models, in place where that saves a copy."""

import numpy as np


def layer_norm(x, gain, bias, epsilon):
    """Every row to mean 0 and variance 1, then times gain plus bias. (..., d) -> (..., d).

    Ba et al. 2016, "Layer normalization". Overwrites x.
    """
    x -= x.mean(axis=-1, keepdims=True)
    variance = np.einsum("...d,...d->...", x, x)[..., None] / x.dtype.type(x.shape[-1])
    x /= np.sqrt(variance + x.dtype.type(epsilon))
    x *= gain
    x += bias
    return x


def rms_norm(x, gain, epsilon):
    """Every row divided by its root mean square, then times gain. (..., d) -> (..., d).

    Zhang and Sennrich 2019, "Root mean square layer normalization". Leaves x as it is.
    """
    mean_square = np.einsum("...d,...d->...", x, x)[..., None] / x.dtype.type(x.shape[-1])
    return x / np.sqrt(mean_square + x.dtype.type(epsilon)) * gain


def gelu(x):
    """x times the probability that a standard normal number is below x. (...) -> (...).

    Hendrycks and Gimpel 2016. The error function is the five-term polynomial 7.1.26 of Abramowitz
    and Stegun, off by at most 1.5e-7. The well-known tanh formula would move the attention maps by
    3e-3. Overwrites x.
    """
    number = x.dtype.type
    size = np.abs(x)
    t = size * number(0.3275911 / np.sqrt(2))
    t += number(1)
    np.reciprocal(t, out=t)
    series = t * number(1.061405429)
    for term in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series += number(term)
        series *= t
    np.multiply(x, x, out=t)
    t *= number(-0.5)
    np.exp(t, out=t)
    series *= t  # 1 - erf(|x| / sqrt 2)
    # x * Phi(x) = max(x, 0) - |x| * (1 - Phi(|x|)): one formula for both signs
    series *= size
    series *= number(0.5)
    np.maximum(x, number(0), out=x)
    x -= series
    return x


def silu(x):
    """x times its logistic function. (...) -> (...). Overwrites x. Ramachandran et al. 2017."""
    gate = np.minimum(-x, x.dtype.type(80))  # exp(89) is too large for float32
    np.exp(gate, out=gate)
    gate += x.dtype.type(1)
    x /= gate
    return x
