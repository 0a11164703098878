"""Plain English sentences, with nouns, verbs and their subjects marked by hand.

Written for this course. In the texts below, `word/n` is a noun, `word/s` a noun that is the subject
of the next marked verb `word/v`. From these marks come the labelled pairs:

verb_subject      a verb asks, its subject answers, all nouns are candidates
determiner_noun   "the" or "a" asks, its noun answers (of "the stone wall" it is "wall")

>>> print(len(sentences()), *sentences()[0])
48 the old clock in the hall stopped at noon .
>>> case = verb_subject()[0]
>>> print(case.words[case.query], "->", case.words[case.answer])
stopped -> clock
"""

from helpers.heads.labelled_pairs import LabelledPair

# Those of the texts: determiners, pronouns, prepositions, conjunctions, auxiliaries.
FUNCTION_WORDS = frozenset({
    "a", "an", "the", "all", "every", "my", "her", "his", "our", "who", "about", "across", "after",
    "at", "before", "behind", "for", "from", "in", "into", "near", "of", "on", "out", "through",
    "to", "with", "without", "and", "because", "but", "when", "are", "had", "was",
})  # fmt: skip

TEXTS = """
the old clock/s in the hall/n stopped/v at noon/n .
my sister/s bought/v a red coat/n in the city/n .
the children/s built/v a small boat/n near the river/n .
a letter/s from the king/n arrived/v before dinner/n .
the teacher/s , who had a cold/n , read/v the story/n twice .
the dogs/s behind the garden/n wall/n slept/v all day/n .
in the morning/n the baker/s opened/v the shop/n .
the soup/s on the table/n smells/v of fish/n and salt/n .
her brother/s plays/v the piano/n every evening/n .
the wind/s broke/v the window/n of the kitchen/n .
the farmer/s with the black hat/n sold/v two horses/n .
a bird/s sang/v in the tall tree/n , and the boy/s listened/v .
the stone/n wall/s protects/v the house/n from the sea/n .
the doctor/s asked/v the nurse/n for a clean towel/n .
the keys/s to the old door/n are/v in the box/n .
after the war/n the soldier/s returned/v to his village/n .
the girl/s gave/v the horse/n an apple/n .
the book/s about the moon/n surprised/v the students/n .
the train/s left/v the station/n without the driver/n .
a man/s in a long coat/n watched/v the house/n .
the snow/s covered/v the roof/n , the road/n and the fields/n .
the queen/s visited/v the hospital/n last week/n .
the price/s of the paintings/n rose/v again .
the cook/s burned/v the bread/n because the oven/n door/s was/v open .
the boys/s from the school/n team/n won/v the cup/n .
the river/s runs/v through the valley/n to the lake/n .
the lawyer/s wrote/v a long letter/n to the judge/n .
the lights/s in the tower/n went/v out at midnight/n .
a small cat/s crossed/v the road/n in front of the bus/n .
the painter/s near the window/n holds/v a glass/n .
the captain/s saw/v the coast/n , but the crew/s slept/v .
the flowers/s in the garden/n need/v water/n .
the judge/s believed/v the story/n of the driver/n .
the rain/s stopped/v when the sun/s rose/v .
our neighbor/s sells/v fresh milk/n and eggs/n .
the noise/s of the machines/n frightened/v the child/n .
the poet/s lost/v his hat/n in the theater/n .
the mayor/s of the town/n opened/v the new bridge/n .
the bees/s on the roses/n make/v honey/n .
the actor/s forgot/v the words/n of the song/n .
a storm/s from the north/n damaged/v the harbor/n .
the guests/s drank/v the wine/n and praised the cook/n .
the map/s on the wall/n shows/v the island/n .
the student/s carried/v the books/n to the library/n .
the owner/s of the two shops/n lives/v in the city/n .
the fox/s ran/v across the field/n into the forest/n .
the gold/n ring/s in the box/n belongs/v to my aunt/n .
the men/s at the gate/n asked/v for the road/n .
"""


def sentences():
    """The sentences as lists of words, punctuation included."""
    return [[word for word, _ in text] for text in _marked()]


def verb_subject():
    """Cases: a verb asks, its subject answers; candidates are all nouns."""
    found = []
    for text in _marked():
        words, nouns = _parts(text)
        subject = None
        for place, (_, mark) in enumerate(text):
            if mark == "s":
                subject = place
            elif mark == "v":
                found.append(LabelledPair(words, place, subject, nouns))
    return found


def determiner_noun():
    """Cases: "the", "a" or "an" asks, its noun answers; candidates are all nouns."""
    found = []
    for text in _marked():
        words, nouns = _parts(text)
        for place, word in enumerate(words):
            if word in ("the", "a", "an"):
                noun = min(other for other in nouns if other > place)
                while noun + 1 in nouns:
                    noun += 1
                found.append(LabelledPair(words, place, noun, nouns))
    return found


def _parts(text):
    words = tuple(word for word, _ in text)
    return words, tuple(place for place, (_, mark) in enumerate(text) if mark in ("n", "s"))


def _marked():
    """Lists of (word, mark), the mark "" where there is none."""
    lines = TEXTS.strip().splitlines()
    return [[(word.partition("/")[0], word.partition("/")[2]) for word in line.split()]
            for line in lines]  # fmt: skip
