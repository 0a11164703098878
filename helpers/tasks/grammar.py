"""The grammar of the toy language: 52 words, 4,800 sentences of 7 to 10 words.

Two forms, around the running sentence:

    the cat sat on the mat because it was tired              with a place      10 words
    the (small) cat slept because it was (very) tired        without a place   7, 8 or 9 words

Two things have to agree over a distance:

- the pronoun with its noun: it, he, she or they, and with "they" comes "were";
- the state with the noun that the pronoun means: only the living are tired, only the mat is soft.
  After a place the pronoun may mean the place: "the king sat on the mat because it was soft".

So what the pronoun is follows from the noun before it, and what the noun was, from the pronoun.

>>> sentences = enumerate_sentences()
>>> len(sentences), round(sum(probability for _, probability in sentences), 12)
(4800, 1.0)
>>> for sentence, probability in sentences[:4000:999]:
...     print(f"{probability:.6f}  {sentence}")
0.002240  the cat sat on the mat because it was tired
0.000150  the uncle sat under the tree because it was dry
0.000210  the sailors slept on the mat because they were sad
0.000067  the clever king stayed because he was very cold
0.000033  the brave mother stayed because she was very hungry
"""

from itertools import product

SPECIAL = ("<pad>", "<begin>", "<end>", "<mask>")

NOUNS = {
    "it": ("cat", "dog", "bird", "horse"),
    "he": ("king", "boy", "father", "uncle"),
    "she": ("queen", "girl", "mother", "aunt"),
    "they": ("children", "twins", "sailors", "guests"),
}
VERBS = ("sat", "slept", "waited", "stayed")
PLACES = ("on the mat", "by the fire", "under the tree", "in the garden", "in the barn")
PLACE_STATES = {
    "on the mat": ("soft", "warm"),
    "by the fire": ("warm", "bright"),
    "under the tree": ("dry", "shady"),
    "in the garden": ("shady", "quiet"),
    "in the barn": ("quiet", "dry"),
}
STATES = ("tired", "hungry", "cold", "sad", "ill")
ADJECTIVES = ("small", "clever", "brave")

# How often, in the order of the words above. Not all alike, so that there is more to learn than
# which words may stand somewhere; the running sentence is among the most likely ones.
OF_FOUR = (0.4, 0.3, 0.2, 0.1)
OF_FIVE = (0.4, 0.2, 0.2, 0.1, 0.1)
WITH_PLACE = 0.5
MEANS_SUBJECT = 0.7  # after a place; without one the pronoun can mean nothing else
WITH_ADJECTIVE = 0.5
WITH_VERY = 0.4


def be(pronoun):
    """The form of "to be" that agrees with a pronoun: "was" or "were"."""
    return "were" if pronoun == "they" else "was"


def _subjects():
    for pronoun, nouns in NOUNS.items():
        for noun, share in zip(nouns, OF_FOUR, strict=True):
            yield pronoun, noun, share / len(NOUNS)


def _with_place(pronoun, noun):
    """Sentences about one subject that name a place, and their probabilities."""
    for (verb, p_verb), (place, p_place) in product(
        zip(VERBS, OF_FOUR, strict=True), zip(PLACES, OF_FIVE, strict=True)
    ):
        start = f"the {noun} {verb} {place} because"
        for state, share in zip(STATES, OF_FIVE, strict=True):
            yield (
                f"{start} {pronoun} {be(pronoun)} {state}",
                p_verb * p_place * (MEANS_SUBJECT * share),
            )
        for state in PLACE_STATES[place]:
            yield f"{start} it was {state}", p_verb * p_place * (1 - MEANS_SUBJECT) / 2


def _without_place(pronoun, noun):
    """Sentences about one subject that name no place, and their probabilities."""
    subjects = [(f"the {noun}", 1 - WITH_ADJECTIVE)] + [
        (f"the {adjective} {noun}", WITH_ADJECTIVE / len(ADJECTIVES)) for adjective in ADJECTIVES
    ]
    degrees = [("", 1 - WITH_VERY), ("very ", WITH_VERY)]
    for (subject, p_subject), (verb, p_verb), (degree, p_degree), (state, p_state) in product(
        subjects,
        zip(VERBS, OF_FOUR, strict=True),
        degrees,
        zip(STATES, OF_FIVE, strict=True),
    ):
        sentence = f"{subject} {verb} because {pronoun} {be(pronoun)} {degree}{state}"
        yield sentence, p_subject * p_verb * p_degree * p_state


def enumerate_sentences():
    """All sentences of the language: a list of (sentence, probability); probabilities sum to 1."""
    with_place = [
        (sentence, WITH_PLACE * share * probability)
        for pronoun, noun, share in _subjects()
        for sentence, probability in _with_place(pronoun, noun)
    ]
    without_place = [
        (sentence, (1 - WITH_PLACE) * share * probability)
        for pronoun, noun, share in _subjects()
        for sentence, probability in _without_place(pronoun, noun)
    ]
    return with_place + without_place


def _vocabulary():
    groups = [
        ("the", "because", "very", "was", "were"),
        NOUNS,
        *NOUNS.values(),
        ADJECTIVES,
        VERBS,
        *(place.split(" the ") for place in PLACES),
        STATES,
        *PLACE_STATES.values(),
    ]
    words = dict.fromkeys(word for group in groups for word in group)  # in order, each once
    return (*SPECIAL, *words)


VOCABULARY = _vocabulary()
