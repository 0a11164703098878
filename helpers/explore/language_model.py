"""language_model: the tiny GPT of the toy language or the pretrained decoder, read alike."""

import functools
from typing import NamedTuple

import numpy as np

from helpers.models.transformer import TinyGPT
from helpers.tasks import language

PIECES = 12  # that the pretrained decoder writes on
LONGEST = 64  # pieces of a prompt


class Read(NamedTuple):
    """What a model made of a prompt.

    words: n labels. looks: (layers, heads, n), the rows of the last word. logits: (n_words,).
    """

    words: list
    looks: np.ndarray
    logits: np.ndarray


class ToyLanguageModel:
    """A tiny GPT that was trained on the toy language."""

    name = "the tiny GPT"
    start = "the queen sat on the mat because"

    def __init__(self, model):
        self._model = model
        self.heads = len(model.blocks), model.blocks[0].attention.n_heads
        self.read = functools.lru_cache(maxsize=64)(self._read)

    def _read(self, prompt):
        tokens = self._tokens(prompt)
        looks = self._model.weights(tokens)[:, :, -1]  # (layers, heads, n)
        logits = self._model.forward(tokens[None])[0, -1]
        return Read([language.VOCABULARY[token] for token in tokens], looks, logits)

    def label(self, word):
        """What stands for a word of the vocabulary."""
        return language.VOCABULARY[word]

    def write(self, prompt, temperature, top_k, rng):
        """The prompt written on to its end; only what is new."""
        tokens = self._tokens(prompt)
        written = self._model.generate(
            tokens[None], language.LENGTH, rng=rng, temperature=temperature, top_k=top_k,
            end=language.END,
        )[0, len(tokens) :]  # fmt: skip
        over = " (end)" if language.END in written else " …"
        return (language.decode(written) + over).strip()

    def truth(self, prompt):
        """The language's own probabilities of the next word, (n_words,); None if it has none."""
        tokens = self._tokens(prompt)
        starts = language.sentences().tokens[:, : len(tokens)] == tokens
        return language.next_word(tokens) if starts.all(axis=1).any() else None

    @staticmethod
    def _tokens(prompt):
        known = language.VOCABULARY[language.MASK + 1 :]
        unknown = [word for word in prompt.split() if word not in (*known, "___")]
        if unknown:
            raise ValueError(
                f"the little language has no word {unknown[0]!r}; it has: {', '.join(known)}"
            )
        tokens = language.encode(prompt)
        return tokens[: int(np.argmax(tokens == language.END))]


class PretrainedLanguageModel:
    """The pretrained decoder of helpers.models.pretrained."""

    name = "SmolLM2-135M"
    start = "The cat sat on the mat because it was"

    def __init__(self, decoder):
        self._decoder = decoder
        self.heads = decoder.n_layers, decoder.n_heads
        self.read = functools.lru_cache(maxsize=64)(self._read)

    def _read(self, prompt):
        reading = self._decoder.read(self._ids(prompt))
        return Read(reading.words, reading.weights[:, :, -1], reading.logits[-1])

    def label(self, word):
        """What stands for a piece of the vocabulary, with its space in front."""
        return self._decoder.tokenizer.decode([word])

    def write(self, prompt, temperature, top_k, rng):
        """The next pieces."""
        text = self._decoder.generate(
            self._ids(prompt), PIECES, temperature=temperature, top_k=top_k, rng=rng
        )
        return f"{text.strip()} …"

    def truth(self, prompt):
        """Nobody knows the probabilities of a real language."""
        return None

    def _ids(self, prompt):
        ids = self._decoder.encode(prompt)
        if not 1 <= len(ids) <= LONGEST:
            raise ValueError(f"the prompt has {len(ids)} pieces; write 1 to {LONGEST}")
        return ids


def language_model(model):
    """(what reads and writes, a sentence about what is not there or "").

    model: a TinyGPT, a pretrained Decoder, "smollm2" for the latter where it is installed, or
    None for a tiny GPT that is trained first.
    """
    if isinstance(model, TinyGPT):
        return ToyLanguageModel(model), ""
    if model is None:
        return ToyLanguageModel(_trained()), ""
    if hasattr(model, "tokenizer") and hasattr(model, "generate"):
        return PretrainedLanguageModel(model), ""
    if model != "smollm2":
        raise ValueError(
            f'model is {model!r}; pass a TinyGPT, "smollm2", or None for a tiny GPT that is '
            "trained first."
        )
    from helpers.models import pretrained

    try:
        return PretrainedLanguageModel(pretrained.decoder()), ""
    except pretrained.ModelMissing as missing:
        return ToyLanguageModel(_trained()), f" {missing} So this is the tiny GPT."


@functools.cache
def _trained():
    """A tiny GPT after 400 steps, as lesson 08 trains it: a few seconds."""
    from helpers.models.training import train

    rng = np.random.default_rng(0)
    model = TinyGPT(
        len(language.VOCABULARY), language.LENGTH, rng=rng, d_model=48, rate=5e-3, pad=language.PAD
    )
    train(model, lambda: language.causal_batch(32, rng), 400)
    return model
