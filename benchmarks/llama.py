"""The pretrained decoder as transformers' Llama: to compare with it, in numbers and in time."""

import torch
import transformers

from helpers.models.pretrained.configurations import SMOLLM2
from helpers.models.pretrained.files import find
from helpers.models.pretrained.read_gguf import read_gguf

# Name of a part of a layer in GGUF, and in transformers.
PARTS = {
    "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm",
    "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}  # fmt: skip


def llama():
    """transformers' model with the weights of the decoder."""
    config = transformers.LlamaConfig(
        vocab_size=49152, hidden_size=576, intermediate_size=1536, num_hidden_layers=30,
        num_attention_heads=9, num_key_value_heads=3, max_position_embeddings=8192,
        rms_norm_eps=1e-5, rope_theta=100_000.0, tie_word_embeddings=True,
        attn_implementation="eager",
    )  # fmt: skip
    with torch.device("meta"):  # no memory for random weights that are replaced at once
        model = transformers.LlamaForCausalLM(config)
    model.model.rotary_emb = type(model.model.rotary_emb)(config)
    _, tensors = read_gguf(find(SMOLLM2.weights))
    weights = {theirs(name): torch.from_numpy(halves(name, t)) for name, t in tensors.items()}
    missing, unexpected = model.load_state_dict(weights, assign=True, strict=False)
    if (missing, unexpected) != (["lm_head.weight"], []):
        raise AssertionError(f"missing: {missing}; unexpected: {unexpected}")
    model.tie_weights()
    return model.eval()


def theirs(name):
    """Name of a tensor in transformers."""
    if name == "token_embd.weight":
        return "model.embed_tokens.weight"
    if name == "output_norm.weight":
        return "model.norm.weight"
    _, layer, part, _ = name.split(".")
    return f"model.layers.{layer}.{PARTS[part]}.weight"


def halves(name, tensor):
    """GGUF turns neighbours (0, 1), (2, 3), …; transformers turns (0, 32), (1, 33), …"""
    numbers = tensor.numbers()
    if ".attn_q." not in name and ".attn_k." not in name:
        return numbers
    return numbers.reshape(-1, 32, 2, 576).swapaxes(1, 2).reshape(numbers.shape)
