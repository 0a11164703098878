"""Controls in, pictures out: explorers that a reader moves.

>>> from helpers import explore
>>> explore.spotlight(weights, words)

Each returns an Explorer: in a running notebook the live widget, in a stored one the Picture of
its starting state.
"""

from helpers.explore.base import Explorer
from helpers.explore.word_light import spotlight

__all__ = ["Explorer", "spotlight"]
