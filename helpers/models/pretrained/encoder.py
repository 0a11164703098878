"""An encoder as BERT: layers of heads that read a sentence in both directions.

What happens to a sentence of n pieces, top to bottom, with the sizes of all-MiniLM-L6-v2:

    pieces           n ids         -> word + position + type vectors, normed         (n, 384)
    six times        attention     -> twelve heads of width 32 look around           (12, n, n)
                     + residual    -> normed                                         (n, 384)
                     feed-forward  -> 384 -> 1536 -> 384, each place by itself
                     + residual    -> normed                                         (n, 384)
    embedding        mean over the pieces, length 1                                  (384,)

Devlin et al. 2019, "BERT".
"""

from dataclasses import dataclass

import numpy as np

from helpers.heads.ablation import ablate_layer, check_plan
from helpers.models.attend import softmax_in_place
from helpers.models.pretrained.files import ModelDamaged
from helpers.models.pretrained.norms_and_activations import gelu, layer_norm
from helpers.models.pretrained.reading import Reading
from helpers.models.pretrained.wordpiece import WordPiece


@dataclass(frozen=True)
class EncoderLayer:
    """The parameters of one layer. Query, key and value projections stand side by side."""

    w_qkv: np.ndarray  # (d_model, 3 * d_model)
    b_qkv: np.ndarray
    w_output: np.ndarray  # (d_model, d_model)
    b_output: np.ndarray
    norm_1: tuple  # gain and bias, each (d_model,)
    w_in: np.ndarray  # (d_model, d_hidden)
    b_in: np.ndarray
    w_out: np.ndarray  # (d_hidden, d_model)
    b_out: np.ndarray
    norm_2: tuple


class Encoder:
    """A trained encoder. Get one with `pretrained.encoder()`."""

    def __init__(self, sizes, tensors, vocabulary, dtype=np.float32):
        """sizes: EncoderConfiguration. tensors: dict name -> array, as `read_safetensors` gives it.

        vocabulary: list of pieces.
        dtype: float32 for speed, float64 for results that agree on every machine.
        Raises ModelDamaged if a tensor is missing or has another shape.
        """
        take = _Taker(tensors, sizes, np.dtype(dtype))
        self.sizes = sizes
        self.n_layers, self.n_heads = sizes.n_layers, sizes.n_heads
        self.d_model, self.d_head = sizes.d_model, sizes.d_head
        self.dtype = np.dtype(dtype)
        self.tokenizer = WordPiece(vocabulary)
        n_words = len(self.tokenizer.pieces)
        self._words = take.raw("embeddings.word_embeddings.weight", n_words, sizes.d_model)
        # Every piece is of the same type (0: first sentence), so type and position add up once.
        self._places = take("embeddings.position_embeddings.weight", sizes.longest, sizes.d_model)
        types = take("embeddings.token_type_embeddings.weight", 2, sizes.d_model)
        self._places = self._places + types[0]
        self._norm = take.norm("embeddings.LayerNorm")
        self.layers = [_layer(take, f"encoder.layer.{number}.") for number in range(sizes.n_layers)]

    def words(self, sentence):
        """The pieces that the encoder sees: [CLS], the pieces, [SEP]."""
        return self.tokenizer.tokens(sentence)

    def read(self, sentence, *, ablate=None, head_outputs=False):
        """Read a sentence and keep what every head did.

        sentence: a string, or a list of ids, which is taken as it is: with [CLS] and [SEP], or not.
        ablate: dict (layer, head) -> "mean" or "zero": the output of that head is replaced by its
            mean over the pieces, or by nothing.
        head_outputs: keep those too.
        Returns: Reading. Raises ValueError for a text that is too long or a head that is not there.
        """
        check_plan(ablate, self.n_layers, self.n_heads)
        ids, x = self._embed(sentence)
        n = len(ids)
        maps = self.n_layers, self.n_heads, n
        weights = np.empty((*maps, n), self.dtype)
        hidden = np.empty((self.n_layers + 1, n, self.d_model), self.dtype)
        outputs = np.empty((*maps, self.d_head), self.dtype) if head_outputs else None
        for number, layer in enumerate(self.layers):
            hidden[number] = x
            kept = outputs[number] if head_outputs else None
            x = _read_layer(self.sizes, layer, x, weights[number], number, ablate, kept)
        hidden[-1] = x
        return Reading(self._spell(ids), ids, weights, hidden, outputs)

    def embed(self, sentence, *, ablate=None):
        """The sentence as one vector of length 1: the mean over its pieces. Returns: (d_model,).

        sentence, ablate: as in `read`.
        """
        check_plan(ablate, self.n_layers, self.n_heads)
        ids, x = self._embed(sentence)
        weights = np.empty((self.n_heads, len(ids), len(ids)), self.dtype)
        for number, layer in enumerate(self.layers):
            x = _read_layer(self.sizes, layer, x, weights, number, ablate)
        mean = x.mean(axis=0)
        return mean / np.sqrt(mean @ mean)

    def projections(self, layer, head):
        """W_Q, W_K, W_V of one head, each (d_model, d_head), and their biases, each (d_head,)."""
        check_plan({(layer, head): "zero"}, self.n_layers, self.n_heads)
        w = self.layers[layer].w_qkv.reshape(self.d_model, 3, self.n_heads, self.d_head)[:, :, head]
        b = self.layers[layer].b_qkv.reshape(3, self.n_heads, self.d_head)[:, head]
        return tuple(w.swapaxes(0, 1)), tuple(b)

    def _spell(self, ids):
        return [self.tokenizer.pieces[number] for number in ids]

    def _embed(self, sentence):
        ids = self.tokenizer.encode(sentence) if isinstance(sentence, str) else list(sentence)
        if len(ids) > self.sizes.longest:
            raise ValueError(
                f"The text has {len(ids)} pieces with [CLS] and [SEP], and the encoder reads at "
                f"most {self.sizes.longest}. Shorten it."
            )
        x = self._words[ids].astype(self.dtype)
        x += self._places[: len(ids)]
        return ids, layer_norm(x, *self._norm, self.sizes.epsilon)


def _read_layer(sizes, layer, x, weights, number, ablate, kept=None):
    """One layer: (n, d_model) -> (n, d_model). Writes its maps into weights (heads, n, n)."""
    n = len(x)
    qkv = x @ layer.w_qkv  # (n, 3 * d_model)
    qkv += layer.b_qkv
    query, key, value = (  # each (heads, n, d)
        qkv.reshape(n, 3, sizes.n_heads, sizes.d_head).transpose(1, 2, 0, 3)
    )
    query *= x.dtype.type(sizes.d_head**-0.5)  # scaling n * d queries is cheaper than n * n scores
    np.matmul(query, key.swapaxes(-1, -2), out=weights)
    softmax_in_place(weights)
    gathered = np.empty((n, sizes.n_heads, sizes.d_head), x.dtype)  # merged: heads side by side
    heads = gathered.swapaxes(0, 1)  # the same numbers, heads first
    np.matmul(weights, value, out=heads)
    if ablate:
        heads[...] = ablate_layer(heads, number, ablate)
    if kept is not None:
        kept[...] = heads
    y = gathered.reshape(n, sizes.d_model) @ layer.w_output
    y += layer.b_output
    y += x
    y = layer_norm(y, *layer.norm_1, sizes.epsilon)
    z = y @ layer.w_in  # (n, d_hidden)
    z += layer.b_in
    z = gelu(z) @ layer.w_out
    z += layer.b_out
    z += y
    return layer_norm(z, *layer.norm_2, sizes.epsilon)


def _layer(take, prefix):
    """Collect one layer's parameters."""
    attention, output = prefix + "attention.self.", prefix + "attention.output."
    d_model, d_hidden = take.sizes.d_model, take.sizes.d_hidden
    parts = [take.linear(attention + name, d_model, d_model) for name in ("query", "key", "value")]
    w_output, b_output = take.linear(output + "dense", d_model, d_model)
    w_in, b_in = take.linear(prefix + "intermediate.dense", d_hidden, d_model)
    w_out, b_out = take.linear(prefix + "output.dense", d_model, d_hidden)
    return EncoderLayer(
        w_qkv=np.concatenate([w for w, _ in parts], axis=1),
        b_qkv=np.concatenate([b for _, b in parts]),
        w_output=w_output,
        b_output=b_output,
        norm_1=take.norm(output + "LayerNorm"),
        w_in=w_in,
        b_in=b_in,
        w_out=w_out,
        b_out=b_out,
        norm_2=take.norm(prefix + "output.LayerNorm"),
    )


class _Taker:
    """Takes tensors by name, with their shapes checked."""

    def __init__(self, tensors, sizes, dtype):
        self.tensors, self.sizes, self.dtype = tensors, sizes, dtype

    def raw(self, name, *shape):
        if name not in self.tensors:
            raise ModelDamaged(f"The file has no tensor {name!r}: it is another model.")
        if self.tensors[name].shape != shape:
            raise ModelDamaged(
                f"The tensor {name!r} has shape {self.tensors[name].shape}, expected {shape}: "
                "it is another model."
            )
        return self.tensors[name]

    def __call__(self, name, *shape):
        return np.asarray(self.raw(name, *shape), self.dtype)

    def linear(self, name, d_out, d_in):
        """Weight as (d_in, d_out), for x @ w, and bias.

        The file has weights as (d_out, d_in). Turning them round costs a copy (43 MB for the six
        layers of MiniLM; its 47 MB of word vectors stay on the disk until they are used), and makes
        the products with a short sentence 1.6 times as fast.
        """
        weight = np.ascontiguousarray(self(name + ".weight", d_out, d_in).T)
        return weight, self(name + ".bias", d_out)

    def norm(self, name):
        width = self.sizes.d_model
        return self(name + ".weight", width), self(name + ".bias", width)
