"""The toy language: its size, entropy, judge and fill-in tests, each worked out a second way."""

import re

import numpy as np
import pytest

from helpers.tasks import SENTENCE, grammar, language
from helpers.tasks.language import BEGIN, END, MASK, PAD, VOCABULARY

PRONOUN_OF = {noun: pronoun for pronoun, nouns in grammar.NOUNS.items() for noun in nouns}


def independent_judge(text):
    """The two rules of the language in a second wording: a pattern, then agreement."""
    noun, verb = "|".join(PRONOUN_OF), "|".join(grammar.VERBS)
    found = re.fullmatch(
        rf"the (?:(small|clever|brave) )?({noun}) (?:{verb}) (?:((?:on|by|under|in) the \w+) )?"
        r"because (it|he|she|they) (was|were) (?:(very) )?(\w+)",
        text,
    )
    if not found:
        return False
    adjective, noun, place, pronoun, be, very, state = found.groups()
    if place and (adjective or very or place not in grammar.PLACES):
        return False
    if be != ("were" if pronoun == "they" else "was"):
        return False
    if state in ("tired", "hungry", "cold", "sad", "ill"):
        return pronoun == PRONOUN_OF[noun]
    return bool(place) and pronoun == "it" and state in grammar.PLACE_STATES[place]


def test_56_tokens_and_every_word_occurs():
    assert len(VOCABULARY) == len(set(VOCABULARY)) == 56
    assert VOCABULARY[PAD] == "<pad>" and VOCABULARY[BEGIN] == "<begin>"
    assert VOCABULARY[END] == "<end>" and VOCABULARY[MASK] == "<mask>"
    used = set(language.sentences().tokens.ravel())
    assert used == set(range(56)) - {MASK}


def test_4800_sentences_of_7_to_10_words():
    tokens, probabilities = language.sentences()
    nouns, verbs, places, states = 16, 4, 5, 5
    with_place = nouns * verbs * places * (states + 2)
    without = nouns * 4 * verbs * 2 * states
    assert with_place + without == 4800
    assert tokens.shape == (4800, 12) and len(np.unique(tokens, axis=0)) == 4800
    assert set((tokens >= 4).sum(axis=1)) == {7, 8, 9, 10}
    assert abs(probabilities.sum() - 1) < 1e-12 and probabilities.min() > 0
    assert SENTENCE in language.decode(tokens)


def test_entropy_and_floor_are_what_the_course_says():
    assert f"{language.entropy():.3f}" == "7.992"
    assert f"{language.floor_perplexity():.3f}" == "2.233"


def test_entropy_again_word_by_word():
    """The chain rule: walk the tree of prefixes and add up the entropy of each next word."""
    entropy, length, endings, waiting = 0.0, 0.0, 0, [((BEGIN,), 1.0)]
    while waiting:
        prefix, probability = waiting.pop()
        after = language.next_word(np.array(prefix))
        assert abs(after.sum() - 1) < 1e-12
        nonzero = np.flatnonzero(after)
        entropy -= probability * (after[nonzero] * np.log(after[nonzero])).sum()
        length += probability
        for token in nonzero.tolist():
            if token == END:
                endings += 1
            else:
                waiting.append(((*prefix, token), probability * after[token]))
    assert endings == 4800
    assert abs(entropy - language.entropy()) < 1e-9
    assert abs(np.exp(entropy / length) - language.floor_perplexity()) < 1e-9


def test_a_sample_follows_the_probabilities():
    tokens, probabilities = language.sentences()
    drawn = language.sample(40_000, np.random.default_rng(0))
    assert drawn.shape == (40_000, 12) and language.is_grammatical(drawn[:2000]).all()
    for position in range(1, 12):
        exact = np.bincount(tokens[:, position], probabilities, minlength=56)
        seen = np.bincount(drawn[:, position], minlength=56) / len(drawn)
        spread = np.sqrt(exact * (1 - exact) / len(drawn))
        off = np.abs(seen - exact) > 5 * spread + 1e-12
        assert not off.any(), f"position {position}: {VOCABULARY[off.argmax()]} is off"


def test_the_judge_accepts_the_whole_language():
    tokens = language.sentences().tokens
    assert language.is_grammatical(tokens).all()
    assert all(independent_judge(text) for text in language.decode(tokens))


def test_the_judge_agrees_with_a_second_one_on_every_one_word_change():
    rng = np.random.default_rng(0)
    words, judged_right = VOCABULARY[4:], 0
    for text in language.decode(language.sample(60, rng)):
        original = text.split()
        for place in range(len(original)):
            changed = [" ".join([*original[:place], w, *original[place + 1 :]]) for w in words]
            verdicts = language.is_grammatical(changed)
            expected = [independent_judge(one) for one in changed]
            differs = [one for one, a, b in zip(changed, verdicts, expected, strict=True) if a != b]
            assert not differs, f"the two judges disagree about: {differs[:3]}"
            judged_right += int(verdicts.sum())
    assert judged_right > 600, "too few changed sentences are right to compare anything"


@pytest.mark.parametrize(
    "text",
    [
        "the cat sat on the mat because she was tired",
        "the cat sat on the mat because it were tired",
        "the king sat because it was soft",
        "the king sat on the mat because he was soft",
        "the king sat on the mat because it was tired",
        "the cat sat on the fire because it was tired",
        "the cat sat on the mat because it was bright",
        "the cat sat on the mat because it was",
        "cat the sat because it was tired",
        "the dragon sat because it was tired",
        "",
    ],
)
def test_the_judge_rejects(text):
    assert language.is_grammatical(text) is False


def test_the_judge_reads_what_a_model_wrote():
    tokens = language.encode(SENTENCE)
    assert language.is_grammatical(tokens) is True
    assert language.is_grammatical(tokens[1:]) is True, "<begin> may be missing"
    noisy = np.concatenate([tokens, [20, 30]])
    assert language.is_grammatical(noisy) is True, "what follows <end> does not count"
    assert language.is_grammatical(tokens[:-1]) is False, "never ended"
    twice = np.concatenate([[BEGIN], tokens])
    assert language.is_grammatical(twice) is False
    with pytest.raises(ValueError, match="tokens holds 0 to 56, expected 0 to 55"):
        language.is_grammatical(np.array([0, 56]))


def test_encode_and_decode_are_inverse_and_blanks_show():
    text = "the ___ sat because it was tired"
    tokens = language.encode(text)
    assert tokens.tolist().count(MASK) == 1 and language.decode(tokens) == text
    assert language.decode(language.encode(SENTENCE)[None]) == [SENTENCE]
    with pytest.raises(ValueError, match="has the word 'cow'"):
        language.encode("the cow sat")
    with pytest.raises(ValueError, match="has 11 words, expected at most 10"):
        language.encode("the " * 11)


def test_causal_batch_asks_for_the_next_word_and_never_for_padding():
    inputs, targets, counts = language.causal_batch(50, np.random.default_rng(0))
    assert inputs.shape == targets.shape == counts.shape == (50, 11)
    np.testing.assert_array_equal(inputs[:, 1:], targets[:, :-1])
    assert (inputs[:, 0] == BEGIN).all() and not (targets[counts] == PAD).any()
    assert (targets[~counts] == PAD).all() and ((targets == END).sum(axis=1) == 1).all()


@pytest.mark.parametrize(("share", "expected"), [(0, 0), (0.2, 0.2), (1, 1)])
def test_masked_batch_blanks_words_only_and_at_least_one(share, expected):
    inputs, targets, counts = language.masked_batch(3000, np.random.default_rng(0), share=share)
    assert inputs.shape == targets.shape == counts.shape == (3000, 12)
    np.testing.assert_array_equal(inputs == MASK, counts)
    np.testing.assert_array_equal(inputs[~counts], targets[~counts])
    assert (targets[counts] >= 4).all() and counts.any(axis=1).all()
    measured = counts.sum() / (targets >= 4).sum()
    at_least_one = 1 / 8.95 if share == 0 else 0
    assert abs(measured - max(expected, at_least_one)) < 0.03
    assert language.is_grammatical(targets).all()


@pytest.mark.parametrize("clue", ["later", "earlier"])
def test_exactly_one_candidate_fits_each_blank(clue):
    tokens, position, candidates, answers = language.blanks(
        400, np.random.default_rng(0), clue=clue
    )
    rows = np.arange(400)
    assert ((tokens == MASK).sum(axis=1) == 1).all() and (tokens[rows, position] == MASK).all()
    for choice in range(4):
        filled = tokens.copy()
        filled[rows, position] = candidates[:, choice]
        np.testing.assert_array_equal(language.is_grammatical(filled), answers == choice)
    assert (np.bincount(answers, minlength=4) == 100).all(), "each place is right equally often"


@pytest.mark.parametrize("clue", ["later", "earlier"])
def test_groups_of_four_differ_in_the_clue_alone(clue):
    tokens, position, candidates, answers = language.blanks(
        400, np.random.default_rng(1), clue=clue
    )
    groups = tokens.reshape(100, 4, 12)
    for group, blank in zip(groups, position.reshape(100, 4), strict=True):
        assert len(set(blank)) == 1
        before, after = group[:, : blank[0]], group[:, blank[0] + 1 :]
        if clue == "later":  # a causal model sees the same in all four, so it is right once
            assert len(np.unique(before, axis=0)) == 1
            assert len(np.unique(after, axis=0)) == 4
        else:
            assert len(np.unique(before, axis=0)) == 4
    assert (candidates.reshape(100, 4, 4) == candidates.reshape(100, 4, 4)[:, :1]).all()
    assert (np.sort(answers.reshape(100, 4)) == np.arange(4)).all()


def test_chance_is_a_quarter_to_the_digit_for_who_reads_only_what_stands_before():
    """The best causal model of all, the exact one: sure of the earlier clue, blind to the later."""
    share, sure = {}, {}
    for clue in ("later", "earlier"):
        tokens, position, candidates, answers = language.blanks(
            200, np.random.default_rng(2), clue=clue
        )
        chances = np.array(
            [
                language.next_word(row[:place])[choices]
                for row, place, choices in zip(tokens, position, candidates, strict=True)
            ]
        )
        share[clue] = np.mean(chances.argmax(axis=1) == answers)
        sure[clue] = (chances.max(axis=1) > 1 - 1e-12).all()
    assert share == {"later": 0.25, "earlier": 1.0}
    assert sure["earlier"], "the word before leaves open which pronoun follows"


def test_blanks_say_what_is_wrong():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="n is 10, expected a multiple of 4"):
        language.blanks(10, rng)
    with pytest.raises(ValueError, match="clue is 'now', expected"):
        language.blanks(8, rng, clue="now")


def test_next_word_after_prefixes():
    after = language.next_word("the queen sat on the mat because")
    named = {VOCABULARY[i]: round(after[i], 12) for i in np.flatnonzero(after)}
    assert named == {"she": 0.7, "it": 0.3}
    np.testing.assert_array_equal(
        language.next_word(SENTENCE), np.eye(56)[END], err_msg="then the sentence is over"
    )
    np.testing.assert_array_equal(language.next_word(""), np.eye(56)[VOCABULARY.index("the")])
    for prefix in ("the mat", language.encode(SENTENCE)):
        with pytest.raises(ValueError, match="no sentence goes on after 'the "):
            language.next_word(prefix)


def test_pronoun_means_the_living_or_the_place():
    texts = {
        SENTENCE: "cat",
        "the cat sat on the mat because it was soft": "mat",
        "the small twins slept because they were very ill": "twins",
    }
    tokens = np.stack([language.encode(text) for text in texts])
    pronoun, noun = language.pronoun_means(tokens)
    assert [VOCABULARY[t] for t in tokens[np.arange(3), pronoun]] == ["it", "it", "they"]
    assert [VOCABULARY[t] for t in tokens[np.arange(3), noun]] == list(texts.values())
    with pytest.raises(ValueError, match="expected \\(n, 12\\) sentences of the language"):
        language.pronoun_means(tokens[:, ::-1])


def test_the_listed_language_cannot_be_changed_by_accident():
    with pytest.raises(ValueError, match="read-only"):
        language.sentences().tokens[0, 0] = 3
