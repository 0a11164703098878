"""Head view, model view, neuron view: what they say is what the numbers are."""

import numpy as np
import pytest

from helpers import show
from helpers.attention import scaled_dot_product_attention, softmax
from helpers.show.neuron_view import take_apart

WORDS = ["the", "cat", "sat", "on", "the", "mat"]


def maps(count=3, n=6, seed=0):
    made = softmax(np.random.default_rng(seed).normal(size=(count, n, n)))
    made[0] = np.eye(n, k=-1)
    made[0, 0, 0] = 1
    return made


def test_heads_are_named_by_their_score_and_drawn_on_one_scale():
    picture = show.head_view(maps(), WORDS, names=["0.2", "1.3", "2.0"])
    assert "Three heads on 6 tokens, one scale from 0 to 1." in picture.words
    assert (
        "0.2 previous (1.00)" in picture.words and "1.3 and 2.0 have no such kind" in picture.words
    )
    figure = picture.figure()
    images = [axes.images[0] for axes in figure.axes if axes.images]
    assert {image.norm.vmin for image in images} == {0.0}
    assert {image.norm.vmax for image in images} == {1.0}
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert "0.2  previous 1.00" in titles and "1.3" in titles


def test_heads_of_several_layers_stand_in_order_and_hide_what_a_mask_hides():
    causal = np.tri(6) / np.arange(1, 7)[:, None]
    picture = show.head_view(np.tile(causal, (2, 2, 1, 1)), mask=np.tri(6, dtype=bool))
    titles = [axes.get_title(loc="left") for axes in picture.figure().axes]
    assert [title for title in titles if "." in title][:4] == ["0.0", "0.1", "1.0", "1.1"]
    assert picture.png() == picture.png()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: show.head_view(np.ones((25, 4, 4)) / 4), "25 heads are too many.*24.*model_view"),
        (lambda: show.head_view(maps(), WORDS, names=["a"]), "1 names for 3 heads"),
        (lambda: show.head_view(np.ones((2, 4, 5)) / 5), "5 keys"),
        (lambda: show.model_view(np.ones(4)), r"\(layers, heads\)"),
        (lambda: show.model_view([[np.nan, 1]]), "1 NaN or inf of 2.*no text has such a key"),
        (lambda: show.neuron_view(np.ones((3, 2)), np.ones((4, 2)), ["a", "b", "c"], asks=0),
         r"expected \(n, d\) twice"),
        (lambda: show.neuron_view(np.ones((3, 2)), np.ones((3, 2)), ["a", "b", "c"], asks="z"),
         "'z' is none of the words"),
        (lambda: show.neuron_view(np.ones((3, 2)), np.ones((3, 2)), ["a", "b", "c"], asks=5),
         "from 0 to 2"),
        (lambda: show.neuron_view(np.ones((3, 2)), np.ones((3, 2)), ["a", "b", "c"], asks=0,
                                  answers=2, causal=True), "later keys are hidden"),
        (lambda: show.neuron_view(np.ones((30, 2)), np.ones((30, 2)), list("a" * 30), asks=0),
         "at most 24 and 256"),
    ],
)  # fmt: skip
def test_errors_say_what_to_do(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_model_view_says_the_highest_and_has_a_table():
    scores = np.linspace(0, 0.5, 12).reshape(3, 4)
    scores[1, 2] = 0.9
    picture = show.model_view(scores, label="previous", uniform=0.1)
    assert picture.words == (
        "Of 12 heads, 1.2 has the highest previous: 0.90, then 2.3 (0.50) and 2.2 (0.45). The "
        "median is 0.27; a head that looks at everything alike would have 0.10."
    )
    assert picture.table().count("<td") == 12 and 'scope="row">layer 1' in picture.table()
    tall = show.model_view(np.random.default_rng(0).random((30, 9)), label="induction")
    assert tall.table() is None and tall.png()[:4] == b"\x89PNG"


def test_tiny_scores_keep_their_digits():
    assert "0.0039" in show.model_view([[0.0039, 0.0001]], label="effect").words


def test_products_sum_to_the_score_that_attention_takes():
    rng = np.random.default_rng(0)
    query, key, value = rng.normal(size=(3, 6, 8))
    for causal in (False, True):
        _, weights = scaled_dot_product_attention(query, key, value, causal=causal)
        for asks in range(6):
            apart = take_apart(query, key, WORDS, asks=asks, causal=causal)
            np.testing.assert_allclose(apart.weights, weights[asks], atol=1e-12)
            seen = np.isfinite(apart.scores)
            np.testing.assert_allclose(apart.products.sum(-1)[seen], apart.scores[seen])
            assert apart.answers == weights[asks].argmax()
            assert np.all(np.diff(apart.products[apart.answers][apart.order]) <= 1e-9)


def test_neuron_view_says_the_sum_and_its_parts():
    query, key = np.zeros((2, 4)), np.zeros((2, 4))
    query[0], key[1] = [2, 2, 2, 0], [3, 1, -2, 5]  # products / 2: 3, 1, -2, 0
    picture = show.neuron_view(query, key, ["it", "cat"], asks="it", answers="cat")
    assert picture.title == '"it" with "cat": 4 products make the score 2.0'
    assert "2 products above 0 sum to 4.0, 1 below 0 to -2.0" in picture.words
    assert "three largest make up 100%" in picture.words and "weight is 0.88" in picture.words
    assert picture.png(caption=True) == picture.png(caption=True)
