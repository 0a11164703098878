"""A colour has its value and its word in one place, is legible, and captions follow it."""

import ast
import colorsys
import re
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from helpers import explore, show
from helpers.contrast import contrast, ink_on, rgb_of
from helpers.show import colours
from helpers.show.colours import SERIES, WEIGHTS, colour_cells, scale_of

ROOT = Path(__file__).parents[1]
COLOUR = re.compile(
    r"\b(violet|purple|lilac|brown|ochre|orange|blue|green|teal|gr[ea]y|white|black|yellow|pink|red)"
    r"(er|ish)?\b",
    re.IGNORECASE,
)
# What a colour's word may stand in, and why: the text around it, its reason.
ALLOWED = {
    "red bird": "a phrase of the toy language",
    "sees red": "a phrase of the toy language",
    "Brown and others": "an author",
    "brown-and-others": "the same in an address",
    "*yellow*": "a word of the captions, about a picture of that colour",
    "patch white": "what the lesson paints, in a picture of its own",
    "White paint": "the same",
    "px white": "a value in a style sheet",
}
HUES = {  # degrees, of words that have one; grey and white have none
    "orange": (15, 45),
    "brown": (25, 45),
    "green": (100, 170),
    "blue": (195, 240),
    "violet": (250, 290),
}


SAID = re.compile(r"<(p|caption)>(.*?)</\1>", re.DOTALL)


def named():
    """The colours that have a word: (name, Colour)."""
    return [(name, one) for name, one in vars(colours).items() if isinstance(one, colours.Colour)]


def test_the_word_fits_the_value():
    assert len(named()) >= 7
    for name, one in named():
        hue, lightness, saturation = colorsys.rgb_to_hls(*rgb_of(one))
        if one.word in HUES:
            low, high = HUES[one.word]
            assert low <= 360 * hue <= high and saturation > 0.3, f"{name} {one} is not {one.word}"
        else:
            assert one.word == ("white" if lightness == 1 else "grey"), f"{name} is not {one.word}"
            assert saturation < 0.15, f"{name} {one} is not {one.word}"


@pytest.mark.parametrize(
    "make, role",
    [
        (lambda: explore.head_view(), "MOST"),
        (lambda: explore.head_view(), "NOTHING"),
        (lambda: explore.neuron_view(), "LEAST"),
    ],
)
def test_captions_follow_the_word(make, role, monkeypatch):
    one = getattr(colours, role)
    assert one.word in said_by(make())
    monkeypatch.setattr(colours, role, colours.Colour(one, "magenta"))
    said = said_by(make())
    assert "magenta" in said and one.word not in said


def said_by(explorer):
    """What the captions of an explorer say."""
    shown = " ".join(str(getattr(child, "value", "")) for child in explorer.children)
    return " ".join(text for _, text in SAID.findall(shown))


def strings(path):
    """(line, text) of every string of a module that is no docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef)
    documented = [one for one in ast.walk(tree) if isinstance(one, owners)]
    skipped = {id(one.body[0].value) for one in documented if ast.get_docstring(one)}
    for node in ast.walk(tree):
        text = getattr(node, "value", None) if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and id(node) not in skipped:
            yield node.lineno, text


def prose(path):
    """(line, text) of what a lesson says outside its code."""
    inside = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("```"):
            inside = not inside
        elif not inside:
            yield number, line


def typed(lines):
    """(line, text) where a colour is named that no reason allows."""
    for number, text in lines:
        left = text
        for allowed in ALLOWED:
            left = left.replace(allowed, "")
        # A string that is a colour and nothing else is a value, for matplotlib.
        if COLOUR.search(left) and not COLOUR.fullmatch(left):
            yield number, text


def test_no_colour_is_named_elsewhere():
    places = [path for room in ("show", "explore") for path in ROOT.glob(f"helpers/{room}/*.py")]
    found = [
        f"{path.relative_to(ROOT)}:{line} {text.strip()[:90]!r}"
        for path, read in [
            *((path, strings) for path in places if path.name != "colours.py"),
            *((path, prose) for path in ROOT.glob("lessons/*.md")),
        ]
        for line, text in typed(read(path))
    ]
    assert not found, "\n".join(
        ["", *found, "Take the word from helpers.show.colours, or list it here with its reason."]
    )


def test_the_rule_finds_what_it_is_for():
    assert list(typed([(1, "the darkest violet is 1")])) and list(typed([(1, "a Greenish line")]))
    assert not list(typed([(1, "white"), (2, "the small cat sees red bird"), (3, "bored")]))


MAPS = ["viridis", "cividis", "magma", "Blues", "RdBu", "coolwarm", "turbo", "Greys"]


@pytest.mark.parametrize("colour_map", [WEIGHTS, *(matplotlib.colormaps[name] for name in MAPS)])
def test_ink_is_legible_on_every_colour_of_a_map(colour_map):
    background, ink = colour_cells(np.linspace(0, 1, 256), 0, 1, colour_map)
    worst = min(contrast(*pair) for pair in zip(background, ink, strict=True))
    assert worst >= 4.5, f"contrast {worst:.2f} on {colour_map.name}"


def test_contrast_is_the_one_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#ffffff", "#777777") == contrast("#777777", "#ffffff")


def test_colours_of_query_key_and_value_are_legible_as_text_and_apart_from_each_other():
    colours = {"query": show.QUERY, "key": show.KEY, "value": show.VALUE}
    for name, colour in colours.items():
        assert contrast(colour, "#ffffff") >= 4.5, name
    for colour in SERIES:
        assert contrast(colour, "#ffffff") >= 3, colour


# Severe red and green blindness (Machado, Oliveira and Fernandes, 2009), on linear light.
BLIND = {
    "red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998]],
    "green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
              [-0.011820, 0.042940, 0.968881]],
}  # fmt: skip


@pytest.mark.parametrize("kind", BLIND)
def test_query_key_and_value_differ_for_readers_who_see_fewer_hues(kind):
    linear = np.array([to_rgb(colour) for colour in (show.QUERY, show.KEY, show.VALUE)]) ** 2.2
    seen = np.clip(linear @ np.array(BLIND[kind]).T, 0, 1) ** (1 / 2.2)
    distances = [np.linalg.norm(seen[i] - seen[j]) for i, j in ((0, 1), (0, 2), (1, 2))]
    assert min(distances) > 0.2, f"distances {np.round(distances, 2)}"


def test_ink_works_on_arrays_of_colours():
    assert ink_on(np.array([[0, 0, 0], [1, 1, 1]])).tolist() == ["#ffffff", "#000000"]


@pytest.mark.parametrize(
    "values, low, high", [([0, 0.52], 0, 1), ([0, 0.11], 0, 0.2), ([0, 0], 0, 1), ([-3, 1], -3, 3)]
)
def test_colour_scales_start_at_zero_and_end_at_a_round_number(values, low, high):
    assert scale_of(np.array(values))[:2] == (low, pytest.approx(high))
