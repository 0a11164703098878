"""Writing on: one piece after another, each chosen from the scores that the last one left."""

import codecs

import numpy as np

from helpers.models.pretrained.arithmetic import softmax_in_place
from helpers.models.pretrained.decoder_layer import Cache


def next_words(decoder, text, k, ablate=None):
    """The k likeliest next pieces: list of (piece, probability), likeliest first."""
    scores = decoder.logits(text, ablate=ablate)[-1]
    probabilities = softmax_in_place(scores)
    best = np.argsort(-probabilities, kind="stable")[:k]
    return [(decoder.tokenizer.decode([number]), float(probabilities[number])) for number in best]


def stream(decoder, text, n, temperature=0.0, top_k=None, rng=None, ablate=None):
    """Give one written piece after another, at most n; see Decoder.generate."""
    _check(temperature, top_k, rng, ablate)
    ids = decoder.encode(text)
    if not ids or len(ids) + n > decoder.longest:
        raise ValueError(
            f"The text has {len(ids)} pieces and {n} are to follow; together they may be at most "
            f"{decoder.longest}, and there must be at least one to start from."
        )
    return _write(decoder, ids, n, temperature, top_k, rng, ablate)


def _write(decoder, ids, n, temperature, top_k, rng, ablate):
    cache = Cache(len(ids) + n)
    # A character of several bytes may be spread over several pieces: hold it until it is whole.
    text = codecs.getincrementaldecoder("utf-8")(errors="replace")
    for _ in range(n):
        chosen = pick(decoder.step(ids, cache, ablate=ablate), temperature, top_k, rng)
        if chosen in decoder.ends:
            break
        yield text.decode(decoder.tokenizer.spell(chosen))
        ids = [chosen]  # all before it stands in the cache
    yield text.decode(b"", final=True)


def pick(scores, temperature=0.0, top_k=None, rng=None):
    """The place of the score that is chosen. scores: (n,); see Decoder.generate."""
    if temperature == 0:
        return int(np.argmax(scores))
    places = np.arange(len(scores))
    if top_k is not None and top_k < len(scores):
        places = np.sort(np.argpartition(scores, -top_k)[-top_k:])
    weights = softmax_in_place(scores[places].astype(np.float64) / temperature)
    return int(rng.choice(places, p=weights))


def _check(temperature, top_k, rng, ablate):
    if not (np.isfinite(temperature) and temperature >= 0):
        raise ValueError(f"temperature is {temperature}; it can be 0 or more.")
    if temperature > 0 and rng is None:
        raise ValueError(
            "Drawing at random needs a generator: rng=np.random.default_rng(0). "
            "temperature=0 needs none."
        )
    if top_k is not None and top_k < 1:
        raise ValueError(f"top_k is {top_k}; it can be 1 or more.")
    if "mean" in (ablate or {}).values():
        raise ValueError(
            'Ablating by the "mean" needs all places at once, and here they are written one by '
            'one. Use "zero".'
        )
