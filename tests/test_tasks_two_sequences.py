"""What lesson 04 needs: a question to the running sentence, and pictures in another order."""

import numpy as np
import pytest

from helpers.attention import scaled_dot_product_attention
from helpers.tasks import embeddings, pictures


def test_the_question_finds_the_cat_in_the_sentence_and_itself_in_the_question():
    words, x = embeddings.toy_words()
    asked, question = embeddings.toy_question()
    assert question.shape == (len(asked), x.shape[1])
    w_query, w_key, w_value = embeddings.toy_projections()
    for context, names, found in ((x, words, "cat"), (question, asked, "me")):
        _, weights = scaled_dot_product_attention(
            question @ w_query, context @ w_key, context @ w_value
        )
        best = weights[asked.index("who")].argmax()
        assert names[best] == found, f'"who" looks at {names[best]!r}, not at {found!r}'


def test_words_of_both_sequences_are_the_same_word():
    words, x = embeddings.toy_words()
    asked, question = embeddings.toy_question()
    for word in set(words) & set(asked):
        np.testing.assert_array_equal(x[words.index(word)], question[asked.index(word)])


def test_shuffled_pictures_hold_the_same_patches_and_their_own_captions():
    rng = np.random.default_rng(0)
    batch = pictures.pictures_batch(200, rng)
    order = rng.permutation(pictures.N_PATCHES)
    other = pictures.shuffled(batch, order)
    before, after = pictures.patches(batch.images), pictures.patches(other.images)
    np.testing.assert_array_equal(after, before[:, order])
    for cut, caption, places in zip(after, other.captions, other.alignment, strict=True):
        inked = np.flatnonzero((cut < 1).any(axis=1))
        np.testing.assert_array_equal(inked, [places[1], places[5]])  # in reading order
        relation = "beside" if inked[0] // 4 == inked[1] // 4 else "above"
        assert pictures.VOCABULARY[caption[3]] == relation
        for name, place in ((1, inked[0]), (5, inked[1])):
            painted = cut[place].reshape(-1, 3)
            colour = pictures.COLOURS[pictures.VOCABULARY[caption[name]]]
            assert (np.abs(painted - colour).sum(axis=1) < 1e-9).any(), "the colour is another's"


def test_shuffling_back_gives_the_pictures_back():
    batch = pictures.pictures_batch(50, np.random.default_rng(1))
    order = np.random.default_rng(2).permutation(pictures.N_PATCHES)
    back = pictures.shuffled(pictures.shuffled(batch, order), np.argsort(order))
    for got, wanted in zip(back, batch, strict=True):
        np.testing.assert_array_equal(got, wanted)


@pytest.mark.parametrize("order", [range(15), [0] * 16, np.zeros((4, 4), int), range(1, 17)])
def test_what_is_no_order_is_refused(order):
    batch = pictures.pictures_batch(2, np.random.default_rng(0))
    with pytest.raises(ValueError, match="no order"):
        pictures.shuffled(batch, order)
