"""Scores of heads: by hand, against loops, in every form that maps come in."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from peers import peer

from helpers import heads
from helpers.attention import scaled_dot_product_attention, softmax
from helpers.heads.ablation import ablate_layer, check_plan

WORDS = ["[CLS]", "the", "cat", ",", "the", "dog", ".", "[SEP]"]
N = len(WORDS)


def random_maps(seed, *shape, causal=False):
    scores = np.random.default_rng(seed).normal(size=shape)
    if causal:
        scores = np.where(np.tri(shape[-1], dtype=bool), scores, -np.inf)
    return softmax(scores)


def looking(target):
    """A map whose query i gives all its weight to target[i]."""
    return np.eye(len(target))[list(target)]


def test_a_head_that_does_one_thing_has_score_1_for_it():
    back, ahead = looking([0, *range(N - 1)]), looking([*range(1, N), N - 1])
    assert heads.previous_token_score(back) == 1 and heads.next_token_score(back) == 0
    assert heads.next_token_score(ahead) == 1 and heads.previous_token_score(ahead) == 0
    assert heads.itself_score(np.eye(N)) == 1
    assert heads.first_token_score(looking([0] * N)) == 1
    assert heads.separator_score(looking([7] * N), WORDS) == 1
    assert heads.punctuation_score(looking([3, 6] * 4), WORDS) == 1
    assert heads.punctuation_score(looking([0, 7] * 4), WORDS) == 0, "[CLS] is no punctuation"
    assert heads.same_token_score(looking([0, 4, 0, 0, 1, 0, 0, 0]), WORDS) == 1
    assert heads.induction_score(looking([0, 0, 0, 0, 2, 0, 0, 0]), WORDS) == 1


def test_the_rarest_word_that_is_no_mark():
    often = [1e9, 900, 20, 800, 900, 30, 700, 0]
    assert heads.rare_token_score(looking([2] * N), WORDS, often) == 1
    causal = looking([0, 1, 2, 2, 2, 2, 2, 2])  # query 0 sees only [CLS], query 1 only "the"
    assert heads.rare_token_score(causal, WORDS, often) == 1
    with pytest.raises(ValueError, match="one number for each of 8 tokens"):
        heads.rare_token_score(causal, WORDS, often[:3])


def loop_score(weights, target):
    """The definition, in loops: target(query) gives the keys that count."""
    found = []
    for query in range(len(weights)):
        keys = target(query)
        if keys:
            found.append(sum(weights[query, key] for key in keys))
    return np.mean(found)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.booleans(), st.lists(st.integers(0, 3), min_size=5, max_size=9))
def test_scores_are_what_the_loops_give(seed, causal, tokens):
    n = len(tokens)
    weights = random_maps(seed, n, n, causal=causal)
    seen = [range(query + 1) if causal else range(n) for query in range(n)]

    def earlier(query):
        return [key for key in range(query) if tokens[key] == tokens[query]]

    expected = {
        heads.previous_token_score(weights): lambda q: [q - 1] if q else [],
        heads.first_token_score(weights): lambda q: [0] if q else [],
        heads.same_token_score(weights, tokens): lambda q: [
            k for k in seen[q] if k != q and tokens[k] == tokens[q]
        ],
        heads.induction_score(weights, tokens): lambda q: (
            [earlier(q)[-1] + 1] if earlier(q) else []
        ),
    }
    for found, target in expected.items():
        if any(target(query) for query in range(n)):
            np.testing.assert_allclose(found, loop_score(weights, target), atol=1e-12)
        else:
            assert np.isnan(found), "no query has such a key, so there is no score"


def test_one_number_a_head_in_every_form():
    maps = random_maps(0, 2, 3, N, N)
    expected = heads.previous_token_score(maps)
    assert expected.shape == (2, 3)
    np.testing.assert_array_equal(heads.previous_token_score(maps[1]), expected[1])
    np.testing.assert_array_equal(heads.previous_token_score(maps[1, 2]), expected[1, 2])
    as_other_libraries = [layer[None] for layer in maps]
    np.testing.assert_array_equal(heads.previous_token_score(as_other_libraries), expected)
    np.testing.assert_array_equal(heads.previous_token_score(maps.tolist()), expected)
    torch = peer("torch")
    tensors = tuple(torch.tensor(layer[None], requires_grad=True) for layer in maps)
    np.testing.assert_allclose(heads.previous_token_score(tensors), expected)
    assert heads.score_table([(tensors, WORDS)]).scores["previous"].shape == (2, 3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: heads.previous_token_score(np.ones((2, 5, 7))), "5 queries and 7 keys"),
        (lambda: heads.previous_token_score(np.ones(5)), r"one row of 5"),
        (lambda: heads.previous_token_score(np.zeros((3, 0, 0))), "empty"),
        (lambda: heads.induction_score(np.ones((5, 5)), "abc"), "3 tokens for maps of 5 keys"),
        (lambda: heads.previous_token_score(np.ones((2, 4, 3, 5, 5))), "batch of 4 texts"),
        (lambda: heads.ablate_head(np.ones((2, 5, 3)), 2), "no head 2: heads count from 0 to 1"),
        (lambda: heads.ablate_head(np.ones((2, 5, 3)), 0, "half"), '"mean" or "zero"'),
        (lambda: heads.ablate_head(np.ones((5, 3)), 0), r"expected \(\.\.\., heads, n, d_head\)"),
        (lambda: heads.rollout(np.ones((2, 3, 5, 7))), "5 queries and 7 keys"),
        (lambda: heads.rollout(np.eye(3), residual=2), "share from 0 to 1"),
        (lambda: heads.value_weighted(np.ones((5, 7)), np.ones((6, 2))), "do not fit"),
        (lambda: heads.score_table([]), "too little to score"),
        (
            lambda: heads.score_table(
                [(np.ones((1, 2, 5, 5)), None), (np.ones((1, 3, 5, 5)), None)]
            ),
            "about one model",
        ),
        (lambda: heads.rank_correlation([1, 2], [3, 4]), "three numbers or more"),
        (lambda: heads.rank_correlation([1, 1, 1], [1, 2, 3]), "no order"),
        (lambda: heads.by_chance(5, 4), "5 right of 4"),
    ],
)
def test_errors_say_what_was_expected(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_ablation_by_mean_and_by_zero():
    outputs = np.random.default_rng(0).normal(size=(2, 3, 5, 4)).astype(np.float32)
    before = outputs.copy()
    mean, zero = heads.ablate_head(outputs, 1), heads.ablate_head(outputs, [0, 2], "zero")
    assert mean.dtype == np.float32
    np.testing.assert_array_equal(outputs, before)
    np.testing.assert_array_equal(mean[:, [0, 2]], before[:, [0, 2]])
    np.testing.assert_allclose(
        mean[:, 1], np.broadcast_to(before[:, 1].mean(1, keepdims=True), (2, 5, 4)), rtol=1e-6
    )
    assert not zero[:, [0, 2]].any()
    np.testing.assert_array_equal(zero[:, 1], before[:, 1])


def test_a_plan_switches_off_heads_of_its_layer():
    outputs = np.random.default_rng(0).normal(size=(3, 5, 4))
    plan = {(1, 0): "mean", (1, 2): "zero", (2, 1): "zero"}
    check_plan(plan, 3, 3)
    check_plan(None, 3, 3)
    found = ablate_layer(outputs, 1, plan)
    np.testing.assert_array_equal(found[0], heads.ablate_head(outputs, 0)[0])
    np.testing.assert_array_equal(found[1], outputs[1])
    assert not found[2].any() and outputs[2].any()
    for nothing in (None, {}, {(0, 0): "mean"}):
        np.testing.assert_array_equal(ablate_layer(outputs, 1, nothing), outputs)
    for wrong, message in (({(3, 0): "mean"}, "no head 3.0"), ({(0, 0): "median"}, "is 'median'")):
        with pytest.raises(ValueError, match=message):
            check_plan(wrong, 3, 3)


def test_rollout_by_hand_and_its_rows():
    one = np.array([[1.0, 0.0], [0.6, 0.4]])
    np.testing.assert_allclose(heads.rollout(one), [[1, 0], [0.3, 0.7]])
    two = heads.rollout(np.stack([one[None], one[None]]))
    np.testing.assert_allclose(two, [[1, 0], [0.3 + 0.7 * 0.3, 0.49]])
    np.testing.assert_allclose(heads.rollout(random_maps(1, 3, 4, 6, 6)).sum(-1), 1)


def test_value_weighted_is_the_length_of_what_is_added_up():
    rng = np.random.default_rng(0)
    query, key, value = rng.normal(size=(3, 2, 5, 4))  # (heads, n, d)
    w_output = rng.normal(size=(2, 4, 6))
    output, weights = scaled_dot_product_attention(query, key, value)
    found = heads.value_weighted(weights, value, w_output)
    assert found.shape == weights.shape
    parts = weights[..., None] * (value @ w_output)[:, None]  # (heads, n, n, d_model)
    np.testing.assert_allclose(parts.sum(axis=2), output @ w_output)
    np.testing.assert_allclose(found, np.sqrt((parts**2).sum(axis=-1)))


def test_the_report_names_heads_and_says_what_uniform_would_have():
    back, even = looking([0, *range(N - 1)]), np.full((N, N), 1 / N)
    found = heads.score_table([(np.stack([back, even])[None], WORDS)] * 3, frequency=len)
    assert found.names == [["previous", ""]]
    assert found.best("previous") == (0, 0) and found.ranked("next", 1)[0][0] == (0, 1)
    for kind, score in found.scores.items():
        assert score[0, 1] == pytest.approx(found.uniform[kind]), f"{kind} of a uniform head"
    text = repr(found)
    assert text.splitlines()[1].split()[:3] == ["0.0", "previous", "1.00"]
    assert "<caption>" in found._repr_html_() and 'scope="row">0.1' in found._repr_html_()
    with pytest.raises(ValueError, match="no score 'love'"):
        found.best("love")


def test_a_causal_head_that_looks_at_all_it_may_has_no_name():
    even = np.tri(12) / np.arange(1, 13)[:, None]
    found = heads.score_table([(even, None)])
    assert found.names == [[""]]
    assert found.scores["first"][0, 0] == pytest.approx(found.uniform["first"])
    assert "next" not in found.scores, "a causal head cannot look ahead"


def test_one_query_gives_no_name():
    """The running sentence has one repeated word; a head that looks at cat is no induction head."""
    words = ["the", "cat", "sat", "on", "the", "mat"]
    maps = looking([1] * 6)
    assert heads.induction_score(maps, words) == 1
    assert "induction" not in heads.score_table([(maps, words)]).scores
    assert "induction" in heads.score_table([(maps, words)] * 3).scores


def test_rank_correlation_and_chance():
    assert heads.rank_correlation([1, 2, 3, 40], [0, 1, 2, 3]) == pytest.approx(1)
    assert heads.rank_correlation([1, 2, 3], [9, 5, 1]) == pytest.approx(-1)
    # Ties share their rank; the value is that of scipy.stats.spearmanr.
    assert heads.rank_correlation([1, 2, 2, 3], [1, 3, 2, 4]) == pytest.approx(0.9486832981)
    assert heads.by_chance(0, 10) == 1 and heads.by_chance(10, 10) == pytest.approx(2**-10)
    assert heads.by_chance(8, 10) == pytest.approx((45 + 10 + 1) / 1024)
