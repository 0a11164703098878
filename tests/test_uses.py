"""What a notebook depends on is found by reading: nothing that it draws or computes is missed."""

import ast
import asyncio
import functools
import json
import re
import shutil
import textwrap
from pathlib import Path

import nbformat
import pytest

from tools import content_hash, execute
from tools.fresh import lessons, product, staleness, write
from tools.fresh import text as text_of
from tools.lesson import both, read
from tools.uses import HELPERS, Helpers

ROOT = Path(__file__).resolve().parent.parent

# A package that is arranged like helpers: rooms that hand names on at once, on demand and from
# themselves, a module of each name, data by name, by suffix and by folder, exercises by name.
TREE = {
    "__init__.py": """
        import os
        os.environ.setdefault("THREADS", "1")
        _HOME = {"check": "small.exercises", "words": "small.tasks"}
        _ROOMS = {"show": "small.show", "models": "small.models", "tasks": "small.tasks"}
        __getattr__, __dir__ = lazy(__name__, _HOME, {})
        """,
    "show/__init__.py": """
        from small.show.bars import bars
        from small.show.weights import weights as heat
        __all__ = ["bars", "heat"]
        """,
    "show/bars.py": "from small.show.colours import INK\ndef bars(): return INK",
    "show/weights.py": """
        from small.show import colours
        def weights(): return _map()
        def _map(): return colours.MAP
        def unused(): ...
        """,
    "show/colours.py": """
        MAP = 'violet'
        INK = 'black'
        """,
    "models/__init__.py": """
        _HOME = {"train": "small.models.training", "Reader": "small.models.reader"}
        __getattr__, __dir__ = lazy(__name__, _HOME, {})
        """,
    "models/training.py": "from .progress import bar\ndef train(): bar()",
    "models/progress.py": "import time as clock\ndef bar(): return clock\nREGISTRY = []",
    "models/reader.py": """
        from pathlib import Path
        from small.models.progress import REGISTRY
        PATH = Path(__file__).parent / 'data' / 'a.npz'
        REGISTRY.append(PATH)
        class Reader:
            def read(self): return PATH
        """,
    "models/data/a.npz": "a",
    "models/data/b.npz": "b",
    "models/stored.py": "def load(name): return f'stored/{name}.json'",
    "models/stored/e.json": "e",
    "models/stored/c.json": "c",
    "tasks/__init__.py": "from small.tasks import plain, other\nwords = ['cat']",
    "tasks/plain.py": "def plain(): return load('b.npz')",
    "tasks/other.py": "def other():\n    import small.models.stored as s\n    return s.load('c')",
    "exercises/__init__.py": "from small.exercises.learner import check, progress",
    "exercises/learner.py": "def check(f): ...\ndef progress(): ...",
    "exercises/lesson_00.py": "@exercise(lesson=0)\ndef warm(x): ...",
    "exercises/lesson_01/__init__.py": "from small.exercises.lesson_01 import first, slips",
    "exercises/lesson_01/first.py": "@exercise(lesson=1)\ndef first(x): ...",
    "exercises/lesson_01/slips.py": """
        from small.exercises.lesson_01.first import first
        @first.mistake("slip")
        def _(x): ...
        """,
}
LESSON_01 = {"exercises/lesson_01/first.py", "exercises/lesson_01/slips.py"}
CHECK = {"exercises/learner.py"}
BARS = {"show/bars.py", "show/colours.py"}
HEAT = {"show/weights.py", "show/colours.py"}
STORED = {"models/stored.py", "models/stored/c.json"}
CASES = [
    ("from small import show\nshow.bars()", BARS),
    ("from small import show as s\ns.heat()", HEAT),
    ("from small.show import heat\nheat()", HEAT),
    ("import small.show\nsmall.show.bars()", BARS),
    ("from small import show\nf(show)", BARS | HEAT | {"show/__init__.py"}),
    ("from small.show.bars import *", BARS),
    ("from small.models import train\ntrain()", {"models/training.py", "models/progress.py"}),
    ("from small import models\nmodels.Reader()",
     {"models/reader.py", "models/data/a.npz", "models/progress.py"}),
    ("from small.tasks import plain\nplain.plain()", {"tasks/plain.py", "models/data/b.npz"}),
    ("from small.tasks import other as o\no.other()", {"tasks/other.py"} | STORED),
    ("from small import words\nwords", {"tasks/__init__.py"}),
    ("from small import check\ncheck\ndef first(x): ...", CHECK | LESSON_01),
    ("from small import check\ncheck(f, exercise='warm')", CHECK | {"exercises/lesson_00.py"}),
    ("from small import show\nprint('not shown')", None),
    ("import numpy\nnumpy.show.bars()", None),
]  # fmt: skip


@pytest.fixture
def small(tmp_path):
    for name, text in TREE.items():
        path = tmp_path / "small" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    return tmp_path / "small"


def test_names_are_followed_to_their_files_and_no_further(small):
    helpers = Helpers(small)
    for code, files in CASES:
        wanted = set() if files is None else {f"small/{name}" for name in files | {"__init__.py"}}
        assert set(helpers.uses([code])) == wanted, code
        magics = ["%%time", *code.split("\n")]
        assert set(helpers.uses(magics)) == wanted, f"each line a cell of its own: {code}"


def test_who_lists_all_exercises_depends_on_their_names_alone(small):
    code = ["from small.exercises import progress\nprogress()"]
    before = Helpers(small).uses(code)
    assert "small/exercises: names" in before
    assert not any("lesson" in name for name in before)
    path = small / "exercises" / "lesson_00.py"
    path.write_text(path.read_text("utf-8").replace("...", "return 1"), encoding="utf-8")
    assert Helpers(small).uses(code) == before
    path.write_text(path.read_text("utf-8").replace("warm", "cold"), encoding="utf-8")
    assert Helpers(small).uses(code) != before


CHANGES = [
    # what is changed, in which file, and whether `show.heat` can show it
    ("show/colours.py", "MAP = 'violet'", "MAP = 'green'", True),
    ("show/colours.py", "MAP = 'violet'", '"""Colours."""\n# why\nMAP   = "violet"', False),
    ("show/colours.py", "INK = 'black'", "INK = 'grey'", False),
    ("show/weights.py", "def weights():", 'def weights():\n    """Draws."""\n   ', False),
    ("show/weights.py", "def unused(): ...", "def unused(): return 1", False),
    ("show/weights.py", "return colours.MAP", "return 2 * colours.MAP", True),
    ("show/bars.py", "return INK", "return 2 * INK", False),
    ("show/bars.py", "return INK", "return INK\nprint('with the room')", True),
    ("show/__init__.py", '__all__ = ["bars", "heat"]', '__all__ = ["bars"]', False),
    ("show/__init__.py", "__all__", "print(1)\n__all__", True),
    ("__init__.py", '"THREADS", "1"', '"THREADS", "2"', True),
    ("__init__.py", '"words": "small.tasks"', '"words": "small.tasks", "a": "small.b"', False),
]


def test_a_hash_changes_with_what_is_done_and_not_with_what_is_said(small):
    code = ["from small import show", "show.heat()"]
    before = Helpers(small).uses(code)
    for name, old, new, noticed in CHANGES:
        path = small / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        assert (Helpers(small).uses(code) != before) == noticed, (name, new)
        path.write_text(text, encoding="utf-8")


def test_data_is_hashed_whatever_ends_its_lines(tmp_path):
    path = tmp_path / "a.json"
    hashes = []
    for content in (b"{\n}", b"{\r\n}", b"{ }", b"\0\r\n", b"\0\n"):
        path.write_bytes(content)
        hashes.append(content_hash.of_data(path))
    assert hashes[0] == hashes[1] and len(set(hashes)) == 4


def test_code_has_one_hash_on_every_python():
    """Stamps are compared on other versions than the one that made them."""
    text = (
        "from a import b\n@d\ndef f(x, *, y: int = 1, **z) -> str:\n"
        "    'Says.'\n    with open(x) as g, h:\n        return f'{x!r:>{y}} {z=}' 'é'\n"
        "class C(B):\n    async def m(self): return [i async for i in self if i is not None]\n"
        "match x:\n    case {'a': [1, *_]} | None: pass\n"
    )
    assert content_hash.of_code(ast.parse(text)) == HASH_ON_EVERY_PYTHON


HASH_ON_EVERY_PYTHON = "b00bc267"


# --- The course as it is ----------------------------------------------------------------------


@functools.cache
def _sources(path):
    return [cell.source for cell in read(path).cells if cell.cell_type == "code"]


def test_nothing_is_loaded_on_demand_but_where_it_is_followed():
    """A module that is named by a text only would be missed: these two ways are followed."""
    followed = {"helpers/_lazy.py", "helpers/exercises/__init__.py"}
    for path in sorted(HELPERS.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        text = path.read_text(encoding="utf-8")
        loads = "import_module(" in text or "__import__(" in text
        assert loads == (name in followed), f"{name}: tools/uses.py does not follow this"


def _file_of(name):
    """The file of something that a room gives, from helpers on."""
    room, _, name = name.rpartition(".")
    helpers = Helpers()
    return helpers.path(helpers.find(room, name).module).relative_to(HELPERS)


def _calling(*names):
    """The numbers of the lessons that call one of these."""
    pattern = re.compile("|".join(rf"\b{re.escape(name)}\(" for name in names))
    return {path.stem.split("_")[0] for path in lessons(ROOT)
            if any(pattern.search(source) for source in _sources(path))}  # fmt: skip


def _stamps(helpers):
    """Number of every lesson to the stamp that it gets with these helpers."""
    return {path.stem.split("_")[0]: helpers.uses(_sources(path)) for path in lessons(ROOT)}


def test_stored_arrays_count_for_the_lessons_that_read_them():
    kit = "helpers/data/head_kit.npz"
    stamps = _stamps(Helpers())
    with_kit = {number for number, files in stamps.items() if kit in files}
    assert _calling("head_kit.read") <= with_kit < stamps.keys()
    without = [files for number, files in stamps.items() if number not in with_kit]
    assert any("helpers/data/" in name for files in without for name in files), "other arrays"


@pytest.mark.slow
def test_an_explorer_makes_the_lessons_stale_that_show_it(tmp_path):
    copy = tmp_path / "helpers"
    shutil.copytree(HELPERS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    before = _stamps(Helpers(copy))
    for name in ("scaling", "cost"):
        path = copy / _file_of(f"helpers.explore.{name}")
        text = path.read_text(encoding="utf-8")
        assert text.count(f"def {name}(") == 1
        path.write_text(text.replace(f"def {name}(", f"@cache\ndef {name}("), encoding="utf-8")
        after = _stamps(Helpers(copy))
        changed = {number for number in before if before[number] != after[number]}
        assert changed == _calling(f"explore.{name}"), name
        path.write_text(text, encoding="utf-8")


# Notes the functions of helpers that cells call and the files that they open, but for what happens
# while helpers are imported.
NOTE = """
import json as _json, sys as _sys
_called, _opened, _course = {}, set(), %r
def _of_course(code):
    return code.co_filename.startswith(_course)
def _while_importing(frame):
    while frame and not (frame.f_code.co_name == "<module>" and _of_course(frame.f_code)):
        frame = frame.f_back
    return frame is not None
def _note(frame, event, argument):
    code = frame.f_code
    if event == "call" and code not in _called and _of_course(code):
        if not _while_importing(frame):
            _called[code] = code.co_filename, code.co_firstlineno
def _note_file(event, arguments):
    if event == "open" and not _while_importing(_sys._getframe()):
        _opened.add(str(arguments[0]))
_sys.addaudithook(_note_file)
_sys.setprofile(_note)
"""
TELL = "_sys.setprofile(None)\nprint(_json.dumps([sorted(_called.values()), sorted(_opened)]))"


@pytest.mark.slow
@pytest.mark.parametrize("number", ["00", "06", "10"])
def test_whatever_a_lesson_calls_was_found_by_reading(number):
    """The lesson is run, and every function of helpers that its cells come to is noted."""
    path = next((ROOT / "lessons").glob(f"{number}_*.md"))
    notebook = both(path)["solutions"]
    for place, source in ((0, NOTE % str(HELPERS)), (len(notebook.cells) + 1, TELL)):
        notebook.cells.insert(place, nbformat.v4.new_code_cell(source))
    asyncio.run(execute.run(notebook, path.stem))
    called, opened = json.loads(notebook.cells[-1].outputs[0].text)
    assert len(called) > 100
    helpers = Helpers()
    lines = {}
    for module, numbers in helpers.needed(_sources(path)).items():
        for each in numbers:
            node = helpers.definitions(module).statements[each]
            first = min(one.lineno for one in [node, *getattr(node, "decorator_list", ())])
            lines.setdefault(str(helpers.path(module)), set()).update(
                range(first, node.end_lineno + 1)
            )
    missed = [
        (file, line)
        for file, line in called
        if line not in lines.get(file, ()) and Path(file).name != "_lazy.py"
    ]
    assert not missed, f"called, and not in the stamp of lesson {number}: {missed}"
    read = {Path(name) for name in opened if Path(name).suffix not in (".py", ".pyc")}
    read = {path.relative_to(ROOT).as_posix() for path in read if path.is_relative_to(HELPERS)}
    assert read <= set(helpers.uses(_sources(path))), f"read, and not in the stamp: {read}"


@pytest.mark.slow
def test_another_colour_map_makes_every_notebook_stale_that_shows_it(tmp_path):
    copy = tmp_path / "helpers"
    shutil.copytree(HELPERS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    _as_if_built(tmp_path, Helpers(copy))
    assert _stale(tmp_path, Helpers(copy)) == {}
    colours = copy / _file_of("helpers.show.colours.WEIGHTS")
    text = colours.read_text(encoding="utf-8")
    start = text.index("WEIGHTS = ")
    other, count = re.subn(r'"#[0-9a-f]{6}"', '"#123456"', text[start:], count=1)
    assert count == 1
    colours.write_text(text[:start] + other, encoding="utf-8")
    stale = _stale(tmp_path, Helpers(copy))
    assert _calling("show.weights", "show.head_view", "explore.spotlight") <= stale.keys()
    for number, reasons in stale.items():
        for kind, reason in zip(("solutions", "notebooks"), reasons, strict=True):
            assert reason.startswith(f"{kind}/{number}")
            assert reason.endswith("was built before a change of helpers/show/colours.py.")


def _as_if_built(root, helpers):
    """The course's notebooks in `root`, stamped as a build with these helpers does, but not run."""
    for path in lessons(ROOT):
        for kind, notebook in both(path, helpers).items():
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    cell.execution_count = 1
            write(product(root, kind, path.stem), text_of(notebook))


def _stale(root, helpers):
    """Number of every lesson whose notebooks in `root` are stale, to the reasons."""
    found = {}
    for name, reason in staleness(root, lessons(ROOT), helpers):
        found.setdefault(name.split("_")[0], []).append(reason)
    return found
