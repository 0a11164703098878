"""Byte-level byte pair encoding: cut any text into the pieces that the decoder knows.

The text is cut into words (a space belongs to the word behind it, every digit stands alone), every
word is written as UTF-8 bytes, and then pairs of neighbours are merged, the pair that was learned
first always first, until none is left to merge. No text is unknown: at worst it stays bytes.
Sennrich et al. 2016, "Neural machine translation of rare words with subword units"; Radford et al.
2019 (GPT-2), for the bytes and the cutting into words.
"""

import functools
import itertools
import re
import unicodedata

# Unicode's White_Space. Python's str.isspace also takes the separators 1C to 1F, which are none.
_SPACES = set("\t\n\v\f\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000") | {
    chr(number) for number in range(0x2000, 0x200B)
}
_CONTRACTION = re.compile(r"'(?:s|t|re|ve|m|ll|d)")
# Works on a text's kinds, one letter for each character: N numeral, L letter, O other, S space, and
# " " for the plain space. Written so, the cutting needs no Unicode classes, which `re` lacks. Of a
# run of spaces, the last stays with the word or the sign behind it; a numeral takes no space.
_WORD = re.compile(r"N| ?L+| ?O+|[ S]+(?![LO])|[ S]+")


def split_words(text):
    """Cut a text into words. Nothing is lost: "".join(split_words(text)) == text."""
    kinds = "".join(map(kind, text))
    words, place = [], 0
    while place < len(text):
        found = _CONTRACTION.match(text, place) or _WORD.match(kinds, place)
        words.append(text[place : found.end()])
        place = found.end()
    return words


def kind(character):
    """L for letters, N for numerals of any sort, S or " " for spaces, O for all else."""
    if character == " ":
        return " "
    if character in _SPACES:
        return "S"
    group = unicodedata.category(character)[0]
    return group if group in "LN" else "O"


def byte_letters():
    """A printable character for every byte, as the vocabulary writes it: 256 strings.

    Bytes that are printable in Latin-1 stand for themselves, the others for U+0100 and up: a space
    is written as a G with a dot.
    """
    plain = {*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = iter(range(0x100, 0x200))
    return [chr(byte) if byte in plain else chr(next(others)) for byte in range(256)]


class BytePair:
    """Text to token ids and back.

    pieces: list of strings whose place is their id; merges: list of "left right", first learned
    first; special: ids of tokens such as <|endoftext|> that stand for themselves in a text.
    """

    def __init__(self, pieces, merges, special=()):
        self.pieces = list(pieces)
        self.ids = {piece: number for number, piece in enumerate(self.pieces)}
        self.ranks = {tuple(merge.split(" ")): rank for rank, merge in enumerate(merges)}
        self.letters = byte_letters()
        self.bytes = {letter: byte for byte, letter in enumerate(self.letters)}
        self.special = {self.pieces[number] for number in special}
        longest_first = sorted(self.special, key=len, reverse=True)
        self._special = re.compile("(" + "|".join(map(re.escape, longest_first)) + ")")
        self._merge = functools.lru_cache(maxsize=10_000)(self._merge_word)

    def encode(self, text):
        """The ids of a text's pieces. Nothing is added in front or behind."""
        ids = []
        for part in self._special.split(text) if self.special else [text]:
            if part in self.special:
                ids.append(self.ids[part])
            else:
                for word in split_words(part):
                    ids += self._merge(word)
        return ids

    def decode(self, ids):
        """The text that these ids spell. Bytes that are no whole character show as U+FFFD."""
        return b"".join(map(self.spell, ids)).decode("utf-8", errors="replace")

    def spell(self, number):
        """The bytes that one id stands for."""
        piece = self.pieces[number]
        if piece in self.special:
            return piece.encode("utf-8")
        return bytes(self.bytes[letter] for letter in piece)

    def words(self, ids):
        """Every piece as text of its own, with its space in front."""
        return [self.decode([number]) for number in ids]

    def _merge_word(self, word):
        """Merge neighbours, the pair learned first always first; of equals, the leftmost."""
        parts = [self.letters[byte] for byte in word.encode("utf-8")]
        # 21 bytes (control characters, mostly) have no piece: left out, as the reference does.
        parts = [part for part in parts if part in self.ids]
        last = len(self.ranks)
        while len(parts) > 1:
            ranks = [self.ranks.get(pair, last) for pair in itertools.pairwise(parts)]
            best = min(ranks)
            if best == last:
                break
            place = ranks.index(best)
            parts[place : place + 2] = ["".join(parts[place : place + 2])]
        return tuple(self.ids[part] for part in parts)
