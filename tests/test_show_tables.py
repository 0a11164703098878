"""Tables that stand for pictures: well-formed, named, legible."""

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest

from helpers import show
from helpers.contrast import contrast
from helpers.show.map_table import map_table

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
