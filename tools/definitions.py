"""One file of Python as statements: which names each binds, and what is done at import at once."""

import ast
import contextlib
from functools import cached_property

# Decorators that change what they stand above and nothing else. Any other may enter a function in
# a list, as `@exercise` does, so that its being there counts.
_PURE = {
    "cache", "cached_property", "classmethod", "contextmanager", "dataclass", "errstate",
    "lru_cache", "property", "staticmethod", "total_ordering", "wraps",
}  # fmt: skip
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Definitions:
    """The statements of a file, or of the cells of a lesson.

    tree: ast.Module. name: the module's name with dots, "" for cells. is_package: whether the file
    is an `__init__.py`.
    """

    def __init__(self, tree, name="", is_package=False):
        self.statements = [node for node in tree.body if not is_docstring(node)]
        self.name, self.is_package = name, is_package

    @classmethod
    def of_cells(cls, sources):
        """Cells as one program: what one imports, the next uses. Magics are no Python."""
        body = []
        for source in sources:
            with contextlib.suppress(SyntaxError):
                body += ast.parse(source).body
        return cls(ast.Module(body=body, type_ignores=[]))

    @cached_property
    def bound(self):
        """Name to the numbers of the statements that bind it, imports of other packages too."""
        found = {}
        for number, node in enumerate(self.statements):
            for name in _bound_by(node):
                found.setdefault(name, []).append(number)
        return found

    @cached_property
    def at_import(self):
        """The numbers of the statements that do something when the file is imported."""
        return [number for number, node in enumerate(self.statements) if not _only_binds(node)]

    @cached_property
    def imports(self):
        """(name here, module that it is taken from, name there) of every import, at any depth.

        The name there is None where the module itself is meant.
        """
        found = []
        for statement in self.statements:
            for node in ast.walk(statement):
                if isinstance(node, ast.ImportFrom):
                    for alias in node.names:
                        here = alias.asname or alias.name
                        found.append((here, self._origin(node), alias.name))
                elif isinstance(node, ast.Import):
                    for alias in node.names:
                        full = alias.name if alias.asname else alias.name.split(".")[0]
                        found.append((alias.asname or full, full, None))
        return found

    @cached_property
    def imported_at_import(self):
        """The full names of what is imported with the file, modules or not."""
        found = []
        for node in self.statements:
            if isinstance(node, ast.ImportFrom):
                origin = self._origin(node)
                found += [origin, *(f"{origin}.{alias.name}" for alias in node.names)]
            elif isinstance(node, ast.Import):
                found += [alias.name for alias in node.names]
        return found

    @cached_property
    def tables(self):
        """Name to module of what is loaded on demand (PEP 562), told from dictionaries of texts."""
        if "__getattr__" not in self.bound:
            return {}
        found = {}
        for node in self.statements:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
                with contextlib.suppress(ValueError):
                    found |= ast.literal_eval(node.value)
        return {name: home for name, home in found.items() if isinstance(home, str)}

    def _origin(self, node):
        """The full name of what `from … import` takes from."""
        if not node.level:
            return node.module
        parts = self.name.split(".")
        above = parts[: len(parts) - node.level + self.is_package]
        return ".".join([*above, *filter(None, [node.module])])


def chains(node):
    """Every name that code mentions, with what is taken out of it: `a.b.c` is ["a", "b", "c"]."""
    names, root = [], node
    while isinstance(root, ast.Attribute):
        names.insert(0, root.attr)
        root = root.value
    if isinstance(root, ast.Name):
        yield [root.id, *names]
        return
    for child in ast.iter_child_nodes(node):
        if child._fields:  # no name is below an operator or a context
            yield from chains(child)


def texts(node):
    """The texts in code, without docstrings."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for child in ast.iter_child_nodes(node):
        if child._fields and not is_docstring(child):
            yield from texts(child)


def calls(statements, names):
    """The calls of functions of these names."""
    found = [node for statement in statements for node in ast.walk(statement)]
    found = [node for node in found if isinstance(node, ast.Call)]
    return [call for call in found if getattr(call.func, "id", None) in names]


def is_docstring(node):
    """Whether a statement is a text that stands alone."""
    value = getattr(node, "value", None) if isinstance(node, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _bound_by(node):
    """The names that a statement binds."""
    if isinstance(node, _DEFINITIONS):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name.split(".")[0] for alias in node.names}
    return {
        each.id
        for each in ast.walk(node)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    }


def _only_binds(node):
    """Whether a statement does nothing but give names to something."""
    if isinstance(node, _DEFINITIONS):
        return all(_last_name(each) in _PURE for each in node.decorator_list)
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = getattr(node, "targets", None) or [node.target]
        return all(isinstance(target, ast.Name | ast.Tuple) for target in targets)
    return isinstance(node, ast.Import | ast.ImportFrom)


def _last_name(decorator):
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return getattr(called, "attr", None) or getattr(called, "id", None)
