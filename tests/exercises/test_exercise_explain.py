"""A check speaks in plain words about the learner's own result."""

import numpy as np
from exercise_learners import named, right

from helpers.exercises.compare import expected_trials
from helpers.exercises.declare import Exercise
from helpers.exercises.judge import judge
from helpers.exercises.steps import step

softmax, sdpa, attend = (
    named(name) for name in ("softmax", "scaled_dot_product_attention", "attend")
)


# --- what else is looked at, in its order ---


def test_non_finite_counts():
    verdict = judge(softmax, lambda s: right(s) / np.where(s > 1, 0, 1))
    assert verdict.stage == "non-finite"
    assert "values are NaN or infinite" in verdict.message


def bends_where(condition):
    """feed_forward with another bend."""

    def feed_forward(x, w_in, b_in, w_out, b_out):
        return condition(x @ w_in + b_in) @ w_out + b_out

    return judge(named("feed_forward"), feed_forward)


def test_a_question_to_a_whole_array():
    """NumPy's own words (a.any() or a.all()) lead away from what was meant."""
    for asks in (
        lambda hidden: hidden if hidden > 0 else 0 * hidden,
        lambda hidden: max(hidden, 0),
        lambda hidden: hidden * (hidden > 0 and hidden < 9),
    ):
        verdict = bends_where(asks)
        assert verdict.stage == "raised"
        assert "asks a whole array for one yes or no in `lambda hidden: " in verdict.message
        assert "np.where" in verdict.message and "a.any()" not in verdict.message


def test_chance():
    def dropout(hidden):
        kept = np.random.rand(*hidden.shape) > 0.1  # noqa: NPY002 - as learners write it
        return np.maximum(hidden, 0) * kept / 0.9

    verdict = bends_where(dropout)
    assert verdict.message == (
        "feed_forward: two calls with the same numbers gave two different results. "
        "Where does chance come in, a dropout perhaps?"
    )


def test_input_changed():
    def softmax(scores):
        weights = right(scores)
        scores[..., 0] = 0
        return weights

    verdict = judge(named("softmax"), softmax)
    assert verdict.stage == "input changed"
    assert "changed its input scores, 4 of 24 numbers" in verdict.message


def test_input_changed_in_its_sign_of_zero_only():
    """Bit by bit: -0 is not 0."""

    def project(x, w_query, w_key, w_value):
        made = x @ w_query, x @ w_key, x @ w_value
        w_value *= 1.0
        w_value[0, 0] = np.nextafter(w_value[0, 0], 9)
        return made

    verdict = judge(named("project"), project)
    assert verdict.stage == "input changed" and "w_value, 1 of 20 numbers" in verdict.message


def test_input_reshaped():
    def softmax(scores):
        weights = right(scores)
        with np.testing.suppress_warnings() as quiet:
            quiet.filter(DeprecationWarning)
            scores.resize(scores.size)
        return weights

    assert judge(named("softmax"), softmax).stage == "input changed"


def test_a_view_of_the_input_is_an_answer_like_any_other():
    verdict = judge(softmax, lambda scores: scores[...])
    assert verdict.stage in ("property", "value")


def test_a_buffer_used_again_is_no_mistake():
    buffers = {}

    def softmax(scores):
        buffer = buffers.setdefault((scores.shape, scores.dtype), right(scores))
        buffer[...] = right(scores)
        return buffer

    assert judge(named("softmax"), softmax).passed


def test_a_property_says_what_does_not_hold():
    verdict = judge(softmax, lambda scores: np.full_like(scores, 1 / scores.shape[-1]) + 0.1)
    assert verdict.stage == "property"
    assert verdict.message == (
        "softmax: this should hold and does not: every row sums to 1; "
        "[1.6, 1.6, 1.6, 1.6] came where [1, 1, 1, 1] was expected."
    )


def test_a_wrong_value_shows_the_row_beside_the_expected_one():
    def row_means(rows):
        means = rows.mean(axis=-1)
        return means if len(means) < 5 else means + 0.25 * (np.arange(len(means)) == 1)

    verdict = judge(named("row_means"), row_means)
    assert verdict.stage in ("property", "value")
    assert verdict.message.startswith("row_means: ")


def test_a_mistake_is_named_with_a_number_of_the_learners():
    def entropy(weights):
        return -np.nansum(weights * np.log(weights), axis=-1)

    verdict = judge(named("entropy"), entropy)
    assert (verdict.stage, verdict.mistake) == ("mistake", "nats")
    assert verdict.message == (
        "entropy: the values are 0.69 times the expected ones. "
        "In which unit does your logarithm count?"
    )


def test_columns_that_sum_to_one():
    verdict = judge(softmax, lambda s: np.exp(s - s.max(0)) / np.exp(s - s.max(0)).sum(axis=0))
    assert verdict.message == (
        "softmax: each column sums to 1, and rows do not. "
        "The sum ran over the queries; which axis holds the keys?"
    )


def test_of_two_mistakes_the_ordinary_one_speaks():
    """A wrong axis and no maximum taken off: the overflow only matters once the axis is right."""
    verdict = judge(softmax, lambda s: np.exp(s) / np.exp(s).sum(axis=0))
    assert verdict.mistake == "over the queries" and verdict.stage == "mistake"


def test_the_scale_shows_as_a_factor_on_the_scores():
    def unscaled(query, key, value):
        weights = right(query @ np.swapaxes(key, -1, -2))
        return weights @ value, weights

    verdict = judge(sdpa, unscaled)
    assert verdict.mistake == "no scale"
    assert "the weights belong to scores 2.24 times the expected ones" in verdict.message


def test_who_forgets_the_batch_is_told_to_count_from_the_end():
    def split_heads(x, n_heads):
        n, d_model = x.shape
        return x.reshape(n, n_heads, d_model // n_heads).transpose(1, 0, 2)

    verdict = judge(named("split_heads"), split_heads)
    assert verdict.stage == "raised"
    assert verdict.message.endswith("when a batch stands in front, count axes from the end.")


def test_who_is_wrong_everywhere_is_not_told_about_the_batch():
    def split_heads(x, n_heads):
        n, d_model = x.shape
        return x.reshape(n_heads, n, d_model // n_heads)

    assert "batch" not in judge(named("split_heads"), split_heads).message


def test_who_comes_close_to_a_way_that_writes_into_its_input_spoils_no_case():
    """Constants are tried behind such a way, too, and the inputs of a case are kept."""

    def doubled(x):
        return 2 * x

    twice = step(doubled)

    @twice.wrong("works in place", "Whose numbers are these?")
    def _(x):
        x *= 2
        return x

    shifted = step("shifted")(lambda doubled: doubled)
    shifted.family("shifted", "Why {constant}?", lambda doubled, constant: doubled + constant,
                   over=(1e-3, 1))  # fmt: skip
    declared = Exercise(doubled, 99, {"doubled": "(n,)"})
    declared.case("three numbers")(lambda rng: dict(x=rng.normal(size=3)))
    declared.steps(twice, shifted)

    assert not judge(declared, lambda x: 2.0001 * x).passed
    trial = expected_trials(declared)[0]
    np.testing.assert_array_equal(trial.inputs["x"], declared.cases[0].inputs()["x"])
