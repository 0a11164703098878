"""show.weights: what it says, what it accepts, and what it refuses."""

import re

import numpy as np
import pytest

from helpers import show
from helpers.show.map_drawing import coarser

pytestmark = pytest.mark.filterwarnings("error")
FOUR = ["the", "cat", "sat", "it"]


def softmax(scores):
    exponentials = np.exp(scores - scores.max(-1, keepdims=True))
    return exponentials / exponentials.sum(-1, keepdims=True)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def four():
    return np.array(
        [
            [0.40, 0.20, 0.20, 0.20],
            [0.30, 0.30, 0.20, 0.20],
            [0.10, 0.30, 0.35, 0.25],
            [0.05, 0.65, 0.20, 0.10],
        ]
    )


def test_the_words_say_where_the_sharpest_query_looks(four):
    picture = show.weights(four, FOUR)
    assert picture.title == '"it" looks most at "cat" (0.65)'
    assert picture.words == (
        '"it" looks most at "cat" (0.65), then at "sat" (0.20). '
        "The largest weight of a query is 0.43 on average (uniform: 0.25)."
    )


def test_without_words_positions_are_named(four):
    assert show.weights(four).title == "Query 3 looks most at key 1 (0.65)"


def test_a_word_that_stands_twice_says_which(four):
    assert show.weights(four, ["the", "cat", "cat", "it"]).title == (
        '"it" looks most at the first "cat" (0.65)'
    )


def test_a_title_that_is_given_stays_and_the_words_too(four):
    picture = show.weights(four, FOUR, title="Who is it?")
    assert picture.title == "Who is it?"
    assert picture.words == show.weights(four, FOUR).words


def test_keys_have_words_of_their_own(four):
    picture = show.weights(four[:2], ["le", "chat"], keys=FOUR)
    assert picture.title == '"le" looks most at "the" (0.40)'


def test_ties_are_said_and_do_not_depend_on_rounding_errors():
    weights = np.array([[0.1, 0.45, 0.45], [0.4, 0.35, 0.25], [0.3, 0.3, 0.4]])
    said = {
        show.weights(weights + error, ["a", "b", "c"]).words
        for error in (0, np.array([0, 1e-12, -1e-12]), np.array([0, -1e-12, 1e-12]))
    }
    assert said == {
        '"a" looks at "b" and "c" alike (0.45 each). '
        "The largest weight of a query is 0.42 on average (uniform: 0.33)."
    }


def test_columns_that_sum_to_one_are_called_transposed(four):
    picture = show.weights(four.T, FOUR)
    assert "transposed?" in picture.title
    assert picture.words == (
        "Columns sum to 1 and rows do not (from 0.75 to 1.45): transposed? "
        "Rows should be the queries."
    )
    assert "transposed?" in show.weights(np.stack([four.T, four.T])).words
    assert "transposed?" not in show.weights(np.full((4, 4), 0.25)).words


def test_rows_that_sum_to_something_else_are_said(four):
    assert "rows sum to 2.00, not to 1" in show.weights(2 * four).words.replace("Rows", "rows")


def test_a_first_token_that_draws_the_weight_is_called_a_sink():
    weights = np.array([[0.9, 0.05, 0.05], [0.6, 0.3, 0.1], [0.7, 0.1, 0.2]])
    picture = show.weights(weights, ["[CLS]", "cat", "sat"])
    assert picture.title == '"[CLS]", the first token, draws 0.65 of the weight'
    assert "a sink" in picture.words
    assert 'Apart from it, "cat" looks most at itself (0.30)' in picture.words


def test_a_previous_token_head_is_recognised():
    weights = 0.9 * np.eye(5, k=-1) + 0.02
    weights[0] = 0.2
    assert show.weights(weights).title == (
        "Each query looks mostly at the token before it: 0.92 on average"
    )


def test_uniform_maps_are_said_masked_ones_too():
    assert show.weights(np.full((4, 4), 0.25)).words == (
        "Every query looks at all 4 keys alike (0.25 each): uniform, so the output is the mean of "
        "the values."
    )
    causal = np.tril(np.ones((3, 3))) / np.array([[1], [2], [3]])
    assert "alike" in show.weights(causal).title
    assert "alike" in show.weights(causal, mask=np.tril(np.ones((3, 3), bool))).title


def test_empty_rows_are_said(four):
    four[1] = 0
    assert '"cat" looks at nothing: all weights are 0.' in show.weights(four, FOUR).words
    assert show.weights(np.zeros((2, 2))).title == "No query looks anywhere"


def test_a_causal_map_is_not_summed_up_by_its_first_row(four):
    causal = np.tril(four) / np.tril(four).sum(-1, keepdims=True)
    assert causal[0, 0] == 1
    assert show.weights(causal, FOUR).title == '"it" looks most at "cat" (0.65)'


def test_weight_at_hidden_places_is_a_leak(four):
    mask = np.tril(np.ones((4, 4), bool))
    assert (
        show.weights(four, FOUR, mask=mask).title
        == "6 hidden places have weight, up to 0.25: a leak"
    )
    clean = np.tril(four) / np.tril(four).sum(-1, keepdims=True)
    assert "leak" not in show.weights(clean, FOUR, mask=mask).words
    additive = np.where(mask, 0.0, -np.inf)
    assert show.weights(clean, mask=additive).png() == show.weights(clean, mask=mask).png()


def test_nothing_is_hatched_unless_a_mask_is_passed(four):
    causal = np.tril(four)
    causal /= causal.sum(-1, keepdims=True)
    mask = np.tril(np.ones((4, 4), bool))

    def hatches(picture):
        axes = picture.figure().axes[0]
        return [patch.get_hatch() for patch in axes.patches if patch.get_hatch()]

    assert hatches(show.weights(causal)) == []
    assert len(hatches(show.weights(causal, mask=mask))) == 1


def test_scores_are_read_as_scores():
    scores = np.array([[1.5, -2.0], [0.5, 3.25]])
    picture = show.weights(scores, ["a", "b"], label="score")
    assert picture.words == (
        'The largest score is "b" with "b" (3.25), the smallest "a" with "b" (-2.00).'
    )


def test_heads_are_compared_and_named(rng):
    sink = np.full((5, 5), 0.05)
    sink[:, 0] = 0.8
    before = np.eye(5, k=-1)
    before[0, 0] = 1
    wide = softmax(rng.normal(size=(5, 5)) * 0.6)
    picture = show.weights(np.stack([wide, sink, before]))
    assert picture.title == "Head 2 of 3 looks most sharply: largest weight 1.00 on average"
    assert "head 0 most widely" in picture.words
    assert "Head 1 (0.80) looks mostly at the first token, a sink" in picture.words
    assert "head 2 (1.00) looks mostly at the token before it" in picture.words
    layered = show.weights(np.stack([[wide, sink], [before, wide]]))
    assert layered.title.startswith("Head 1.0 of 4")


def test_axes_say_who_asks_and_who_answers(four):
    axes = show.weights(four, FOUR).figure().axes[0]
    assert (axes.get_ylabel(), axes.get_xlabel()) == ("query (asks)", "key (answers)")
    figure = show.weights(np.stack([four, four])).figure()
    assert (figure.get_supylabel(), figure.get_supxlabel()) == ("query (asks)", "key (answers)")


@pytest.mark.parametrize("n, ticks", [(40, 40), (41, 0)])
def test_words_are_ticks_up_to_forty(rng, n, ticks):
    words = [f"word{index}" for index in range(n)]
    picture = show.weights(softmax(rng.normal(size=(n, n))), words)
    labels = [text.get_text() for text in picture.figure().axes[0].get_yticklabels()]
    assert len([label for label in labels if label.startswith("word")]) == ticks


@pytest.mark.parametrize(
    "weights, message",
    [
        ([[np.nan, 1], [0.5, np.inf]], "1 NaN and 1 inf, first at layer 0, head 0, query 0, key 0"),
        (np.zeros((1, 5000)), "at most 4096"),
        (np.zeros((40, 40, 2, 2)), "1600 maps"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_a_way_out(weights, message):
    with pytest.raises(ValueError, match=message):
        show.weights(weights)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"words": ["a", "b"]}, "2 words for 3 queries"),
        ({"words": "a b c"}, r"words\.split\(\)"),
        ({"keys": ["a"]}, "1 words for 3 keys"),
        ({"mask": np.ones((2, 2), bool)}, "does not broadcast"),
        ({"mask": np.ones((3, 3), int)}, "make it bool"),
    ],
)
def test_words_and_masks_that_do_not_fit_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        show.weights(np.full((3, 3), 1 / 3), **arguments)


def test_nan_at_hidden_places_is_welcome():
    mask = np.tril(np.ones((3, 3), bool))
    scores = np.where(mask, 1.0 + np.arange(3), np.nan)
    picture = show.weights(scores, mask=mask, label="score")
    assert picture.png() and "3.00" in picture.words
    assert "nan" not in (picture.words + picture.table()).lower()


def test_a_long_text_is_shown_in_blocks_that_keep_thin_lines():
    thin = np.eye(1000)
    blocks, side = coarser(thin, 512)
    assert blocks.shape == (500, 500) and side == 2
    assert (np.diagonal(blocks) == 1).all()
    assert show.weights(thin).words.endswith("Each cell shows the largest of 2 x 2.")


@pytest.mark.parametrize("shape", [(16, 16), (8, 24, 24), (12, 12, 20, 20), (700, 700)])
def test_an_output_stays_below_100_kilobytes(rng, shape):
    size = len(show.weights(softmax(3 * rng.normal(size=shape))).png())
    assert size < 100_000, f"{size:,} bytes for shape {shape}"


ODD = ["🐈‍⬛", "日本語", "$x_1$", "a\nb", "", " ", "مرحبا", "\x00", "{", "w" * 80]


def test_any_word_can_be_drawn():
    picture = show.weights(np.full((len(ODD), len(ODD)), 0.1), ODD)
    assert picture.png(caption=True) and picture.svg() and picture.table()
    for word in ODD:
        assert show.weights([[0.25, 0.75], [0.5, 0.5]], [word, "cat"]).words


def test_saving_bytes_changes_no_cell_and_no_named_colour(rng):
    from io import BytesIO

    from matplotlib.colors import to_hex
    from PIL import Image

    weights = softmax(2 * rng.normal(size=(12, 12)))
    picture = show.weights(weights, [f"w{index}" for index in range(12)])
    image = Image.open(BytesIO(picture.png()))
    assert image.mode == "P", "this picture was to be large enough to be saved in few colours"
    saved = {to_hex(np.array(rgb) / 255) for _, rgb in image.convert("RGB").getcolors()}
    lost = set(re.findall(r"background:(#\w{6})", picture.table())) - saved
    assert not lost, f"cells lost their colours {lost}"
    assert {"#ffffff", show.QUERY, show.KEY} <= saved


def test_of_special_tokens_nobody_asks_where_they_look(four):
    four[0] = [0.97, 0.01, 0.01, 0.01]
    assert show.weights(four, ["[CLS]", "cat", "sat", "it"]).title == (
        '"it" looks most at "cat" (0.65)'
    )


def test_the_same_maps_give_the_same_bytes(four):
    assert show.weights(four, FOUR).png() == show.weights(four.tolist(), FOUR).png()
