"""Small languages and problems, as arrays, and the sentence that runs through the course."""

from helpers.tasks.sentence import SENTENCE, WORDS

__all__ = ["SENTENCE", "WORDS"]
