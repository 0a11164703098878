"""Who is "it"? Sentences by the hundred, each with the place that asks and the right answer.

because_it     640 sentences of the family of the running one: the last word decides
pronoun_kinds  she or he, it or he: the answer is the one noun that fits the pronoun
him, himself   two nouns that both fit: who is meant is a matter of grammar
swap_pairs     pairs of sentences in which one word turns the answer round (Winograd 1972;
               Levesque et al. 2012, "The Winograd schema challenge"), written for this course

Each gives a list of `heads.LabelledPair`, words without special tokens. In all of them the last
noun wins as often as the first: picking always the first or always the nearest is right in half.

>>> cases = because_it()
>>> print(len(cases), *cases[0].words)
640 the cat sat on the mat because it was tired
>>> case = cases[0]
>>> print(case.words[case.query], "->", case.words[case.answer])
it -> cat
"""

from itertools import product

from helpers.heads.labelled_pairs import LabelledPair

ANIMALS = ("cat", "dog", "bird", "rabbit", "horse", "fox", "bear", "duck")
SURFACES = ("mat", "rug", "bed", "bench", "grass", "roof", "blanket", "sofa")
ANIMAL_STATES = ("tired", "hungry", "sleepy", "ill", "afraid")
SURFACE_STATES = ("soft", "flat", "wide", "smooth", "clean")

WOMEN = ("woman", "girl", "queen", "aunt", "lady")
MEN = ("man", "boy", "king", "uncle", "gentleman")
THINGS = ("ship", "train", "cart", "boat", "bus")
VERBS = ("saw", "called")

# The first answer is the first noun, the second the second one.
PAIRS = (
    ("the ball broke the window because it was made of {}", "steel", "paper"),
    ("the lamp did not fit under the roof because it was too {}", "tall", "low"),
    ("the truck passed the bus because it was so {}", "fast", "slow"),
    ("the wolf caught the sheep because it was so {}", "quick", "slow"),
    ("the dog lost the rabbit because it was too {}", "slow", "fast"),
    ("the bridge held the train although it was so {}", "thin", "heavy"),
    ("the rope held the boat because it was so {}", "strong", "light"),
    ("the stone sank the boat because it was too {}", "heavy", "weak"),
    ("the shoe did not fit the foot because it was too {}", "tight", "swollen"),
    ("the horse could not pull the cart because it was too {}", "tired", "full"),
    ("the fire burned the house because it was so {}", "hot", "dry"),
    ("the ship hit the rock because it was so {}", "fast", "hidden"),
    ("the tree hid the flower because it was so {}", "tall", "small"),
    ("the water stopped the fire because it was so {}", "cold", "small"),
    ("the knife cut the bread because it was so {}", "sharp", "soft"),
    ("the hammer broke the glass because it was so {}", "hard", "thin"),
    ("the roof kept out the rain because it was so {}", "thick", "weak"),
    ("the cat missed the mouse because it was so {}", "sleepy", "quick"),
    ("the book did not fit in the bag because it was too {}", "large", "small"),
    ("the key did not turn in the lock because it was {}", "bent", "frozen"),
    ("the bird flew over the wall because it was so {}", "strong", "low"),
    ("the bear left the cave because it was so {}", "hungry", "dark"),
    ("the car got stuck in the tunnel because it was too {}", "wide", "narrow"),
    ("the dog drank the water because it was so {}", "thirsty", "fresh"),
)


def because_it():
    """the {animal} sat on the {surface} because it was {state}: 8 x 8 x 10 sentences."""
    found = []
    for animal, surface in product(ANIMALS, SURFACES):
        for state in (*ANIMAL_STATES, *SURFACE_STATES):
            words = f"the {animal} sat on the {surface} because it was {state}".split()
            found.append(LabelledPair(tuple(words), 7, 1 if state in ANIMAL_STATES else 5, (1, 5)))
    return found


def pronoun_kinds():
    """Two nouns of different kinds, and a pronoun that fits one: 300 sentences.

    the woman saw the boy before she left; the boy stood near the ship before it left. Every pair of
    nouns stands in both orders and with both pronouns.
    """
    found = []
    for woman, man in product(WOMEN, MEN):
        for first, second in ((woman, man), (man, woman)):
            for verb, pronoun in product(VERBS, ("she", "he")):
                words = f"the {first} {verb} the {second} before {pronoun} left".split()
                answer = words.index(woman if pronoun == "she" else man)
                found.append(LabelledPair(tuple(words), words.index(pronoun), answer, (1, 4)))
    for man, thing in product(MEN, THINGS):
        for first, second in ((man, thing), (thing, man)):
            for pronoun in ("it", "he"):
                words = f"the {first} stood near the {second} before {pronoun} left".split()
                answer = words.index(thing if pronoun == "it" else man)
                found.append(LabelledPair(tuple(words), words.index(pronoun), answer, (1, 5)))
    return found


def him_himself():
    """Two nouns that fit, and him or himself: the king said that the boy likes himself (the boy).

    40 sentences; "him" means the first noun, "himself" the second.
    """
    found = []
    for first, second in product(MEN, MEN):
        if first != second:
            for pronoun, answer in (("him", 1), ("himself", 5)):
                words = f"the {first} said that the {second} likes {pronoun}".split()
                found.append(LabelledPair(tuple(words), 7, answer, (1, 5)))
    return found


def swap_pairs():
    """Pairs of sentences in which one word turns the answer round: 48 cases, two by two."""
    found = []
    for text, *states in PAIRS:
        for which, state in enumerate(states):
            words = text.format(state).split()
            first, second = (place + 1 for place, word in enumerate(words) if word == "the")
            found.append(
                LabelledPair(
                    tuple(words), words.index("it"), (first, second)[which], (first, second)
                )
            )
    return found
