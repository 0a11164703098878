"""The tasks: shapes, right answers, printed examples, and no chance but the rng's."""

import doctest
import importlib
import pkgutil

import numpy as np
import pytest

from helpers import tasks
from helpers.tasks import (
    copying,
    embeddings,
    induction,
    language,
    lookup,
    pictures,
    ring,
    translation,
)

MODULES = [f"helpers.tasks.{module.name}" for module in pkgutil.iter_modules(tasks.__path__)]
PUBLIC = [name for name in MODULES if not name.rsplit(".", 1)[1].startswith("_")]
WITHOUT_EXAMPLE = {"helpers.tasks.sentence"}  # one sentence: its docstring is the example

# Everything that draws: (name, a function of n and rng).
DRAWS = {
    "language.sample": lambda n, rng: (language.sample(n, rng),),
    "language.causal_batch": language.causal_batch,
    "language.masked_batch": language.masked_batch,
    "language.blanks later": lambda n, rng: language.blanks(n, rng, clue="later"),
    "language.blanks earlier": lambda n, rng: language.blanks(n, rng, clue="earlier"),
    "translation.batch": lambda n, rng: translation.batch(n, 7, rng),
    "translation.random_length": lambda n, rng: [
        np.array([translation.random_length(rng) for _ in range(n)])
    ],
    "copying.copy_batch": lambda n, rng: copying.copy_batch(n, 7, rng),
    "copying.reverse_batch": lambda n, rng: copying.reverse_batch(n, 7, rng),
    "ring.ring_batch": ring.ring_batch,
    "induction.repeated_batch": induction.repeated_batch,
    "lookup.lookup_batch": lambda n, rng: lookup.lookup_batch(n, rng, d=9),
    "pictures.pictures_batch": pictures.pictures_batch,
}


@pytest.mark.parametrize("name", PUBLIC)
def test_printed_examples_run_and_print_what_stands_there(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0, f"{name}: {result.failed} printed examples differ, see above"
    if name not in WITHOUT_EXAMPLE:
        assert result.attempted > 0, f"{name} shows no printed example"


def test_the_package_offers_every_task():
    missing = [name for name in PUBLIC if not hasattr(tasks, name.rsplit(".", 1)[1])]
    assert not missing, f"helpers.tasks does not import {missing}"


@pytest.mark.parametrize("name", DRAWS)
def test_same_rng_same_batch_another_rng_another_batch(name):
    first, again, other = (DRAWS[name](40, np.random.default_rng(seed)) for seed in (7, 7, 8))
    for one, two in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, two, err_msg=f"{name}: same seed, different batch")
    assert any(not np.array_equal(one, two) for one, two in zip(first, other, strict=True)), (
        f"{name} gives the same batch for seeds 7 and 8: does it use the rng?"
    )


@pytest.mark.parametrize("name", DRAWS)
def test_no_chance_but_the_rng_that_was_passed(name, monkeypatch):
    rng = np.random.default_rng(0)

    def refuse(*arguments, **settings):
        raise AssertionError(f"{name} makes its own random numbers")

    legacy = ("seed", "rand", "randn", "randint", "random", "normal", "choice", "permutation")
    for maker in ("default_rng", "RandomState", *legacy):
        monkeypatch.setattr(np.random, maker, refuse)
    DRAWS[name](8, rng)


@pytest.mark.parametrize("name", DRAWS)
@pytest.mark.parametrize("rng", [None, 0, np.random])
def test_anything_but_a_generator_is_refused(name, rng):
    with pytest.raises(TypeError, match=r"expected a numpy Generator: pass rng = np\.random"):
        DRAWS[name](8, rng)


@pytest.mark.parametrize("name", [name for name in DRAWS if name != "translation.random_length"])
@pytest.mark.parametrize("n", [0, -4, 2.5, "4"])
def test_a_wrong_n_is_named(name, n):
    with pytest.raises(ValueError, match=r"n is .*expected an integer"):
        DRAWS[name](n, np.random.default_rng(0))


# Word vectors -----------------------------------------------------------------------------------


def test_toy_sizes_are_all_different_so_that_a_wrong_axis_shows():
    words, x = embeddings.toy_words()
    w_query, w_key, w_value = embeddings.toy_projections()
    assert words == tasks.WORDS and x.shape == (10, 6)
    assert (w_query.shape, w_key.shape, w_value.shape) == ((6, 4), (6, 4), (6, 3))
    names = (embeddings.FEATURES, embeddings.KEY_AXES, embeddings.VALUE_AXES)
    assert [len(axis) for axis in names] == [6, 4, 3]


def test_toy_numbers_are_round_and_fresh_at_every_call():
    for make in (lambda: embeddings.toy_words()[1:], embeddings.toy_projections):
        for one, two in zip(make(), make(), strict=True):
            np.testing.assert_array_equal(one * 2, np.round(one * 2))
            assert one is not two, "a reader who changes an array would change the course's"


def test_it_looks_at_the_cat_scaled_or_not():
    words, x = embeddings.toy_words()
    w_query, w_key, _ = embeddings.toy_projections()
    scores = (x @ w_query) @ (x @ w_key).T
    looks_at = {word: words[row.argmax()] for word, row in zip(words, scores, strict=True)}
    expected = {"it": "cat", "sat": "cat", "tired": "cat", "was": "cat", "cat": "sat", "on": "mat"}
    assert {word: looks_at[word] for word in expected} == expected
    for scale, at_least in ((1, 0.5), (1 / 2, 0.25)):
        weights = np.exp(scale * scores[words.index("it")])
        weights /= weights.sum()
        second = np.sort(weights)[-2]
        assert weights[words.index("cat")] > at_least
        assert weights[words.index("cat")] > 2 * second, "the lesson says: most, by far"


# Translation, copying ---------------------------------------------------------------------------


@pytest.mark.parametrize("length", [1, 2, 3, 4, 12, 20])
def test_translation_swaps_every_adjective_with_its_noun(length):
    source, target, alignment = translation.batch(200, length, np.random.default_rng(length))
    assert source.shape == target.shape == alignment.shape == (200, length)
    np.testing.assert_array_equal(np.sort(alignment), np.tile(np.arange(length), (200, 1)))
    np.testing.assert_array_equal(target, np.take_along_axis(source, alignment, axis=1))
    for row, translated in zip(source, translation.target_text(target), strict=True):
        words, by_hand, position = translation.source_text(row).split(), [], 0
        while position < length:  # word by word, as a person would do it
            width = 2 if words[position] in translation._ADJECTIVES else 1
            phrase = words[position : position + width]
            by_hand += [translation._DICTIONARY[word] for word in reversed(phrase)]
            position += width
        assert " ".join(by_hand) == translated
        assert translation.translate(" ".join(words)) == translated


def test_translation_sentences_are_chains_of_noun_phrase_and_verb():
    source, *_ = translation.batch(500, 9, np.random.default_rng(0))
    letters = np.array(list("ANV"))[source // 8]
    for row in letters:
        text = "".join(row)
        assert not text.replace("AN", "N").replace("NV", "").strip("N"), text
    assert np.bincount(source.ravel(), minlength=24).min() > 0, "some word never occurs"
    assert len({"".join(row) for row in letters}) > 5, "always the same pattern"


def test_translation_words_are_24_and_24_and_lengths_3_to_20():
    assert len(set(translation.SOURCE_WORDS)) == len(set(translation.TARGET_WORDS)) == 24
    rng = np.random.default_rng(0)
    assert {translation.random_length(rng) for _ in range(600)} == set(range(3, 21))
    endings = {"A": "a", "N": "o", "V": "as"}
    for token, word in enumerate(translation.TARGET_WORDS):
        assert word.endswith(endings["ANV"[token // 8]])


@pytest.mark.parametrize(
    ("text", "message"), [("red", "ends in no noun or verb"), ("red cow", "has the word 'cow'")]
)
def test_translate_says_what_is_wrong(text, message):
    with pytest.raises(ValueError, match=message):
        translation.translate(text)


def test_copy_and_reverse():
    rng = np.random.default_rng(0)
    for make, back in ((copying.copy_batch, False), (copying.reverse_batch, True)):
        source, target, alignment = make(50, 11, rng)
        assert set(source.ravel()) == set(range(24))
        np.testing.assert_array_equal(target, source[:, ::-1] if back else source)
        np.testing.assert_array_equal(target, np.take_along_axis(source, alignment, axis=1))
        target[:] = 0
        assert source.any(), "source and target share memory"


# Relations, repetition, look-up -----------------------------------------------------------------


def test_ring_names_both_neighbours_of_every_place():
    tokens, left, right = ring.ring_batch(30, np.random.default_rng(0), length=7, n_values=5)
    assert set(tokens.ravel()) == set(range(5))
    for place in range(7):
        np.testing.assert_array_equal(left[:, place], tokens[:, (place - 1) % 7])
        np.testing.assert_array_equal(right[:, place], tokens[:, (place + 1) % 7])


def test_repeated_blocks_make_every_counted_target_certain():
    inputs, targets, counts, block = induction.repeated_batch(300, np.random.default_rng(0))
    assert inputs.shape == targets.shape == counts.shape == (300, 24)
    assert set(block) == set(range(4, 13))
    np.testing.assert_array_equal(inputs[:, 1:], targets[:, :-1])
    for row, target, counted, length in zip(inputs, targets, counts, block, strict=True):
        assert len(set(row[:length])) == length, "a token comes twice in one block"
        for position in range(24):
            earlier = np.flatnonzero(row[:position] == row[position])
            assert counted[position] == bool(len(earlier))
            if len(earlier):
                assert target[position] == row[earlier[-1] + 1]


def test_repeated_bounds_are_named():
    with pytest.raises(ValueError, match="longest is 12, expected an integer 1 to 9"):
        induction.repeated_batch(2, np.random.default_rng(0), n_tokens=9)


@pytest.mark.parametrize("d", [16, 256])
def test_lookup_matches_the_nearest_key_at_unit_variance(d):
    problem = lookup.lookup_batch(200, np.random.default_rng(0), d=d, n_keys=11, n_queries=3)
    assert problem.query.shape == (200, 3, d) and problem.key.shape == (200, 11, d)
    assert problem.value.shape == (200, 11) and problem.match.shape == (200, 3)
    for array in (problem.query, problem.key):
        assert abs(array.std() - 1) < 0.02
    scores = problem.query @ problem.key.swapaxes(-1, -2)
    share = (scores.argmax(axis=-1) == problem.match).mean()
    assert share > (0.8 if d == 16 else 0.999), f"the query's own key scores highest in {share:.0%}"
    for row in range(200):
        np.testing.assert_array_equal(problem.answer[row], problem.value[row, problem.match[row]])


def test_lookup_without_noise_copies_and_bad_noise_is_named():
    rng = np.random.default_rng(0)
    query, key, _, match, _ = lookup.lookup_batch(4, rng, d=5, noise=0)
    np.testing.assert_array_equal(query[2, 1], key[2, match[2, 1]])
    with pytest.raises(ValueError, match="noise is -1, expected a finite number of 0 or more"):
        lookup.lookup_batch(4, rng, d=5, noise=-1)


# Pictures ---------------------------------------------------------------------------------------


def test_captions_can_be_read_off_the_pixels():
    """A reader of pixels, written without the painter: patch by patch, colour, then stencil."""
    images, captions, alignment = pictures.pictures_batch(300, np.random.default_rng(0))
    assert images.shape == (300, 16, 16, 3) and images.min() >= 0 and images.max() == 1
    for image, caption, about in zip(
        images, pictures.caption_text(captions), alignment, strict=True
    ):
        seen = []
        for patch in range(16):
            row, column = divmod(patch, 4)
            pixels = image[4 * row : 4 * row + 4, 4 * column : 4 * column + 4]
            ink = (pixels < 1).any(axis=-1)
            if ink.any():
                drawn = tuple("".join(".#"[int(dot)] for dot in line) for line in ink)
                shape = next(name for name, rows in pictures.SHAPES.items() if rows == drawn)
                colour = next(
                    name
                    for name, paint in pictures.COLOURS.items()
                    if np.array_equal(pixels[ink], np.tile(paint, (ink.sum(), 1)))
                )
                seen.append((patch, f"a {colour} {shape}"))
        (first, one), (second, other) = seen
        relation = "above" if second // 4 > first // 4 else "beside"
        assert caption == f"{one} {relation} {other}"
        assert about.tolist() == [-1, first, first, -1, -1, second, second]
        assert one != other


def test_half_of_the_captions_say_above_and_every_patch_is_used():
    _, captions, alignment = pictures.pictures_batch(2000, np.random.default_rng(0))
    above = (captions[:, 3] == pictures.VOCABULARY.index("above")).mean()
    assert 0.45 < above < 0.55
    assert set(alignment.ravel()) == set(range(-1, 16))


def test_patches_are_the_picture_cut_in_reading_order():
    images = np.arange(2 * 16 * 16 * 3, dtype=float).reshape(2, 16, 16, 3)
    cut = pictures.patches(images)
    assert cut.shape == (2, pictures.N_PATCHES, pictures.PATCH_WIDTH)
    np.testing.assert_array_equal(cut[1, 6], images[1, 4:8, 8:12].ravel())
    with pytest.raises(ValueError, match=r"images has shape \(16, 16, 3\), expected"):
        pictures.patches(images[0])
