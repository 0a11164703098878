"""A hash of what a file does, the same for all versions of Python and on all systems.

Of Python, comments, layout and docstrings are left out: nothing that is printed or drawn depends on
them. Of other texts, the line ends; of everything else, nothing.
"""

import ast
import hashlib

from tools.definitions import is_docstring

_ASIDE = {"ctx", "kind", "type_comment", "type_params", "type_ignores"}


def of_code(tree):
    """The hash of a syntax tree, 8 digits."""
    return _digest(_canonical(tree).encode())


def combined(hashes):
    """One hash of several, which counts their order."""
    return _digest(" ".join(hashes).encode())


def of_data(path):
    """The hash of a file that is no Python, 8 digits."""
    content = path.read_bytes()
    if b"\0" not in content:
        content = content.replace(b"\r\n", b"\n")  # as Git may have written a text on Windows
    return _digest(content)


def _canonical(node):
    """A tree as text. What is not set is left out: which fields there are differs by version."""
    if isinstance(node, list):
        return f"[{','.join(_canonical(item) for item in node if not is_docstring(item))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = (
        f"{name}={_canonical(value)}"
        for name, value in ast.iter_fields(node)
        if value is not None and value != [] and name not in _ASIDE
    )
    return f"{type(node).__name__}({','.join(fields)})"


def _digest(content):
    return hashlib.sha256(content).hexdigest()[:8]
