"""A decoder as Llama: layers of heads that read from left to right.

What happens to n pieces, top to bottom, with the sizes of SmolLM2-135M-Instruct:

    pieces           n ids          -> word vectors                                    (n, 576)
    thirty times     root mean square norm, then attention: nine queries share three
                     key/value heads of width 64; positions turn queries and keys      (9, n, n)
                     + residual                                                        (n, 576)
                     norm, then gated feed-forward 576 -> 1536 -> 576
                     + residual                                                        (n, 576)
    norm, then a product with the word vectors -> scores of the next piece             (n, 49152)

Touvron et al. 2023, "LLaMA"; Ainslie et al. 2023, "GQA" (shared keys and values); Su et al. 2021,
"RoFormer" (turning).
"""

import numpy as np

from helpers.efficient import KeyValueCache
from helpers.heads.ablation import ablate_layer, check_plan
from helpers.models.pretrained import generation
from helpers.models.pretrained.byte_pair import BytePair
from helpers.models.pretrained.decoder_layer import (
    DecoderLayer,
    attend,
    feed_forward,
    rotations,
)
from helpers.models.pretrained.files import ModelDamaged
from helpers.models.pretrained.norms_and_activations import rms_norm
from helpers.models.pretrained.reading import Reading

LONGEST_READING = 512  # its maps take 280 MB in SmolLM2
ROWS_AT_A_TIME = 256


class Decoder:
    """A trained decoder. Get one with `pretrained.decoder()`. SmolLM2 takes 540 MB of memory."""

    def __init__(self, sizes, facts, tensors):
        """sizes: DecoderConfiguration. facts and tensors as `read_gguf` gives them.

        Raises ModelDamaged if a fact or a tensor is missing or does not fit.
        """
        _check_facts(facts, sizes)
        self.sizes, self.longest = sizes, sizes.longest
        self.n_layers, self.n_heads = sizes.n_layers, sizes.n_heads
        self.n_kv_heads, self.d_model, self.d_head = sizes.n_kv_heads, sizes.d_model, sizes.d_head
        kinds = facts["tokenizer.ggml.token_type"]
        self.tokenizer = BytePair(
            facts["tokenizer.ggml.tokens"],
            facts["tokenizer.ggml.merges"],
            special=[number for number, kind in enumerate(kinds) if kind == 3],
        )
        # A text is over at the end of a message or of a document.
        self.ends = {facts["tokenizer.ggml.eos_token_id"], self.tokenizer.ids["<|endoftext|>"]}
        n_words = len(self.tokenizer.pieces)
        # One vector a column: they are looked up now and then, and multiplied with at every step.
        self._words = _matrix(tensors, sizes.d_model, {"token_embd": n_words})
        self._norm = _vector(tensors, sizes, "output_norm.weight")
        self.layers = [_layer(tensors, sizes, f"blk.{number}.") for number in range(sizes.n_layers)]

    def encode(self, text):
        """Ids of a text; a list of ids is checked and passed on."""
        if isinstance(text, str):
            return self.tokenizer.encode(text)
        ids = [int(number) for number in text]
        n_words = len(self.tokenizer.pieces)
        if any(not 0 <= number < n_words for number in ids):
            raise ValueError(f"Ids must lie between 0 and {n_words - 1}.")
        return ids

    def words(self, text):
        """The pieces that the decoder sees, each with its space in front."""
        return self.tokenizer.words(self.encode(text))

    def read(self, text, *, ablate=None, head_outputs=False):
        """Read a text and keep what every head did.

        text: a string, or a list of ids.
        ablate: dict (layer, head) -> "mean" or "zero": the output of that head is replaced by its
            mean over the pieces, or by nothing. The mean knows the later pieces: for what must not
            look ahead, take "zero".
        Returns: Reading. Raises ValueError for an empty text, one of more than 512 pieces (its maps
        would be too large; `logits` keeps none), or a head that is not there.
        """
        ids = self._ids(text, LONGEST_READING)
        n = len(ids)
        maps = self.n_layers, self.n_heads, n
        weights = np.empty((*maps, n), np.float32)
        hidden = np.empty((self.n_layers + 1, n, self.d_model), np.float32)
        outputs = np.empty((*maps, self.d_head), np.float32) if head_outputs else None
        hidden[-1] = self._run(ids, self.new_cache(), ablate, weights, hidden, outputs)
        words = self.tokenizer.words(ids)
        return Reading(words, ids, weights, hidden, outputs, self._score(hidden[-1]))

    def logits(self, text, *, ablate=None):
        """Scores of the next piece at every place, without the maps. Returns: (n, n_vocabulary)."""
        return self._score(self._run(self._ids(text), self.new_cache(), ablate))

    def new_cache(self):
        """An empty key/value cache: one `efficient.KeyValueCache` for each layer."""
        return [KeyValueCache() for _ in range(self.n_layers)]

    def step(self, ids, cache, *, ablate=None):
        """Read some more pieces after those in the cache, which `new_cache` made.

        The cache grows by the new pieces. Returns: (n_vocabulary,) scores of the piece that follows
        the last. Raises ValueError beyond the longest text that the model can read.
        """
        return self._score(self._run(ids, cache, ablate)[-1])

    def next_words(self, text, k=5, *, ablate=None):
        """The k likeliest next pieces: list of (piece, probability), likeliest first."""
        return generation.next_words(self, text, k, ablate)

    def generate(self, text, n=20, *, temperature=0.0, top_k=None, rng=None, ablate=None):
        """Write on for at most n pieces. Returns: what was written, without the text.

        temperature: 0 takes the likeliest piece each time; above 0 draws from softmax(scores /
            temperature), and needs an `rng`.
        top_k: draw among the k likeliest only.
        ablate: dict (layer, head) -> "zero". ("mean" is refused: a mean over places that are not
            written yet is not known.)
        Stops early where the model ends its text.
        """
        return "".join(
            self.stream(text, n, temperature=temperature, top_k=top_k, rng=rng, ablate=ablate)
        )

    def stream(self, text, n=20, *, temperature=0.0, top_k=None, rng=None, ablate=None):
        """As `generate`, giving each piece as soon as it is written."""
        return generation.stream(self, text, n, temperature, top_k, rng, ablate)

    def projections(self, layer, head):
        """W_Q, W_K, W_V of one head, each (d_model, d_head). Several heads share W_K and W_V."""
        check_plan({(layer, head): "zero"}, self.n_layers, self.n_heads)
        w = self.layers[layer].w_qkv.reshape(self.d_model, -1, self.d_head)
        key = self.n_heads + head // (self.n_heads // self.n_kv_heads)
        return w[:, head], w[:, key], w[:, key + self.n_kv_heads]

    def normed_input(self, reading, layer):
        """What the heads of a layer are given: reading.hidden[layer], normed. (n, d_model)."""
        return rms_norm(reading.hidden[layer], self.layers[layer].norm_1, self.sizes.epsilon)

    def _ids(self, text, longest=None):
        ids, longest = self.encode(text), longest or self.longest
        if not 1 <= len(ids) <= longest:
            raise ValueError(f"The text has {len(ids)} pieces; 1 to {longest} are possible here.")
        return ids

    def _run(self, ids, cache, ablate=None, weights=None, hidden=None, outputs=None):
        """All layers: ids -> (n, d_model). Fills the arrays that are given, layer by layer."""
        check_plan(ablate, self.n_layers, self.n_heads)
        past, n = len(cache[0]), len(ids)
        if past + n > self.longest:
            raise ValueError(
                f"The cache holds {past} pieces and {n} are to follow; together they may be at "
                f"most {self.longest}. Begin anew: new_cache()."
            )
        x = np.ascontiguousarray(self._words[:, ids].T)
        turns = rotations(np.arange(past, past + n), self.sizes)
        for number, layer in enumerate(self.layers):
            if hidden is not None:
                hidden[number] = x
            heads, maps = attend(self.sizes, layer, x, turns, cache[number])
            heads = ablate_layer(heads, number, ablate)
            if weights is not None:
                weights[number] = maps
            if outputs is not None:
                outputs[number] = heads
            x += heads.swapaxes(0, 1).reshape(n, self.d_model) @ layer.w_output
            x += feed_forward(self.sizes, layer, x)
        return x

    def _score(self, x):
        """Scores of the next piece: (..., d_model) -> (..., n_vocabulary)."""
        return rms_norm(x, self._norm, self.sizes.epsilon) @ self._words


def _layer(tensors, sizes, prefix):
    d_model, d_hidden = sizes.d_model, sizes.d_hidden
    shapes = {"attn_q": d_model, "attn_k": sizes.d_kv, "attn_v": sizes.d_kv}
    return DecoderLayer(
        norm_1=_vector(tensors, sizes, prefix + "attn_norm.weight"),
        w_qkv=_matrix(tensors, d_model, {prefix + name: rows for name, rows in shapes.items()}),
        w_output=_matrix(tensors, d_model, {prefix + "attn_output": d_model}),
        norm_2=_vector(tensors, sizes, prefix + "ffn_norm.weight"),
        w_gate_up=_matrix(
            tensors, d_model, {prefix + "ffn_gate": d_hidden, prefix + "ffn_up": d_hidden}
        ),
        w_down=_matrix(tensors, d_hidden, {prefix + "ffn_down": d_model}),
    )


def _matrix(tensors, d_in, d_outs):
    """Unpack matrices side by side, as (d_in, d_out): x @ w. d_outs: dict name -> d_out.

    The file has them as (d_out, d_in). A product of few rows with a matrix runs 1.6 times as fast
    on this layout. They are unpacked a few hundred rows at a time, which stay in the cache.
    """
    whole = np.empty((d_in, sum(d_outs.values())), np.float32)
    start = 0
    for name, d_out in d_outs.items():
        tensor = _take(tensors, name + ".weight", (d_out, d_in))
        for first in range(0, d_out, ROWS_AT_A_TIME):
            part = tensor.numbers(slice(first, first + ROWS_AT_A_TIME))
            whole[:, start + first : start + first + len(part)] = part.T
        start += d_out
    return whole


def _vector(tensors, sizes, name):
    return _take(tensors, name, (sizes.d_model,)).numbers()


def _take(tensors, name, shape):
    if name not in tensors:
        raise ModelDamaged(f"The file has no tensor {name!r}: it is another model.")
    if tensors[name].shape != shape:
        raise ModelDamaged(
            f"The tensor {name!r} has shape {tensors[name].shape}, expected {shape}: it is another "
            "model."
        )
    return tensors[name]


def _check_facts(facts, sizes):
    """The sizes that are expected, against those that the file states."""
    expected = {
        "general.architecture": "llama",
        "llama.block_count": sizes.n_layers,
        "llama.attention.head_count": sizes.n_heads,
        "llama.attention.head_count_kv": sizes.n_kv_heads,
        "llama.embedding_length": sizes.d_model,
        "llama.feed_forward_length": sizes.d_hidden,
        "llama.rope.freq_base": sizes.slowest_turn,
    }
    for name, value in expected.items():
        if facts.get(name) != value:
            raise ModelDamaged(
                f"The file says {name} = {facts.get(name)!r}, expected {value!r}: it is another "
                "model."
            )
