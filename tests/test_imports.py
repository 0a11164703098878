"""Imports run one way: the mathematics never needs what shows it.

arrays, maps, wording, contrast, tables, attention ← efficient, heads, diagnosis ← tasks ← models ←
show ← explore; exercises look at the mathematics only. Only show and explore import matplotlib,
only explore imports ipywidgets.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import _HOME as HOMES  # which room a name of `from helpers import …` lives in

ROOT = Path(__file__).parents[1]
HELPERS = ROOT / "helpers"

BOTTOM = {"arrays", "contrast", "maps", "tables", "wording"}
MATHEMATICS = {*BOTTOM, "attention", "efficient", "heads", "diagnosis", "leak_detector"}
# room: the rooms that it may look into (and its own files, always).
MAY_IMPORT = {
    "_lazy": set(),
    "arrays": set(),
    "contrast": set(),
    "wording": set(),
    "maps": {"arrays", "attention"},
    "tables": {"contrast", "wording"},
    "attention": set(),
    "efficient": {"attention"},
    "heads": {*BOTTOM, "attention"},
    "diagnosis": {*BOTTOM, "attention", "leak_detector"},
    "leak_detector": set(),
    "tasks": MATHEMATICS,
    "models": {*MATHEMATICS, "tasks", "_lazy"},
    "show": {*MATHEMATICS, "tasks", "models"},
    "explore": {*MATHEMATICS, "tasks", "models", "show"},
    "exercises": {*MATHEMATICS, "tasks"},
    "claims": BOTTOM,
    "setup_check": set(),
}
ONLY_FOR = {"matplotlib": {"show", "explore"}, "ipywidgets": {"explore"}}


def room_of(path):
    """helpers/show/weights.py → show; helpers/claims.py → claims; helpers/__init__.py → ''."""
    first = path.relative_to(HELPERS).parts[0].removesuffix(".py")
    return "" if first == "__init__" else first


def imports(source, package):
    """(line, full dotted name) of everything imported in the source, inside functions too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")
            base = parents[: len(parents) - node.level + 1] if node.level else []
            base = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in ("import_module", "__import__") and isinstance(node.args[0].value, str):
                yield node.lineno, node.args[0].value


def violations(source, room, package):
    """What the rule forbids in a source file of this room, as sentences."""
    for line, name in imports(source, package):
        first, *rest = name.split(".")
        if first == "helpers":
            target = HOMES.get(rest[0], "." + rest[0]).rpartition(".")[2] if rest else "helpers"
            if target != room and target not in MAY_IMPORT[room]:
                allowed = ", ".join(sorted(MAY_IMPORT[room])) or "none of the other rooms"
                yield f"line {line}: {room} imports {name}; it may look into {allowed}"
        elif first in ONLY_FOR and room not in ONLY_FOR[first]:
            yield f"line {line}: {room} imports {name}; only {sorted(ONLY_FOR[first])} may"
        elif room == "attention" and first != "numpy" and first not in sys.stdlib_module_names:
            yield f"line {line}: attention imports {name}; it may import NumPy and nothing else"


SOURCES = sorted(path for path in HELPERS.rglob("*.py") if room_of(path))


def test_every_room_has_its_place_in_the_order():
    rooms = {room_of(path) for path in SOURCES}
    assert rooms <= set(MAY_IMPORT), (
        f"{sorted(rooms - set(MAY_IMPORT))}: say in MAY_IMPORT above what the new room looks into"
    )


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(HELPERS).as_posix())
def test_imports_run_one_way(path):
    package = ".".join(path.relative_to(ROOT).parts[:-1])
    found = list(violations(path.read_text(encoding="utf-8"), room_of(path), package))
    assert not found, f"{path.relative_to(ROOT)}\n" + "\n".join(found)


def test_the_order_has_no_circle():
    done = set()
    while ready := {room for room, needs in MAY_IMPORT.items() if needs <= done} - done:
        done |= ready
    assert done == set(MAY_IMPORT), f"a circle among {sorted(set(MAY_IMPORT) - done)}"


@pytest.mark.parametrize(
    "room, line",
    [
        ("attention", "from helpers.heads import rollout"),
        ("attention", "import scipy"),
        ("attention", "from . import tasks"),
        ("tasks", "from helpers import show"),
        ("models", "from ..show.picture import Picture"),
        ("models", "def draw():\n    import matplotlib.pyplot as plt"),
        ("models", "import importlib\nimportlib.import_module('matplotlib')"),
        ("show", "from ipywidgets import IntSlider"),
        ("show", "import helpers.explore"),
        ("exercises", "from helpers.models.layer import Layer"),
        ("claims", "from helpers import check"),
        ("heads", "import helpers"),
    ],
)
def test_the_rule_sees_what_breaks_it(room, line):
    package = f"helpers.{room}" if (HELPERS / room).is_dir() else "helpers"
    assert list(violations(line, room, package)), f"{line!r} in {room} went unseen"


@pytest.mark.parametrize(
    "room, line",
    [
        ("show", "from matplotlib.figure import Figure\nfrom .colours import QUERY"),
        ("show", "from . import style\nfrom helpers import attention"),
        ("explore", "import ipywidgets\nfrom ..show import Picture"),
        ("models", "import json\nfrom helpers.tasks.sentence import WORDS"),
        ("attention", "import operator\nimport numpy as np"),
    ],
)
def test_the_rule_allows_what_it_should(room, line):
    package = f"helpers.{room}" if (HELPERS / room).is_dir() else "helpers"
    assert not list(violations(line, room, package))


WITHOUT_PICTURES = sorted({room_of(path) for path in SOURCES} - {"show", "explore"})

BARE = """
import importlib, sys
import numpy

class Blocked:
    def find_spec(self, name, path=None, target=None):
        first = name.partition(".")[0]
        if first not in sys.stdlib_module_names and first not in ("numpy", "helpers", ALLOWED):
            raise ImportError(f"{name} is not installed here")

ALLOWED = sys.argv.pop(1)
sys.meta_path.insert(0, Blocked())
for blocked in ("matplotlib", "ipywidgets", "IPython"):
    try:
        importlib.import_module(blocked)
    except ImportError:
        continue
    raise SystemExit(f"{blocked} was not blocked, so this proves nothing")
for name in sys.argv[1:]:
    importlib.import_module(name)
print("imported", len(sys.argv) - 1)
"""


@pytest.mark.parametrize("room", WITHOUT_PICTURES)
def test_the_mathematics_runs_with_numpy_alone(room):
    """Every file of the room, in a Python where nothing but NumPy is installed.

    Exercises note progress under a lock, which is filelock's.
    """
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in SOURCES
        if room_of(path) == room
    ]
    allowed = "filelock" if room == "exercises" else ""
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", BARE, allowed, *names],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert run.returncode == 0, f"{room} needs more than NumPy:\n{run.stderr[-800:]}"
    assert run.stdout.strip() == f"imported {len(names)}"


def test_helpers_itself_loads_nothing_but_numpy():
    code = "import sys, helpers; print(sorted(m for m in sys.modules if m.startswith('helpers')))"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert run.stdout.strip() == "['helpers', 'helpers._lazy']", (
        f"helpers should load lazily: {run.stdout}"
    )
