"""The gated recurrent unit: a state of fixed size that reads a sequence word by word."""

import numpy as np

from helpers.models.layer import Layer, draw


class GRU(Layer):
    """r = σ(x W_r + b_r + h U_r)                how much of the old state the candidate may see
    z = σ(x W_z + b_z + h U_z)                how much of the old state stays
    c = tanh(x W_c + b_c + r · (h U_c + u))   the candidate
    h ← z · h + (1 − z) · c

    (Cho et al., "Learning phrase representations using RNN encoder-decoder", 2014; the reset gate
    r stands behind the product with U_c, as in cuDNN and PyTorch, so that one product serves all
    three.) W = [W_r W_z W_c] is w_input (d_in, 3 · d_state), U is w_state (d_state, 3 · d_state).

    The only layer of the course with a Python loop over positions: each state needs the one
    before. Everything that does not need it (x W, the gradients of W and U) is one product.
    """

    def __init__(self, d_in, d_state, *, rng):
        super().__init__(
            w_input=draw(rng, d_in, 3 * d_state),
            w_state=draw(rng, d_state, 3 * d_state),
            b_input=np.zeros(3 * d_state),
            b_candidate=np.zeros(d_state),
        )
        self.d_state = d_state

    def forward(self, x, state=None):
        """x: (batch, n, d_in), state: (batch, d_state) to start from, zeros unless given.

        Returns the states after each position, (batch, n, d_state).
        """
        p, h = self.parameters, self.d_state
        batch, n, d_in = x.shape
        # Positions come first inside, so that the numbers of one step lie side by side.
        self.x = np.ascontiguousarray(x.swapaxes(0, 1))  # (n, batch, d_in)
        from_x = self.x.reshape(n * batch, d_in) @ p["w_input"] + p["b_input"]
        from_x = from_x.reshape(n, batch, 3 * h)
        self.states = np.zeros((n + 1, batch, h), from_x.dtype)  # states[0]: the start
        if state is not None:
            self.states[0] = state
        self.gates = np.empty((n, batch, 2 * h), from_x.dtype)  # r and z
        self.candidates = np.empty((n, batch, h), from_x.dtype)
        self.recalled = np.empty((n, batch, h), from_x.dtype)  # h U_c + u
        for t in range(n):
            before = self.states[t]  # (batch, d_state)
            from_state = before @ p["w_state"]  # (batch, 3 · d_state)
            gates = sigmoid(from_x[t, :, : 2 * h] + from_state[:, : 2 * h], out=self.gates[t])
            r, z = gates[:, :h], gates[:, h:]  # (batch, d_state) each
            recalled = np.add(from_state[:, 2 * h :], p["b_candidate"], out=self.recalled[t])
            candidate = np.tanh(from_x[t, :, 2 * h :] + r * recalled, out=self.candidates[t])
            self.states[t + 1] = candidate + z * (before - candidate)
        return self.states[1:].swapaxes(0, 1)

    def backward(self, d_states):
        """d_states: (batch, n, d_state), the gradient of every state that was returned.

        Returns d_x (batch, n, d_in) and d_state (batch, d_state), that of the starting state.
        """
        p, g, h = self.parameters, self.gradients, self.d_state
        n, batch, d_in = self.x.shape
        d_from_x = np.empty((n, batch, 3 * h), self.x.dtype)
        d_from_state = np.empty((n, batch, 3 * h), self.x.dtype)
        w_state_t = np.ascontiguousarray(p["w_state"].T)
        # Everything that does not depend on the later steps, for all steps at once.
        r, z = self.gates[:, :, :h], self.gates[:, :, h:]  # (n, batch, d_state)
        slope_c = (1 - self.candidates**2) * (1 - z)  # d_h → d(before tanh)
        slope_r = self.recalled * r * (1 - r)  # d(before tanh) → d(before σ of r)
        slope_z = (self.states[:-1] - self.candidates) * z * (1 - z)  # d_h → d(before σ of z)
        d_h = np.zeros((batch, h), self.x.dtype)
        for t in reversed(range(n)):
            d_h = d_h + d_states[:, t]  # from the loss, and from the step after
            d_c = np.multiply(d_h, slope_c[t], out=d_from_x[t, :, 2 * h :])
            np.multiply(d_c, slope_r[t], out=d_from_x[t, :, :h])
            np.multiply(d_h, slope_z[t], out=d_from_x[t, :, h : 2 * h])
            d_from_state[t, :, : 2 * h] = d_from_x[t, :, : 2 * h]
            np.multiply(d_c, r[t], out=d_from_state[t, :, 2 * h :])
            d_h = d_h * z[t] + d_from_state[t] @ w_state_t  # (batch, d_state)
        rows_x = d_from_x.reshape(n * batch, 3 * h)
        rows_state = d_from_state.reshape(n * batch, 3 * h)
        np.matmul(self.x.reshape(n * batch, d_in).T, rows_x, out=g["w_input"])
        np.matmul(self.states[:-1].reshape(n * batch, h).T, rows_state, out=g["w_state"])
        rows_x.sum(axis=0, out=g["b_input"])
        rows_state[:, 2 * h :].sum(axis=0, out=g["b_candidate"])
        d_x = (rows_x @ p["w_input"].T).reshape(n, batch, d_in)
        return d_x.swapaxes(0, 1), d_h


def sigmoid(x, out=None):
    """σ(x) = 1 / (1 + exp(−x)), as (1 + tanh(x / 2)) / 2: the same, and it cannot overflow."""
    out = np.tanh(0.5 * x, out=out)
    out += 1
    out *= 0.5
    return out
