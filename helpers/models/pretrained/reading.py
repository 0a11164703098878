"""What a model did with one text."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Reading:
    """What a model did with one text of n pieces. Rows of weights are queries.

    words         list of n pieces as text
    ids           list of n numbers: the places of the pieces in the vocabulary
    weights       (layers, heads, n, n)       who looked at whom
    hidden        (layers + 1, n, d_model)    hidden[l] is what layer l was given; the last is what
                                              the last layer gave
    head_outputs  (layers, heads, n, d_head)  what each head gathered, before the output projection
                                              and after ablation; None unless asked for
    logits        (n, n_vocabulary)           scores of the next piece; None for the encoder
    """

    words: list
    ids: list
    weights: np.ndarray
    hidden: np.ndarray
    head_outputs: np.ndarray | None = None
    logits: np.ndarray | None = None
