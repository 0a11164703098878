"""What each explorer says of a state, word for word, and what it refuses."""

import re

import numpy as np
import pytest

from helpers import explore
from helpers.attention import softmax
from helpers.explore.scaling import DIVISORS, WIDTHS, jacobian_norm
from helpers.tasks.sentence import WORDS

PAINTED = ("words", "chosen", "notes", "backgrounds", "inks")
WEIGHTS = np.array(
    [
        [0.7, 0.2, 0.1],
        [0.25, 0.25, 0.5],
        [0.0, 0.0, 1.0],
    ]
)


def live(explorer, place=0):
    """What a view shows: its HTML, or of a row of words all that is painted."""
    widget = explorer._views[place].widget
    return widget.value if hasattr(widget, "value") else widget.get_state(PAINTED)


# The spotlight ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (0, '"dog" looks most at itself (0.70), then at "bites" (0.20) and "man" (0.10).'),
        (1, '"bites" looks most at "man" (0.50), then at "dog" (0.25) and itself (0.25).'),
        (2, '"man" looks most at itself (1.00).'),
    ],
)
def test_spotlight_says_where_a_word_looks(query, words):
    explorer = explore.spotlight(WEIGHTS, ["dog", "bites", "man"])
    explorer.set(query=query)
    assert explorer.words == words


def test_spotlight_starts_at_a_word_or_an_index():
    weights = np.full((10, 10), 0.1)
    assert explore.spotlight(weights, WORDS, start="it").state == {"query": 7}
    assert explore.spotlight(weights, WORDS, start=4).words.startswith('The second "the" looks')
    assert explore.spotlight(weights, WORDS).state == {"query": 0}


def test_spotlight_shows_every_word_with_its_weight_and_who_asks():
    row = live(explore.spotlight(WEIGHTS, ["dog", "<b>", "man"], start=1))
    assert row["words"] == ["dog", "<b>", "man"] and row["chosen"] == 1
    assert row["notes"] == ["0.25", "asks · 0.25", "0.50"]


def test_spotlight_follows_the_word_that_is_clicked():
    explorer = explore.spotlight(WEIGHTS, ["dog", "bites", "man"])
    explorer.controls["query"].widget.chosen = 2  # what the browser sends
    assert explorer.words.startswith('"man" looks most at itself')
    assert live(explorer)["notes"] == ["0.00", "0.00", "asks · 1.00"]


def test_spotlight_sorts_its_table():
    made = live(explore.spotlight(WEIGHTS, ["dog", "bites", "man"], start=1), 1)
    rows = re.findall('row">([^<]*)</th><td>([^<]*)</td><td>([^<]*)', made)
    assert rows == [("man", "3", "0.50"), ("dog", "1", "0.25"), ("bites", "2", "0.25")]


def test_spotlight_inks_are_legible():
    from helpers.contrast import contrast

    weights = np.diag(np.full(9, 0.9)) + np.linspace(0, 0.1, 81).reshape(9, 9)
    row = live(explore.spotlight(weights, list("abcdefghi")))
    pairs = list(zip(row["backgrounds"], row["inks"], strict=True))
    assert len(pairs) == 9
    assert min(contrast(*pair) for pair in pairs) >= 4.5


def test_spotlight_of_a_long_text_is_a_map_and_stays_small():
    n = 300
    weights = softmax(np.random.default_rng(0).normal(size=(n, n)))
    explorer = explore.spotlight(weights, [f"w{i}" for i in range(n)], start=9)
    assert "300 words are too many" in live(explorer)
    assert "<table>" in live(explorer, 1)
    assert len(explorer._repr_mimebundle_()[0]["image/png"]) < 100_000


def test_spotlight_asks_whether_a_map_is_transposed():
    said = explore.spotlight(WEIGHTS.T, ["dog", "bites", "man"]).words
    assert said.endswith("Columns, and not rows, sum to 1: transposed?")


def test_spotlight_says_when_a_word_looks_at_nothing():
    weights = WEIGHTS.copy()
    weights[0] = 0
    said = explore.spotlight(weights, ["dog", "bites", "man"]).words
    assert said == '"dog" looks at nothing: all of its weights are 0.'


@pytest.mark.parametrize(
    ("weights", "words", "start", "says"),
    [
        (np.ones((2, 3, 3)), list("abc"), None, "one map"),
        (np.ones((3, 4)), list("abc"), None, "3 queries and 4 keys"),
        (np.full((3, 3), np.nan), list("abc"), None, "NaN"),
        (-np.ones((3, 3)), list("abc"), None, "Are these scores"),
        (np.ones((3, 3)), list("ab"), None, "2 words for 3"),
        (np.ones((3, 3)), None, None, "needs words"),
        (np.ones((3, 3)), list("abc"), "d", "none of the words: a, b, c"),
        (np.ones((3, 3)), list("abc"), 3, "from 0 to 2"),
    ],
)
def test_spotlight_refuses(weights, words, start, says):
    with pytest.raises(ValueError, match=says):
        explore.spotlight(weights, words, start=start)


# The query by angle -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (
            {"angle": 30, "sharpness": 1},
            'With the query at 30° and sharpness 1, the largest weight is 0.41, on "cat"; '
            "the mixed value is (0.92, 1.54).",
        ),
        (
            {"angle": -60, "sharpness": 0},
            "With the query at -60° and sharpness 0, all 5 keys get the same weight, 0.20, and "
            "the mixed value is the mean of the values, (0.40, 0.20).",
        ),
        (
            {"angle": 150, "sharpness": 32},
            'With the query at 150° and sharpness 32, the largest weight is 1.00, on "sat"; '
            "the mixed value is (-2.50, -0.50).",
        ),
    ],
)
def test_query_angle_says_weights_and_mixed_value(state, words):
    explorer = explore.query_angle()
    explorer.set(**state)
    assert explorer.words == words


def test_query_angle_of_own_arrays_is_softmax_of_the_dot_products():
    keys = np.array([[2.0, 0.0], [0.0, 1.0], [-1.0, 0.5]])
    values = np.array([[1.0, 0.0], [0.0, 4.0], [2.0, 2.0]])
    explorer = explore.query_angle(keys, values, ["a", "b", "c"], angle=90)
    weights = softmax(keys @ [0.0, 1.0])
    rows = re.findall('row">(.)</th><td>([^<]*)</td><td>([^<]*)</td>', explorer.picture.table())
    expected = [(w, f"{s:.2f}", f"{p:.2f}") for w, s, p in zip("abc", (0, 1, 0.5), weights)]  # noqa: B905
    assert rows == expected


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"keys": np.ones((3, 4))}, r"\(3, 4\); expected \(n, 2\)"),
        ({"keys": np.ones((13, 2))}, "1 to 12 rows"),
        ({"keys": np.full((3, 2), np.inf)}, "NaN or inf"),
        ({"keys": np.ones((3, 2)), "values": np.ones((2, 2))}, "3 keys, but 2 values"),
        ({"keys": np.ones((3, 2)), "words": ["a"]}, "1 words for 3 keys"),
        ({"values": np.ones((3, 2))}, "belong to keys"),
        ({"angle": 400}, "expected a number from -180 to 180, got 400"),
    ],
)
def test_query_angle_refuses(arguments, says):
    with pytest.raises(ValueError, match=says):
        explore.query_angle(**arguments)


# Scaling ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (
            {"d": 64, "divisor": "none"},
            "d = 64, not divided: the scores have standard deviation 7.98 (below 0.1% beyond "
            "±40). Of 16 weights the largest is 0.85 on average; entropy 0.56 of 4.00 bits, "
            "gradient of softmax 0.16.",
        ),
        (
            {"d": 64, "divisor": "√d"},
            "d = 64, divided by √d: the scores have standard deviation 1.00. Of 16 weights the "
            "largest is 0.25 on average; entropy 3.40 of 4.00 bits, gradient of softmax 0.30.",
        ),
        (
            {"d": 1024, "divisor": "none"},
            "d = 1024, not divided: the scores have standard deviation 31.62 (21% beyond ±40). "
            "Of 16 weights the largest is 0.96 on average; entropy 0.13 of 4.00 bits, gradient "
            "of softmax 0.05.",
        ),
    ],
)
def test_scaling_says_the_same_numbers_everywhere(state, words):
    explorer = explore.scaling()
    explorer.set(**state)
    assert explorer.words == words


def test_scaling_numbers_do_not_hang_on_a_rounding():
    """No printed number lies so close to a tie that another BLAS kernel could print another."""
    explorer = explore.scaling()
    for d in WIDTHS:
        for divisor in DIVISORS:
            one = explorer._compute(d, divisor)
            for value in (one.spread, one.largest, one.entropy, one.gradient):
                assert abs((value * 100) % 1 - 0.5) > 1e-6, (d, divisor, value)


def test_scaling_takes_a_generator_and_does_not_touch_the_global_one():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    first = explore.scaling(rng=np.random.default_rng(1)).words
    again = explore.scaling(rng=np.random.default_rng(1)).words
    assert first == again != explore.scaling().words
    assert np.array_equal(before, np.random.get_state()[1])  # noqa: NPY002


def test_the_gradient_is_the_norm_of_the_jacobian():
    weights = softmax(np.random.default_rng(0).normal(size=(5, 7)))
    expected = [np.linalg.norm(np.diag(row) - np.outer(row, row)) for row in weights]
    np.testing.assert_allclose(jacobian_norm(weights), expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"d": 48}, "expected one of 1, 2, 4"),
        ({"n_keys": 1}, "2 to 64"),
        ({"n_keys": 2.5}, "whole"),
    ],
)
def test_scaling_refuses(arguments, says):
    with pytest.raises(ValueError, match=says):
        explore.scaling(**arguments)


# All --------------------------------------------------------------------------------------------

ALL = {
    "spotlight": (lambda: explore.spotlight(WEIGHTS, ["dog", "bites", "man"]), {"query": 1}),
    "query_angle": (explore.query_angle, {"angle": 45, "sharpness": 4}),
    "scaling": (explore.scaling, {"d": 256, "divisor": "√d"}),
    "mask_painter": (explore.mask_painter, {"mask": "window", "layers": 2}),
}


@pytest.mark.parametrize("name", ALL)
def test_picture_table_words_and_live_form_follow_the_state(name):
    make, state = ALL[name]
    explorer = make()
    first = (explorer.words, explorer.picture.table(), live(explorer))
    explorer.set(**state)
    second = (explorer.words, explorer.picture.table(), live(explorer))
    assert all(a != b for a, b in zip(first, second, strict=True))
    assert explorer.redraws == 2


@pytest.mark.parametrize("name", ["query_angle", "scaling"])
def test_the_live_image_is_the_stored_picture(name):
    import base64
    import io

    from PIL import Image

    make, state = ALL[name]
    explorer = make()
    explorer.set(**state)
    data = base64.b64decode(live(explorer).split("base64,")[1].split('"')[0])
    shown = np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)
    stored = np.asarray(Image.open(io.BytesIO(explorer.picture.png())).convert("RGB")).astype(int)
    assert shown.shape == stored.shape
    # The layout was found with the starting state in place: ticks are the same, to a pixel.
    assert np.mean(np.abs(shown - stored).max(-1) > 8) < 0.001


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_printed_or_warned(name, capsys, recwarn):
    make, state = ALL[name]
    explorer = make()
    explorer.set(**state)
    explorer._repr_mimebundle_()
    assert capsys.readouterr() == ("", "")
    assert not [str(warning.message) for warning in recwarn]
