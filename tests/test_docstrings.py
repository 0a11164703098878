"""What a reader of helpers/ is owed: every module and every public name says what it is for.

That there is a docstring, ruff sees to (D1). What it has to hold, neither ruff nor numpydoc can
check here: their rules know sections with headings, and these docstrings are read by learners, in
sentences. So two rules, read off the source:
- what a lesson can call names its parameters, and says the shape of its arrays: `(n, d)`, `(n,)`;
- what a docstring describes as a parameter is one, so that a renamed one does not live on.
"""

import ast
import re
from functools import cache
from pathlib import Path

HELPERS = Path(__file__).parent.parent / "helpers"
MODULES = sorted(HELPERS.rglob("*.py"))
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

# Rooms whose names reach a lesson only through the list in their __init__.
LISTS = ("__all__", "_HOME")
LISTED_ROOMS = ("diagnosis", "exercises", "explore", "models", "show")
# Parameters whose name says it all; a batch is described where the task or the loss is.
OBVIOUS = {"batch", "rng", "x", "path", "text", "name", "title", "label", "x_label", "y_label"}
# Parameters that are always arrays, so that a reader needs their shape.
ARRAYS = {
    "query", "key", "keys", "values", "weights", "scores", "tokens", "inputs", "targets",
    "images", "memory", "rows", "gradient", "logits", "context", "head_outputs", "x",
}  # fmt: skip
SHAPE = re.compile(r"\((?:\.\.\.|\w+,)[^()]*\)|\([\w.]+, ?[\w., ]+\)|[Ss]hape|any array")
PARAMETER_LINE = re.compile(r"^((?:[a-z_]\w*, )*[a-z_]\w*): \w", re.MULTILINE)


@cache
def parsed(module):
    return ast.parse(module.read_text(encoding="utf-8"))


def where(module, node):
    return f"{module.relative_to(HELPERS.parent).as_posix()}:{node.lineno}"


def public(nodes):
    return [
        node for node in nodes if isinstance(node, DEFINITIONS) and not node.name.startswith("_")
    ]


def definitions(module):
    """Public classes and functions with None, and the methods of those classes with the class."""
    for node in public(parsed(module).body):
        yield node, None
        if isinstance(node, ast.ClassDef):
            yield from ((method, node) for method in public(node.body))


@cache
def classes():
    """Classes of helpers/ by name, to find what a method overrides."""
    return {
        node.name: node
        for module in MODULES
        for node in parsed(module).body
        if isinstance(node, ast.ClassDef)
    }


def documentation(node, owner=None):
    """A docstring; for a method, its class's too, and what the base classes say about it."""
    said = ast.get_docstring(node) or ""
    if owner is not None:
        said += "\n" + (ast.get_docstring(owner) or "")
        bases = [
            classes().get(getattr(base, "id", getattr(base, "attr", ""))) for base in owner.bases
        ]
        for base in filter(None, bases):
            inherited = [one for one in public(base.body) if one.name == node.name]
            said += "".join("\n" + documentation(one, base) for one in inherited)
    return said


def parameters(function):
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    named += filter(None, [arguments.vararg, arguments.kwarg])
    return [one.arg for one in named if one.arg not in ("self", "cls")]


def listed(room):
    """The names that a room's __init__ offers, in `__all__` or in its `_HOME`."""
    names = set()
    for node in parsed(HELPERS / room / "__init__.py").body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in LISTS:
            strings = node.value.keys if isinstance(node.value, ast.Dict) else node.value.elts
            names |= {one.value for one in strings if isinstance(one, ast.Constant)}
    return names


def lesson_can_call(module):
    """Functions of a module, and methods of its classes, that a lesson can call: (node, class)."""
    room = module.relative_to(HELPERS).parts[0]
    offered = listed(room) if room in LISTED_ROOMS else None
    if module.name.startswith("_"):
        return
    for node, owner in definitions(module):
        name = (owner or node).name
        if not isinstance(node, ast.ClassDef) and (offered is None or name in offered):
            yield node, owner


def missing_parameters(module):
    for node, owner in lesson_can_call(module):
        said = documentation(node, owner)
        unnamed = [
            one
            for one in parameters(node)
            if one not in OBVIOUS and not re.search(rf"\b{one}\b", said)
        ]
        if unnamed:
            yield f"{where(module, node)} {node.name} does not mention {', '.join(unnamed)}"


def missing_shapes(module):
    for node, owner in lesson_can_call(module):
        arrays = [one for one in parameters(node) if one in ARRAYS]
        if arrays and not SHAPE.search(documentation(node, owner)):
            yield f"{where(module, node)} {node.name} does not say the shape of {', '.join(arrays)}"


def unknown_parameters(module):
    for node, _ in lesson_can_call(module):
        known = parameters(node)
        for names in PARAMETER_LINE.findall(ast.get_docstring(node) or ""):
            for name in names.split(", "):
                if name not in known:
                    place = f"{where(module, node)} {node.name}"
                    yield f"{place} describes {name}, which it does not take"


REMEDIES = {
    missing_parameters: "Name each parameter and say what it may be.",
    missing_shapes: "Write it as (n_queries, d_key), (n,) or (..., n).",
    unknown_parameters: "Was it renamed? Describe the parameters that there are.",
}


def test_helpers_say_what_a_reader_needs():
    found = []
    for rule, remedy in REMEDIES.items():
        messages = [message for module in MODULES for message in rule(module)]
        found += [*messages, remedy] if messages else []
    assert not found, "\n".join(["", *found])


# The rules themselves: each finds what it is there for. ----------------------------------------

BAD = '''
def attend(query, scale):
    """Look."""

def turn(x, angle):
    """Turn x (n, 2).

    degrees: how far.
    """

class Reader:
    """Reads; `close` when done."""

    def read(self, pages):
        return pages

    def close(self):
        return None
'''


def test_each_rule_finds_what_it_is_there_for(tmp_path, monkeypatch):
    module = tmp_path / "helpers" / "bad.py"
    module.parent.mkdir()
    module.write_text(BAD, encoding="utf-8")
    monkeypatch.setitem(globals(), "HELPERS", module.parent)
    assert list(missing_parameters(module)) == [
        "helpers/bad.py:2 attend does not mention query, scale",
        "helpers/bad.py:5 turn does not mention angle",
        "helpers/bad.py:14 read does not mention pages",
    ]
    assert list(missing_shapes(module)) == [
        "helpers/bad.py:2 attend does not say the shape of query"
    ]
    assert list(unknown_parameters(module)) == [
        "helpers/bad.py:5 turn describes degrees, which it does not take"
    ]


def test_there_is_something_to_check():
    callable_by_lessons = [one for module in MODULES for one in lesson_can_call(module)]
    assert len(MODULES) > 20 and len(callable_by_lessons) > 40
