"""The toy language as tokens: batches, exact probabilities, fill-in tests and a judge.

The language is small enough to list (`helpers.tasks.grammar`), so what a model can know at best
is a number: 7.992 nats a sentence, a perplexity of 2.233 a word. A model that does better cheats.

>>> rng = np.random.default_rng(0)
>>> for text in decode(sample(3, rng)):
...     print(text)
the king slept because he was hungry
the queen sat in the barn because it was dry
the cat waited by the fire because it was bright
>>> print(f"{entropy():.3f} nats a sentence, perplexity {floor_perplexity():.3f} a word")
7.992 nats a sentence, perplexity 2.233 a word
>>> after = next_word("the queen sat on the mat because")
>>> print({VOCABULARY[i]: round(float(after[i]), 3) for i in np.flatnonzero(after)})
{'it': 0.3, 'she': 0.7}
>>> for pronoun in ("she", "it"):
...     print(pronoun, is_grammatical(f"the queen slept because {pronoun} was ill"))
she True
it False
"""

from functools import cache
from typing import NamedTuple

import numpy as np

from helpers.tasks._arguments import decode_with, encode_with, need_rng, need_size, need_tokens
from helpers.tasks.grammar import NOUNS, SPECIAL, STATES, VOCABULARY, enumerate_sentences

PAD, BEGIN, END, MASK = range(4)
LENGTH = 12  # <begin>, up to 10 words, <end>
N_TOKENS = len(VOCABULARY)


class Sentences(NamedTuple):
    """All sentences: tokens (4800, 12), probabilities (4800,) that sum to 1."""

    tokens: np.ndarray
    probabilities: np.ndarray


class CausalBatch(NamedTuple):
    """Next-word problems: inputs, targets, and counts (False: leave out of the loss)."""

    inputs: np.ndarray
    targets: np.ndarray
    counts: np.ndarray


class MaskedBatch(NamedTuple):
    """Fill-in problems: inputs with blanks, targets, and counts (True at the blanks)."""

    inputs: np.ndarray
    targets: np.ndarray
    counts: np.ndarray


class Blanks(NamedTuple):
    """One blank a sentence and four words to choose from; see `blanks`."""

    tokens: np.ndarray
    position: np.ndarray
    candidates: np.ndarray
    answers: np.ndarray


class Meaning(NamedTuple):
    """Where the pronoun stands and where the noun stands that it means, both (n,)."""

    pronoun: np.ndarray
    noun: np.ndarray


def encode(text):
    """Tokens (12,) of a sentence: <begin>, its words, <end>, <pad> up to the length.

    A blank is written ___ or <mask>. Raises a ValueError for an unknown word or over 10 words.
    """
    words = encode_with(VOCABULARY, text.replace("___", SPECIAL[MASK]), "the sentence")
    if len(words) > LENGTH - 2:
        raise ValueError(f"the sentence has {len(words)} words, expected at most {LENGTH - 2}.")
    tokens = np.full(LENGTH, PAD, dtype=np.int64)
    tokens[0] = BEGIN
    tokens[1 : len(words) + 1] = words
    tokens[len(words) + 1] = END
    return tokens


def decode(tokens):
    """Text of tokens (n,), or a list of texts for (batch, n): words only, a blank is ___."""
    texts = decode_with(VOCABULARY, tokens)
    return _readable(texts) if isinstance(texts, str) else [_readable(text) for text in texts]


def _readable(text):
    hidden = (SPECIAL[PAD], SPECIAL[BEGIN], SPECIAL[END])
    words = [word for word in text.split() if word not in hidden]
    return " ".join(words).replace(SPECIAL[MASK], "___")


@cache
def sentences():
    """The whole language, as read-only arrays: `Sentences(tokens (4800, 12), probabilities)`."""
    texts, probabilities = zip(*enumerate_sentences(), strict=True)
    probabilities = np.array(probabilities)
    listed = Sentences(np.stack([encode(text) for text in texts]), probabilities)
    for array in listed:
        array.setflags(write=False)
    return listed


def entropy():
    """Entropy of a sentence, in nats: -sum p log p over all 4,800 (Shannon 1948)."""
    probabilities = sentences().probabilities
    return float(-(probabilities * np.log(probabilities)).sum())


def floor_perplexity():
    """The lowest perplexity that a next-word model can reach: exp(entropy / mean length).

    The length counts what is predicted: every word, and <end>.
    """
    tokens, probabilities = sentences()
    predicted = (tokens[:, 1:] != PAD).sum(axis=1)
    return float(np.exp(entropy() / (probabilities @ predicted)))


def _draw(n, rng, tokens, probabilities):
    cumulative = np.cumsum(probabilities)
    return tokens[np.searchsorted(cumulative[:-1], rng.random(n) * cumulative[-1], side="right")]


def sample(n, rng):
    """Sentences drawn from the language: tokens (n, 12), <pad> after <end>."""
    need_rng(rng)
    return _draw(need_size("n", n), rng, *sentences())


def causal_batch(n, rng):
    """Next-word problems: at every position, which token comes next?

    Returns: CausalBatch(inputs (n, 11), targets (n, 11), counts (n, 11)); counts is False where
    the target is <pad>.
    """
    tokens = sample(n, rng)
    return CausalBatch(tokens[:, :-1], tokens[:, 1:], tokens[:, 1:] != PAD)


def masked_batch(n, rng, *, share=0.4):
    """Fill-in problems: each word is blanked with probability `share`, at least one a sentence.

    Only blanks, no random and no kept words, and more of them than BERT's 15 % (Devlin and others
    2018): sentences are short, and a tiny model learns more from a step that asks more.

    Returns: MaskedBatch(inputs (n, 12), targets (n, 12), counts (n, 12)); targets are the whole
    sentences, counts is True at the blanks.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share is {share}, expected 0 to 1.")
    targets = sample(n, rng)
    is_word = targets >= len(SPECIAL)
    draws = np.where(is_word, rng.random(targets.shape), 2.0)
    counts = (draws < share) | (draws == draws.min(axis=1, keepdims=True))
    return MaskedBatch(np.where(counts, MASK, targets), targets, counts)


_PRONOUNS = np.array([VOCABULARY.index(pronoun) for pronoun in NOUNS])
_NOUNS = np.array([[VOCABULARY.index(noun) for noun in nouns] for nouns in NOUNS.values()])
_STATES = np.array([VOCABULARY.index(state) for state in STATES])
_BE = np.array([VOCABULARY.index(form) for form in ("was", "was", "was", "were")])
_ON = np.array([VOCABULARY.index(word) for word in ("on", "by", "under", "in")])


def blanks(n, rng, *, clue="later"):
    """Sentences with one blank, and four words of which exactly one fits.

    clue="later": the noun is blank, the pronoun after it tells which noun fits ("the ___ slept
    because she was ill"). clue="earlier": the pronoun is blank, the noun before it tells.
    Sentences come in groups of four that differ only in the clue, with the same four words to
    choose from, each right once. So whoever cannot see the clue is right once in four, exactly.

    n: a multiple of 4. Returns: Blanks(tokens (n, 12), position (n,), candidates (n, 4), answers
    (n,)); candidates are tokens, answers are indices 0 to 3 into them. A masked model answers at
    `position`, a causal model one place before it.
    """
    need_rng(rng)
    if need_size("n", n, 4) % 4:
        raise ValueError(f"n is {n}, expected a multiple of 4: blanks come in groups of four.")
    if clue not in ("later", "earlier"):
        raise ValueError(f'clue is {clue!r}, expected "later" or "earlier".')
    groups = n // 4
    tokens, probabilities = sentences()
    # A state of the living, so that the pronoun means the noun. For the earlier clue no place
    # either: with one, what stands before the pronoun leaves open whether it means the place.
    fits = np.isin(tokens, _STATES).any(axis=1)
    if clue == "earlier":
        fits &= ~np.isin(tokens, _ON).any(axis=1)
    tokens = np.repeat(_draw(groups, rng, tokens[fits], probabilities[fits]), 4, axis=0)

    rows, kind = np.arange(n), np.tile(np.arange(4), groups)
    noun, pronoun = _first(np.isin(tokens, _NOUNS)), _first(np.isin(tokens, _PRONOUNS))
    nouns = np.stack([rng.choice(four, size=groups) for four in _NOUNS], axis=1)  # (groups, 4)
    tokens[rows, noun] = nouns.reshape(n)
    tokens[rows, pronoun] = _PRONOUNS[kind]
    tokens[rows, pronoun + 1] = _BE[kind]
    position = noun if clue == "later" else pronoun
    tokens[rows, position] = MASK

    words = nouns if clue == "later" else np.broadcast_to(_PRONOUNS, (groups, 4))
    order = rng.permuted(np.tile(np.arange(4), (groups, 1)), axis=1)
    candidates = np.repeat(np.take_along_axis(words, order, axis=1), 4, axis=0)
    answers = np.argsort(order, axis=1).reshape(n)  # where each kind went
    return Blanks(tokens, position, candidates, answers)


def _first(found):
    """Column of the first True in every row: (n, 12) -> (n,)."""
    return found.argmax(axis=1)


def is_grammatical(text_or_tokens):
    """Is it a sentence of the language?

    text_or_tokens: a text, a list of texts, or tokens (n,) or (batch, n); a leading <begin> may
    be missing, and what comes after the first <end> does not count. Unknown words in a text are
    simply not grammatical; a sentence without <end> is not finished, and not grammatical either.

    Returns: a bool, or an array of bools (batch,).
    """
    if isinstance(text_or_tokens, str):
        return _is_sentence(text_or_tokens.split())
    if len(text_or_tokens) and isinstance(text_or_tokens[0], str):
        return np.array([_is_sentence(text.split()) for text in text_or_tokens])
    tokens = need_tokens("tokens", text_or_tokens, N_TOKENS)
    if tokens.ndim not in (1, 2):
        raise ValueError(f"tokens has shape {tokens.shape}, expected (n,) or (batch, n).")
    verdicts = np.array([_is_sentence(_finished_words(row)) for row in np.atleast_2d(tokens)])
    return bool(verdicts[0]) if tokens.ndim == 1 else verdicts


def _finished_words(row):
    """Words between <begin> and <end>; none if it never ends."""
    row = row.tolist()
    if END not in row:
        return []
    start = 1 if row[0] == BEGIN else 0
    return [VOCABULARY[token] for token in row[start : row.index(END)]]


@cache
def _all_texts():
    return frozenset(text for text, _ in enumerate_sentences())


def _is_sentence(words):
    return " ".join(words) in _all_texts()


def next_word(prefix):
    """Exact probabilities of the token after a prefix.

    prefix: a text, or tokens (n,) with or without <begin>. Returns: (56,), sums to 1.
    Raises a ValueError for a prefix that starts no sentence.
    """
    if isinstance(prefix, str):
        tokens = encode_with(VOCABULARY, prefix, "prefix")
    else:
        tokens = need_tokens("prefix", prefix, N_TOKENS)
    if tokens.ndim != 1:
        raise ValueError(f"prefix has shape {tokens.shape}, expected (n,).")
    if tokens.size == 0 or tokens[0] != BEGIN:
        tokens = np.concatenate(([BEGIN], tokens))
    listed, probabilities = sentences()
    width = len(tokens)
    starts = (listed[:, :width] == tokens).all(axis=1) if width < LENGTH else np.zeros(1, bool)
    if not starts.any() or END in tokens:
        raise ValueError(f"no sentence goes on after {decode(tokens)!r}.")
    weight = np.bincount(listed[starts, width], probabilities[starts], minlength=N_TOKENS)
    return weight / weight.sum()


def pronoun_means(tokens):
    """Which noun does the pronoun mean? A state of the living: the subject; else the place.

    tokens: (n, 12) whole sentences of the language. Returns: Meaning(pronoun (n,), noun (n,)),
    positions in the row.
    """
    tokens = need_tokens("tokens", tokens, N_TOKENS)
    if tokens.ndim != 2 or not is_grammatical(tokens).all():
        raise ValueError(f"tokens {tokens.shape}, expected (n, 12) sentences of the language.")
    pronoun = _first(np.isin(tokens, _PRONOUNS))
    subject = _first(np.isin(tokens, _NOUNS))
    of_the_living = np.isin(tokens, _STATES).any(axis=1)
    return Meaning(pronoun, np.where(of_the_living, subject, pronoun - 2))  # "mat because it"
