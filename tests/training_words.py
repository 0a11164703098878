"""Every lesson-size training, and what it says: run as a program, it prints these words.

    python tests/training_words.py [SHARE]     SHARE of the steps, 1 unless given

What is printed must be the same on every machine: float64, two decimals, no digits of runs that
stay on a plateau.
"""

import sys

import numpy as np

from helpers.models import (
    SGD,
    AttentionOnly,
    Captioner,
    LookupHead,
    TinyBERT,
    TinyGPT,
    Translator,
    TwoRelations,
    train,
)  # fmt: skip
from helpers.tasks import induction, language, lookup, pictures, ring, translation

CASES = 500  # an accuracy over fewer would move in the second decimal


def gpt(steps, rng, **options):
    """Lesson 08, and with one head and layer lesson 03.

    Without the scale, softmax is so sharp that a difference in the tenth digit between two
    machines grows to one in the fourth within 400 steps: no digits there, a margin.
    """
    model = TinyGPT(56, 12, rng=rng, pad=0, **options)
    history = train(model, lambda: language.causal_batch(32, rng), steps(400), progress=False)
    perplexity = np.exp(model.loss(language.causal_batch(CASES, np.random.default_rng(1))))
    if "scale" in options:
        return f"{history.words(0)} Perplexity {'above' if perplexity > 2.4 else 'not above'} 2.4"
    written = model.generate([[1]], 12, temperature=0, end=2)
    return f"{history.words()} Perplexity {perplexity:.2f}: {language.decode(written[0])}"


def bert(steps, rng):
    """Lesson 08."""
    model = TinyBERT(56, 12, rng=rng, pad=0)
    history = train(model, lambda: language.masked_batch(32, rng), steps(400), progress=False)
    blanks = language.blanks(CASES, np.random.default_rng(1), clue="later")
    logits = model.forward(blanks.tokens)[np.arange(CASES), blanks.position]
    said = np.take_along_axis(logits, blanks.candidates, axis=1).argmax(axis=1)
    return f"{history.words()} Blanks {np.mean(said == blanks.answers):.2f}"


def translator(steps, rng, attention):
    """Lesson 01."""

    def batches():
        return translation.batch(64, translation.random_length(rng), rng)

    model = Translator(24, 24, attention=attention, rng=rng)
    history = train(model, batches, steps(1000), progress=False)
    test = np.random.default_rng(1)
    accuracies = []
    for length in (3, 8, 12, 20):
        source, target, _ = translation.batch(CASES, length, test)
        accuracies.append(f"{model.accuracy(source, target):.2f}")
    return f"{history.words()} By length {' '.join(accuracies)}"


def two_relations(steps, rng, n_heads):
    """Lesson 05. One head stays on a plateau: no digits, a margin."""
    model = TwoRelations(n_heads=n_heads, rng=rng)
    history = train(model, lambda: ring.ring_batch(64, rng), steps(1500), progress=False)
    both = model.accuracy(ring.ring_batch(CASES, np.random.default_rng(1)))[2]
    if n_heads == 1:
        return f"{history.words(0)} Both right: {'below' if both < 0.2 else 'not below'} 0.2"
    return f"{history.words()} Both right: {both:.2f}"


def induct(steps, rng):
    """Lesson 09."""
    model = AttentionOnly(24, 24, rng=rng)
    history = train(model, lambda: induction.repeated_batch(64, rng), steps(800), progress=False)
    accuracy = model.accuracy(induction.repeated_batch(CASES, np.random.default_rng(1)))
    return f"{history.words()} Accuracy {accuracy:.2f}"


def look_up(steps, rng, d, scale, optimiser=None):
    """Lesson 03."""
    model = LookupHead(d, rng=rng, scale=scale)
    history = train(
        model, lambda: lookup.lookup_batch(32, rng, d=d), steps(300), progress=False,
        optimiser=optimiser,
    )  # fmt: skip
    accuracy = model.accuracy(lookup.lookup_batch(CASES, np.random.default_rng(1), d=d))
    return f"{history.words()} Accuracy {accuracy:.2f}"


def caption(steps, rng):
    """Lesson 04: 400 steps. (By step 1,000 the kernels part, in the fifth digit of the loss.)"""
    model = Captioner(12, 7, 16, 48, rng=rng)
    history = train(model, lambda: pictures.pictures_batch(32, rng), steps(400), progress=False)
    test = pictures.pictures_batch(CASES, np.random.default_rng(1))
    looked = model.weights(pictures.patches(test.images), test.captions)[0].mean(axis=1)
    named = test.alignment >= 0
    right = np.mean((looked.argmax(axis=-1) == test.alignment)[named])
    return f"{history.words()} Looks at its patch {right:.2f}"


RUNS = {
    "GPT": gpt,
    "GPT, one head, with scale": lambda s, rng: gpt(s, rng, n_heads=1, n_layers=1),
    "GPT, one head, without scale": lambda s, rng: gpt(s, rng, n_heads=1, n_layers=1, scale=1.0),
    "GPT without its mask": lambda s, rng: gpt(s, rng, causal=False),
    "BERT": bert,
    "translator with attention": lambda s, rng: translator(s, rng, True),
    "translator without attention": lambda s, rng: translator(s, rng, False),
    "one head": lambda s, rng: two_relations(s, rng, 1),
    "two heads": lambda s, rng: two_relations(s, rng, 2),
    "induction": induct,
    "look-up, d 64": lambda s, rng: look_up(s, rng, 64, True),
    "look-up, d 64, without scale": lambda s, rng: look_up(s, rng, 64, False),
    "look-up, d 64, SGD": lambda s, rng: look_up(s, rng, 64, True, SGD(0.3)),
    "captioner": caption,
}


def main(share=1.0, seed=0):
    """Print a line for each run."""
    for name, run in RUNS.items():
        words = run(lambda steps: max(1, round(share * steps)), np.random.default_rng(seed))
        print(f"{name}: {words}", flush=True)


if __name__ == "__main__":
    main(*map(float, sys.argv[1:2]))
