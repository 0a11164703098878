"""Tables that everyone can read, all made by one function."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from helpers.contrast import contrast, ink_on, rgb_of
from helpers.tables import Cell, table

HELPERS = Path(__file__).parents[1] / "helpers"


def parsed(markup):
    return ET.fromstring(markup)


def test_caption_and_headers_have_their_places():
    root = parsed(table("Of <two>", ["word", "n"], [["a & b", 1], [" ", 0.5]], kind="mine"))
    assert root.get("class") == "mine" and root.find("caption").text == "Of <two>"
    assert [(th.text, th.get("scope")) for th in root.find("thead").iter("th")] == [
        ("word", "col"),
        ("n", "col"),
    ]
    rows = list(root.find("tbody"))
    assert [row[0].get("scope") for row in rows] == ["row", "row"]
    assert [row[0].text for row in rows] == ["a & b", "\N{OPEN BOX}"], "a blank must be seen"
    assert [row[1].text for row in rows] == ["1", "0.50"]


def test_a_table_without_columns_has_no_head():
    root = parsed(
        table(Cell("Found", colour="#a3221c", bold=True), None, [["Cause", "x"]], left=True)
    )
    assert root.find("thead") is None
    assert root.find("caption").get("style") == "color:#a3221c;text-align:left"
    assert root.find("caption/strong").text == "Found"
    assert root.find(".//td").get("style") == "text-align:left"


def test_every_background_gets_an_ink_that_can_be_read():
    for red, green, blue in np.random.default_rng(0).integers(0, 256, (500, 3)):
        background = f"#{red:02x}{green:02x}{blue:02x}"
        style = parsed(table("c", None, [["a", Cell(1.0, background)]])).find(".//td").get("style")
        ink = re.search(r";color:(#\w{6})", style).group(1)
        assert contrast(ink, background) >= 4.5, f"{ink} on {background}"
        assert ink == ink_on(rgb_of(background))


def test_what_is_chosen_is_framed_and_said():
    root = parsed(table("c", ["a", "b"], [["x", 1], ["y", Cell(2, framed=True)]], chosen=0))
    first, second = root.find("tbody")
    assert first.get("class") == "chosen" and "outline" in first.get("style")
    assert first.find("th").get("aria-current") == "true"
    assert second.get("class") is None and second.find("th").get("aria-current") is None
    assert "outline" in second.find("td").get("style")


def test_numbers_texts_markup_and_decoration():
    cells = ["a", 0.0, 2, 1e-9, np.float32(0.125), np.int64(3), "<b>"]
    cells += [Cell("<i>i</i>", markup=True), Cell("-", decoration=True), Cell("–", hatched=True)]
    row = list(parsed(table("c", None, [cells])).find(".//tr"))
    assert [one.text for one in row[1:7]] == ["0", "2", "0.00", "0.13", "3", "<b>"]
    assert row[7].find("i").text == "i"
    assert row[8].get("aria-hidden") == "true"
    assert "repeating-linear-gradient" in row[9].get("style")


def test_a_row_that_is_too_short_is_refused():
    with pytest.raises(ValueError, match="2 cells under 3 column headers"):
        table("c", ["a", "b", "c"], [["x", 1]])


def test_no_other_file_makes_a_table_by_hand():
    by_hand = [
        f"{path.relative_to(HELPERS)}:{number}"
        for path in sorted([*HELPERS.rglob("*.py"), *HELPERS.rglob("*.js")])
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"<(table|td|th)\b", line) and path.name != "tables.py"
    ]
    assert not by_hand, f"use helpers.tables.table: {', '.join(by_hand)}"
