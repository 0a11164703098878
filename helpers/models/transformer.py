"""Tiny GPT and tiny BERT: the same blocks, one mask apart."""

import numpy as np

from helpers.attention import softmax
from helpers.heads.ablation import ablate_head
from helpers.models.block import Block
from helpers.models.cross_entropy import cross_entropy
from helpers.models.embedding import Embedding, Positions
from helpers.models.identity import Identity
from helpers.models.layer import Model
from helpers.models.layer_norm import LayerNorm
from helpers.models.linear import Linear
from helpers.models.sampling import check_choice, choose


class Transformer(Model):
    """words + positions → blocks → norm → one logit for every word, at every position.

    n_words: size of the vocabulary. n_positions: longest sequence. pad: the token that is no word
    and that nobody may look at, None if there is none. scale: what scores are multiplied with,
    1/√d_head unless given. normed: False leaves all layer norms out. rate: learning rate that suits
    the size.
    """

    name = "transformer"
    causal = False

    def __init__(
        self, n_words, n_positions, *, rng, d_model=64, n_heads=4, n_layers=2, d_hidden=None,
        pad=None, causal=None, scale=None, normed=True, rate=None, dtype=np.float64,
    ):  # fmt: skip
        self.words = Embedding(n_words, d_model, rng=rng)
        self.positions = Positions(n_positions, d_model, rng=rng)
        d_hidden = 4 * d_model if d_hidden is None else d_hidden
        self.blocks = [
            Block(d_model, n_heads, d_hidden, rng=rng, scale=scale, normed=normed)
            for _ in range(n_layers)
        ]
        self.norm = LayerNorm(d_model) if normed else Identity()
        self.readout = Linear(d_model, n_words, rng=rng)
        parts = {f"block_{i}": block for i, block in enumerate(self.blocks)}
        super().__init__(
            dtype,
            words=self.words, positions=self.positions, **parts,
            norm=self.norm, readout=self.readout,
        )  # fmt: skip
        self.pad = pad
        self.causal = type(self).causal if causal is None else causal
        self.rate = rate or (3e-3 if d_model >= 64 else 5e-3)

    def mask(self, tokens):
        """Who may look at whom: boolean, broadcasts to (batch, n_heads, n, n), or None for all.

        The one difference between the two models is here: a causal model sees itself and what
        came before, and so can be asked for the next word; the other sees both sides.
        """
        n = tokens.shape[-1]
        past = np.tri(n, dtype=bool) if self.causal else None  # (n, n)
        # After the end of a sentence there is only padding, which a causal query never sees.
        if self.pad is None or self.causal:
            return past
        return (tokens != self.pad)[:, None, None, :]  # (batch, 1, 1, n)

    def forward(self, tokens, edit=None):
        """tokens: (batch, n) integers. Returns logits (batch, n, n_words).

        edit: edit(layer, heads) is given the outputs of every layer's heads, (batch, n_heads, n,
        d_head), and returns what to use in their place; see `without`.
        """
        mask = self.mask(tokens)
        x = self.positions.forward(self.words.forward(tokens))  # (batch, n, d_model)
        for layer, block in enumerate(self.blocks):
            x = block.forward(x, mask, _for_layer(edit, layer))
        return self.readout.forward(self.norm.forward(x))

    def backward(self, d_logits):
        """d_logits: (batch, n, n_words). Leaves every gradient in its layer."""
        d_x = self.norm.backward(self.readout.backward(d_logits))  # (batch, n, d_model)
        for block in reversed(self.blocks):
            d_x = block.backward(d_x)
        self.words.backward(self.positions.backward(d_x))

    def loss_and_gradient(self, batch):
        """batch: inputs (b, n), targets (b, n), counts (b, n), by name. Returns loss, accuracy."""
        logits = self.forward(batch.inputs)
        loss, d_logits, accuracy = cross_entropy(logits, batch.targets, batch.counts)
        self.backward(d_logits)
        return loss, accuracy

    def loss(self, batch):
        """The loss alone, in nats; exp(loss) is the perplexity."""
        return cross_entropy(self.forward(batch.inputs), batch.targets, batch.counts)[0]

    def weights(self, tokens):
        """Attention maps: tokens (n,) → (layers, heads, n, n); (batch, n) → (layers, batch, …)."""
        tokens = np.asarray(tokens)
        self.forward(np.atleast_2d(tokens))
        maps = np.stack([block.attention.weights for block in self.blocks])
        return maps if tokens.ndim == 2 else maps[:, 0]

    def probabilities(self, tokens, temperature=1.0):
        """softmax(logits / temperature): tokens (n,) → (n, n_words), or with a batch in front."""
        tokens = np.asarray(tokens)
        result = softmax(self.forward(np.atleast_2d(tokens)) / temperature)
        return result if tokens.ndim == 2 else result[0]


class TinyGPT(Transformer):
    """Predicts the next word from those before it (Radford et al. 2018, in the small)."""

    name = "tiny GPT"
    causal = True

    def generate(self, prompts, length, *, rng=None, temperature=1.0, top_k=None, end=None):
        """Write on from `prompts` (batch, n), one word at a time, up to `length` tokens in all.

        temperature: below 1 the likely words become likelier; 0 takes the likeliest and needs no
        rng. top_k: draw among the k likeliest words only (Fan et al. 2018); None: among all.
        After `end` a row holds only the pad token. Returns (batch, length).
        """
        check_choice(temperature, rng, top_k)
        tokens = np.atleast_2d(np.asarray(prompts))
        while tokens.shape[1] < length:
            logits = self.forward(tokens)[:, -1]  # (batch, n_words)
            following = choose(logits, temperature, rng, top_k)  # (batch,)
            if end is not None and self.pad is not None:
                over = np.isin(tokens[:, -1], (end, self.pad))
                following = np.where(over, self.pad, following)
            tokens = np.concatenate([tokens, following[:, None]], axis=1)
        return tokens


class TinyBERT(Transformer):
    """Fills blanks from the words on both sides (Devlin et al. 2019, in the small)."""

    name = "tiny BERT"
    causal = False


def without(*heads):
    """An `edit` that switches heads off: each (layer, head) gives its mean over the positions.

    The mean, and not zero, because the rest of the model is used to something being there.
    """

    def edit(layer, outputs):  # (batch, n_heads, n, d_head)
        off = [head for at, head in heads if at == layer]
        return ablate_head(outputs, off) if off else outputs

    return edit


def _for_layer(edit, layer):
    """The edit of one layer, as MultiHeadAttention calls it."""
    return None if edit is None else lambda heads: edit(layer, heads)
