"""An exercise has one text: lesson, notebooks, hint and reveal take it from the declaration."""

import ast
import inspect
import re
from pathlib import Path

import pytest
from exercise_learners import EXERCISES

from helpers.exercises import reveal, source
from tools.fresh import lessons
from tools.lesson import EXERCISE, opened, read, solved

ROOT = Path(__file__).resolve().parents[2]


def _head(text):
    """Name, parameters and docstring of a function."""
    function = ast.parse(text).body[0]
    return function.name, ast.unparse(function.args), ast.get_docstring(function)


def test_what_a_learner_starts_from_the_solution_and_reveal_agree():
    """Everywhere an exercise stands; and each stands in its lesson once, in the order declared."""
    named = {}
    for path in lessons(ROOT):
        cells = read(path).cells
        pairs = zip(solved(cells, path.stem).cells, opened(cells, path.stem).cells, strict=True)
        for solution, start in pairs:
            if EXERCISE in solution.metadata.get("tags", []):
                name = _head(solution.source)[0]
                assert name not in named, f"{name} stands in two cells"
                named[name] = (path.stem.split("_")[0], solution.source, start.source)
    assert list(named) == [declared.name for declared in EXERCISES]
    for declared in EXERCISES:
        number, solution, start = named[declared.name]
        assert number == f"{declared.lesson:02d}", f"{declared.name} stands in lesson {number}"
        assert _head(start) == _head(solution), f"{declared.name}: two signatures or docstrings"
        shown = str(reveal(declared.name)).split("\n\n", 1)[1]
        assert shown.startswith(solution), f"reveal({declared.name}) shows another text"
        if declared.broken is None:
            assert ast.unparse(ast.parse(start).body[0].body[1:]) == "...", declared.name
        else:
            assert start == declared.broken != solution, declared.name


def test_a_docstring_tells_what_comes_in_and_what_is_returned():
    for declared in EXERCISES:
        for name, parameter in inspect.signature(declared.reference).parameters.items():
            said = re.search(rf"\b{name}\b", declared.__doc__)
            assert said or parameter.default is not parameter.empty, (
                f"{declared.name}: the docstring does not say what {name} is"
            )
        assert "Returns: " in declared.__doc__, f"{declared.name}: what does it return?"


def test_a_signature_over_several_lines_and_comments_above_the_docstring_are_kept():
    text = (
        'def f(\n    a,\n    b=":",\n):\n    # What is × for?\n'
        '    """Gives a × b.\n\n    a: text.\n    """\n    # It goes.\n    return a'
    )
    head = text[: text.index("\n    # It goes")]
    assert source.stub(text) == f"{head}\n    ..."
    other = 'def g(a, b=":"):\n    """Other."""\n    # It comes.\n    return b'
    assert source.with_body(text, other) == f"{head}\n    # It comes.\n    return b"


def _left_as_it_is(gives):
    return lambda function: function


@_left_as_it_is({"def ": "()"})
def _decorated(x):
    """Twice x."""
    return 2 * x


def test_decorators_are_no_part_of_it():
    assert source.of(_decorated) == 'def _decorated(x):\n    """Twice x."""\n    return 2 * x'


def _no_docstring(x):
    return x


def _no_body(x):
    """Gives x."""


def _body_beside_the_docstring(x):
    """Gives x."""; return x  # fmt: skip  # noqa: E702


def _on_one_line(x): "Gives x."; return x  # fmt: skip  # noqa: E702


@pytest.mark.parametrize(
    ("function", "complaint"),
    [
        (_no_docstring, "needs a docstring"),
        (_no_body, "needs a body"),
        (_body_beside_the_docstring, "lines of its own below the docstring"),
        (_on_one_line, "own"),
    ],
)
def test_a_declaration_that_gives_no_text_says_why(function, complaint):
    with pytest.raises(ValueError, match=complaint):
        source.of(function)


def test_what_is_brought_in_has_the_parameters_of_what_is_asked_for():
    sound, broken = (f'def f({names}):\n    """D."""\n    return a' for names in ("a, b", "a"))
    with pytest.raises(ValueError, match=re.escape("f(a) cannot stand in for f(a, b)")):
        source.with_body(sound, broken)
