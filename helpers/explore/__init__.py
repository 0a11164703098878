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

from helpers.explore.broken_attention import broken_attention
from helpers.explore.cost import cost
from helpers.explore.explorer import Explorer
from helpers.explore.head_view import head_view
from helpers.explore.mask_painter import mask_painter
from helpers.explore.model_view import model_view
from helpers.explore.neuron_view import neuron_view
from helpers.explore.next_word import next_word
from helpers.explore.playground import playground
from helpers.explore.query_angle import query_angle
from helpers.explore.scaling import scaling
from helpers.explore.several_heads import several_heads
from helpers.explore.spotlight import spotlight
from helpers.explore.translator import translator
from helpers.explore.who_answers import who_answers

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
