"""The explorer of lesson 05: what it says of a setting, what it shows, what it refuses."""

import re

import numpy as np
import pytest

from helpers import explore
from helpers.explore.several_heads import SIDES, light_on_neighbours, side_of
from helpers.models.heads_sweep import HEADS, WIDTHS, load


def live(explorer, place=0):
    return explorer._views[place].widget.value


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (
            {"n_heads": 2, "d_model": 16},
            "2 heads of width 8 (d_model 16): 1,536 parameters. Both neighbours are named rightly "
            "at 1.00 of the places, mean of 5 trainings. Of the heads, 1 looks mostly left and 1 "
            "looks mostly right.",
        ),
        (
            {"n_heads": 1, "d_model": 16},
            "1 head of width 16 (d_model 16): 1,536 parameters. Both neighbours are named rightly "
            "at 0.14 of the places, mean of 5 trainings. It looks to both sides.",
        ),
        (
            {"n_heads": 4, "d_model": 32},
            "4 heads of width 8 (d_model 32): 5,120 parameters. Both neighbours are named rightly "
            "at 1.00 of the places, mean of 5 trainings. Of the heads, 2 look mostly left and 2 "
            "look mostly right.",
        ),
    ],
)
def test_it_says_what_the_setting_does(state, words):
    explorer = explore.several_heads()
    explorer.set(**state)
    assert explorer.words == words


@pytest.mark.parametrize("n_heads", HEADS)
@pytest.mark.parametrize("d_model", WIDTHS)
def test_every_setting_shows_all_heads_and_its_row(n_heads, d_model):
    explorer = explore.several_heads(n_heads=n_heads, d_model=d_model)
    assert live(explorer).count("<img") == n_heads
    row = re.search(r'class="chosen".*?<th scope="row"[^>]*>(\d+)</th><td>(\d+)', live(explorer, 1))
    assert row.groups() == (str(n_heads), str(d_model // n_heads))
    assert len(live(explorer)) < 100_000


def test_numbers_under_a_map_are_its_own():
    runs = load()[16, 2]
    said = re.findall(r"left ([\d.]+)<br>right ([\d.]+)", live(explore.several_heads()))
    found = light_on_neighbours(runs.maps)
    assert said == [tuple(f"{side:.2f}" for side in sides) for sides in found]


def test_light_on_neighbours_of_known_maps():
    to_the_left = np.roll(np.eye(8), -1, axis=1)  # place i looks at i - 1
    maps = np.stack([to_the_left, to_the_left.T, (to_the_left + to_the_left.T) / 2, np.eye(8)])
    assert light_on_neighbours(maps).tolist() == [[1, 0], [0, 1], [0.5, 0.5], [0, 0]]


@pytest.mark.parametrize(
    ("left", "right", "side"),
    [(0.9, 0.1, 0), (0.1, 0.7, 1), (0.5, 0.4, 2), (0.58, 0.1, 3), (0.2, 0.2, 3)],
)
def test_sides_have_names(left, right, side):
    assert side_of(left, right) == SIDES[side]


@pytest.mark.parametrize("asked", [{"n_heads": 3}, {"d_model": 8}])
def test_other_sizes_are_refused(asked):
    with pytest.raises(ValueError, match="expected one of"):
        explore.several_heads(**asked)
