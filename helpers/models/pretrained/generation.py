"""Writing on: one piece after another, each chosen from the scores that the last one left."""

import codecs

import numpy as np

from helpers.attention import softmax
from helpers.models.sampling import check_choice, choose


def next_words(decoder, text, k, ablate=None):
    """The k likeliest next pieces: list of (piece, probability), likeliest first."""
    scores = decoder.logits(text, ablate=ablate)[-1]
    probabilities = softmax(scores)
    best = np.argsort(-probabilities, kind="stable")[:k]
    return [(decoder.tokenizer.decode([number]), float(probabilities[number])) for number in best]


def stream(decoder, text, n, temperature=0.0, top_k=None, rng=None, ablate=None):
    """Give one written piece after another, at most n; see Decoder.generate."""
    check_choice(temperature, rng, top_k)
    if "mean" in (ablate or {}).values():
        raise ValueError(
            'Ablating by the "mean" needs all places at once, and here they are written one by '
            'one. Use "zero".'
        )
    ids = decoder.encode(text)
    if not ids or len(ids) + n > decoder.longest:
        raise ValueError(
            f"The text has {len(ids)} pieces and {n} are to follow; together they may be at most "
            f"{decoder.longest}, and there must be at least one to start from."
        )
    return _write(decoder, ids, n, temperature, top_k, rng, ablate)


def _write(decoder, ids, n, temperature, top_k, rng, ablate):
    cache = decoder.new_cache()
    # A character of several bytes may be spread over several pieces: hold it until it is whole.
    text = codecs.getincrementaldecoder("utf-8")(errors="replace")
    for _ in range(n):
        scores = decoder.step(ids, cache, ablate=ablate)
        chosen = int(choose(scores[None], temperature, rng, top_k)[0])
        if chosen in decoder.ends:
            break
        yield text.decode(decoder.tokenizer.spell(chosen))
        ids = [chosen]  # all before it stands in the cache
    yield text.decode(b"", final=True)
