"""show.head_view: heads side by side on one scale, each with the name its scores give it."""

from helpers.heads import score_table
from helpers.show.colours import WEIGHTS
from helpers.show.map_drawing import plan
from helpers.show.picture import Picture
from helpers.show.sheet import sheet_of
from helpers.show.token_names import head_name
from helpers.wording import counted, listed, number

MOST = 24  # maps that a reader can compare


def head_view(weights, words=None, *, names=None, mask=None, title=None, decimals=2):
    """Small maps of some heads of one text, all on the scale from 0 to 1, named by score.

    weights: (heads, n, n), (layers, heads, n, n) or the lists that other libraries return; up to 24
    heads. words: n labels. names: what the heads are called, in their order, ["0.2", "1.3", …];
    their places if None. mask: as in `show.weights`.

    A head's second name is its highest score (`heads.score_table`) on this text, if half of its
    weight is on one kind of key: "previous", "first", "induction" and so on.

    decimals: of the scores that are told; 1 for heads that were trained just now, whose second
    decimal differs between machines.

    Returns a Picture. Raises ValueError for more heads, and for maps that are not square.
    """
    sheet = sheet_of(weights, words, mask=mask)
    layers, heads, n, _ = sheet.maps.shape
    if sheet.count > MOST:
        raise ValueError(
            f"{sheet.count} heads are too many to compare; at most {MOST}. Choose some, or see "
            "them all as numbers with show.model_view(scores)."
        )
    names = _names(names, layers, heads)
    called = call_heads(sheet.maps, sheet.words)
    sheet.titles = [
        f"{name}  {kind} {number(score, decimals)}" if kind else name
        for name, (kind, score) in zip(names, called, strict=True)
    ]
    sheet.scale = (0.0, 1.0, WEIGHTS)
    sheet.maps = sheet.flat(sheet.maps)[None]  # side by side, whatever their layers
    if sheet.hidden is not None:
        sheet.hidden = sheet.flat(sheet.hidden)[None]
    draw, size, _ = plan(sheet)
    return Picture(
        draw,
        _words(names, called, n, decimals),
        title=title
        or f"What {counted(sheet.count, 'head')} {'does' if sheet.count == 1 else 'do'} with "
        f"{counted(n, 'token')}",
        size=size,
    )


def call_heads(maps, words):
    """(kind, score) of every head of (layers, heads, n, n), in order; ("", 0) without a name."""
    found = score_table([(maps, words)])
    return [
        (kind, float(found.scores[kind][layer, head])) if kind else ("", 0.0)
        for layer, row in enumerate(found.names)
        for head, kind in enumerate(row)
    ]


def _names(names, layers, heads):
    if names is None:
        return [
            head_name(layer, head, layers).removeprefix("head ")
            for layer in range(layers)
            for head in range(heads)
        ]
    if len(names) != layers * heads:
        raise ValueError(f"{len(names)} names for {layers * heads} heads; pass one for each.")
    return [str(name) for name in names]


def _words(names, called, n, decimals):
    named = [
        f"{name} {kind} ({number(score, decimals)})"
        for name, (kind, score) in zip(names, called, strict=True)
        if kind
    ]
    rest = [name for name, (kind, _) in zip(names, called, strict=True) if not kind]
    said = f"{counted(len(names), 'head').capitalize()} on {n} tokens, one scale from 0 to 1."
    if named:
        said += f" Named by the kind of key that holds half of the weight: {listed(named)}."
    if rest:
        verb = "has" if len(rest) == 1 else "have"
        who = listed(rest) if len(rest) <= 8 else counted(len(rest), "head")
        said += f" {who} {verb} no such kind."
    return said
