"""What else a reader may have set: the variations that a lesson's source declares for its claims.

A code cell of lessons/NN_name.md declares them in its metadata, a name in words for each setting,
and below it the expression that stands in the cell, with what may stand in its place:

    ```python vary={"learning rate": {"Adam(0.01)": ["Adam(0.003)", "Adam(0.03)"]}}

An expression may also be a keyword with its value, "n_heads=2", which fits an argument, a
parameter's default and an assignment. Each variation changes one setting; a run changes one
variation and nothing else, so that a verdict that turns is put down to it.
"""

import ast
from dataclasses import dataclass

import jupytext

from tools.lesson import LessonError, place, read

VARY = "vary"


@dataclass(frozen=True)
class Variation:
    """One setting with another value, in one cell of a lesson.

    setting: its name in words. old, new: source texts of expressions, or of keywords with a value.
    position: of the cell, counted from 0.
    """

    setting: str
    old: str
    new: str
    position: int

    def __str__(self):
        value = self.new.split("=", 1)[-1] if _is_keyword(self.new) else self.new
        return f"{self.setting} {value.strip()}"


def declared(path):
    """The variations of a lesson, in order. Returns: a list of Variation.

    path: a lessons/NN_name.md.
    Raises: LessonError where a declaration has another form, or its cell lacks the expression.
    """
    found = []
    for position, cell in enumerate(_cells(path)):
        settings = cell.metadata.get(VARY, {})
        at = place(path.stem, position, cell.source)
        if not isinstance(settings, dict):
            raise LessonError(f"{at}: vary holds {settings!r}, expected names of settings.")
        for setting, changes in settings.items():
            for old, others in changes.items():
                for new in others if isinstance(others, list) else [others]:
                    variation = Variation(setting, old, str(new), position)
                    if _changed(cell.source, variation) is None:
                        raise LessonError(f"{at}: vary names {old!r}, which is not in the cell.")
                    found.append(variation)
    return found


def solved_sources(path, variation=None):
    """The code of a lesson's solved cells, in order; with a variation, as it changes them.

    Returns: a list of source texts.
    """
    sources = []
    for position, cell in enumerate(read(path).cells):
        if cell.cell_type != "code":
            continue
        source = cell.source
        if variation is not None and position == variation.position:
            source = _changed(source, variation)
        sources.append(source)
    return sources


def reseeded(source, number):
    """The source with every `default_rng(seed)` seeded by the pair of that seed and `number`.

    number: 0 leaves the source as it is.
    """
    if number == 0:
        return source
    tree = _Reseed(number).visit(ast.parse(source))
    return ast.unparse(ast.fix_missing_locations(tree))


class _Reseed(ast.NodeTransformer):
    def __init__(self, number):
        self.number = number

    def visit_Call(self, node):
        self.generic_visit(node)
        name = (
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        )
        if name == "default_rng" and len(node.args) == 1:
            node.args = [ast.List([node.args[0], ast.Constant(self.number)], ast.Load())]
        return node


def _cells(path):
    """The cells as they stand in the file, with all their metadata, as `read` counts them."""
    notebook = jupytext.reads(
        path.read_text(encoding="utf-8"), fmt={"extension": ".md", "split_at_heading": True}
    )
    cells = notebook.cells
    return cells[1:] if cells[0].cell_type == "raw" else cells


def _changed(source, variation):
    """The source with the variation in it; None where it names nothing of the source."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None
    if _is_keyword(variation.old):
        change = _ChangeKeyword(_keyword(variation.old), _keyword(variation.new))
    else:
        old, new = (ast.parse(text, mode="eval").body for text in (variation.old, variation.new))
        change = _ChangeExpression(old, new)
    tree = change.visit(tree)
    return ast.unparse(ast.fix_missing_locations(tree)) if change.found else None


def _is_keyword(text):
    try:
        call = ast.parse(f"f({text})", mode="eval").body
    except SyntaxError:
        return False
    return len(call.keywords) == 1 and not call.args


def _keyword(text):
    return ast.parse(f"f({text})", mode="eval").body.keywords[0]


class _ChangeExpression(ast.NodeTransformer):
    def __init__(self, old, new):
        self.old, self.new, self.found = ast.dump(old), new, False

    def visit(self, node):
        if isinstance(node, ast.expr) and ast.dump(node) == self.old:
            self.found = True
            return ast.copy_location(self.new, node)
        return self.generic_visit(node)


class _ChangeKeyword(ast.NodeTransformer):
    """Changes `name=value` as an argument, as a parameter's default, and as an assignment."""

    def __init__(self, old, new):
        self.name, self.old, self.new, self.found = old.arg, ast.dump(old.value), new.value, False

    def _fits(self, name, value):
        fits = name == self.name and value is not None and ast.dump(value) == self.old
        self.found |= fits
        return fits

    def visit_keyword(self, node):
        self.generic_visit(node)
        if self._fits(node.arg, node.value):
            node.value = self.new
        return node

    def visit_Assign(self, node):
        self.generic_visit(node)
        target = node.targets[0]
        if isinstance(target, ast.Name) and self._fits(target.id, node.value):
            node.value = self.new
        elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            for index, (one, value) in enumerate(zip(target.elts, node.value.elts, strict=False)):
                if isinstance(one, ast.Name) and self._fits(one.id, value):
                    node.value.elts[index] = self.new
        return node

    def visit_arguments(self, node):
        self.generic_visit(node)
        positional = [*node.posonlyargs, *node.args]
        for index, argument in enumerate(positional[len(positional) - len(node.defaults) :]):
            if self._fits(argument.arg, node.defaults[index]):
                node.defaults[index] = self.new
        for index, argument in enumerate(node.kwonlyargs):
            if self._fits(argument.arg, node.kw_defaults[index]):
                node.kw_defaults[index] = self.new
        return node
