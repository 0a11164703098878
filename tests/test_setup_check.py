"""Lesson 00 tells in words what is missing; it never shows a traceback instead."""

import importlib.metadata

from helpers import environment as exported
from helpers.setup_check import environment, missing


def _installed(versions):
    def version(name):
        if name not in versions:
            raise importlib.metadata.PackageNotFoundError(name)
        return versions[name]

    return version


def test_nothing_is_missing_where_versions_are_new_enough():
    assert (
        missing(
            ["numpy>=2.0", "jupyterlab>=4.6.2"],
            _installed({"numpy": "2.0.0", "jupyterlab": "4.10.0"}),
        )
        == []
    )


def test_an_old_and_an_absent_package_are_named_with_what_is_needed():
    problems = missing(["numpy>=2.0", "ipywidgets>=8.1.9"], _installed({"numpy": "1.26.4"}))
    assert problems == [
        "numpy is 1.26.4; the course needs 2.0 or later.",
        "ipywidgets is not installed; the course needs 8.1.9 or later.",
    ]


def test_this_machine_has_everything(capsys):
    environment()
    assert capsys.readouterr().out == (
        "✔ Everything that the course needs is here. Nothing will be downloaded later.\n"
    )


def test_a_problem_ends_with_what_to_do(capsys, monkeypatch):
    monkeypatch.setattr(importlib.metadata, "version", _installed({}))
    environment()
    out = capsys.readouterr().out
    assert "✘ numpy is not installed" in out and out.endswith("it installs what is missing.\n")


def test_a_package_that_is_not_installed_says_how_to_set_up(capsys, monkeypatch):
    def absent(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "requires", absent)
    environment()
    assert "python start.py" in capsys.readouterr().out


def test_the_name_that_lessons_import_is_the_function():
    assert exported is environment
