"""Translation with swapped word order: 24 words into 24 words, adjective and noun change places.

The source is a chain of noun phrases and verbs. The target language is invented: its nouns end in
-o, its adjectives in -a, its verbs in -as, and an adjective follows its noun. Word by word the
dictionary is all there is to know; what makes the task hard is to remember a long sentence.

>>> rng = np.random.default_rng(3)
>>> source, target, alignment = batch(1, 6, rng)
>>> print(source_text(source[0]), "->", target_text(target[0]))
old bird hears young horse finds -> avo vela audas cavalo juna trovas
>>> print(alignment[0])
[1 0 2 4 3 5]
"""

from typing import NamedTuple

import numpy as np

from helpers.tasks._arguments import decode_with, encode_with, need_rng, need_size

_ADJECTIVES = {
    "small": "peta", "big": "granda", "old": "vela", "young": "juna",
    "red": "ruba", "quiet": "silenta", "happy": "gaja", "strong": "forta",
}  # fmt: skip
_NOUNS = {
    "cat": "gato", "dog": "cano", "horse": "cavalo", "bird": "avo",
    "king": "reo", "child": "nino", "boat": "barko", "tree": "arbo",
}  # fmt: skip
_VERBS = {
    "sees": "vidas", "finds": "trovas", "holds": "tenas", "loves": "amas",
    "hears": "audas", "follows": "segas", "helps": "ajudas", "paints": "pintas",
}  # fmt: skip
_DICTIONARY = _ADJECTIVES | _NOUNS | _VERBS

SOURCE_WORDS = tuple(_DICTIONARY)
TARGET_WORDS = tuple(_DICTIONARY.values())
N_WORDS = len(SOURCE_WORDS)
BEGIN = N_WORDS  # what a decoder reads before its first word
SHORTEST, LONGEST = 3, 20
ADJECTIVE_SHARE = 2 / 3  # of the nouns that have room for one
_ADJECTIVE, _NOUN, _VERB = range(3)  # word = 8 * kind + one of eight


class Pairs(NamedTuple):
    """Sequence pairs: source (n, length), target (n, length), alignment (n, length).

    alignment[i, t] is the source position that target position t comes from.
    """

    source: np.ndarray
    target: np.ndarray
    alignment: np.ndarray


def random_length(rng):
    """A length for the next batch, 3 to 20, all alike."""
    need_rng(rng)
    return int(rng.integers(SHORTEST, LONGEST + 1))


def _kinds(n, length, rng):
    """Adjective, noun or verb at every position: (n, length). A sentence never ends in an
    adjective; its last noun phrase may stand without a verb."""
    kinds = np.empty((n, length), dtype=np.int64)
    before = np.full(n, _VERB)
    for position in range(length):
        adjective = rng.random(n) < ADJECTIVE_SHARE if position < length - 1 else np.zeros(n, bool)
        phrase_starts = np.where(adjective, _ADJECTIVE, _NOUN)
        after = np.where(before == _ADJECTIVE, _NOUN, _VERB)
        before = kinds[:, position] = np.where(before == _VERB, phrase_starts, after)
    return kinds


def _swapped(source):
    """Source position of every target position: (n, length) -> (n, length)."""
    adjective = source // 8 == _ADJECTIVE
    follows = np.zeros_like(adjective)
    follows[:, 1:] = adjective[:, :-1]
    return np.arange(source.shape[1]) + adjective - follows


def batch(n, length, rng):
    """Sentences of one length and their translations.

    length: 1 or more words; the lessons train on SHORTEST to LONGEST, 3 to 20.
    Returns: Pairs(source, target, alignment), all (n, length). Source tokens count in
    SOURCE_WORDS, target tokens in TARGET_WORDS; the same number means the same thing.
    """
    need_rng(rng)
    n, length = need_size("n", n), need_size("length", length)
    source = 8 * _kinds(n, length, rng) + rng.integers(8, size=(n, length))
    alignment = _swapped(source)
    return Pairs(source, np.take_along_axis(source, alignment, axis=1), alignment)


def source_text(tokens):
    """Text of source tokens (n,), or a list of texts for (batch, n)."""
    return decode_with(SOURCE_WORDS, tokens)


def target_text(tokens):
    """Text of target tokens (n,), or a list of texts for (batch, n)."""
    return decode_with((*TARGET_WORDS, "<begin>"), tokens)


def translate(text):
    """The translation of a text: the right answer, by rule.

    >>> translate("small cat sees red bird")
    'gato peta vidas avo ruba'
    """
    tokens = encode_with(SOURCE_WORDS, text)
    if len(tokens) == 0 or tokens[-1] // 8 == _ADJECTIVE:
        raise ValueError(f"{text!r} ends in no noun or verb: each adjective needs its noun.")
    return target_text(tokens[_swapped(tokens[None])[0]])
