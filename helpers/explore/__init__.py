"""Controls in, pictures out: explorers that a reader moves.

>>> from helpers import explore
>>> explore.spotlight(weights, words)
>>> explore.query_angle()
>>> explore.scaling(d=64)
>>> explore.mask_painter(start="causal")
>>> explore.several_heads()
>>> explore.translator(without, attending)
>>> explore.who_answers(start=("question", "who"))

Each returns an Explorer: in a running notebook the live widget, in a stored one the Picture of
its starting state.
"""

from helpers.explore.base import Explorer
from helpers.explore.head_count import several_heads
from helpers.explore.mask_painter import mask_painter
from helpers.explore.query_turn import query_angle
from helpers.explore.score_scale import scaling
from helpers.explore.translation_length import translator
from helpers.explore.two_sequences import who_answers
from helpers.explore.word_light import spotlight

__all__ = [
    "Explorer",
    "mask_painter",
    "query_angle",
    "scaling",
    "several_heads",
    "spotlight",
    "translator",
    "who_answers",
]
