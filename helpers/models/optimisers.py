"""How a gradient becomes a step: SGD and Adam, on one flat vector, in place."""

import numpy as np


class SGD:
    """θ ← θ − rate · g, with the gradient's length held to at most `clip`.

    (Robbins & Monro 1951; clipping: Pascanu, Mikolov & Bengio 2013.) clip=None leaves it alone.
    """

    def __init__(self, rate=0.1, *, clip=1.0):
        self.rate, self.clip = rate, clip

    def update(self, parameters, gradient, share=1.0):
        """Change `parameters` (n,) in place. share: of the rate, as `schedule` gives it."""
        step = self.rate * share * _clip_factor(gradient, self.clip)
        parameters -= step * gradient


class Adam:
    """m ← β₁ m + (1 − β₁) g        v ← β₂ v + (1 − β₂) g²
    θ ← θ − rate · m̂ / (√v̂ + ε)     m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ), t counts steps from 1

    (Kingma & Ba, "Adam: a method for stochastic optimization", 2015, algorithm 1.) Each parameter
    moves by about `rate` a step, whatever the size of its gradient. The paper's β₂ is .999; runs
    of a few hundred steps do better with a shorter memory, .99.
    """

    def __init__(self, rate=1e-3, *, beta_1=0.9, beta_2=0.99, eps=1e-8, clip=1.0):
        self.rate, self.beta_1, self.beta_2, self.eps, self.clip = rate, beta_1, beta_2, eps, clip
        self.steps = 0
        self.mean = self.square = self.room = None

    def update(self, parameters, gradient, share=1.0):
        """Change `parameters` (n,) in place. share: of the rate, as `schedule` gives it."""
        if self.mean is None:
            self.mean, self.square = np.zeros_like(parameters), np.zeros_like(parameters)
            self.room = np.empty_like(parameters)
        self.steps += 1
        factor = _clip_factor(gradient, self.clip)
        room = self.room

        np.multiply(gradient, factor * (1 - self.beta_1), out=room)
        self.mean *= self.beta_1
        self.mean += room

        np.multiply(gradient, gradient, out=room)
        room *= factor * factor * (1 - self.beta_2)
        self.square *= self.beta_2
        self.square += room

        np.sqrt(self.square, out=room)
        room *= (1 - self.beta_2**self.steps) ** -0.5  # √v̂
        room += self.eps
        np.divide(self.mean, room, out=room)
        room *= self.rate * share / (1 - self.beta_1**self.steps)
        parameters -= room


def schedule(step, steps):
    """Share of the rate at `step` (0 … steps − 1): 1, then straight to 0 over the last third."""
    return min(1.0, 3 * (steps - step) / steps)


def _clip_factor(gradient, clip):
    """What to multiply the gradient with so that its length is at most `clip`."""
    if clip is None:
        return 1.0
    length = float(gradient @ gradient) ** 0.5
    return min(1.0, clip / length) if length > 0 else 1.0
