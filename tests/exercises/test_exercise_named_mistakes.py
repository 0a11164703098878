"""Whatever was named once stays named: 754 wrong answers, kept apart from their declarations."""

import importlib
import pkgutil

import named_mistakes
import pytest
from exercise_learners import named
from named_mistakes.renamed import RENAMED, RIGHT

from helpers.exercises.judge import judge

FILES = sorted(
    module.name
    for module in pkgutil.iter_modules(named_mistakes.__path__)
    if module.name not in ("answers", "renamed")
)


def answers_to(name):
    return importlib.import_module(f"named_mistakes.{name}").answers


# Every day those of a few exercises; whether each declared mistake is named, others test.
EVERY_DAY = ("alignment_scores", "attend", "induction_score", "layer_norm", "masked_softmax")


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=() if n in EVERY_DAY else pytest.mark.slow) for n in FILES],
)
def test_every_mistake_keeps_its_name(name):
    answers, renamed = answers_to(name), RENAMED.get(name, {})
    lost = []
    for title, function in answers.items():
        known = {title, answers.same_as[title]}
        known |= {renamed.get(title), renamed.get(answers.same_as[title])}
        found = judge(named(name), function)
        kept = found.passed if title in RIGHT.get(name, ()) else found.mistake in known - {None}
        if not kept:
            lost.append(f"{title!r} is now {found.mistake!r}: {found.message}")
    assert not lost, f"{name}: {len(lost)} of {len(answers)}\n" + "\n".join(lost)


def test_a_new_name_replaces_one_that_was():
    for name, renamed in (*RENAMED.items(), *RIGHT.items()):
        assert set(renamed) <= set(answers_to(name)), f"{name} never had all of {list(renamed)}"


def test_none_of_them_is_missing():
    assert sum(len(answers_to(name)) for name in FILES) == 754
