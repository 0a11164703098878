"""Two models that were trained for real, read in NumPy.

>>> from helpers.models import pretrained
>>> reading = pretrained.encoder().read("the cat sat on the mat because it was tired")
>>> reading.weights.shape                       # (layers, heads, n_queries, n_keys)
(6, 12, 12, 12)

They are optional: `python start.py models` gets them (190 MB). Without them, `encoder()` and
`decoder()` raise `ModelMissing`, which says so.
"""

import functools

import numpy as np

from helpers.models.pretrained.configurations import MINILM, SMOLLM2
from helpers.models.pretrained.decoder import Decoder
from helpers.models.pretrained.encoder import Encoder
from helpers.models.pretrained.files import ModelDamaged, ModelMissing, find
from helpers.models.pretrained.read_gguf import read_gguf
from helpers.models.pretrained.read_safetensors import read_safetensors
from helpers.models.pretrained.reading import Reading

__all__ = ["Decoder", "Encoder", "ModelDamaged", "ModelMissing", "Reading", "decoder", "encoder"]


@functools.cache
def encoder(dtype=np.float32, sizes=MINILM):
    """all-MiniLM-L6-v2, loaded once and kept: a quarter of a second, most of it for the hash.

    dtype: float32 for speed, float64 for numbers that agree on every machine.
    sizes: another row of `pretrained.configurations`, for another model.
    Raises ModelMissing or ModelDamaged; both say what to do.
    """
    tensors = read_safetensors(find(sizes.weights))
    vocabulary = find(sizes.vocabulary).read_text(encoding="utf-8").split("\n")
    return Encoder(sizes, tensors, vocabulary[:-1], dtype)


@functools.cache
def decoder(sizes=SMOLLM2):
    """SmolLM2-135M-Instruct, loaded once and kept: two seconds, and 540 MB of memory.

    sizes: another row of `pretrained.configurations`, for another model.
    Raises ModelMissing or ModelDamaged; both say what to do.
    """
    return Decoder(sizes, *read_gguf(find(sizes.weights)))
