"""The playground's models: a sentence and a head → words, query, key and value."""

import functools
import unicodedata
from dataclasses import dataclass

import numpy as np

from helpers.attention import scaled_dot_product_attention
from helpers.models import head_kit, pretrained, trained_tiny_gpt
from helpers.tasks import language

MOST_CHARACTERS, MOST_PIECES = 500, 64
MASKS = {
    "own": "the model's own", "none": "none", "causal": "causal", "padding": "padding",
    "window": "window",
}  # fmt: skip
SCALES = {"root": "1/√d", "none": "none", "chosen": "chosen"}


@dataclass(frozen=True)
class Setting:
    """What the reader chose for one side.

    model: a key of MODELS. head: (layer, head). mask: a key of MASKS; size: of the window or the
    padding, in words. scale: a key of SCALES; factor: the chosen one.
    """

    model: str
    head: tuple
    mask: str
    size: int
    scale: str
    factor: float

    def mask_words(self):
        """The mask in words."""
        if self.mask == "padding":
            return f"the last {self.size} taken for padding"
        if self.mask == "window":
            return f"a window of {self.size} to each side"
        return {"own": "the model's own mask", "none": "no mask", "causal": "a causal mask"}[
            self.mask
        ]

    def scale_words(self):
        """The scale in words."""
        return {"root": "scaled by 1/√d", "none": "not scaled"}.get(
            self.scale, f"scaled by {self.factor:g}"
        )

    def words(self):
        """All of it in a few words."""
        layer, head = self.head
        return f"{MODELS[self.model].name}, head {layer}.{head}, {self.mask_words()}, " + (
            self.scale_words()
        )


@dataclass(frozen=True)
class Projections:
    """What one head made of a sentence: words (n), query, key, value (n, d_head)."""

    words: tuple
    query: np.ndarray
    key: np.ndarray
    value: np.ndarray
    causal: bool


@dataclass(frozen=True)
class Side:
    """One setting, worked out: words, weights (n, n) and what is hidden; or why it is not."""

    name: str
    setting: Setting
    words: tuple = ()
    weights: np.ndarray | None = None
    hidden: np.ndarray | None = None  # boolean (n, n), or None where there is no mask
    error: str = ""


class TinyGPTHeads:
    """The stored tiny GPT."""

    name = "tiny GPT"
    heads = tuple(
        (layer, head)
        for layer in range(trained_tiny_gpt.N_LAYERS)
        for head in range(trained_tiny_gpt.N_HEADS)
    )
    best = (1, 1)  # looks from "it" at "cat" in the running sentence

    @staticmethod
    def projections(sentence, layer, head):
        """Projections of a sentence of the tiny language. ValueError for any other."""
        tokens = trained_tiny_gpt.tokens(sentence)
        model = trained_tiny_gpt.model()
        model.forward(tokens[None])
        attention = model.blocks[layer].attention
        arrays = (array[0, head].copy() for array in
                  (attention.query, attention.key, attention.value))  # fmt: skip
        words = tuple(language.VOCABULARY[token] for token in tokens)
        return Projections(words, *arrays, causal=True)


class KitHeads:
    """Six heads of the pretrained encoder, and the sentences that they have read."""

    name = "head kit"
    heads = tuple(head_kit.heads())
    best = (3, 1)

    @staticmethod
    def projections(sentence, layer, head):
        """Projections of a sentence of the kit. ValueError for any other."""
        if sentence not in head_kit.sentences():
            raise ValueError(
                "The head kit holds the heads of a large model and only these sentences: "
                f"{'; '.join(head_kit.sentences())}. For any other, choose the pretrained encoder."
            )
        read = head_kit.read(sentence, layer, head)
        return Projections(tuple(read.words), read.query, read.key, read.value, causal=False)


class EncoderHeads:
    """The whole pretrained encoder, where it is installed."""

    name = "pretrained encoder"
    heads = tuple((layer, head) for layer in range(6) for head in range(12))
    best = (3, 1)

    @staticmethod
    def projections(sentence, layer, head):
        """Projections of any sentence. ModelMissing, with how to get it, where it is not there."""
        encoder = pretrained.encoder()
        read = encoder.read(sentence)
        w, b = encoder.projections(layer, head)
        x = read.hidden[layer].astype(np.float64)  # (n, d_model)
        arrays = (x @ matrix + bias for matrix, bias in zip(w, b, strict=True))
        return Projections(tuple(read.words), *arrays, causal=False)


MODELS = {"tiny": TinyGPTHeads, "kit": KitHeads, "pretrained": EncoderHeads}


@functools.lru_cache(maxsize=32)
def projections(model, sentence, head):
    """Projections of a sentence, at most MOST_PIECES long.

    Raises ValueError, ModelMissing or ModelDamaged; each says what to do.
    """
    if not sentence:
        raise ValueError("Write a sentence first.")
    if len(sentence) > MOST_CHARACTERS:
        raise ValueError(
            f"The sentence has {len(sentence):,} characters; the playground reads at most "
            f"{MOST_CHARACTERS}. Shorten it."
        )
    if head not in MODELS[model].heads:
        known = ", ".join(f"{a}.{b}" for a, b in MODELS[model].heads)
        raise ValueError(f"The {MODELS[model].name} has no head {head[0]}.{head[1]}; only {known}.")
    found = MODELS[model].projections(sentence, *head)
    if len(found.words) > MOST_PIECES:
        raise ValueError(
            f"The model cuts the sentence into {len(found.words)} pieces; the playground shows at "
            f"most {MOST_PIECES}. Shorten it."
        )
    return found


def tidy(sentence):
    """What was typed, with single blanks, and without what is no character (half a pair, NUL)."""
    whole = sentence.encode("utf-8", "replace").decode("utf-8")
    kept = (" " if unicodedata.category(letter) == "Cc" else letter for letter in whole)
    return " ".join("".join(kept).split())


def attend(name, sentence, setting):
    """One side: the weights of its head under its mask and its scale, or the error in words.

    Only this head is computed anew. What it is given comes from the layers before it, which the
    model computed as it was trained to.
    """
    try:
        found = projections(setting.model, sentence, setting.head)
    except (ValueError, pretrained.ModelMissing, pretrained.ModelDamaged) as error:
        return Side(name, setting, error=str(error))
    mask = mask_of(setting, len(found.words), found.causal)
    _, weights = scaled_dot_product_attention(
        found.query, found.key, found.value, mask,
        scale={"root": None, "none": 1.0}.get(setting.scale, setting.factor),
    )  # fmt: skip
    return Side(name, setting, found.words, weights, None if mask is None else ~mask)


def mask_of(setting, n, causal):
    """The mask, boolean (n, n), True = may look; None where everybody may look everywhere.

    causal: whether the model's own mask is.
    """
    queries, keys = np.arange(n)[:, None], np.arange(n)[None, :]
    if setting.mask == "causal" or (setting.mask == "own" and causal):
        return keys <= queries
    if setting.mask == "padding":
        return np.broadcast_to(keys < n - setting.size, (n, n))
    if setting.mask == "window":
        return abs(queries - keys) <= setting.size
    return None
