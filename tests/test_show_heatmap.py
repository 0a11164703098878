"""show.heatmap: exact words, a number in every cell, a table that says the same, clear refusals."""

import numpy as np
import pytest

from helpers import show

pytestmark = pytest.mark.filterwarnings("error")
SETTINGS = {
    "rows": [0.01, 0.1], "columns": ["narrow", "wide", "widest"], "row_label": "rate",
    "column_label": "width", "label": "accuracy",
}  # fmt: skip
GOOD, POOR = [[1, 0.9, 0.8], [0.7, 0.6, 0.5]], [[0.5, 0.5, 0.25], [0.5, 0.5, 0.5]]
MAPS = {"with": GOOD, "without": POOR}


def test_it_says_where_each_map_is_lowest_and_highest():
    picture = show.heatmap(MAPS, **SETTINGS)
    assert picture.title == "Mean accuracy over all cells: with 0.75 and without 0.46"
    assert picture.words == (
        "Accuracy by rate and width: with from 0.50 (rate 0.1, width widest) to 1.00 (rate 0.01, "
        "width narrow); without from 0.25 (rate 0.01, width widest) to 0.50 (rate 0.01, width "
        "narrow)."
    )
    assert show.heatmap(MAPS, **SETTINGS, title="One fits all").title == "One fits all"


def test_all_numbers_stand_in_the_cells_and_in_the_table():
    picture = show.heatmap(MAPS, **SETTINGS)
    panels = [axes for axes in picture.figure().axes if axes.images]
    assert [axes.get_title(loc="left") for axes in panels] == ["with", "without"]
    for axes, values in zip(panels, MAPS.values(), strict=True):
        texts = [text.get_text() for text in axes.texts]
        assert texts == [f"{value:.2f}" for row in values for value in row]
        assert axes.images[0].get_clim() == (0, 1), "one scale for all maps"
    table = picture.table()
    assert '<th scope="row">without, 0.1</th>' in table and table.count("<td") == 12
    assert '<th scope="row">0.1</th>' in show.heatmap({"one": GOOD}, **SETTINGS).table()


def test_the_same_each_time_and_small():
    for maps in (MAPS, {"signed": np.array(GOOD) - 0.75}, {"flat": np.ones((2, 3))}):
        picture = show.heatmap(maps, **SETTINGS)
        assert picture.png() == show.heatmap(maps, **SETTINGS).png()
        assert len(picture.png(caption=True)) < 100_000


def test_what_cannot_be_drawn_is_refused():
    cases = (
        ({}, {}, "1 to 4 maps"),
        (GOOD, {}, "not a dict"),
        ({"a": [[1, 2]]}, {}, r"map 'a' has shape \(1, 2\), expected \(2, 3\)"),
        ({"a": [[1, 2, np.nan]] * 2}, {}, "map 'a' holds NaN or inf"),
        ({"a": np.ones((13, 3))}, {"rows": range(13)}, "13 rows and 3 columns"),
        ({"a": np.ones((0, 3))}, {"rows": []}, "0 rows and 3 columns"),
    )
    for maps, changed, said in cases:
        with pytest.raises(ValueError, match=said):
            show.heatmap(maps, **{**SETTINGS, **changed})
