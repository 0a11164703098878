"""Layers with hand-written gradients, the models built from them, and the loop that trains them.

Read in this order: layer, linear, activations, cross_entropy (what back-propagation is); attend,
multi_head_attention; embedding, layer_norm, block, transformer; gru, translator; optimisers,
training. Everything is NumPy, float64 unless asked otherwise, and repeats exactly from its rng.
"""

import importlib

_HOME = {
    "AttentionOnly": "attention_only",
    "Captioner": "captioner",
    "LookupHead": "lookup_head",
    "TinyBERT": "transformer",
    "TinyGPT": "transformer",
    "Translator": "translator",
    "TwoRelations": "two_relations",
    "without": "transformer",
    "Adam": "optimisers",
    "SGD": "optimisers",
    "History": "training",
    "train": "training",
    "train_side_by_side": "training",
}
_ROOMS = ("head_kit", "pretrained", "real_sizes")

__all__ = [*_HOME, *_ROOMS]


def __getattr__(name):
    """Load a public name the first time somebody asks for it (PEP 562)."""
    if name in _HOME:
        value = getattr(importlib.import_module(f"helpers.models.{_HOME[name]}"), name)
    elif name in _ROOMS:
        value = importlib.import_module(f"helpers.models.{name}")
    else:
        raise AttributeError(f"helpers.models has no {name!r}. It has: {', '.join(__all__)}.")
    globals()[name] = value
    return value


def __dir__():
    return sorted({*globals(), *__all__})
