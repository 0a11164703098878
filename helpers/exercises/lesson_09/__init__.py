"""Lesson 09, in the order in which the lesson asks for them; one file an exercise."""

from helpers.exercises.lesson_09 import (  # isort: skip  (the order of the lesson)
    previous_token_score,
    induction_score,
    ablate_head,
)

__all__ = ["ablate_head", "induction_score", "previous_token_score"]
