"""Variables that break a sound environment are named; a locked home is replaced."""

import os
from pathlib import Path

import pytest

from tools.start import surroundings
from tools.start.surroundings import culprits, suspects, with_a_home, without


def test_only_variables_that_can_do_harm_are_suspected():
    variables = {
        "PYTHONPATH": "/x", "LD_LIBRARY_PATH": "/y", "MPLBACKEND": "z", "LC_ALL": "C",
        "PYTHONUNBUFFERED": "1", "LANG": "de_DE.UTF-8", "PATH": "/bin", "LC_CTYPE": "C.utf8",
    }  # fmt: skip
    assert suspects(variables) == ["LC_ALL", "LD_LIBRARY_PATH", "MPLBACKEND", "PYTHONPATH"]
    assert without(["PATH"], {"PATH": "1", "HOME": "2"}) == {"HOME": "2"}


def test_the_variable_to_blame_is_found():
    variables = {"PYTHONPATH": "/x", "PYTHONUTF8": "0", "LC_ALL": "C", "HOME": "/h"}
    cases = [
        (lambda v: "PYTHONPATH" not in v, ["PYTHONPATH"]),
        # either of two mends it: the first is enough
        (lambda v: not ("PYTHONUTF8" in v and "LC_ALL" in v), ["LC_ALL"]),
        # only both together
        (lambda v: not ({"PYTHONUTF8", "LC_ALL"} & set(v)), ["LC_ALL", "PYTHONPATH", "PYTHONUTF8"]),
        # broken in itself: nobody is to blame
        (lambda v: False, []),
    ]
    for works, names in cases:
        assert culprits(works, variables) == names
    assert culprits(lambda v: True, {"HOME": "/h"}) == [], "nobody is suspected"


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


NAME = "USERPROFILE" if os.name == "nt" else "HOME"


def test_a_home_that_can_be_written_stays(tmp_path, home):
    said = []
    variables = {NAME: str(home), "PATH": "/bin"}
    assert with_a_home(tmp_path, variables, said.append) == variables
    assert said == [] and not (tmp_path / "work").exists()


def test_a_home_that_is_locked_gone_or_nowhere_is_replaced(tmp_path, home, monkeypatch):
    def nobody():
        raise RuntimeError("Could not determine home directory.")

    (home / ".jupyter").write_text("a file where Jupyter needs a folder", "utf-8")
    own = tmp_path / "work" / ".home"
    for variables in ({NAME: str(home)}, {}):
        said = []
        monkeypatch.setattr(surroundings.Path, "home", nobody)
        assert with_a_home(tmp_path, variables, said.append) == {NAME: str(own)}
        assert own.is_dir() and str(own) in said[0]
    (home / ".jupyter").unlink()
    monkeypatch.setattr(
        surroundings.os, "access", lambda path, mode: Path(path) != home and path.exists()
    )
    assert with_a_home(tmp_path, {NAME: str(home)}, said.append) == {NAME: str(own)}
