"""Sentences in which no place gives the answer away: what rules cannot do, a head may.

Counterbalanced: the answer stands first, in the middle and last equally often, so that "the first
noun" and "the nearest" are right in a known share.

subjects   a verb asks, its subject answers, all nouns are candidates: five frames, 240 cases; the
           first noun is right in 2 frames of 5, the nearest in 2 of 5, in one frame neither
synonyms   the last of four adjectives asks, the one of the same meaning answers: 96 cases

Each gives a list of `heads.LabelledPair`, words without special tokens.

>>> case = subjects()[2]
>>> print(" ".join(case.words), "|", case.words[case.query], "->", case.words[case.answer])
in the garden the teacher near the doctor laughed | laughed -> teacher
"""

from itertools import product

from helpers.heads.labelled_pairs import LabelledPair

PERSONS = (
    "teacher", "doctor", "farmer", "soldier", "lawyer", "student", "painter", "driver", "captain",
    "nurse", "judge", "singer",
)  # fmt: skip
PLACES = ("garden", "kitchen", "village", "church")
VERBS = ("slept", "danced", "laughed", "waited")
FRAMES = (
    "the {subject} near the {other} {verb}",
    "in the {place} the {subject} {verb}",
    "in the {place} the {subject} near the {other} {verb}",
    "near the {other} in the {place} the {subject} {verb}",
    "the {subject} with the {other} in the {place} {verb}",
)
SAME_MEANING = (
    ("big", "large"), ("fast", "quick"), ("glad", "happy"), ("little", "small"),
    ("difficult", "hard"), ("ill", "sick"), ("rich", "wealthy"), ("clever", "smart"),
    ("angry", "mad"), ("quiet", "silent"), ("odd", "strange"), ("damp", "wet"),
    ("bold", "brave"), ("calm", "peaceful"), ("tired", "weary"), ("afraid", "scared"),
)  # fmt: skip
FOUR = "the first was {} , the second {} , the third {} and the last {}"


def subjects():
    """Frame by frame in turn: case number i is of FRAMES[i % 5]; 12 subjects x 4 verbs."""
    found = []
    for (i, subject), turn in product(enumerate(PERSONS), range(len(VERBS))):
        other = PERSONS[(i + 1 + 2 * turn) % len(PERSONS)]
        place = PLACES[(i + turn) % len(PLACES)]
        for number, frame in enumerate(FRAMES):
            verb = VERBS[(turn + number) % len(VERBS)]
            text = frame.format(subject=subject, other=other, place=place, verb=verb)
            words = tuple(text.split())
            nouns = tuple(n for n, word in enumerate(words) if word in (*PERSONS, *PLACES))
            found.append(LabelledPair(words, len(words) - 1, words.index(subject), nouns))
    return found


def synonyms():
    """Pair by pair, six cases each: both words of a pair ask, from three places."""
    found = []
    for i, pair in enumerate(SAME_MEANING):
        others = [SAME_MEANING[(i + step) % len(SAME_MEANING)][i % 2] for step in (3, 7)]
        for (asks, answers), place in product((pair, pair[::-1]), range(3)):
            adjectives = [*others[:place], answers, *others[place:]]
            words = tuple(FOUR.format(*adjectives, asks).split())
            candidates = tuple(words.index(word) for word in adjectives)
            found.append(LabelledPair(words, len(words) - 1, candidates[place], candidates))
    return found
