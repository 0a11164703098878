"""Printed examples in docstrings run, and print what stands there."""

import doctest
import importlib
import inspect
from pathlib import Path

import pytest

from helpers import attention, efficient

ROOT = Path(__file__).parents[1]
# Lists of what there is to call on a reader's own weights, which no example could hold.
LISTS = {"helpers.show", "helpers.explore"}


def modules_with_examples():
    for path in sorted(ROOT.glob("helpers/**/*.py")):
        if ">>> " in path.read_text(encoding="utf-8"):
            yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def test_printed_examples_are_true():
    results = {
        name: doctest.testmod(importlib.import_module(name))
        for name in modules_with_examples()
        if name not in LISTS
    }
    wrong = [name for name, result in results.items() if result.failed]
    assert not wrong, f"{', '.join(wrong)}: printed examples differ, see above"
    assert sum(result.attempted for result in results.values()) > 50


@pytest.mark.parametrize("module", [attention, efficient], ids=lambda m: m.__name__)
def test_every_form_of_attention_shows_an_example(module):
    public = [
        item for name, item in vars(module).items()
        if getattr(item, "__module__", "") == module.__name__ and not name.startswith("_")
    ]  # fmt: skip
    without = [item.__name__ for item in public if ">>> " not in inspect.getdoc(item)]
    assert len(public) > 3 and not without, f"no example: {', '.join(without)}"
