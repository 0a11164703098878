"""Lesson 08, in the order in which the lesson asks for them; one file an exercise."""

from helpers.exercises.lesson_08 import (  # isort: skip  (the order of the lesson)
    layer_norm,
    feed_forward,
    transformer_block,
)

__all__ = ["feed_forward", "layer_norm", "transformer_block"]
