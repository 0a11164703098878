"""What a notebook's outputs depend on: the files of helpers behind its cells, each with a hash.

Found by reading, never by running: names are followed from the lesson's cells on, through the rooms
that hand them on, to the definitions that they stand for, and from there on. So `show.weights`
brings in the colours of maps, and nothing of `show.bars`; what else stands in a file does not
count. A file of data counts where a definition that is used names it.
"""

import ast
import functools
from pathlib import Path
from typing import NamedTuple

from tools.content_hash import combined, of_code, of_data
from tools.definitions import Definitions, calls, chains, texts

HELPERS = Path(__file__).resolve().parent.parent / "helpers"
AT_IMPORT = ""  # stands for what a module does when it is imported
# What takes an exercise by its name, and what lists the names of all.
_OF_ONE = {"check", "hint", "reveal", "yours"}
_OF_ALL = {"progress", "report"}


class Used(NamedTuple):
    """A definition: the full name of its module, and its own; None for all that the module has."""

    module: str
    name: str | None


class Statement(NamedTuple):
    """A hash of what a statement does, and the words in its texts."""

    hash: str
    words: set


class Helpers:
    """The package as it lies on the disk, read once: make a new one when files have changed.

    folder: the folder `helpers`, or another package that is arranged like it.
    """

    def __init__(self, folder=HELPERS):
        self.folder = Path(folder)
        self.package = self.folder.name
        for read in ("path", "definitions", "find", "behind", "mentioned", "taken", "exercises",
                     "statement", "files"):  # fmt: skip
            setattr(self, read, functools.cache(getattr(self, read)))

    def uses(self, sources):
        """The files that the outputs of some code depend on.

        sources: the texts of a lesson's code cells.
        Returns: dict of path, from the folder that holds the package on, to hash; sorted.
        """
        found = self._hashes(self.needed(sources))
        if calls(Definitions.of_cells(sources).statements, _OF_ALL):
            names = ast.parse(repr(sorted(self.exercises())))
            found[f"{self.package}/exercises: names"] = of_code(names)
        return dict(sorted(found.items()))

    def needed(self, sources):
        """The statements behind some code: dict of module to their numbers in its file."""
        cells = Definitions.of_cells(sources)
        todo = {one for node in cells.statements for one in self._mentioned(node, cells)}
        todo |= self._declarations(cells.statements)
        seen, found = set(), {}
        while todo:
            one = todo.pop()
            seen.add(one)
            numbers, further = self.behind(one)
            found.setdefault(one.module, set()).update(numbers)
            todo |= further - seen
        return found

    # --- Modules and names --------------------------------------------------------------------

    def path(self, module):
        """The file of a module; None where the package has none of that name."""
        first, *rest = module.split(".")
        if first != self.package:
            return None
        place = self.folder.joinpath(*rest)
        for path in (place / "__init__.py", place.with_name(f"{place.name}.py")):
            if path.exists():
                return path
        return None

    def definitions(self, module):
        """The statements of a module."""
        path = self.path(module)
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
        return Definitions(tree, module, path.name == "__init__.py")

    def find(self, module, name):
        """What a name of a module stands for: Used, or None where that is no code of ours.

        A package may hold the name, hand it on from a module, load it on demand, or have a module
        of that name. What is not found is looked for everywhere in the module.
        """
        if self.path(module) is None:
            return None
        here = self.definitions(module)
        for bound, origin, there in here.imports if here.is_package else ():
            if bound == name and origin != module:
                found = self.find(origin, there) if there else None
                if found is not None:
                    return found
        if name in here.tables:
            home = here.tables[name]
            found = self.find(home, name)
            return found if found.name == name else Used(home, None)
        if here.is_package and self.path(f"{module}.{name}"):
            return Used(f"{module}.{name}", None)
        return Used(module, name if name in here.bound else None)

    # --- From one definition to those that it needs -------------------------------------------

    def behind(self, one):
        """The numbers of a definition's statements, and what else is used with it."""
        here = self.definitions(one.module)
        further = {Used(one.module, AT_IMPORT)}
        if one.name is None:
            numbers = range(len(here.statements))
            further |= {Used(one.module, name) for name in here.bound}
            further |= set(filter(None, map(self._target, here.imports)))
            further |= {self.find(one.module, name) for name in here.tables}
        elif one.name == AT_IMPORT:
            numbers = here.at_import
            further |= self._run_with(one.module)
        else:
            numbers = here.bound[one.name]
            handed_on = [each for each in here.imports if each[0] == one.name]
            further |= set(filter(None, map(self._target, handed_on)))
        for number in numbers:
            further |= self.mentioned(one.module, number)
        return numbers, further

    def _run_with(self, module):
        """What importing a module runs besides: the packages around it, and what it imports."""
        around = module.split(".")[:-1]
        names = [".".join(around[: end + 1]) for end in range(len(around))]
        names += self.definitions(module).imported_at_import
        return {Used(name, AT_IMPORT) for name in names if self.path(name)}

    def mentioned(self, module, number):
        """What a statement of a module mentions."""
        here = self.definitions(module)
        return self._mentioned(here.statements[number], here)

    def _mentioned(self, node, here):
        taken = self.taken(here)
        found = set(taken.get("*", ()))
        for root, *names in chains(node):
            found |= {self._taken_out(target, names) for target in taken.get(root, ())}
            if here.name and root in here.bound and root not in taken:
                found.add(Used(here.name, root))
        return found

    def taken(self, here):
        """Name to what it stands for, of all that a module's imports bring in of ours."""
        found = {}
        for each in here.imports:
            target = self._target(each)
            if target is not None:
                found.setdefault(each[0], set()).add(target)
        return found

    def _target(self, imported):
        """What an import brings in: Used, or None."""
        _, origin, name = imported
        if name in (None, "*"):
            return Used(origin, None) if self.path(origin) else None
        return self.find(origin, name)

    def _taken_out(self, target, names):
        """What `show.weights` stands for, given what `show` does."""
        for name in names:
            inner = self.find(target.module, name) if target.name is None else target
            if inner in (None, target):
                break
            target = inner
        return target

    # --- Exercises, which are found by their names --------------------------------------------

    def exercises(self):
        """Name of every declared exercise to the module or package of its lesson."""
        found = {}
        for place in sorted((self.folder / "exercises").glob("lesson_*")):
            lesson = f"{self.package}.exercises.{place.stem}"
            inner = [f"{lesson}.{path.stem}" for path in sorted(place.glob("[!_]*.py"))]
            for module in inner or [lesson]:
                for node in self.definitions(module).statements:
                    if calls(getattr(node, "decorator_list", ()), {"exercise"}):
                        found[node.name] = lesson
        return found

    def _declarations(self, statements):
        """The lessons whose exercises some code defines or checks."""
        named = {node.name for node in statements if isinstance(node, ast.FunctionDef)}
        for call in calls(statements, _OF_ONE):
            for value in (*call.args, *(keyword.value for keyword in call.keywords)):
                named.add(getattr(value, "id", None))
                named.add(getattr(value, "value", None))
        return {Used(home, None) for name, home in self.exercises().items() if name in named}

    # --- Hashes -------------------------------------------------------------------------------

    def _hashes(self, needed):
        """Path to hash, of modules with the numbers of their statements, and of their data."""
        used = {
            module: [self.statement(module, number) for number in sorted(numbers)]
            for module, numbers in needed.items()
        }
        words = {word for statements in used.values() for each in statements for word in each.words}
        found, folders = {}, (path for path in self.folder.rglob("*") if path.is_dir())
        data = [file for folder in folders for file in self.files(folder) if file.name in words]
        for module, statements in used.items():
            path = self.path(module)
            if any(each.hash for each in statements):
                found[path] = combined(each.hash for each in statements)
            named = set().union(*(each.words for each in statements))
            data += self._data(named, words, path.parent)
        found |= {file: of_data(file) for file in data}
        return {path.relative_to(self.folder.parent).as_posix(): each
                for path, each in found.items()}  # fmt: skip

    def statement(self, module, number):
        """What a statement does, as a hash, and the words in its texts.

        Imports of the package's own are followed, so that their lines do not count.
        """
        node = self.definitions(module).statements[number]
        ours = isinstance(node, ast.ImportFrom) and (
            node.level > 0 or node.module.split(".")[0] == self.package
        )
        words = {part for text in texts(node) for part in text.split("/")}
        return Statement("" if ours else of_code(node), words)

    def _data(self, named, words, place):
        """The files around a module that it names by their folder, with a name or a suffix.

        named: the words in its texts. words: those in the texts of all that is used. Of the files
        that are named by their suffix, those count whose name without it is one of these, if any.
        """
        found = []
        for folder in [place, *(place / word for word in named if word.isidentifier())]:
            files = self.files(folder)
            by_suffix = [path for path in files if path.suffix in named]
            by_suffix = [path for path in by_suffix if path.stem in words] or by_suffix
            chosen = by_suffix + [path for path in files if path.name in named]
            found += files if folder != place and not chosen else chosen
        return found

    def files(self, folder):
        """The files of a folder that are no code; none where there is no such folder."""
        return [
            path for path in sorted(folder.glob("*")) if path.is_file() and path.suffix != ".py"
        ]
