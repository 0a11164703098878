"""The transformer block: attention, then a small network for every position, each added on top."""

from helpers.models.identity import Identity
from helpers.models.layer import Layer
from helpers.models.layer_norm import LayerNorm
from helpers.models.linear import Linear
from helpers.models.multi_head_attention import MultiHeadAttention
from helpers.models.relu import ReLU


class FeedForward(Layer):
    """y = max(x W_in + b_in, 0) W_out + b_out, for every position alone.

    (Vaswani et al. 2017, equation 2.)
    """

    def __init__(self, d_model, d_hidden, *, rng):
        self.inner = Linear(d_model, d_hidden, rng=rng)
        self.bend = ReLU()
        self.outer = Linear(d_hidden, d_model, rng=rng)
        super().__init__(inner=self.inner, outer=self.outer)

    def forward(self, x):
        """x: (batch, n, d_model). Returns the same shape."""
        hidden = self.bend.forward(self.inner.forward(x))  # (batch, n, d_hidden)
        return self.outer.forward(hidden)

    def backward(self, d_y):
        """d_y: (batch, n, d_model). Returns d_x."""
        return self.inner.backward(self.bend.backward(self.outer.backward(d_y)))


class Block(Layer):
    """x ← x + attention(norm(x))        x ← x + feed_forward(norm(x))

    (Vaswani et al. 2017, with the norm in front as in Xiong et al., "On layer normalization in the
    transformer architecture", 2020.) The sum with x is the residual: backwards, its gradient runs
    past the layer untouched, and what came through the layer is added. normed=False leaves both
    norms out.
    """

    def __init__(self, d_model, n_heads, d_hidden, *, rng, scale=None, normed=True):
        self.norm_1 = LayerNorm(d_model) if normed else Identity()
        self.attention = MultiHeadAttention(d_model, n_heads, rng=rng, scale=scale)
        self.norm_2 = LayerNorm(d_model) if normed else Identity()
        self.mlp = FeedForward(d_model, d_hidden, rng=rng)
        super().__init__(
            norm_1=self.norm_1, attention=self.attention, norm_2=self.norm_2, mlp=self.mlp
        )

    def forward(self, x, mask=None, edit=None):
        """x: (batch, n, d_model); mask, edit: as in MultiHeadAttention. Returns x's shape."""
        x = x + self.attention.forward(self.norm_1.forward(x), mask=mask, edit=edit)
        # Not in place: where the norms are left out, the layers below still hold this x.
        x = x + self.mlp.forward(self.norm_2.forward(x))
        return x

    def backward(self, d_x):
        """d_x: (batch, n, d_model), of the output. Returns that of the input."""
        d_x = d_x + self.norm_2.backward(self.mlp.backward(d_x))
        d_x += self.norm_1.backward(self.attention.backward(d_x))
        return d_x
