"""Maps that can be shown: of a size that a picture holds, and finite where nothing is hidden."""

from helpers.maps import as_hidden, as_maps, check_finite

LONGEST = 4096  # tokens


def shown_maps(weights, mask=None, *, name="weights", integers=False):
    """(maps, hidden), both (layers, heads, n_queries, n_keys); hidden is None without a mask.

    weights, name, integers: as in `helpers.maps.as_maps`; mask: as in `helpers.maps.as_hidden`.
    Raises ValueError as these do, for more than 4096 queries or keys, and for NaN and inf.
    """
    maps = as_maps(weights, name, integers=integers)
    if max(maps.shape[-2:]) > LONGEST:
        raise ValueError(
            f"{name} has {maps.shape[-2]} queries and {maps.shape[-1]} keys; at most {LONGEST} "
            f"of each can be shown. Take a part: {name}[..., :512, :512]."
        )
    hidden = as_hidden(mask, maps.shape)
    check_finite(maps, hidden, name)
    return maps, hidden
