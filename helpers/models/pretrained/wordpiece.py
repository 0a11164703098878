"""WordPiece: cut a sentence into the pieces that the encoder knows.

First the text is cleaned (lower case, no accents), then cut at spaces and punctuation, then every
word is cut into the longest pieces that stand in the vocabulary, from left to right. A piece that
does not begin a word carries two hash signs: unhappiness -> un ##ha ##pp ##iness.
Wu et al. 2016, "Google's neural machine translation system"; the cleaning is BERT's (Devlin et al.
2019), as the reference implementation does it.
"""

import re
import unicodedata

LONGEST_WORD = 100  # longer words become [UNK], as in BERT
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_SPECIAL = re.compile("(" + "|".join(re.escape(token) for token in SPECIAL) + ")")

# The blocks of Chinese characters, each of which is a word of its own.
_CHINESE = (
    (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F), (0x2B920, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
)  # fmt: skip


class WordPiece:
    """Text to token ids and back, for a vocabulary: a list of pieces whose place is their id."""

    def __init__(self, vocabulary):
        self.pieces = list(vocabulary)
        self.ids = {piece: number for number, piece in enumerate(self.pieces)}
        missing = [token for token in SPECIAL if token not in self.ids]
        if missing:
            raise ValueError(f"The vocabulary lacks {', '.join(missing)}: is it BERT's vocab.txt?")

    def tokens(self, text):
        """The pieces of a text, as strings, between [CLS] and [SEP]."""
        found = ["[CLS]"]
        for part in _SPECIAL.split(text):
            if part in SPECIAL:  # [MASK] in the text means the token, not six characters
                found.append(part)
            else:
                for word in split_words(clean(part)):
                    found += self._cut(word)
        return [*found, "[SEP]"]

    def encode(self, text):
        """The ids of a text's pieces, between [CLS] and [SEP]."""
        return [self.ids[token] for token in self.tokens(text)]

    def _cut(self, word):
        """Longest piece first, from left to right; [UNK] if that gets stuck."""
        if len(word) > LONGEST_WORD:
            return ["[UNK]"]
        pieces, start = [], 0
        while start < len(word):
            prefix = "##" if start else ""
            for end in range(len(word), start, -1):
                if prefix + word[start:end] in self.ids:
                    break
            else:
                return ["[UNK]"]
            pieces.append(prefix + word[start:end])
            start = end
        return pieces


def clean(text):
    """BERT's cleaning: no control characters, plain spaces, no accents, lower case."""
    text = "".join(_clean_character(character) for character in text)
    text = unicodedata.normalize("NFD", text)
    text = "".join(character for character in text if unicodedata.category(character) != "Mn")
    # Character by character: str.lower() looks at neighbours for the Greek final sigma.
    return "".join(character.lower() for character in text)


def _clean_character(character):
    if character in "\t\n\r":
        return " "
    category = unicodedata.category(character)
    if character == "\ufffd" or category in ("Cc", "Cf", "Co", "Cs"):
        return ""
    if category in ("Zs", "Zl", "Zp"):
        return " "
    if any(first <= ord(character) <= last for first, last in _CHINESE):
        return f" {character} "
    return character


def split_words(text):
    """Cut at spaces, and make every punctuation mark a word."""
    spaced = "".join(f" {c} " if is_punctuation(c) else c for c in text)
    return spaced.split()


def is_punctuation(character):
    """Unicode punctuation, or any ASCII sign that is no letter, digit or space ($, +, ^ ...)."""
    if character.isascii():
        return character.isprintable() and not character.isalnum() and character != " "
    return unicodedata.category(character).startswith("P")
