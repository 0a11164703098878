"""A lesson as it is written, and the two notebooks that it becomes.

`lessons/NN_name.md` is Jupytext Markdown. Its cells with the tag `exercise` hold a whole solution:
one function with a docstring. The solved notebook keeps them; the open notebook keeps signature
and docstring, and has `...` for a body.

An exercise that is to be repaired comes broken: the cell below it, with the tag `broken`, holds the
same function with a fault. The open notebook has that one in the exercise's place, whole; the
solved notebook has the sound one.
"""

import ast
import hashlib

import jupytext
import nbformat

from tools.fingerprint import fingerprint

EXERCISE = "exercise"
BROKEN = "broken"
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
    """The cells of one lesson, as written, without its YAML header.

    path: a `lessons/NN_name.md`. Headings begin a new cell, as does every code block.
    Returns: a notebook node whose cells carry their tags and nothing else, but for an exercise to
    be repaired: its metadata hold the broken function too, under "broken".
    """
    text = path.read_text(encoding="utf-8")
    notebook = jupytext.reads(text, fmt={"extension": ".md", "split_at_heading": True})
    cells = notebook.cells
    if cells and cells[0].cell_type == "raw" and cells[0].source.startswith("---"):
        cells = cells[1:]  # a header that Jupytext does not take for its own
    for cell in cells:
        tags = cell.metadata.get("tags")
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
    return nbformat.from_dict({"cells": _with_broken(cells, path.stem)})


def solved(cells, lesson):
    """The answer key: every cell as it is written. Returns a notebook without outputs."""
    return _notebook([_marked(cell, lesson, i) for i, cell in enumerate(cells)], lesson)


def opened(cells, lesson):
    """What a learner opens: exercises without their bodies. Returns a notebook without outputs."""
    kept = []
    for position, cell in enumerate(cells):
        written, cell = cell.metadata, _marked(cell, lesson, position)
        if EXERCISE in cell.metadata.get("tags", []):
            try:
                cell.source = written.get(BROKEN) or without_body(cell.source)
            except LessonError as error:
                raise LessonError(f"{place(lesson, position, cell.source)}: {error}") from None
        kept.append(cell)
    return _notebook(kept, lesson)


def both(path):
    """The two notebooks of a lesson, not yet run: {"solutions": …, "notebooks": …}."""
    cells = read(path).cells
    return {"solutions": solved(cells, path.stem), "notebooks": opened(cells, path.stem)}


def without_body(source):
    """A function's signature, docstring and the comments between them; `...` for the rest.

    source: the text of one cell that holds one function and nothing after it. What stands before
    the function's `def` (decorators, comments) is kept.
    Raises: LessonError where the cell holds anything else, or the function has no docstring.
    """
    function, docstring = _exercise(source)
    lines = source.splitlines()
    after = [line for line in lines[function.end_lineno :] if line.strip()]
    if any(not line[0].isspace() for line in after):
        raise LessonError(
            f"an exercise ends with its function; move {after[-1]!r} to a cell of its own."
        )
    head = lines[: docstring.end_lineno]
    # ast counts columns in bytes of UTF-8.
    head[-1] = head[-1].encode()[: docstring.end_col_offset].decode()
    return "\n".join([*head, " " * docstring.col_offset + "..."])


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
    """The one function of an exercise's cell, and the statement that is its docstring."""
    try:
        body = ast.parse(source).body
    except SyntaxError as error:
        raise LessonError(f"not Python: {error.msg} in line {error.lineno}.") from None
    if len(body) != 1 or not isinstance(body[0], ast.FunctionDef):
        found = ", ".join(type(node).__name__ for node in body) or "nothing"
        raise LessonError(f"an exercise is one function and nothing else; found {found}.")
    function = body[0]
    if ast.get_docstring(function) is None:
        raise LessonError("an exercise needs a docstring: it is all that a learner is given.")
    if len(function.body) < 2:
        raise LessonError("the solution is missing: there is nothing below the docstring.")
    docstring = function.body[0]
    if docstring.lineno == function.lineno:
        raise LessonError("put the docstring on a line of its own, below the signature.")
    return function, docstring


def _with_broken(cells, lesson):
    """The cells without those that are broken; each of these goes to the exercise above it."""
    kept = []
    for position, cell in enumerate(cells):
        if BROKEN not in cell.metadata.get("tags", []):
            kept.append(cell)
            continue
        above = kept[-1] if kept and kept[-1] is cells[position - 1] else None
        if above is None or EXERCISE not in above.metadata.get("tags", []):
            raise LessonError(
                f"{place(lesson, position, cell.source)}: a broken function stands right below "
                "the exercise that repairs it."
            )
        try:
            sound, broken = (_said(one.source) for one in (above, cell))
        except LessonError as error:
            raise LessonError(f"{place(lesson, position, cell.source)}: {error}") from None
        if sound != broken:
            raise LessonError(
                f"{place(lesson, position, cell.source)}: the broken function needs name, "
                "parameters and docstring of the sound one; only the body may differ."
            )
        above.metadata[BROKEN] = cell.source
    return kept


def _said(source):
    """What a broken and a sound function have in common."""
    function, _ = _exercise(source)
    return function.name, ast.unparse(function.args), ast.get_docstring(function)


def _marked(cell, lesson, position):
    """A copy of a cell; what differs between machines is marked for readers and for nbval."""
    cell = nbformat.from_dict(
        {k: v for k, v in cell.items() if k in ("cell_type", "metadata", "source")}
    )
    cell.metadata.pop(BROKEN, None)
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
