"""A further model is a row: encoders and decoders of other sizes are those of transformers.

The weights are random; what is held is that nothing but the row says how large a model is.
"""

from dataclasses import replace

import numpy as np
import pytest
from peers import peer

from helpers.models.pretrained.byte_pair import byte_letters
from helpers.models.pretrained.configurations import DecoderConfiguration, EncoderConfiguration
from helpers.models.pretrained.decoder import Decoder
from helpers.models.pretrained.encoder import Encoder
from helpers.models.pretrained.files import ModelDamaged
from helpers.models.pretrained.read_gguf import F32, Tensor
from helpers.models.pretrained.wordpiece import SPECIAL

torch = peer("torch")
transformers = peer("transformers")

from benchmarks.llama import PARTS  # noqa: E402  (it imports both)

ENCODERS = (
    EncoderConfiguration("narrow", n_layers=2, n_heads=3, d_model=24, d_hidden=40, longest=32,
                         epsilon=1e-12),
    EncoderConfiguration("one head, another epsilon", n_layers=4, n_heads=1, d_model=8, d_hidden=64,
                         longest=16, epsilon=1e-3),
)  # fmt: skip
DECODERS = (
    DecoderConfiguration("four queries share a key", n_layers=2, n_heads=8, n_kv_heads=2,
                         d_model=64, d_hidden=96, longest=64, epsilon=1e-6, slowest_turn=500.0),
    DecoderConfiguration("nothing is shared", n_layers=3, n_heads=2, n_kv_heads=2, d_model=24,
                         d_hidden=20, longest=40, epsilon=1e-2, slowest_turn=10_000.0),
    DecoderConfiguration("all share one", n_layers=1, n_heads=6, n_kv_heads=1, d_model=24,
                         d_hidden=32, longest=40, epsilon=1e-5, slowest_turn=100_000.0),
)  # fmt: skip
WORDS = [*SPECIAL, "the", "cat", "sat", "on", "mat"]
PIECES = [*byte_letters(), "<|endoftext|>"]


def arrays(model):
    """The model's parameters, made large enough that maps are not flat: name -> array."""
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim > 1:
                parameter.mul_(8)
    return {name: tensor.numpy() for name, tensor in model.state_dict().items()}


def reads(model, ids):
    """What transformers computes: maps, hidden states, and logits if there are any."""
    with torch.no_grad():
        said = model(torch.tensor([ids]), output_attentions=True, output_hidden_states=True)
    stacks = (np.stack([layer[0].numpy() for layer in part])
              for part in (said.attentions, said.hidden_states))  # fmt: skip
    return *stacks, said.logits[0].numpy() if "logits" in said else None


@pytest.mark.parametrize("sizes", ENCODERS, ids=lambda sizes: sizes.name)
def test_an_encoder_of_other_sizes(sizes):
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=len(WORDS), hidden_size=sizes.d_model, num_hidden_layers=sizes.n_layers,
        num_attention_heads=sizes.n_heads, intermediate_size=sizes.d_hidden,
        max_position_embeddings=sizes.longest, layer_norm_eps=sizes.epsilon,
        attn_implementation="eager",
    )  # fmt: skip
    theirs = transformers.BertModel(config).eval()
    ours = Encoder(sizes, arrays(theirs), WORDS)
    reading = ours.read("the cat sat on the mat", head_outputs=True)
    maps, hidden, _ = reads(theirs, reading.ids)
    np.testing.assert_allclose(reading.weights, maps, rtol=0, atol=1e-5)
    np.testing.assert_allclose(reading.hidden, hidden, rtol=0, atol=1e-5)
    assert reading.weights.std() > 0.01, "flat maps would agree whatever the heads"
    assert reading.head_outputs.shape == (*maps.shape[:3], sizes.d_model // sizes.n_heads)
    with pytest.raises(ValueError, match=f"at most {sizes.longest}"):
        ours.read("the " * sizes.longest)


def neighbours(array, d_head):
    """Rows of transformers' halves (0, 32), (1, 33), … as GGUF's neighbours (0, 1), (2, 3), …"""
    return array.reshape(-1, 2, d_head // 2, array.shape[1]).swapaxes(1, 2).reshape(array.shape)


def as_gguf(stored, sizes):
    """A Llama's parameters as `read_gguf` would give them: facts and tensors."""
    names = {"token_embd.weight": "model.embed_tokens.weight",
             "output_norm.weight": "model.norm.weight"}  # fmt: skip
    for layer in range(sizes.n_layers):
        for ours, theirs in PARTS.items():
            names[f"blk.{layer}.{ours}.weight"] = f"model.layers.{layer}.{theirs}.weight"
    tensors = {}
    for ours, theirs in names.items():
        array = stored[theirs]
        if ".attn_q." in ours or ".attn_k." in ours:
            array = neighbours(array, sizes.d_head)
        raw = np.frombuffer(array.astype("<f4").tobytes(), np.uint8)
        tensors[ours] = Tensor(array.shape, F32, raw)
    facts = {
        "general.architecture": "llama", "llama.block_count": sizes.n_layers,
        "llama.attention.head_count": sizes.n_heads,
        "llama.attention.head_count_kv": sizes.n_kv_heads,
        "llama.embedding_length": sizes.d_model, "llama.feed_forward_length": sizes.d_hidden,
        "llama.rope.freq_base": sizes.slowest_turn, "tokenizer.ggml.tokens": PIECES,
        "tokenizer.ggml.merges": [], "tokenizer.ggml.eos_token_id": 256,
        "tokenizer.ggml.token_type": [1] * 256 + [3],
    }  # fmt: skip
    return facts, tensors


@pytest.mark.parametrize("sizes", DECODERS, ids=lambda sizes: sizes.name)
def test_a_decoder_of_other_sizes(sizes):
    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=len(PIECES), hidden_size=sizes.d_model, intermediate_size=sizes.d_hidden,
        num_hidden_layers=sizes.n_layers, num_attention_heads=sizes.n_heads,
        num_key_value_heads=sizes.n_kv_heads, max_position_embeddings=sizes.longest,
        rms_norm_eps=sizes.epsilon, rope_theta=sizes.slowest_turn, tie_word_embeddings=True,
        attn_implementation="eager",
    )  # fmt: skip
    theirs = transformers.LlamaForCausalLM(config).eval()
    facts, tensors = as_gguf(arrays(theirs), sizes)
    ours = Decoder(sizes, facts, tensors)
    reading = ours.read("the cat sat", head_outputs=True)
    maps, hidden, logits = reads(theirs, reading.ids)
    np.testing.assert_allclose(reading.weights, maps, rtol=0, atol=1e-5)
    # Theirs ends with the last norm.
    np.testing.assert_allclose(reading.hidden[:-1], hidden[:-1], rtol=0, atol=1e-5)
    np.testing.assert_allclose(reading.logits, logits, rtol=1e-5, atol=1e-5)
    assert reading.weights.std() > 0.01, "flat maps would agree whatever the heads"

    cache = ours.new_cache()
    steps = np.stack([ours.step([number], cache) for number in reading.ids])
    np.testing.assert_allclose(steps, reading.logits, rtol=1e-5, atol=1e-5)
    with pytest.raises(ValueError, match=f"at most {sizes.longest}"):
        ours.generate("the", sizes.longest)


def test_a_file_of_other_sizes_than_its_row_is_refused():
    facts = {"general.architecture": "llama", "llama.block_count": 2,
             "llama.attention.head_count": 8, "llama.attention.head_count_kv": 2}  # fmt: skip
    with pytest.raises(ModelDamaged, match="head_count_kv = 2, expected 4"):
        Decoder(replace(DECODERS[0], n_kv_heads=4), facts, {})
