"""Rules for the cases of every exercise: what they are compared on can tell right from wrong."""

import numpy as np
from exercise_learners import Rules, each_exercise, named

from helpers.exercises.compare import expected_trials

# Mean entropy of the rows of weights, as a share of the largest possible. Near 1, every wrong
# scale gives the same weights as the right one; near 0, arg-max does.
BAND = (0.15, 0.95)
RULES = rule = Rules()


# Exercises whose right answers may compute in float32 whatever comes in, as diagnose advises.
IN_FLOAT32 = ("repair_half_precision",)


@rule
def cases_come_in_both_floating_types(declared):
    dtypes = {trial.dtype for trial in expected_trials(declared)}
    needed = {"float32"} if declared.name in IN_FLOAT32 else {"float32", "float64"}
    assert dtypes >= needed, f"{declared.name} is compared in {dtypes} only"


@rule
def cases_are_the_same_every_time(declared):
    for case in declared.cases:
        once, again = case.inputs(), case.inputs()
        for name, value in once.items():
            if isinstance(value, np.ndarray):
                assert value.tobytes() == again[name].tobytes(), (
                    f"{declared.name}, case {case.description!r}: {name} changes from call to call"
                )


@rule
def cases_name_the_parameters(declared):
    for case in declared.cases:
        unknown = set(case.inputs()) - set(declared.parameters)
        assert not unknown, f"{declared.name}, case {case.description!r} makes {unknown}"


@rule
def sizes_of_a_case_differ(declared):
    for case in declared.cases:
        inputs = {k: v for k, v in case.inputs().items() if isinstance(v, np.ndarray)}
        # Arrays share sizes where the mathematics makes them: width with width. So it is within
        # one array that all sizes differ, and the arrays together have as many as there are axes.
        for name, value in inputs.items():
            square = name == "weights" and _takes_maps(declared)  # a text that looks at itself
            assert len(set(value.shape)) == value.ndim - square, (
                f"{declared.name}, case {case.description!r}: {name} {value.shape} has two axes "
                "of one size, so a mistaken axis would not show"
            )
        sizes = {size for value in inputs.values() for size in value.shape}
        needed = 2 if _takes_maps(declared) else _axes_that_may_differ(declared, inputs)
        assert len(sizes) == needed, (
            f"{declared.name}, case {case.description!r}: sizes {sorted(sizes)} for {needed} axes"
        )


def _takes_maps(declared):
    """Whether it takes the maps (h, n, n) of heads, rather than rows of weights."""
    return declared.name in ("previous_token_score", "induction_score")


def _axes_that_may_differ(declared, inputs):
    """Number of sizes that can be chosen freely for this set of arrays."""
    if set(inputs) >= {"query", "key"}:
        leading = inputs["query"].ndim - 2
        one_text = declared.name == "linear_attention"  # n_queries = n_keys
        return leading + 3 + ("value" in inputs) - one_text
    if set(inputs) == {"x", "w_query", "w_key", "w_value"}:
        return 4  # n, d_model, d_key, d_value
    if set(inputs) == {"x", "w_query", "w_key", "w_value", "w_output"}:
        return inputs["x"].ndim + 1  # those of x, and the width of all heads together
    if set(inputs) == {"x", "context", "w_query", "w_key", "w_value"}:
        widths = inputs["x"].shape[-1], inputs["context"].shape[-1]  # one for both, or two
        return 4 + len(set(widths))  # n_queries, n_keys, d_key, d_value
    if set(inputs) == {"scores", "mask"}:  # the mask has the axes of the scores, or 1
        return inputs["scores"].ndim + (1 in inputs["mask"].shape)
    if set(inputs) in ({"x", "gain", "bias"}, {"x", "w_in", "b_in", "w_out", "b_out"}):
        return inputs["x"].ndim + ("w_in" in inputs)  # those of x, and d_hidden
    if set(inputs) in ({"state", "memory"}, {"weights", "memory"}):
        return 2  # words, and the width
    return sum(value.ndim for value in inputs.values())


@rule
def weights_are_neither_uniform_nor_saturated(declared):
    for case in declared.cases:
        weights = None if case.extreme else _weights_of(declared, case.inputs())
        if weights is None:
            continue
        positive = np.where(weights > 0, weights, 1)
        entropy = -(weights * np.log(positive)).sum(axis=-1) / np.log(weights.shape[-1])
        assert BAND[0] <= entropy.mean() <= BAND[1], (
            f"{declared.name}, case {case.description!r}: the weights have {entropy.mean():.2f} "
            f"of the largest entropy, expected {BAND[0]} to {BAND[1]}: change size= or seed="
        )


def _weights_of(declared, inputs):
    """The weights that an exercise gives, takes, or mixes values with, or None."""
    if "weights" in declared.gives:
        result = declared.reference(**inputs)
        return result[list(declared.gives).index("weights")] if declared.several else result
    if "weights" in inputs:
        return inputs["weights"]
    if {"query", "key"} <= set(inputs):
        return named("attention_weights").reference(inputs["query"], inputs["key"])
    return None


@each_exercise
def test_cases_keep_the_rules(declared):
    RULES.hold(declared)
