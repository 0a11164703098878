"""Small languages and problems, as arrays, and the sentence that runs through the course.

Each problem is a module that makes batches from an `rng` (a numpy Generator) passed to it:

embeddings   hand-made word vectors for the running sentence
language     a language of 4,800 sentences, known down to its entropy
translation  adjective and noun swap places; the gold alignment comes along
copying      copy or reverse a sequence
ring         name the left and the right neighbour on a ring
induction    sequences that repeat
lookup       find the key that a noisy query was made from
pictures     two drawn shapes and their caption
pronouns     who is "it"? sentences by the hundred, with the right answer
clinic       ten broken attentions with their symptoms
english      plain English sentences, nouns, verbs and subjects marked by hand
"""

from helpers.tasks import (
    clinic,
    copying,
    embeddings,
    english,
    grammar,
    induction,
    language,
    lookup,
    pictures,
    pronouns,
    ring,
    translation,
)
from helpers.tasks.sentence import SENTENCE, WORDS

__all__ = [
    "SENTENCE",
    "WORDS",
    "clinic",
    "copying",
    "embeddings",
    "english",
    "grammar",
    "induction",
    "language",
    "lookup",
    "pictures",
    "pronouns",
    "ring",
    "translation",
]
