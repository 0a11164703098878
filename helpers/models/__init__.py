"""Layers with hand-written gradients, the models built from them, and the loop that trains them.

Read in this order: layer, linear, relu, cross_entropy (what back-propagation is); attend,
multi_head_attention; embedding, layer_norm, block, transformer; gru, translator; optimisers,
training. Everything is NumPy, float64 unless asked otherwise, and repeats exactly from its rng.
"""

from helpers._lazy import lazy

_HOME = {
    "AttentionOnly": "helpers.models.attention_only",
    "Captioner": "helpers.models.captioner",
    "LookupHead": "helpers.models.lookup_head",
    "TinyBERT": "helpers.models.transformer",
    "TinyGPT": "helpers.models.transformer",
    "Translator": "helpers.models.translator",
    "TwoRelations": "helpers.models.two_relations",
    "without": "helpers.models.transformer",
    "Adam": "helpers.models.optimisers",
    "SGD": "helpers.models.optimisers",
    "History": "helpers.models.training",
    "train": "helpers.models.training",
    "train_side_by_side": "helpers.models.training",
}
_ROOMS = {
    "head_kit": "helpers.models.head_kit",
    "pretrained": "helpers.models.pretrained",
    "real_sizes": "helpers.models.real_sizes",
    "scale_sweep": "helpers.models.scale_sweep",
}

__all__ = [*_HOME, *_ROOMS]

__getattr__, __dir__ = lazy(__name__, _HOME, _ROOMS)
