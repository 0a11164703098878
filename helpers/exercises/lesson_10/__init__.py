"""Lesson 10, in the order of the clinic's patients; one file a patient.

The first mistake of each exercise is the function as it was brought in; the others are repairs
that people try.
"""

from helpers.exercises.lesson_10 import (  # noqa: I001 - the order of the lesson
    flat_weights,
    sharp_weights,
    row_sums,
    reading_padding,
    thin_rows,
    too_good,
    nan_rows,
    large_scores,
    half_precision,
    wrong_sentence,
)

__all__ = [
    "flat_weights",
    "half_precision",
    "large_scores",
    "nan_rows",
    "reading_padding",
    "row_sums",
    "sharp_weights",
    "thin_rows",
    "too_good",
    "wrong_sentence",
]  # fmt: skip
