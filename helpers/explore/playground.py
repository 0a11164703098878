"""playground: own sentence, any model, mask, scale and head; two settings side by side."""

from ipywidgets import Box

from helpers.explore.controls import choice, number, scale, text
from helpers.explore.explorer import Explorer
from helpers.explore.html_view import HtmlView
from helpers.explore.playground_comparison import TITLE, describe, maps, rows
from helpers.explore.playground_downloads import links
from helpers.explore.playground_models import (
    MASKS,
    MODELS,
    SCALES,
    Setting,
    attend,
    projections,
    tidy,
)
from helpers.models import head_kit
from helpers.models.pretrained import ModelDamaged, ModelMissing
from helpers.tasks import SENTENCE
from helpers.wording import shorten, word_label

FACTORS = (0.01, 0.03, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0)
SIDES = ("A", "B")
OF_A_SIDE = ("model", "head", "mask", "size", "scale", "factor")
OWN = ""  # no ready sentence chosen
READY = (
    "the king sat by the fire because it was warm",
    "the queen slept in the barn because she was tired",
)


def playground(sentence=SENTENCE):
    """Attention at will: a sentence, and two settings of model, head, mask and scale.

    sentence: where to start. Returns an Explorer with the controls "sentence", "ready", "asks",
    "files" and for each side, for instance, "model_a" and "head_b".

    The mask and the scale are those of the one head that is shown; what it is given comes from the
    layers before it, as the model was trained. What cannot be read is said in words.
    """
    controls = _controls(tidy(sentence))
    _link_ready(controls)
    for side in SIDES:
        _link_heads(controls, side.lower())
    _link_asks(controls)

    def compute(sentence, ready, asks, files, **chosen):
        sentence = tidy(sentence)
        sides = tuple(attend(side, sentence, _setting(chosen, side.lower())) for side in SIDES)
        return sides, asks, files

    explorer = Explorer(
        controls,
        compute,
        lambda arrays: describe(*arrays[:2]),
        [
            HtmlView(lambda arrays, picture: maps(*arrays[:2])),
            HtmlView(lambda arrays, picture: rows(*arrays[:2])),
            HtmlView(lambda arrays, picture: links(arrays[0], picture) if arrays[2] else ""),
        ],
        title=TITLE,
    )
    explorer.children = _in_groups(explorer)
    explorer.add_class("explore-wide")
    return explorer


def _controls(sentence):
    ready = [*head_kit.sentences(), *READY]
    controls = {
        "sentence": text("Sentence", sentence),
        "ready": choice(
            "Ready sentences", OWN,
            [("what is written above", OWN), *((shorten(one, 60), one) for one in ready)],
        ),
    }  # fmt: skip
    for side in SIDES:
        low = side.lower()
        controls |= {
            f"model_{low}": choice(
                f"{side}: model", "kit", [(model.name, name) for name, model in MODELS.items()]
            ),
            f"head_{low}": choice(f"{side}: layer.head", MODELS["kit"].best, _heads("kit")),
            f"mask_{low}": choice(f"{side}: mask", "own", [(w, name) for name, w in MASKS.items()]),
            f"size_{low}": number(f"{side}: words of window or padding", 2, 1, 16),
            f"scale_{low}": choice(
                f"{side}: scale", "root" if side == "A" else "none",
                [(words, name) for name, words in SCALES.items()],
            ),
            f"factor_{low}": scale(
                f"{side}: chosen scale", 0.5, [(f"{factor:g}", factor) for factor in FACTORS]
            ),
        }  # fmt: skip
    options = _asking(controls)
    controls["asks"] = choice("Word that asks", _first_asking(options), options)
    controls["files"] = choice(
        "Files to save", False, [("none", False), ("PNG, SVG, text and CSV", True)]
    )
    return controls


def _setting(chosen, side):
    return Setting(*(chosen[f"{name}_{side}"] for name in OF_A_SIDE))


def _heads(model):
    return [(f"{layer}.{head}", (layer, head)) for layer, head in MODELS[model].heads]


def _asking(controls):
    """The words that may ask, as (text, (word, which occurrence)), of both sides."""
    sentence = tidy(controls["sentence"].value)
    found = {}
    for side in ("a", "b"):
        try:
            model, head = controls[f"model_{side}"].value, controls[f"head_{side}"].value
            read = projections(model, sentence, head)
        except (ValueError, ModelMissing, ModelDamaged):
            continue  # the side says so where its map would stand
        for place, word in enumerate(read.words):
            which = read.words[:place].count(word)
            again = f" ({which + 1})" if which else ""
            found[f"{shorten(word_label(word), 24)}{again}"] = (word, which)
    return list(found.items()) or [("no word yet", ("", 0))]


def _first_asking(options):
    """Its first "it", else its first word that is no mark such as [CLS] or <begin>."""
    values = [value for _, value in options]
    plain = [value for value in values if not value[0].startswith(("[", "<"))]
    return ("it", 0) if ("it", 0) in values else (plain or values)[0]


def _link_ready(controls):
    """A ready sentence is written into the line; a line of one's own is no ready sentence."""
    line, ready = controls["sentence"].source, controls["ready"].source

    def chosen(change):
        if change["new"] != OWN:
            line.value = change["new"]

    def written(change):
        if ready.value not in (OWN, change["new"]):
            ready.value = OWN

    ready.observe(chosen, names="value")
    line.observe(written, names="value")


def _link_heads(controls, side):
    """Each model has its own heads. The one shown stays where the next model has it too."""
    model, head = controls[f"model_{side}"].source, controls[f"head_{side}"].source

    def changed(change):
        shown = head.value
        heads = MODELS[change["new"]].heads
        head.options = _heads(change["new"])
        head.value = shown if shown in heads else MODELS[change["new"]].best

    model.observe(changed, names="value")


def _link_asks(controls):
    """The words that may ask are those of the sentence, as the models cut it."""
    asks = controls["asks"].source

    def changed(_):
        shown, options = asks.value, _asking(controls)
        if tuple(options) != tuple(asks.options):
            asks.options = options
            values = [value for _, value in options]
            asks.value = shown if shown in values else _first_asking(options)

    for name in ("sentence", "model_a", "model_b"):
        controls[name].observe(changed)


def _in_groups(explorer):
    """The explorer's children, the controls of each side in a row of their own."""
    controls, children = explorer.controls, explorer.children
    shown = children[len(controls) :]
    groups = []
    for side in ("a", "b"):
        group = Box([controls[f"{name}_{side}"].widget for name in OF_A_SIDE])
        group.add_class("explore-group")
        groups.append(group)
    sentence, ready, asks, files = (
        controls[name].widget for name in ("sentence", "ready", "asks", "files")
    )
    return [sentence, ready, *groups, asks, *shown[:-1], files, shown[-1]]
