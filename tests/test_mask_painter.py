"""The mask painter: what it says of a mask, what painting does, what it refuses."""

import re

import numpy as np
import pytest

from helpers import explore
from helpers.attention import scaled_dot_product_attention
from helpers.diagnosis.leaks import leaks
from helpers.explore.mask_painter import paint


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (
            {"mask": "causal"},
            "21 of 36 places are open. No leak: no word hears a later one.",
        ),
        (
            {"mask": "padding"},
            '24 of 36 places are open. Six leaks: the first "the" hears "cat", the first "the" '
            'hears "sat", the first "the" hears "on" and 3 more.',
        ),
        (
            {"mask": "window", "layers": 3},
            "11 of 36 places are open. No leak: no word hears a later one through 3 layers.",
        ),
        (
            {"mask": "prefix"},
            '22 of 36 places are open. One leak: the first "the" hears "cat".',
        ),
        (
            {"mask": "none"},
            "0 of 36 places are open. No leak: no word hears a later one. Nobody has anything to "
            "look at: all weights are 0, and none is NaN.",
        ),
    ],
)
def test_mask_painter_says_what_follows_from_a_mask(state, words):
    explorer = explore.mask_painter()
    explorer.set(**state)
    assert explorer.words == words


def test_mask_painter_paints_place_by_place():
    explorer = explore.mask_painter(words=list("abcd"))
    control = explorer.controls["mask"]

    def paint_place(query, key, may):  # as the browser does: a new mask, one place changed
        mask = [list(row) for row in control.grid.mask]
        mask[query][key] = may
        control.grid.mask = mask

    paint_place(0, 2, True)
    assert explorer.words == '11 of 16 places are open. One leak: "a" hears "c".'
    assert control.preset.value == "painted by hand"
    paint_place(0, 2, False)
    assert (explorer.redraws, control.preset.value) == (3, "causal")
    for key in range(3):
        paint_place(2, key, False)
    assert explorer.words.endswith('"c" has nothing to look at: weights of 0, not NaN.')
    assert not explorer._compute(**explorer.state).weights[2].any()
    control.preset.value = "all"
    assert all(map(all, control.grid.mask)) and "Six leaks" in explorer.words


def test_mask_painter_keeps_an_open_future_in_sight():
    made = explore.mask_painter(words=list("abc"), start="all")._views[1].widget.value
    rows = re.findall('row">(.)</th><td>([^<]*)</td><td>([^<]*)</td><td>([^<]*)', made)
    assert rows == [("a", "●", "leak", "leak"), ("b", "●", "●", "leak"), ("c", "●", "●", "●")]


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("seed", range(4))
def test_mask_painter_reaches_as_far_as_the_leak_detector_finds(layers, seed):
    """What the painter computes with booleans, found by changing words of real attention."""
    rng = np.random.default_rng(seed)
    mask = rng.random((5, 5)) < 0.35
    matrices = rng.normal(size=(layers, 3, 4, 4))

    def stack(x):
        for w_query, w_key, w_value in matrices:
            x = x + scaled_dot_product_attention(x @ w_query, x @ w_key, x @ w_value, mask)[0]
        return x

    painted = paint(np.zeros((5, 5)), mask, layers, list("abcde"), list("abcde"))
    x = 0.3 * rng.normal(size=(5, 4))
    found = leaks(stack, x, instead=0.3 * rng.normal(size=(6, 4)))
    assert np.array_equal(painted.reach, found.reach)
    assert painted.leaks == found.pairs


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"scores": np.ones((3, 4))}, "expected .n, n. with 2 to 8"),
        ({"scores": np.ones((9, 9))}, "2 to 8 words"),
        ({"scores": np.full((3, 3), -np.inf)}, "plain scores"),
        ({"scores": np.ones((3, 3)), "words": list("ab")}, "2 words for 3"),
        ({"words": "the cat sat"}, "one string"),
        ({"start": "diagonal"}, "There are: causal, padding"),
        ({"start": np.ones((2, 2), bool)}, r"expected booleans \(6, 6\)"),
        ({"start": np.ones((6, 6))}, "expected booleans"),
        ({"layers": 4}, "expected one of 1, 2, 3"),
    ],
)
def test_mask_painter_refuses(arguments, says):
    with pytest.raises(ValueError, match=says):
        explore.mask_painter(**arguments)
