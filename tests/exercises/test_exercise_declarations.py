"""Rules for every exercise, over whatever is declared: nobody has to add a test for a new one."""

import dataclasses
import functools
import inspect
import re

import numpy as np
import pytest
from exercise_learners import EXERCISES, as_learner, named

from helpers.exercises.compare import alike, expected_trials
from helpers.exercises.judge import judge
from helpers.exercises.properties import broken_property
from helpers.exercises.run import Outcome, read_result, run
from helpers.exercises.time_limit import Budget

# Mean entropy of the rows of weights, as a share of the largest possible. Near 1, every wrong
# scale gives the same weights as the right one; near 0, arg-max does.
BAND = (0.15, 0.95)
LONGEST = 330  # characters of a message
every_exercise = pytest.mark.parametrize("declared", EXERCISES, ids=lambda e: e.name)


@functools.cache
def verdict_on(declared, mistake):
    return judge(declared, as_learner(mistake.function))


def sentences(text):
    """How many sentences: a full stop or question mark, then the end or a space and more."""
    return len(re.findall(r"[.?!](?=\s|$)", text))


@every_exercise
def test_the_reference_passes(declared):
    verdict = judge(declared, as_learner(declared.reference))
    assert verdict.passed, f"the reference fails its own check: {verdict.message}"


# Exercises whose right answers may compute in float32 whatever comes in, as diagnose advises.
IN_FLOAT32 = ("repair_half_precision",)


@every_exercise
def test_cases_come_in_both_floating_types(declared):
    dtypes = {trial.dtype for trial in expected_trials(declared)}
    needed = {"float32"} if declared.name in IN_FLOAT32 else {"float32", "float64"}
    assert dtypes >= needed, f"{declared.name} is compared in {dtypes} only"


@every_exercise
def test_cases_are_the_same_every_time(declared):
    for case in declared.cases:
        once, again = case.inputs(), case.inputs()
        for name, value in once.items():
            if isinstance(value, np.ndarray):
                assert value.tobytes() == again[name].tobytes(), (
                    f"{declared.name}, case {case.description!r}: {name} changes from call to call"
                )


@every_exercise
def test_cases_name_the_parameters(declared):
    for case in declared.cases:
        unknown = set(case.inputs()) - set(declared.parameters)
        assert not unknown, f"{declared.name}, case {case.description!r} makes {unknown}"


@every_exercise
def test_sizes_of_a_case_differ(declared):
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


@every_exercise
def test_weights_are_neither_uniform_nor_saturated(declared):
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


@every_exercise
def test_a_mistake_is_named_as_itself(declared):
    faults = []
    for mistake in declared.mistakes:
        verdict = verdict_on(declared, mistake)
        if verdict.passed:
            faults.append(f"{mistake.name!r} passes")
        elif verdict.mistake not in (mistake.name, mistake.same_as):
            faults.append(f"{mistake.name!r} is taken for {verdict.mistake!r}")
        elif verdict.mistake == mistake.name and not verdict.message.endswith(mistake.sentence):
            faults.append(f"{mistake.name!r} is told without its sentence: {verdict.message}")
    assert not faults, "\n".join(faults)


@every_exercise
def test_a_family_finds_its_constant(declared):
    """Any constant that fits no single mistake is named as its family's."""
    for number, way in declared.chain.families() if declared.chain else ():
        for constant in way.over if isinstance(way.over, list) else [_between(*way.over)]:
            function = declared.chain.function(number, way, constant)
            verdict = judge(declared, as_learner(function))
            assert verdict.mistake == way.name, f"{constant}: {verdict.message}"
            assert "{" not in verdict.message


def _between(smallest, largest):
    """A constant that nobody has declared by itself."""
    return 1.234 * float(np.sqrt(smallest * largest))


@every_exercise
def test_the_steps_come_to_what_the_reference_gives(declared):
    for trial in expected_trials(declared) if declared.chain else ():
        came = Outcome(result=read_result(declared.chain.run(trial.inputs), declared.several))
        assert alike(came, trial.expected, trial.dtype), f"{trial.description}, {trial.dtype}"


INTERNALS = ("Traceback", "helpers", "<", "\n", "np.float64", "e-0", "0x")


@every_exercise
def test_a_message_is_short_and_plain(declared):
    faults = []
    for mistake in declared.mistakes:
        verdict = verdict_on(declared, mistake)
        faults += [f"{mistake.name!r}: {fault}: {verdict.message}" for fault in _faults(verdict)]
        symptom = verdict.message.removesuffix(mistake.sentence)
        numberless = verdict.stage == "type" or "each column" in symptom  # there is none to tell
        if not re.search(r"\d", symptom) and not numberless:
            faults.append(f"{mistake.name!r}: no number in: {symptom}")
    assert not faults, "\n".join(faults)


def _faults(verdict):
    message = verdict.message
    if sentences(message) > 2:
        yield "more than two sentences"
    if len(message) > LONGEST:
        yield f"{len(message)} characters"
    if not message.startswith(f"{verdict.exercise}: "):
        yield "does not begin with the exercise"
    yield from (f"{internal!r} in it" for internal in INTERNALS if internal in message)


@every_exercise
def test_a_mistake_is_explained_in_one_sentence_that_does_not_give_the_answer_away(declared):
    code = {line.strip() for line in declared.solution.splitlines()[1:] if len(line.strip()) > 12}
    for mistake in declared.mistakes:
        sentence, name = mistake.sentence, mistake.name
        assert sentences(sentence) == 1 and sentence[-1] in ".?", f"{name!r}: {sentence}"
        assert name == name.strip() and "\n" not in name, f"{name!r}: spaces around it, or lines"
        assert not any(line in sentence for line in code), f"{name!r} tells the line: {sentence}"


@every_exercise
def test_names_of_mistakes_differ(declared):
    names = [mistake.name for mistake in declared.mistakes]
    assert len(set(names)) == len(names), f"{declared.name} declares a mistake's name twice"


@every_exercise
def test_there_are_mistakes_and_properties(declared):
    assert len(declared.mistakes) >= 5, f"{declared.name}: what do people get wrong about it?"
    assert len(declared.properties) >= 3, f"{declared.name}: what is true of every right answer?"


@every_exercise
def test_every_property_is_put_to_the_test(declared):
    """A property that asks for inputs no case has would hold for anything."""
    known = set(declared.parameters) | set(declared.gives) | {"result", "call"}
    for declared_property in declared.properties:
        asked = set(inspect.signature(declared_property.holds).parameters)
        assert asked <= known, f"{declared.name}: {declared_property.statement!r} asks for {asked}"
        assert asked, f"{declared.name}: {declared_property.statement!r} looks at nothing"


def _ramp(array, axis):
    """1, 2, 3, … along an axis, so that a place counts which should not."""
    if array.ndim < -axis:
        return array
    shape = [1] * array.ndim
    shape[axis] = -1
    return array * np.arange(1, array.shape[axis] + 1).reshape(shape)


SPOILT_RESULTS = [
    lambda a: a * 0 - 3,
    lambda a: a + np.arange(a.size).reshape(a.shape),
    lambda a: a[..., ::-1] if a.ndim else a + 1,
    lambda a: -a,
]
SPOILT_INPUTS = [
    lambda a: _ramp(a, -1),
    lambda a: _ramp(a, -2),
    lambda a: a - a.mean(axis=0),
]


@every_exercise
def test_every_property_fails_for_some_wrong_function(declared):
    """Each property earns its place: something wrong, of the right shape, breaks it."""
    wrong = [_with_result(declared, spoil) for spoil in SPOILT_RESULTS]
    wrong += [_with_inputs(declared, spoil) for spoil in SPOILT_INPUTS]
    wrong += [mistake.function for mistake in declared.mistakes]
    for single in declared.properties:
        assert any(_property_speaks(declared, single, function) for function in wrong), (
            f"{declared.name}: nothing breaks {single.statement!r}"
        )


def _with_result(declared, spoil):
    def wrong(*args):
        result = declared.reference(*args)
        if declared.several:
            return tuple(spoil(part) for part in result)
        return spoil(np.asarray(result))

    return wrong


def _with_inputs(declared, spoil):
    return lambda *args: declared.reference(
        *(spoil(a) if isinstance(a, np.ndarray) else a for a in args)
    )


def _property_speaks(declared, single, function):
    for case in expected_trials(declared):
        outcome = run(declared, function, case.inputs, Budget(10))
        result = outcome.result
        if result is None or result.arrays is None or len(result.arrays) != len(declared.gives):
            return False
        wanted = case.expected.result.arrays
        if any(got.shape != want.shape for got, want in zip(result.arrays, wanted, strict=True)):
            return False
        trial = dataclasses.replace(case, outcome=outcome)
        if broken_property(declared, function, single, trial, Budget(10)):
            return True
    return False


@every_exercise
def test_there_are_four_hints(declared):
    assert len(declared.words) == 3, f"{declared.name}: three hints in words, then the solution"
    for words in declared.words:
        assert 20 <= len(words) <= 260, f"{declared.name}: {len(words)} characters: {words}"
    nudge = declared.words[0]
    assert declared.solution.splitlines()[-1].strip() not in nudge


@every_exercise
def test_the_solution_is_one_function_that_passes(declared):
    solution = declared.solution
    assert solution.startswith(f"def {declared.name}("), solution
    space = {"np": np} | {other.name: other.reference for other in EXERCISES}
    exec(compile(solution, "<a learner's cell>", "exec"), space)
    verdict = judge(declared, space[declared.name])
    assert verdict.passed, f"the revealed solution of {declared.name} fails: {verdict.message}"


@every_exercise
def test_the_reference_says_what_it_does(declared):
    assert declared.__doc__ and declared.__doc__.strip().endswith((".", ")"))
    for axes in declared.gives.values():
        assert re.fullmatch(r"\(.*\)", axes), f"{declared.name}: write axes as (n, d)"


def test_the_contract_of_exercises_is_kept():
    """Names and parameters that graders and other people's material rely on."""
    signatures = {
        "row_means": ("rows",),
        "alignment_scores": ("state", "memory"),
        "context_vector": ("weights", "memory"),
        "softmax": ("scores",),
        "project": ("x", "w_query", "w_key", "w_value"),
        "attention_weights": ("query", "key"),
        "attend": ("query", "key", "value"),
        "scaled_dot_product_attention": ("query", "key", "value"),
        "entropy": ("weights",),
        "self_attention": ("x", "w_query", "w_key", "w_value"),
        "cross_attention": ("x", "context", "w_query", "w_key", "w_value"),
        "causal_mask": ("n_queries", "n_keys"),
        "padding_mask": ("lengths", "n_keys"),
        "masked_softmax": ("scores", "mask"),
        "previous_token_score": ("weights",),
        "induction_score": ("weights", "tokens"),
        "ablate_head": ("head_outputs", "head"),
        "online_softmax": ("blocks",),
        "sliding_window_mask": ("n", "window"),
        "linear_attention": ("query", "key", "value"),
        "layer_norm": ("x", "gain", "bias", "eps"),
        "feed_forward": ("x", "w_in", "b_in", "w_out", "b_out"),
        "transformer_block": ("x", "attention", "norm_1", "mlp", "norm_2"),
    }
    declared = {exercise.name: exercise.parameters for exercise in EXERCISES}
    for name, parameters in signatures.items():
        assert declared.get(name) == parameters
