"""A known mistake is known in any spelling: by np.dot, np.matmul, einsum, factors turned round.

Every mistake that was ever named is spelled anew, operator by operator, and has to keep its name.
"""

import ast
import importlib
import inspect
import itertools

import numpy as np
import pytest
from exercise_learners import named
from named_mistakes.renamed import RENAMED
from test_exercise_named_mistakes import FILES

from helpers.exercises.judge import judge

SHARE = 0.98  # of the spellings have to be named


def by_matmul(one, other):
    return np.matmul(one, other)


def by_dot(one, other):
    if np.ndim(one) > 2 or np.ndim(other) > 2:  # np.dot pairs leading axes otherwise
        return np.matmul(one, other)
    return np.dot(one, other)


def by_einsum(one, other):
    left = "j" if np.ndim(one) == 1 else "...ij"
    right = "j" if np.ndim(other) == 1 else "...jk"
    kept = f"{'...' if len(left + right) > 2 else ''}{left[-2:-1]}{right[4:]}"
    return np.einsum(f"{left},{right}->{kept}", one, other)


def turned_round(one, other):
    return np.multiply(other, one)


class Spelling(ast.NodeTransformer):
    """Operators of a module become calls, those for @ in turn."""

    def __init__(self):
        self.products = itertools.cycle(["by_matmul", "by_dot", "by_einsum"])

    def visit_BinOp(self, node):
        self.generic_visit(node)
        names = {ast.MatMult: self.products, ast.Mult: itertools.repeat("turned_round")}
        if type(node.op) not in names:
            return node
        name = next(names[type(node.op)])
        return ast.Call(ast.Name(name, ast.Load()), [node.left, node.right], [])


def spelled_anew(name):
    """The wrong answers to an exercise in other spellings, and the names of those that changed."""
    module = importlib.import_module(f"named_mistakes.{name}")
    tree = ast.fix_missing_locations(Spelling().visit(ast.parse(inspect.getsource(module))))
    space = {f.__name__: f for f in (by_matmul, by_dot, by_einsum, turned_round)}
    exec(compile(tree, "<a learner's cell>", "exec"), space)
    return space["answers"]


@pytest.mark.slow
def test_known_mistakes_are_known_in_other_spellings():
    count, lost = 0, []
    for name in FILES:
        answers, renamed = spelled_anew(name), RENAMED.get(name, {})
        for title, function in answers.items():
            known = {title, answers.same_as[title]}
            known |= {renamed.get(title), renamed.get(answers.same_as[title])}
            found = judge(named(name), function)
            count += 1
            if found.mistake not in known - {None}:
                lost.append(f"{name}: {title!r} is {found.mistake!r}: {found.message}")
    assert len(lost) <= (1 - SHARE) * count, f"{len(lost)} of {count}:\n" + "\n".join(lost)
