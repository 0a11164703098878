"""Rules for every exercise, over whatever is declared: nobody has to add a test for a new one."""

import dataclasses
import inspect
import re

import numpy as np
from exercise_learners import EXERCISES, Rules, as_learner, each_exercise

from helpers.exercises.compare import alike, expected_trials
from helpers.exercises.judge import judge
from helpers.exercises.properties import broken_property
from helpers.exercises.run import Outcome, read_result, run
from helpers.exercises.time_limit import Budget

RULES = rule = Rules()


@rule
def the_reference_passes(declared):
    verdict = judge(declared, as_learner(declared.reference))
    assert verdict.passed, f"the reference fails its own check: {verdict.message}"


@rule
def the_steps_come_to_what_the_reference_gives(declared):
    for trial in expected_trials(declared) if declared.chain else ():
        came = Outcome(result=read_result(declared.chain.run(trial.inputs), declared.several))
        assert alike(came, trial.expected, trial.dtype), f"{trial.description}, {trial.dtype}"


@rule
def there_are_mistakes_and_properties(declared):
    assert len(declared.mistakes) >= 5, f"{declared.name}: what do people get wrong about it?"
    assert len(declared.properties) >= 3, f"{declared.name}: what is true of every right answer?"


@rule
def every_property_is_put_to_the_test(declared):
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


@rule
def every_property_fails_for_some_wrong_function(declared):
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


@rule
def there_are_four_hints(declared):
    assert len(declared.words) == 3, f"{declared.name}: three hints in words, then the solution"
    for words in declared.words:
        assert 20 <= len(words) <= 260, f"{declared.name}: {len(words)} characters: {words}"
    nudge = declared.words[0]
    assert declared.solution.splitlines()[-1].strip() not in nudge


@rule
def the_solution_is_one_function_that_passes(declared):
    solution = declared.solution
    assert solution.startswith(f"def {declared.name}("), solution
    space = {"np": np} | {other.name: other.reference for other in EXERCISES}
    exec(compile(solution, "<a learner's cell>", "exec"), space)
    verdict = judge(declared, space[declared.name])
    assert verdict.passed, f"the revealed solution of {declared.name} fails: {verdict.message}"


@rule
def the_reference_says_what_it_does(declared):
    assert declared.__doc__ and declared.__doc__.strip().endswith((".", ")"))
    for axes in declared.gives.values():
        assert re.fullmatch(r"\(.*\)", axes), f"{declared.name}: write axes as (n, d)"


@each_exercise
def test_declarations_keep_the_rules(declared):
    RULES.hold(declared)


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
