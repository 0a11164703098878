"""hint, reveal and yours: what they say, and that they say it in text and in HTML."""

import numpy as np
import pytest
from exercise_learners import EXERCISES, named

from helpers.exercises import hint, progress_file, reveal, yours


def right(scores):
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize("declared", EXERCISES, ids=lambda e: e.name)
def test_hints_climb_four_steps_and_stay(declared, capsys):
    steps = [hint(declared.reference) for _ in range(5)]
    for number, (step, words) in enumerate(zip(steps, declared.words, strict=False), 1):
        assert str(step).startswith(
            f"{declared.name}, hint {number} of 4, a"
            if number < 3
            else f"{declared.name}, hint {number} of 4, the way in words"
        )
        assert str(step).endswith(words)
        assert step._repr_html_().count("<p>") == 2
    assert declared.solution in str(steps[3])
    assert "<pre><code>def " in steps[3]._repr_html_()
    assert str(steps[4]) == str(steps[3])
    assert capsys.readouterr().out == "\n".join(map(str, steps)) + "\n"


def test_hints_go_on_in_the_next_session(monkeypatch):
    hint("softmax")
    monkeypatch.setattr(progress_file, "_session", {})
    assert "hint 2 of 4" in str(hint("softmax"))
    assert "hint 1 of 4" in str(hint("entropy"))


def test_reveal_shows_the_solution():
    assert named("softmax").solution in str(reveal("softmax"))
    assert progress_file.read()[0]["softmax"] == {"passed": False, "mistakes": [], "hints": 4}


def test_a_hint_for_a_function_of_another_name():
    assert "softmax, hint 1" in str(hint(right, "softmax"))
    assert str(hint(right)) == (
        "✘ No exercise is called right. Did you mean softmax? "
        'Then write: hint(right, exercise="softmax").'
    )


def test_angle_brackets_survive_html():
    assert "weights &gt; 0" in reveal("entropy")._repr_html_()


def test_yours_is_the_learners_once_it_passes(capsys):
    assert yours(right, "softmax") is right
    assert capsys.readouterr().out == "Going on with your softmax.\n"


def test_yours_is_the_courses_until_then(capsys):
    def softmax(scores): ...

    chosen = yours(softmax)
    assert chosen.__code__ is named("softmax").reference.__code__
    assert capsys.readouterr().out == ("softmax is not written yet: going on with the course's.\n")
    assert yours(lambda scores: scores, "softmax").__code__ is chosen.__code__
    assert capsys.readouterr().out == "softmax does not pass yet: going on with the course's.\n"


def test_the_courses_function_has_the_exercises_signature():
    for declared in EXERCISES:
        code = yours(lambda *args: ..., declared.name).__code__
        assert code.co_varnames[: code.co_argcount] == declared.parameters, declared.name


def test_yours_records_nothing(progress_of_its_own):
    yours(right, "softmax")
    assert not progress_of_its_own.exists()
