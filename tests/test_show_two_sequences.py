"""The pictures of lesson 04: the encoder-decoder, and words that look at patches."""

import re

import numpy as np
import pytest

from helpers import show
from helpers.show.colours import KEY, QUERY, VALUE
from helpers.tasks import pictures

BATCH = pictures.pictures_batch(1, np.random.default_rng(0))
WORDS = pictures.caption_text(BATCH.captions[0]).split()


def looking_at(*patches):
    """Weights (len(patches), 16): 0.85 on one patch, the rest evenly spread."""
    weights = np.full((len(patches), 16), 0.01)
    weights[np.arange(len(patches)), patches] = 0.85
    return weights


def test_patches_say_where_each_word_looks():
    picture = show.patches(looking_at(4, 15, 0), BATCH.images[0], ["red", "circle", "red"])
    assert picture.words == (
        "The patch with the largest weight, word by word: "
        'the first "red" row 2, column 1 (0.85), "circle" row 4, column 4 (0.85) '
        'and the second "red" row 1, column 1 (0.85).'
    )
    assert picture.title == 'The first "red" looks most at the patch in row 2, column 1 (0.85)'


def test_patches_have_a_table_of_all_weights():
    table = show.patches(looking_at(4, 15), BATCH.images[0], ["red", "circle"]).table()
    assert table.count('<th scope="col">') == 17
    assert re.findall(r'scope="row">([^<]*)', table) == ["red", "circle"]
    assert table.count(">0.85<") == 2


def test_patches_draw_the_picture_once_whole_and_its_shapes_with_every_word():
    figure = show.patches(looking_at(*range(7)), BATCH.images[0], WORDS).figure()
    images = figure.axes[0].images
    assert len(images) == 1 + 2 * 7
    assert images[0].get_array().shape == (16, 16, 3)
    assert {image.get_array().shape for image in images[1:]} == {(4, 4, 3)}


def test_the_same_patches_twice_are_the_same_bytes():
    made = [show.patches(looking_at(3, 5), BATCH.images[0], ["a", "b"]) for _ in range(2)]
    assert made[0].png() == made[1].png()


@pytest.mark.parametrize(
    ("weights", "image", "words", "said"),
    [
        (np.ones((2, 15)) / 15, BATCH.images[0], ["a", "b"], "square grid"),
        (np.ones((1, 2, 16)) / 16, BATCH.images[0], ["a", "b"], "one picture and one"),
        (np.ones((12, 16)) / 16, BATCH.images[0], ["a"] * 12, "1 to 11"),
        (np.ones((2, 16)) / 16, BATCH.images, ["a", "b"], "height, width, 3"),
        (np.ones((2, 16)) / 16, BATCH.images[0][:, :15], ["a", "b"], "divisible by 4"),
        (np.ones((2, 16)) / 16, 255 * BATCH.images[0], ["a", "b"], "image has to hold"),
        (-np.ones((2, 16)) / 16, BATCH.images[0], ["a", "b"], "weights has to hold"),
        (np.ones((2, 16)) / 16, BATCH.images[0], ["a"], "1 words for 2"),
    ],
)
def test_patches_refuse_what_does_not_fit(weights, image, words, said):
    with pytest.raises(ValueError, match=said):
        show.patches(weights, image, words)


def test_the_encoder_decoder_says_who_asks_whom_and_in_which_shape():
    words = show.encoder_decoder(["a", "b", "c", "d"], ["x", "y"]).words
    for piece in ("4 source words ask each other", "weights 4 × 4", "2 × 2;", "2 × 4, queries"):
        assert piece in words, f"{piece!r} is not in: {words}"


def test_the_encoder_decoder_draws_every_place_of_its_three_maps():
    axes = show.encoder_decoder(["a", "b", "c", "d"], ["x", "y"]).figure().axes[0]
    from matplotlib.patches import Rectangle

    places = [patch for patch in axes.patches if type(patch) is Rectangle]
    assert len(places) == 4 * 4 + 2 * 2 + 2 * 4
    texts = [text.get_text() for text in axes.texts]
    assert [text for text in texts if "×" in text] == ["4 × 4", "2 × 2", "2 × 4"]


def test_roles_of_the_encoder_decoder_carry_their_name_in_their_colour():
    axes = show.encoder_decoder().figure().axes[0]
    found = {(text.get_text(), text.get_color()) for text in axes.texts}
    assert {("query", QUERY), ("key", KEY), ("value", VALUE)} <= found


@pytest.mark.parametrize("words", [["longword"] * 6, ["a"]])
def test_the_words_of_both_sides_do_not_meet(words):
    figure = show.encoder_decoder(words, words).figure()
    axes = figure.axes[0]
    lines = [text for text in axes.texts if text.get_text() == " ".join(words)]
    left, right = (line.get_window_extent() for line in lines)
    assert left.x1 < right.x0 and left.x0 > 0 and right.x1 < figure.bbox.width


@pytest.mark.parametrize(
    ("source", "said"), [([], "0 words"), (["a"] * 7, "7 words"), ("a b", "one string")]
)
def test_the_encoder_decoder_refuses(source, said):
    with pytest.raises(ValueError, match=said):
        show.encoder_decoder(source)


def test_a_word_of_another_sequence_is_not_the_token_before_it():
    """In a square map of two sequences, a shifted diagonal is no look at the neighbour."""
    before = np.eye(5)[[0, 0, 1, 2, 3]]
    words, others = ["v", "w", "x", "y", "z"], ["a", "b", "c", "d", "e"]
    assert "the token before it" in show.weights(before, words).words
    picture = show.weights(before, words, keys=others)
    assert "before" not in picture.words + picture.title
    assert '"a"' in picture.words
