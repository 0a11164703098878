"""show.weights: who looks at whom."""

from helpers.show.map_drawing import plan
from helpers.show.map_table import LARGEST, map_table
from helpers.show.map_words import map_words
from helpers.show.picture import Picture
from helpers.show.sheet import sheet_of
from helpers.wording import capital, sentence

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
    sheet = sheet_of(weights, words, keys=keys, mask=mask, label=label)
    layers, heads, n_queries, n_keys = sheet.maps.shape
    if sheet.count > MOST_MAPS:
        raise ValueError(
            f"{sheet.count} maps ({layers} layers x {heads} heads) are too many to see; at most "
            f"{MOST_MAPS}. Choose some layers or heads, for instance weights[:4]."
        )
    found, sentences = map_words(sheet)
    draw, size, asides = plan(sheet)
    title = title or capital(found)
    said = " ".join(sentence(part) for part in [*sentences, *asides])
    small = sheet.count == 1 and max(n_queries, n_keys) <= LARGEST
    table = _table(sheet, title) if small else None
    return Picture(draw, said, title=title, table=table, size=size)


def _table(sheet, caption):
    n_queries, n_keys = sheet.maps.shape[-2:]
    return map_table(
        sheet.maps[0, 0],
        sheet.words or [str(index) for index in range(n_queries)],
        sheet.keys or [str(index) for index in range(n_keys)],
        caption=caption,
        hidden=None if sheet.hidden is None else sheet.hidden[0, 0],
        scale=sheet.scale,
    )
