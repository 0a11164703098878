"""Maps and all that is drawn with them, checked once: what words and drawing both start from."""

from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from helpers.show.colours import scale_of
from helpers.show.shown_maps import shown_maps
from helpers.show.token_names import check_words, head_name


@dataclass
class Sheet:
    """Maps (layers, heads, n_queries, n_keys) and what is drawn with them.

    hidden: boolean of that shape, or None. words, keys: labels of queries and keys, or None. scale:
    (low, high, colour_map), one for all maps. label: what a cell holds. titles: of the maps, in
    their order; head 0.0, head 0.1 and so on if None.
    """

    maps: np.ndarray
    hidden: np.ndarray | None
    words: list | None
    keys: list | None
    scale: tuple
    label: str
    titles: list | None = None

    @property
    def count(self):
        """How many maps there are."""
        return self.maps.shape[0] * self.maps.shape[1]

    @property
    def of_weights(self):
        """Whether cells hold weights, which sum to 1, and not scores or anything else."""
        return "weight" in self.label

    @property
    def names(self):
        """What the maps are called: head 0.0, head 0.1, or their own titles."""
        layers, heads = self.maps.shape[:2]
        places = [(layer, head) for layer in range(layers) for head in range(heads)]
        return self.titles or [head_name(layer, head, layers) for layer, head in places]

    @property
    def look(self):
        """How imshow draws every map: one scale of colours for all."""
        low, high, colour_map = self.scale
        return {"norm": Normalize(low, high), "cmap": colour_map, "aspect": "equal"}

    def flat(self, maps):
        """One axis of maps instead of layers and heads: (count, n_queries, n_keys)."""
        return maps.reshape(-1, *maps.shape[2:])


def sheet_of(weights, words, *, keys=None, mask=None, label="weight"):
    """A Sheet of whatever a library returns. Arguments and errors as in `show.weights`."""
    name = f"{label}s" if label in ("weight", "score") else label
    maps, hidden = shown_maps(weights, mask, name=name, integers="weight" not in label)
    n_queries, n_keys = shape = maps.shape[-2:]
    words = check_words(words, n_queries, "queries", shape)
    keys = words if keys is None and n_queries == n_keys else keys
    keys = check_words(keys, n_keys, "keys", shape)
    scale = scale_of(maps if hidden is None else np.where(hidden, 0, maps))
    return Sheet(maps, hidden, words, keys, scale, label)
