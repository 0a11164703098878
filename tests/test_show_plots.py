"""Bars, arrows, curves, histograms and shapes: exact words, clear refusals, same bytes."""

from itertools import pairwise

import numpy as np
import pytest
from peers import peer

from helpers import show

pytestmark = pytest.mark.filterwarnings("error")
X = [3, 8, 12, 20]
LABELS = {"x_label": "length", "y_label": "accuracy"}


def z(*shape):
    return np.zeros(shape)


def samples():
    return np.array([-10.0, -1, 0, 1, 2, 2, 1, 9])


PICTURES = {
    "bars": lambda: show.bars([0.1, 0.6, 0.3], ["the", "cat", "sat"]),
    "negative bars": lambda: show.bars([-1, 2], ["a", "b"], role="query", label="score"),
    "arrows": lambda: show.arrows(
        [1, 0], [[2, 0], [0, 1]], words=["a", "b"], values=[[1, 1], [2, 1]]
    ),
    "no length": lambda: show.arrows([0, 0], [[0, 0]]),
    "curves": lambda: show.curves(
        X, {"with": [1, 1, 1, 1], "without": [1, 0.6, 0.4, 0.25]}, **LABELS
    ),
    "logarithmic": lambda: show.curves(
        [64, 128, 4096], {"n²": [1e-4, 4e-4, 0.4]}, x_label="tokens", y_label="seconds",
        x_log=True, y_log=True,
    ),
    "one point": lambda: show.curves([1], {"a": [2]}, **LABELS),
    "histogram": lambda: show.histogram(samples(), mark=[8, 64], label="score"),
    "two histograms": lambda: show.histogram({"a": samples(), "b": samples() / 2}, mark=8),
    "constant": lambda: show.histogram(np.ones(5)),
    "shapes": lambda: show.shapes(query=z(5, 4), key=z(7, 4), scores=z(5, 7)),
    "vectors": lambda: show.shapes(state=z(6), memory=z(9, 6), scores=z(9)),
    "number": lambda: show.shapes(loss=1.5),
}  # fmt: skip


@pytest.mark.parametrize("name", PICTURES)
def test_each_is_the_same_each_time_and_small(name):
    picture = PICTURES[name]()
    assert picture.png() == PICTURES[name]().png()
    assert len(picture.png(caption=True)) < 100_000
    assert picture.title and picture.words.endswith((".", "?"))
    assert "np." not in picture.words and "array" not in picture.words.replace("arrays", "")


def test_bars_say_the_largest_and_the_next():
    picture = PICTURES["bars"]()
    assert picture.title == '"cat" has the largest weight (0.60)'
    assert picture.words == '"cat" has the largest weight (0.60), then "sat" (0.30).'


def test_bars_that_tie_say_so():
    assert show.bars([0.4, 0.2, 0.4], ["a", "b", "c"]).words == (
        '"a" and "c" have the largest weight, 0.40 each.'
    )
    assert show.bars([0.5, 0.5], ["a", "b"]).words == "All 2 have the same weight, 0.50."


def test_of_many_bars_the_largest_are_drawn():
    picture = show.bars(np.arange(50.0), [f"w{index}" for index in range(50)])
    assert picture.words.endswith("The 32 largest of 50 are drawn.")
    assert len(picture.figure().axes[0].patches) == 32


def test_arrows_say_dot_products_and_angles():
    picture = PICTURES["arrows"]()
    assert picture.title == 'The query scores highest with "a" (2.00)'
    assert picture.words == (
        'The dot product of the query is largest with "a": 2.00, at an angle of 0°; it is smallest '
        'with "b": 0.00, at 90°. One key is at right angles to it.'
    )


def test_arrows_are_told_apart_by_more_than_colour():
    axes = PICTURES["arrows"]().figure().axes[0]
    names = [text.get_text() for text in axes.texts if text.get_text()]
    assert names == ["query", "a", "b", "value of a", "value of b"]
    styles = {
        line.get_linestyle() for line in axes.lines if line.get_color() in (show.KEY, show.QUERY)
    }
    assert len(styles) == 2
    assert axes.get_aspect() == 1


def test_curves_say_what_each_does():
    picture = PICTURES["curves"]()
    assert picture.title == "Accuracy at length = 20: with 1.00 and without 0.25"
    assert picture.words == (
        "From length = 3 to 20, accuracy: with stays at 1.00; without falls from 1.00 to 0.25."
    )


def test_a_curve_that_turns_says_where():
    picture = show.curves([0, 1, 2], {"loss": [1, 3, 0.5]}, x_label="step", y_label="loss")
    assert picture.words == ("From step = 0 to 2, loss goes from 1.00 to 0.50, highest 3.00 at 1.")


def test_curves_are_named_at_their_ends_with_styles_and_markers_of_their_own():
    curves = {f"curve {index}": np.arange(4) * index for index in range(8)}
    axes = show.curves(X, curves, **LABELS).figure().axes[0]
    looks = {(line.get_marker(), str(line._dash_pattern)) for line in axes.lines}
    assert len({line.get_marker() for line in axes.lines}) == 8 and len(looks) == 8
    assert [text.get_text() for text in axes.texts] == list(curves)


def test_names_of_curves_that_end_together_do_not_overlap():
    figure = show.curves(X, {name: [1, 1, 1, 1.0] for name in "abcd"}, **LABELS).figure()
    boxes = sorted(
        (text.get_window_extent() for text in figure.axes[0].texts), key=lambda box: box.y0
    )
    assert all(low.y1 <= high.y0 + 1 for low, high in pairwise(boxes))


def test_query_key_and_value_keep_their_colours_among_curves():
    axes = show.curves(X, {"key": X, "other": X}, **LABELS).figure().axes[0]
    assert axes.lines[0].get_color() == show.KEY != axes.lines[1].get_color()


def test_histograms_say_spread_and_what_lies_beyond():
    picture = PICTURES["histogram"]()
    assert picture.title == "25% beyond ±8 and none of 8 beyond ±64"
    assert picture.words == (
        "Score: mean 0.50, standard deviation 4.87, from -10.00 to 9.00. "
        "25% beyond ±8 and none of 8 beyond ±64."
    )


def test_a_mark_is_one_sided_where_samples_are():
    assert show.histogram([0.1, 0.2, 0.9, 0.95], mark=0.5).title == "50% beyond 0.50"
    assert show.histogram([-3.0, 1, 2], mark=-2).title == "33% beyond -2"


def test_two_histograms_are_told_apart_by_line_style():
    axes = PICTURES["two histograms"]().figure().axes[0]
    legend = axes.get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["a", "b"]
    outlines = [patch for patch in axes.patches if not patch.get_fill()]
    assert len({patch.get_linestyle() for patch in outlines}) == 2


def test_shapes_say_which_axes_meet():
    picture = show.shapes(
        query=z(5, 4), key=z(7, 4), value=z(7, 3), scores=z(5, 7), weights=z(5, 7), output=z(5, 3)
    )
    assert picture.title == "5 queries go in, and 5 rows of 3 come out"
    assert picture.words == (
        "query (5, 4) and key (7, 4) meet in d_key = 4 and give scores (5, 7); softmax over the "
        "keys turns scores (5, 7) into weights (5, 7); weights (5, 7) and value (7, 3) meet in the "
        "7 keys and give output (5, 3)."
    )
    assert "<td>queries, keys</td>" in picture.table()


def test_shapes_tell_projections_together():
    picture = show.shapes(
        x=z(9, 8), w_query=z(8, 4), w_key=z(8, 4), query=z(9, 4), key=z(9, 4), scores=z(9, 9)
    )
    assert picture.words.startswith(
        "w_query and w_key turn x (9, 8) into query (9, 4) and key (9, 4); "
    )


def test_shapes_tell_what_was_left_out():
    steps = {"x": z(9, 8), "query": z(9, 4), "key": z(9, 4), "weights": z(9, 9)}
    assert show.shapes(**steps).words == (
        "x (9, 8) is projected to query (9, 4) and key (9, 4); query (9, 4) and key (9, 4) meet in "
        "d_key = 4 and give, after softmax, weights (9, 9)."
    )


@pytest.mark.parametrize(
    "steps, message",
    [
        ({"query": z(5, 4), "key": z(7, 3)}, "their last axes are 4 and 3"),
        ({"key": z(7, 4), "value": z(6, 3)}, "7 keys and 6 values"),
        (
            {"query": z(5, 4), "key": z(7, 4), "scores": z(7, 5)},
            "scores (7, 5) should end in 5, 7 (a row for each query, a column each key): "
            "transposed?",
        ),
        (
            {"query": z(5, 4), "key": z(7, 4), "value": z(7, 3), "output": z(7, 3)},
            "output (7, 3) should end in 5, 3",
        ),
    ],
)
def test_shapes_that_do_not_fit_are_told_not_raised(steps, message):
    picture = show.shapes(**steps)
    assert message in picture.words and picture.png()


def test_shapes_work_with_leading_axes_lists_and_torch():
    torch = peer("torch")
    heads = show.shapes(query=z(2, 8, 5, 4), key=z(2, 8, 7, 4), scores=z(2, 8, 5, 7))
    assert "query (2, 8, 5, 4) and key (2, 8, 7, 4) meet in d_key = 4" in heads.words
    assert show.shapes(query=[[1, 2]]).words == show.shapes(query=torch.ones(1, 2)).words


REFUSED = {
    "bars: shape": (lambda: show.bars(np.eye(2), ["a", "b"]), r"shape \(2, 2\).*weights\[query\]"),
    "bars: NaN": (lambda: show.bars([1, np.nan], ["a", "b"]), "1 NaN or inf of 2"),
    "bars: words": (lambda: show.bars([1, 2], ["a"]), "1 words for 2 values"),
    "bars: no words": (lambda: show.bars([1], None), "need words"),
    "bars: role": (lambda: show.bars([1], ["a"], role="head"), "query, key, value"),
    "bars: empty": (lambda: show.bars([], []), "one number for each word"),
    "arrows: query": (lambda: show.arrows([1, 2, 3], [[1, 2]]), r"query has shape \(3,\)"),
    "arrows: keys": (lambda: show.arrows([1, 2], [1, 2]), r"keys has shape \(2,\)"),
    "arrows: many": (lambda: show.arrows([1, 2], z(30, 2)), "at most 24"),
    "arrows: values": (lambda: show.arrows([1, 2], z(3, 2), values=z(2, 2)), "2 values for 3"),
    "arrows: inf": (lambda: show.arrows([np.inf, 2], z(3, 2)), "NaN or inf"),
    "curves: none": (lambda: show.curves([1], {}, **LABELS), "not a dict with a curve"),
    "curves: length": (lambda: show.curves([1, 2], {"a": [1]}, **LABELS), "curve 'a' has shape"),
    "curves: log": (lambda: show.curves([1], {"a": [0]}, y_log=True, **LABELS), "above 0"),
    "curves: x log": (lambda: show.curves([0], {"a": [1]}, x_log=True, **LABELS), "above 0"),
    "curves: nan": (lambda: show.curves([1], {"a": [np.nan]}, **LABELS), "no number at all"),
    "curves: many": (lambda: show.curves([1], {i: [1] for i in range(9)}, **LABELS), "at most 8"),
    "histogram: empty": (lambda: show.histogram([]), "is empty"),
    "histogram: nan": (lambda: show.histogram([1, np.nan]), "1 NaN or inf of 2"),
    "histogram: bins": (lambda: show.histogram([1], bins=0), "from 1 to 1000"),
    "histogram: mark": (lambda: show.histogram([1], mark=np.nan), "mark is not a finite number"),
    "histogram: many": (lambda: show.histogram({i: [1] for i in range(5)}), "one to 4"),
    "shapes: none": (lambda: show.shapes(), "nothing to show"),
    "shapes: many": (lambda: show.shapes(**{f"a{i}": z(2) for i in range(17)}), "too many"),
    "shapes: ragged": (lambda: show.shapes(query=[[1], [1, 2]]), "ragged"),
    "shapes: empty": (lambda: show.shapes(query=z(0, 4)), "is empty"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_drawn_is_refused_with_a_way_out(name):
    call, message = REFUSED[name]
    with pytest.raises(ValueError, match=message):
        call()
