"""A colour has its value and its word in one place: captions follow it, and name no other."""

import ast
import colorsys
import re
from pathlib import Path

import pytest

from helpers import explore
from helpers.contrast import contrast, rgb_of
from helpers.show import colours

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


def test_the_three_roles_are_legible_and_differ_in_lightness():
    light = sorted(contrast(colour, "#ffffff") for colour in colours.ROLES.values())
    assert light[0] >= 4.5, "a name in its colour cannot be read"
    assert len({round(one, 1) for one in light}) == 3
