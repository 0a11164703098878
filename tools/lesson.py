"""A lesson as it is written, and the two notebooks that it becomes.

`lessons/NN_name.md` is Jupytext Markdown. A cell with the tag `exercise` holds the name of an
exercise and nothing else; its text stands in the exercise's declaration, in helpers/exercises. The
solved notebook gets the solution, the open notebook what a learner starts from: signature,
docstring and `...`, or the broken function that is to be repaired.
"""

import ast
import difflib
import hashlib

import jupytext
import nbformat

from helpers.exercises.declare import EXERCISES
from tools.fingerprint import fingerprint
from tools.uses import Helpers

EXERCISE = "exercise"
STUB = "stub"
MACHINE_DEPENDENT = "machine-dependent"
MACHINE_DEPENDENT_COMMENT = "# differs between machines"
NBVAL_IGNORE = "nbval-ignore-output"

KINDS = ("solutions", "notebooks")
STAMP = "attention_measured"
KERNEL = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    # No version: it would change with every Python, and nothing reads it.
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}


class LessonError(Exception):
    """A lesson cannot become a notebook; the message names lesson, cell and remedy."""


def place(lesson, position, source):
    """Where a cell is, in words: lesson, number (counted from 1) and first line."""
    first = source.strip().splitlines()[0] if source.strip() else "(empty)"
    return f"{lesson}, cell {position + 1} ({first})"


def read(path):
    """The cells of one lesson, without its YAML header, each exercise with its solution.

    path: a `lessons/NN_name.md`. Headings begin a new cell, as does every code block.
    Returns: a notebook node whose cells carry their tags and nothing else, but for an exercise: its
    metadata hold what a learner starts from, under "stub".
    Raises: LessonError where an exercise's cell does not hold the name of a declared exercise.
    """
    text = path.read_text(encoding="utf-8")
    notebook = jupytext.reads(text, fmt={"extension": ".md", "split_at_heading": True})
    cells = notebook.cells
    if cells and cells[0].cell_type == "raw" and cells[0].source.startswith("---"):
        cells = cells[1:]  # a header that Jupytext does not take for its own
    for position, cell in enumerate(cells):
        tags = cell.metadata.get("tags")
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if EXERCISE in cell.metadata.get("tags", []):
            try:
                declared = _exercise(cell.source)
                cell.source, cell.metadata[STUB] = declared.solution, declared.stub
            except ValueError as error:
                raise LessonError(f"{place(path.stem, position, cell.source)}: {error}") from None
    return nbformat.from_dict({"cells": cells})


def solved(cells, lesson):
    """The answer key: every cell as it is written. Returns a notebook without outputs."""
    return _notebook([_marked(cell, lesson, i) for i, cell in enumerate(cells)], lesson)


def opened(cells, lesson):
    """What a learner opens: exercises as they start. Returns a notebook without outputs."""
    kept = []
    for position, cell in enumerate(cells):
        stub, cell = cell.metadata.get(STUB), _marked(cell, lesson, position)
        cell.source = stub or cell.source
        kept.append(cell)
    return _notebook(kept, lesson)


def both(path, helpers=None):
    """The two notebooks of a lesson, not yet run: {"solutions": …, "notebooks": …}.

    helpers: the package on which their outputs depend, a tools.uses.Helpers; this course's where
        none is given. What they use of it is stamped into both.
    """
    cells = read(path).cells
    pair = {"solutions": solved(cells, path.stem), "notebooks": opened(cells, path.stem)}
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    used = (helpers or Helpers()).uses(code)
    for notebook in pair.values():
        notebook.metadata[STAMP]["uses"] = used
    return pair


def code_lines(source):
    """Number of lines of code: not blank, not only a comment, not a docstring of a function."""
    lines = dict(enumerate(source.splitlines(), start=1))
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a cell of magics: count every line
        tree = ast.Module(body=[], type_ignores=[])
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            for number in range(node.body[0].lineno, node.body[0].end_lineno + 1):
                lines.pop(number, None)
    return sum(bool(line.strip()) and not line.strip().startswith("#") for line in lines.values())


def _exercise(source):
    """The declared exercise that a cell names."""
    name = source.strip()
    if not name.isidentifier():
        raise ValueError(
            "an exercise's cell holds its name and nothing else. Signature, docstring and solution "
            "stand in its declaration, in helpers/exercises."
        )
    if name not in EXERCISES:
        close = ", ".join(difflib.get_close_matches(name, EXERCISES)) or "none"
        raise ValueError(f"no exercise {name!r} is declared in helpers/exercises. Close: {close}.")
    return EXERCISES[name]


def _marked(cell, lesson, position):
    """A copy of a cell; what differs between machines is marked for readers and for nbval."""
    cell = nbformat.from_dict(
        {k: v for k, v in cell.items() if k in ("cell_type", "metadata", "source")}
    )
    cell.metadata.pop(STUB, None)
    tags = list(cell.metadata.get("tags", []))
    if MACHINE_DEPENDENT in tags:
        if cell.source.startswith("%%"):
            raise LessonError(
                f"{place(lesson, position, cell.source)}: a cell magic must come first, and so "
                f"must the comment {MACHINE_DEPENDENT_COMMENT!r}. Write it without the magic."
            )
        cell.source = f"{MACHINE_DEPENDENT_COMMENT}\n{cell.source}"
        cell.metadata.tags = [*tags, NBVAL_IGNORE]
    return cell


def _notebook(cells, lesson):
    notebook = nbformat.v4.new_notebook(metadata=nbformat.from_dict(KERNEL))
    for position, cell in enumerate(cells):
        if cell.cell_type == "code":
            if not cell.source.strip():
                raise LessonError(f"{lesson}, cell {position + 1} is an empty code cell.")
            made = nbformat.v4.new_code_cell(cell.source, metadata=cell.metadata)
        else:
            made = nbformat.v4.new_markdown_cell(cell.source, metadata=cell.metadata)
        made.id = hashlib.sha256(f"{position}\n{cell.source}".encode()).hexdigest()[:8]
        notebook.cells.append(made)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata[STAMP] = {"lesson": lesson, "cells": fingerprint(notebook)}
    return notebook
