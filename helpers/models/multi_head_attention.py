"""Multi-head attention as a layer: project, split into heads, attend, merge, project back."""

import numpy as np

from helpers.attention import merge_heads, split_heads
from helpers.models.attend import attend, attend_backward
from helpers.models.layer import Layer, draw


class MultiHeadAttention(Layer):
    """headᵢ = attention(x Wᵢ_query, c Wᵢ_key, c Wᵢ_value)
    y = concatenate(head₁ … head_h) W_output

    (Vaswani et al. 2017, section 3.2.2.) Self-attention when the context c is x itself;
    cross-attention when another sequence is passed as context.

    The matrices of all heads lie side by side in one: columns i · d_head to (i + 1) · d_head of
    w_query belong to head i. So several heads cost what one head of the whole width costs.

    d_context: width of the context, d_model unless given. d_head: width of one head,
    d_model / n_heads unless given. scale: what scores are multiplied with, 1/√d_head unless given.
    """

    def __init__(self, d_model, n_heads, *, rng, d_context=None, d_head=None, scale=None):
        if d_head is None:
            if d_model % n_heads:
                raise ValueError(
                    f"d_model {d_model} does not divide into {n_heads} heads. Choose a number of "
                    "heads that divides it, or pass d_head."
                )
            d_head = d_model // n_heads
        d_context = d_model if d_context is None else d_context
        width = n_heads * d_head
        super().__init__(
            w_query=draw(rng, d_model, width),
            w_key=draw(rng, d_context, width),
            w_value=draw(rng, d_context, width),
            w_output=draw(rng, width, d_model),
        )
        self.n_heads = n_heads
        self.scale = d_head**-0.5 if scale is None else scale

    def forward(self, x, context=None, mask=None, edit=None):
        """x: (batch, n_q, d_model), context: (batch, n_k, d_context). Returns the shape of x.

        mask: boolean, broadcasts to (batch, n_heads, n_q, n_k), True = may look.
        edit: a function that is given the outputs of the heads (batch, n_heads, n_q, d_head) and
        returns what to use in their place: this is how a head is switched off.
        """
        self.x, self.context = x, context
        source = x if context is None else context
        self.query = self._heads(x, "w_query")  # (batch, n_heads, n_q, d_head)
        self.key = self._heads(source, "w_key")  # (batch, n_heads, n_k, d_head)
        self.value = self._heads(source, "w_value")  # (batch, n_heads, n_k, d_head)
        heads, self.weights = attend(self.query, self.key, self.value, mask, self.scale)
        if edit is not None:
            heads = edit(heads)
        self.merged = merge_heads(heads)  # (batch, n_q, n_heads * d_head)
        return self.merged @ self.parameters["w_output"]  # (batch, n_q, d_model)

    def backward(self, d_y):
        """d_y: (batch, n_q, d_model). Returns d_x; with a context, d_x and d_context."""
        d_merged = self._through(self.merged, d_y, "w_output")  # (batch, n_q, n_heads * d_head)
        d_heads = split_heads(d_merged, self.n_heads)  # (batch, n_heads, n_q, d_head)
        d_query, d_key, d_value = attend_backward(
            d_heads, self.query, self.key, self.value, self.weights, self.scale
        )
        d_x = self._through(self.x, merge_heads(d_query), "w_query")  # (batch, n_q, d_model)
        source = self.x if self.context is None else self.context
        d_source = self._through(source, merge_heads(d_key), "w_key")  # (batch, n_k, d_context)
        d_source += self._through(source, merge_heads(d_value), "w_value")
        if self.context is not None:
            return d_x, d_source
        d_x += d_source  # x was used three times: the three gradients add up
        return d_x

    def _heads(self, x, name):
        """Project (batch, n, d) and split it: (batch, n_heads, n, d_head), a view, no copy."""
        rows = x.reshape(-1, x.shape[-1])  # (batch * n, d)
        projected = rows @ self.parameters[name]  # (batch * n, n_heads * d_head)
        return split_heads(projected.reshape(*x.shape[:-1], -1), self.n_heads)

    def _through(self, x, d_y, name):
        """Back through y = x W: keep d_W, return d_x."""
        x_rows, d_rows = x.reshape(-1, x.shape[-1]), d_y.reshape(-1, d_y.shape[-1])
        np.matmul(x_rows.T, d_rows, out=self.gradients[name])  # (d_in, d_out)
        return (d_rows @ self.parameters[name].T).reshape(x.shape)
