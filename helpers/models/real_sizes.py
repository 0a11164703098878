"""Sizes of models that people use, from their papers and configurations, and published counts.

What the sizes leave out of a model's parameters stands in `others`, written out where it is set.
"""

from typing import NamedTuple

from helpers.models.pretrained.configurations import MINILM, SMOLLM2


class Size(NamedTuple):
    """One model. Counts are numbers, widths are numbers a word.

    layers, heads: blocks, and heads in each. kv_heads: heads of keys and values, where queries
    share them. width: d_model. hidden: inside the feed-forward. words: of the vocabulary.
    places: learned positions, 0 where positions are turned in (rotary). others: parameters beside
    blocks and tables. published: parameters, in millions, as its makers say.
    """

    name: str
    layers: int
    heads: int
    kv_heads: int
    width: int
    hidden: int
    words: int
    places: int
    others: int
    published: float


def _bert_others(width):
    """A norm of the embedding, two segment vectors, and a layer on the first token (pooler)."""
    return 2 * width + 2 * width + (width * width + width)


def _sizes(row):
    """Layers, heads, kv_heads, width and hidden of a model that the course can run."""
    kv_heads = getattr(row, "n_kv_heads", row.n_heads)
    return row.n_layers, row.n_heads, kv_heads, row.d_model, row.d_hidden


# Blocks of the classic design: biases everywhere, two layer norms. Words are read and predicted
# with one table. The GPTs have one more norm at the end (gain and bias).
CLASSIC = (
    # Radford et al. 2019. The paper says 117 million; its authors corrected that to 124.
    Size("GPT-2 small", 12, 12, 12, 768, 3072, 50257, 1024, 2 * 768, 124),
    # Brown et al. 2020, table 2.1.
    Size("GPT-3", 96, 96, 96, 12288, 49152, 50257, 2048, 2 * 12288, 175_000),
    # Devlin et al. 2019, section 3.
    Size("BERT-base", 12, 12, 12, 768, 3072, 30522, 512, _bert_others(768), 110),
    # Wang et al. 2020, "MiniLM"; 22.7 million in the model card of all-MiniLM-L6-v2.
    Size("MiniLM-L6", *_sizes(MINILM), 30522, MINILM.longest, _bert_others(MINILM.d_model), 22.7),
)
# The newer design (Touvron et al. 2023): no biases, norms with a gain alone, three matrices in the
# feed-forward, keys and values shared by several heads of queries.
NEWER = (
    # Allal et al. 2025, "SmolLM2"; one more norm at the end.
    Size("SmolLM2-135M", *_sizes(SMOLLM2), 49152, 0, SMOLLM2.d_model, 135),
)
