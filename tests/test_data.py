"""The stored arrays: each is listed with the command that makes it, small, and plain numbers."""

import importlib
import re

import numpy as np
import pytest

from helpers import data
from tools.make_data.__main__ import NAMES, is_same, main

TABLE = re.findall(
    r"^\| `(\w+)\.npz` \|.*\| `python -m tools\.make_data (\w+)` \|",
    (data.FOLDER / "README.md").read_text(encoding="utf-8"),
    flags=re.MULTILINE,
)


def test_every_file_is_listed_with_the_command_that_makes_it():
    files = {file.name for file in data.FOLDER.iterdir() if file.is_file()}
    arrays = {name.removesuffix(".npz") for name in files if name.endswith(".npz")}
    texts = {"__init__.py", "README.md", "NOTICE.md", "LICENSE-APACHE-2.0"}
    assert files == {f"{name}.npz" for name in arrays} | texts
    assert sorted(TABLE) == [(name, name) for name in sorted(arrays)] == [(n, n) for n in NAMES]
    for _, module in TABLE:
        made = importlib.import_module(f"tools.make_data.{module}")
        assert callable(made.arrays) and made.__doc__, module
        assert made.TOLERANCE is None or set(made.TOLERANCE) <= {"rtol", "atol"}, module


def test_the_files_are_small_and_hold_plain_finite_numbers():
    """data.load reads without pickle."""
    for name, _ in TABLE:
        assert data.path(f"{name}.npz").stat().st_size < 1_000_000, name
        for key, array in data.load(f"{name}.npz").items():
            assert array.dtype.kind in "biufU", f"{name}, {key}"
            assert array.dtype.kind != "f" or np.isfinite(array).all(), f"{name}, {key}"


def test_what_is_shared_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        data.load("heads_sweep.npz")["maps"][0] = 0


def test_another_name_is_refused_with_those_there_are():
    with pytest.raises(
        ValueError, match=r"'heads'\. There are: gpt_bert_sweep\.npz, head_controls"
    ):
        data.load("heads")


def test_a_file_that_is_out_of_date_is_named_and_made_again(tmp_path, monkeypatch, capsys):
    made = importlib.import_module("tools.make_data.trained_tiny_gpt")
    arrays = {"a": np.float16([1, 2]), "n": np.arange(3)}
    monkeypatch.setattr(made, "arrays", lambda: arrays)
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    assert main(["--check", "trained_tiny_gpt"]) == 1
    assert "python -m tools.make_data trained_tiny_gpt" in capsys.readouterr().out
    assert main(["trained_tiny_gpt"]) == 0
    assert main(["--check", "trained_tiny_gpt"]) == 0
    assert capsys.readouterr().out.endswith("trained_tiny_gpt.npz is up to date.\n")
    path = data.path("trained_tiny_gpt.npz")
    others = ({"a": np.float16([1, 2.01])}, {"n": np.arange(3) + 1}, {"b": np.zeros(1)},
              {"a": np.float32([1, 2])}, {"n": np.arange(4)})  # fmt: skip
    for other in others:
        assert not is_same(path, arrays | other, {}), other
    assert is_same(path, arrays | others[0], {"atol": 0.1})
    with pytest.raises(SystemExit):
        main(["no_such_file"])
    assert "there are: gpt_bert_sweep" in capsys.readouterr().err
