"""Rules for the mistakes of every exercise: each is named as itself and told in plain words."""

import functools
import re

import numpy as np
from exercise_learners import Rules, as_learner, each_exercise

from helpers.exercises.judge import judge

LONGEST = 330  # characters of a message
RULES = rule = Rules()


@functools.cache
def verdict_on(declared, mistake):
    return judge(declared, as_learner(mistake.function))


def sentences(text):
    """How many sentences: a full stop or question mark, then the end or a space and more."""
    return len(re.findall(r"[.?!](?=\s|$)", text))


@rule
def a_mistake_is_named_as_itself(declared):
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


@rule
def a_family_finds_its_constant(declared):
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


INTERNALS = ("Traceback", "helpers", "<", "\n", "np.float64", "e-0", "0x")


@rule
def a_message_is_short_and_plain(declared):
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


@rule
def a_mistake_is_explained_in_one_sentence_that_does_not_give_the_answer_away(declared):
    code = {line.strip() for line in declared.solution.splitlines()[1:] if len(line.strip()) > 12}
    for mistake in declared.mistakes:
        sentence, name = mistake.sentence, mistake.name
        assert sentences(sentence) == 1 and sentence[-1] in ".?", f"{name!r}: {sentence}"
        assert name == name.strip() and "\n" not in name, f"{name!r}: spaces around it, or lines"
        assert not any(line in sentence for line in code), f"{name!r} tells the line: {sentence}"


@rule
def names_of_mistakes_differ(declared):
    names = [mistake.name for mistake in declared.mistakes]
    assert len(set(names)) == len(names), f"{declared.name} declares a mistake's name twice"


@rule
def its_picture_is_well_formed(declared):
    for mistake in declared.mistakes:
        details = verdict_on(declared, mistake).details
        for tag in ("details", "table", "div", "td", "tr"):
            opened = len(re.findall(rf"<{tag}[ >]", details))
            assert opened == details.count(f"</{tag}>"), f"{mistake.name}: {tag}"


@each_exercise
def test_mistakes_keep_the_rules(declared):
    RULES.hold(declared)
