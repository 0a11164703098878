"""Lesson 08's experiment with other seeds, and with and without layer norm, as stored runs.

The lesson trains one pair of models; eight pairs, and a map of learning rates, are too much for a
page. So they are trained beforehand, as the lesson trains its own, and kept with what they
measured. The tests train some of them again and compare.
"""

from typing import NamedTuple

import numpy as np

from helpers import data
from helpers.models.optimisers import Adam
from helpers.models.training import train
from helpers.models.transformer import TinyBERT, TinyGPT
from helpers.tasks import language

SEEDS, STEPS, WIDTH, RATE = 8, 400, 48, 5e-3
TEMPERATURES = (0, 0.5, 1)
DEPTHS, RATES = (2, 6), (1e-3, 3e-3, 1e-2, 3e-2, 0.1)
NORM_SEEDS, NORM_STEPS, NORM_WIDTH = 3, 150, 32
LOST = 99.0  # perplexity stored where it is higher, or where training ended in NaN


class Pairs(NamedTuple):
    """What eight pairs of models measured, one number a pair unless said otherwise.

    perplexity: GPT's. gpt_earlier, gpt_later, bert_earlier, bert_later: share of blanks filled
    rightly, clue before or after the blank. right, different: (8, 3), of 500 sentences written at
    each of TEMPERATURES the share that is grammatical, and the number of different grammatical
    ones. at_once: share of BERT's sentences that is grammatical, all blanks in one pass.
    opened: GPT's perplexity without its mask. closed: BERT's bert_later with a causal mask.
    """

    perplexity: np.ndarray
    gpt_earlier: np.ndarray
    gpt_later: np.ndarray
    bert_earlier: np.ndarray
    bert_later: np.ndarray
    right: np.ndarray
    different: np.ndarray
    at_once: np.ndarray
    opened: np.ndarray
    closed: np.ndarray


def pairs():
    """The stored pairs: Pairs, rounded to three decimals."""
    stored = data.load("gpt_bert_sweep.npz")
    return Pairs(*(stored[field] for field in Pairs._fields))


def with_and_without_norm():
    """Perplexity after 150 steps: (2 norm or none, 2 DEPTHS, 5 RATES, 3 seeds), at most LOST."""
    return data.load("gpt_bert_sweep.npz")["norm"]


def measure_pair(seed, steps=STEPS):
    """Train one GPT and one BERT as the lesson does. Returns: Pairs of one pair, not rounded."""
    made = []
    for kind, batch in ((TinyGPT, language.causal_batch), (TinyBERT, language.masked_batch)):
        rng, sentences = np.random.default_rng(0).spawn(2 * SEEDS)[2 * seed : 2 * seed + 2]
        model = kind(
            language.N_TOKENS, language.LENGTH, rng=rng, d_model=WIDTH, n_heads=4, n_layers=2,
            rate=RATE, pad=language.PAD,
        )  # fmt: skip
        train(model, lambda b=batch, r=sentences: b(32, r), steps, progress=False)
        made.append(model)
    writer, reader = made
    test = language.causal_batch(1000, np.random.default_rng(seed))
    perplexity = np.exp(writer.loss(test))
    shares = [_filled(m, clue) for m in made for clue in ("earlier", "later")]
    texts = [_written(writer, temperature, seed) for temperature in TEMPERATURES]
    at_once = _in_one_pass(reader, seed)
    writer.causal, reader.causal = False, True
    return Pairs(
        perplexity, *shares, *(np.array(column) for column in zip(*texts, strict=True)), at_once,
        np.exp(writer.loss(test)), _filled(reader, "later", asked_at_the_blank=True),
    )  # fmt: skip


def measure_norm(normed, depth, rate, seed, steps=NORM_STEPS):
    """Perplexity of a GPT after some steps, with layer norms or without, at most LOST."""
    rng = np.random.default_rng(0).spawn(NORM_SEEDS)[seed]
    model = TinyGPT(
        language.N_TOKENS, language.LENGTH, rng=rng, d_model=NORM_WIDTH, n_layers=depth,
        normed=normed, pad=language.PAD,
    )  # fmt: skip
    try:
        with np.errstate(all="ignore"):
            train(
                model, lambda: language.causal_batch(32, rng), steps, optimiser=Adam(rate),
                progress=False,
            )  # fmt: skip
            loss = model.loss(language.causal_batch(1000, np.random.default_rng(seed)))
    except FloatingPointError:  # the loss was no number: that is what the map is to show
        return LOST
    return min(float(np.exp(min(loss, 100))), LOST)


def _filled(model, clue, asked_at_the_blank=None):
    """Share of 1,000 blanks whose right word is the likeliest of four."""
    blanks = language.blanks(1000, np.random.default_rng(0), clue=clue)
    at_the_blank = not model.causal if asked_at_the_blank is None else asked_at_the_blank
    place = blanks.position - (0 if at_the_blank else 1)
    logits = model.forward(blanks.tokens)[np.arange(1000), place]  # (1000, n_words)
    chosen = np.take_along_axis(logits, blanks.candidates, axis=1).argmax(axis=1)
    return np.mean(chosen == blanks.answers)


def _written(writer, temperature, seed):
    """Share of 500 sentences that is grammatical, and how many different grammatical ones."""
    begin = np.full((500, 1), language.BEGIN)
    tokens = writer.generate(
        begin, language.LENGTH, rng=np.random.default_rng(seed), temperature=temperature,
        end=language.END,
    )  # fmt: skip
    fine = language.is_grammatical(tokens)
    return fine.mean(), len(set(language.decode(tokens[fine])))


def _in_one_pass(reader, seed):
    """Share of 500 sentences that is grammatical, if BERT fills all blanks in one pass."""
    rng = np.random.default_rng(seed)
    empty = language.sample(500, rng)
    empty = np.where(empty > language.MASK, language.MASK, empty)
    chances = reader.probabilities(empty)
    drawn = (chances.cumsum(axis=-1) > rng.random((*empty.shape, 1))).argmax(axis=-1)
    return language.is_grammatical(np.where(empty == language.MASK, drawn, empty)).mean()
