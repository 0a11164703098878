"""Controls in, pictures out: explorers that a reader moves.

>>> from helpers import explore
>>> explore.spotlight(weights, words)
>>> explore.query_angle()
>>> explore.scaling(d=64)
>>> explore.mask_painter(start="causal")
>>> explore.next_word(model, "the queen slept because")
>>> explore.several_heads()
>>> explore.translator(without, attending)
>>> explore.who_answers(start=("question", "who"))
>>> explore.head_view()
>>> explore.model_view()
>>> explore.neuron_view()
>>> explore.cost()
>>> explore.broken_attention()
>>> explore.playground()

Each returns an Explorer: in a running notebook the live widget, in a stored one the Picture of
its starting state.
"""

from helpers.explore.base import Explorer
from helpers.explore.cost_budget import cost
from helpers.explore.every_head import head_view, model_view
from helpers.explore.head_count import several_heads
from helpers.explore.knobs import broken_attention
from helpers.explore.mask_painter import mask_painter
from helpers.explore.next_word import next_word
from helpers.explore.playground import playground
from helpers.explore.products import neuron_view
from helpers.explore.query_turn import query_angle
from helpers.explore.score_scale import scaling
from helpers.explore.translation_length import translator
from helpers.explore.two_sequences import who_answers
from helpers.explore.word_light import spotlight

__all__ = [
    "Explorer",
    "broken_attention",
    "cost",
    "head_view",
    "mask_painter",
    "model_view",
    "neuron_view",
    "next_word",
    "playground",
    "query_angle",
    "scaling",
    "several_heads",
    "spotlight",
    "translator",
    "who_answers",
]
