"""The text of an exercise, read off its declaration: the solution, and what a learner starts from.

>>> print(stub('def f(x):\\n    \"""Twice x.\"""\\n    return 2 * x'))
def f(x):
    \"""Twice x.\"""
    ...
"""

import ast
import inspect
import textwrap


def of(function):
    """The source of a function, without its decorators.

    function: a function with a docstring on lines of its own, and a body below it.
    Raises: ValueError that says what a declaration has to hold.
    """
    text = textwrap.dedent(inspect.getsource(function))
    node = ast.parse(text).body[0]
    _docstring(node)
    return "\n".join(text.splitlines()[node.lineno - 1 : node.end_lineno])


def stub(source):
    """Signature and docstring of a function, and `...` for its body.

    source: as `of` returns it. Comments between signature and docstring are kept.
    """
    head, indent = _head(source)
    return f"{head}\n{indent}..."


def with_body(source, other):
    """Signature and docstring of one function, and the body of another.

    source, other: as `of` returns them.
    Raises: ValueError where their parameters differ.
    """
    one, two = (ast.parse(text).body[0] for text in (source, other))
    if ast.unparse(one.args) != ast.unparse(two.args):
        raise ValueError(
            f"{two.name}({ast.unparse(two.args)}) cannot stand in for {one.name}"
            f"({ast.unparse(one.args)}): give both the same parameters."
        )
    head, _ = _head(source)
    return "\n".join([head, *other.splitlines()[_docstring(two).end_lineno :]])


def _head(source):
    """A function's text up to the end of its docstring, and the indentation of its body."""
    docstring = _docstring(ast.parse(source).body[0])
    lines = source.splitlines()[: docstring.end_lineno]
    return "\n".join(lines), " " * docstring.col_offset


def _docstring(node):
    """The statement that is a function's docstring."""
    if ast.get_docstring(node) is None:
        raise ValueError(f"{node.name} needs a docstring: it is all that a learner is given.")
    docstring = node.body[0]
    if len(node.body) < 2 or docstring.end_lineno == node.body[1].lineno:
        raise ValueError(f"{node.name} needs a body, on lines of its own below the docstring.")
    if docstring.lineno == node.lineno:
        raise ValueError(f"{node.name} needs its docstring on a line of its own.")
    return docstring
