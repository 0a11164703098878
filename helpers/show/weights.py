"""show.weights: who looks at whom."""

import numpy as np

from helpers.show.colours import scale_of
from helpers.show.map_drawing import Sheet, plan
from helpers.show.map_table import LARGEST, map_table
from helpers.show.map_words import read_heads, read_map
from helpers.show.picture import Picture
from helpers.show.shown_maps import shown_maps
from helpers.show.token_names import check_words
from helpers.wording import capital, number, sentence

MOST_MAPS = 1024


def weights(weights, words=None, *, keys=None, mask=None, title=None, label="weight"):
    """Attention weights as a map: queries down, keys across.

    weights: (n_queries, n_keys), (heads, n_queries, n_keys), (layers, heads, n_queries, n_keys),
        or the list of one tensor a layer, (1, heads, n_queries, n_keys), that other libraries
        return. NumPy arrays, torch tensors, lists.
    words: labels of the queries, and of the keys unless `keys` gives those.
    mask: broadcasts to the weights; boolean (True = may look) or additive (0 and -inf). What it
        hides is hatched; without it nothing is, whatever the weights are.
    title: the finding; from the numbers when None. label: what a cell holds, "weight" or "score".

    Returns a Picture; of one map up to 16 x 16 it also has a table. Raises ValueError for NaN or
    inf in visible places, for empty arrays and for shapes that are none of these.
    """
    name = f"{label}s" if label in ("weight", "score") else label
    maps, hidden = shown_maps(weights, mask, name=name, integers="weight" not in label)
    layers, heads, n_queries, n_keys = maps.shape
    if layers * heads > MOST_MAPS:
        raise ValueError(
            f"{layers * heads} maps ({layers} layers x {heads} heads) are too many to see; at most "
            f"{MOST_MAPS}. Choose some layers or heads, for instance weights[:4]."
        )
    words = check_words(words, n_queries, "queries", (n_queries, n_keys))
    keys = words if keys is None and n_queries == n_keys else keys
    keys = check_words(keys, n_keys, "keys", (n_queries, n_keys))
    several = layers * heads > 1
    if several:
        found, sentences = read_heads(maps, hidden, label)
    else:
        one_hidden = None if hidden is None else hidden[0, 0]
        found, sentences = read_map(maps[0, 0], words, keys, label, one_hidden)
    leaks = _leaks(maps, hidden, label)
    found, sentences = (leaks or [found])[0], [*leaks, *sentences]
    scale = scale_of(maps if hidden is None else np.where(hidden, 0, maps))
    sheet = Sheet(maps, hidden, words, keys, scale, label)
    draw, size, aside = plan(sheet)
    said = " ".join(sentence(part) for part in [*sentences, *aside])
    title = title or capital(found)
    table = None
    if not several and max(n_queries, n_keys) <= LARGEST:
        table = map_table(
            maps[0, 0],
            words or [str(index) for index in range(n_queries)],
            keys or [str(index) for index in range(n_keys)],
            caption=title,
            hidden=one_hidden,
            scale=scale,
        )
    return Picture(draw, said, title=title, table=table, size=size)


def _leaks(maps, hidden, label):
    """Weight at a place that the mask hides."""
    if hidden is None or "weight" not in label:
        return []
    leaks = maps[hidden & np.isfinite(maps) & (maps != 0)]
    if not leaks.size:
        return []
    places = "one hidden place has" if leaks.size == 1 else f"{leaks.size} hidden places have"
    return [f"{places} weight, up to {number(leaks.max())}: a leak"]
