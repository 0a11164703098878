"""Tables and colours: well-formed, named, legible; numbers and words the same anywhere."""

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from helpers import show
from helpers.contrast import contrast, ink_on
from helpers.show.colours import SERIES, WEIGHTS, colour_cells, scale_of
from helpers.show.lettering import printable, text_width, wrap
from helpers.show.map_table import map_table
from helpers.wording import number, share, small

pytestmark = pytest.mark.filterwarnings("error")


def parsed(table):
    return ElementTree.fromstring(table)


def tables():
    weights = np.array([[0.5, 0.5, 0.0], [0.125, 0.375, 0.5], [0.0, 0.004, 0.996]])
    words = ["the <b>", "cat & co", '"it"']
    return {
        "weights": show.weights(weights, words).table(),
        "masked": show.weights(
            np.array([[1.0, 0], [0.3, 0.7]]), mask=np.tril(np.ones((2, 2), bool))
        ).table(),
        "scores": show.weights(weights - 0.3, words, label="score").table(),
        "bars": show.bars([0.2, 0.5, 0.3], words).table(),
        "shapes": show.shapes(query=np.zeros((5, 4)), key=np.zeros((7, 4))).table(),
    }


@pytest.mark.parametrize("name", tables())
def test_a_table_is_well_formed_has_a_caption_and_scoped_headers(name):
    root = parsed(tables()[name])
    assert root.find("caption").text.strip()
    headers = list(root.iter("th"))
    assert {header.get("scope") for header in headers} == {"col", "row"}
    assert all((header.text or "").strip() for header in headers), "a header without a name"
    columns = len(root.find("thead/tr"))
    assert all(len(row) == columns for row in root.findall("tbody/tr"))


@pytest.mark.parametrize("name", ["weights", "masked", "scores", "bars"])
def test_numbers_in_a_table_can_be_read_on_their_colour(name):
    styles = re.findall(r"background:(#\w{6});color:(#\w{6})", tables()[name])
    assert styles
    worst = min(contrast(background, ink) for background, ink in styles)
    assert worst >= 4.5, f"a number stands out by {worst:.1f} only"


def test_the_cells_hold_the_numbers_and_exact_zero_is_told_from_almost_zero():
    cells = [cell.text for cell in parsed(tables()["weights"]).iter("td")]
    assert cells == ["0.50", "0.50", "0", "0.13", "0.38", "0.50", "0", "0.00", "1.00"]


def test_hidden_cells_are_named_and_a_leak_keeps_its_number():
    assert "is hidden by the mask" in tables()["masked"]
    assert [cell.text for cell in parsed(tables()["masked"]).iter("td")][1] == "–"
    leak = map_table([[0.6, 0.4]], ["a"], ["a", "b"], caption="c", hidden=np.array([[False, True]]))
    assert [cell.text for cell in parsed(leak).iter("td")] == ["0.60", "0.40"]


def test_a_chosen_row_is_marked_for_screen_readers():
    table = map_table(np.eye(2), ["a", "b"], ["a", "b"], caption="c", chosen=1)
    marked = [th.text for th in parsed(table).iter("th") if th.get("aria-current")]
    assert marked == ["b"]


def test_a_ranking_goes_from_the_largest_down():
    rows = [row.find("td").text for row in parsed(tables()["bars"]).findall("tbody/tr")]
    assert rows == ["0.50", "0.30", "0.20"]


def test_a_table_is_made_up_to_sixteen_words_and_for_one_map_only():
    assert show.weights(np.full((16, 16), 1 / 16)).table() is not None
    assert show.weights(np.full((17, 17), 1 / 17)).table() is None
    assert show.weights(np.full((2, 3, 3), 1 / 3)).table() is None


def test_html_in_words_stays_text():
    parser_saw = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag, attrs):
            parser_saw.append(tag)

    Parser().feed(tables()["weights"])
    assert "b" not in parser_saw


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


@pytest.mark.parametrize(
    "value, said",
    [
        (0.125, "0.13"),
        (0.125 - 1e-9, "0.13"),
        (0.125 + 1e-9, "0.13"),
        (-0.001, "0.00"),
        (-0.0, "0.00"),
        (np.float32(0.1), "0.10"),
        (-0.125, "-0.13"),
        (1.005, "1.01"),
        (12345.678, "12345.68"),
        (float("nan"), "NaN"),
        (-np.inf, "-∞"),
    ],
)
def test_numbers_are_rounded_the_same_on_every_machine(value, said):
    assert number(value) == said


def test_small_numbers_and_shares():
    assert [small(v) for v in (0.5, 0.00067, 0.0)] == ["0.50", "0.00067", "0.00"]
    assert [share(v) for v in (0.31, 0.003, 0.00001, 0, 1)] == [
        "31%", "0.3%", "below 0.1%", "0%", "100%",
    ]  # fmt: skip


def test_what_the_font_lacks_becomes_a_square():
    assert printable("a日b") == "a□b"
    assert printable("é") == "é"


def test_lines_are_no_wider_than_asked():
    text = wrap("the cat sat on the mat because it was tired " * 3, 10, 2.0)
    assert "\n" in text
    assert all(text_width(line, 10) <= 2.0 for line in text.split("\n"))
