"""A captioner: words that look at the patches of a small drawn picture."""

import numpy as np

from helpers.models.block import FeedForward
from helpers.models.cross_entropy import cross_entropy
from helpers.models.embedding import Embedding, Positions
from helpers.models.layer import Model
from helpers.models.layer_norm import LayerNorm
from helpers.models.linear import Linear
from helpers.models.multi_head_attention import MultiHeadAttention


class Captioner(Model):
    """patches → linear + positions = keys and values; words so far = queries; → the next word.

    x ← x + self_attention(norm(x)), causal: what has been said
    x ← x + cross_attention(norm(x), patches): what is to be seen
    x ← x + feed_forward(norm(x)); norm; logits.
    (The decoder of Vaswani et al. 2017, one layer; patches as in Dosovitskiy et al. 2021.)

    n_words: size of the vocabulary; begin: the token that every caption starts from.
    Two heads, because some words (above, beside) are about two patches at once.
    """

    name = "captioner"
    rate = 3e-3

    def __init__(
        self, n_words, n_positions, n_patches, patch_width, *, rng, d_model=48, n_heads=2,
        begin=0, dtype=np.float64,
    ):  # fmt: skip
        self.eye = Linear(patch_width, d_model, rng=rng)
        self.places = Positions(n_patches, d_model, rng=rng)
        self.words = Embedding(n_words, d_model, rng=rng)
        self.positions = Positions(n_positions, d_model, rng=rng)
        self.norms = [LayerNorm(d_model) for _ in range(4)]
        self.hear = MultiHeadAttention(d_model, n_heads, rng=rng)
        self.look = MultiHeadAttention(d_model, n_heads, rng=rng)
        self.mlp = FeedForward(d_model, 2 * d_model, rng=rng)
        self.readout = Linear(d_model, n_words, rng=rng)
        super().__init__(
            dtype,
            eye=self.eye, places=self.places, words=self.words, positions=self.positions,
            hear=self.hear, look=self.look, mlp=self.mlp, readout=self.readout,
            **{f"norm_{i}": norm for i, norm in enumerate(self.norms)},
        )  # fmt: skip
        self.begin = begin

    def forward(self, patches, captions):
        """Patches (batch, n_patches, patch_width) and captions (batch, n). Returns logits
        (batch, n, n_words).

        Logits at t have seen the picture, and the caption before t.
        """
        norm_1, norm_2, norm_3, norm_4 = self.norms
        # Paper is white, 1; 1 − brightness is the ink, so that an empty patch is a row of zeros.
        seen = self.places.forward(self.eye.forward(1 - patches))  # (batch, n_patches, d_model)
        begin = np.full((len(captions), 1), self.begin)
        before = np.concatenate([begin, captions[:, :-1]], axis=1)  # (batch, n)
        past = np.tri(before.shape[1], dtype=bool)  # (n, n)
        x = self.positions.forward(self.words.forward(before))  # (batch, n, d_model)
        x = x + self.hear.forward(norm_1.forward(x), mask=past)
        x = x + self.look.forward(norm_2.forward(x), context=seen)
        x = x + self.mlp.forward(norm_3.forward(x))
        return self.readout.forward(norm_4.forward(x))

    def backward(self, d_logits):
        """d_logits: (batch, n, n_words). Leaves every gradient in its layer."""
        norm_1, norm_2, norm_3, norm_4 = self.norms
        d_x = norm_4.backward(self.readout.backward(d_logits))  # (batch, n, d_model)
        d_x = d_x + norm_3.backward(self.mlp.backward(d_x))
        d_normal, d_seen = self.look.backward(d_x)
        d_x = d_x + norm_2.backward(d_normal)
        d_x = d_x + norm_1.backward(self.hear.backward(d_x))
        self.words.backward(self.positions.backward(d_x))
        self.eye.backward(self.places.backward(d_seen))

    def loss_and_gradient(self, batch):
        """batch: images (b, 16, 16, 3) and captions (b, n), by name. Returns loss, accuracy."""
        from helpers.tasks.pictures import patches

        logits = self.forward(patches(batch.images), batch.captions)
        loss, d_logits, accuracy = cross_entropy(logits, batch.captions)
        self.backward(d_logits)
        return loss, accuracy

    def describe(self, patches, length):
        """The likeliest word after word. patches (batch, n_patches, width) → (batch, length)."""
        captions = np.zeros((len(patches), 0), int)
        for t in range(length):
            unknown = np.zeros((len(patches), 1), int)  # logits at t do not see the word at t
            logits = self.forward(patches, np.concatenate([captions, unknown], axis=1))
            captions = np.concatenate([captions, logits[:, t].argmax(axis=-1)[:, None]], axis=1)
        return captions

    def accuracy(self, patches, captions):
        """Share of captions that `describe` gets right to the last word."""
        said = self.describe(patches, captions.shape[1])
        return float((said == captions).all(axis=1).mean())

    def weights(self, patches, captions):
        """What each word looked at when it was chosen: (1, heads, n, n_patches).

        patches (n_patches, width) and captions (n,); with a batch in front: (1, batch, heads, …).
        """
        one = np.ndim(captions) == 1
        self.forward(np.asarray(patches)[None] if one else patches, np.atleast_2d(captions))
        maps = self.look.weights[None]
        return maps[:, 0] if one else maps
