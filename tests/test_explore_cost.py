"""The explorer of costs: its formulas against real arrays, its words, and what it refuses."""

import re

import numpy as np
import pytest

from helpers import explore
from helpers.attention import scaled_dot_product_attention
from helpers.efficient import KeyValueCache
from helpers.explore.cost import LENGTHS, METHODS, needs


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (
            {},
            "2,048 tokens, 96 layers of 96 heads, float16: 39 billion scores. Memory: plain 11 GB, "
            "tiled 9.9 GB, window (512) 2.6 GB, linear 506 MB. Fits: plain, tiled, window and "
            "linear in 16 GB.",
        ),
        (
            {"n": 65_536, "window": 64},
            "65,536 tokens, 96 layers of 96 heads, float16: 40 trillion scores. Memory: plain "
            "1.1 TB, tiled 316 GB, window (64) 6.7 GB, linear 6.7 GB. Fits: plain in none of 16, "
            "80 and 640 GB; tiled in 640 GB; window and linear in 16 GB.",
        ),
        (
            {"n": 256, "heads": 1, "layers": 1, "precision": "int8", "window": 64},
            "256 tokens, 1 layer of 1 head, int8: 66 thousand scores. Memory: plain 262 kB, tiled "
            "197 kB, window (64) 147 kB, linear 148 kB. Fits: plain, tiled, window and linear in "
            "16 GB.",
        ),
    ],
)
def test_cost_says_what_is_needed_and_where_it_fits(state, words):
    explorer = explore.cost()
    explorer.set(**state)
    assert explorer.words == words


def test_weights_and_cache_are_as_large_as_real_ones():
    n, heads, layers = 256, 8, 12
    rows = np.zeros((heads, n, 128), np.float32)
    output, weights = scaled_dot_product_attention(rows, rows, rows)
    cache = KeyValueCache()
    cache.append(rows, rows)
    need = needs(n, 64, heads, layers, "float32")
    assert need["plain"].working == 3 * rows.nbytes + output.nbytes + weights.nbytes
    assert need["tiled"].working == 3 * rows.nbytes + output.nbytes
    assert need["plain"].kept == need["tiled"].kept == layers * cache.nbytes
    assert need["window"].kept == layers * cache.nbytes * 64 / n
    assert need["linear"].kept == layers * heads * (128 * 128 + 128) * 4


def test_a_window_wider_than_the_text_costs_what_tiles_cost():
    need = needs(512, 1024, 8, 12, "float16")
    assert need["window"] == need["tiled"]


@pytest.mark.parametrize("method", METHODS)
def test_twice_the_tokens_cost_twice_or_four_times_the_work(method):
    need, double = (needs(n, 64, 8, 12, "float16")[method] for n in (4096, 8192))
    wanted = 4 if method in ("plain", "tiled") else 2
    assert double.products == wanted * need.products
    assert double.total > need.total


def test_one_number_or_all_lengths_give_the_same():
    at_all = needs(np.array(LENGTHS, float), 512, 8, 12, "float16")
    for place, n in enumerate(LENGTHS):
        for method, need in needs(n, 512, 8, 12, "float16").items():
            assert at_all[method].total[place] == need.total


def test_the_table_has_a_row_for_every_method():
    made = explore.cost().picture.table()
    assert re.findall('row">([^<]*)<', made) == list(METHODS)
    cells = re.findall("<td>([^<]*)", made)
    assert cells[:6] == ["9.9 trillion", "16 minutes", "99 ms", "1.0 GB", "9.7 GB", "16 GB"]


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ({"n": 1000}, "Tokens n: expected one of 256, 512"),
        ({"window": 3}, "Window: expected one of 64"),
        ({"heads": 7}, "Heads of 128: expected one of 1, 8, 12, 32, 96"),
        ({"precision": "float64"}, "Precision: expected one of float32, float16, int8"),
    ],
)
def test_cost_refuses(setting, says):
    with pytest.raises(ValueError, match=says):
        explore.cost(**setting)
