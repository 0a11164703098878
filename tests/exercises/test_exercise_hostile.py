# ruff: noqa: NPY002 - misbehaving is what these functions are for
"""Functions that misbehave break neither the notebook nor their own verdict."""

import builtins
import os
import random
import signal
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from exercise_learners import named, right

from helpers.exercises.judge import judge

ROOT = Path(__file__).parents[2]
SOFTMAX = named("softmax")
ALARM = hasattr(signal, "setitimer")
needs_alarm = pytest.mark.skipif(not ALARM, reason="this system has no alarm signal")


# --- ending the program --------------------------------------------------------------------------


@pytest.mark.parametrize("way_out", ["exit()", "quit()", "sys.exit()", "raise SystemExit(3)"])
def test_ending_the_program(way_out):
    space = {"sys": sys}
    exec(f"def softmax(scores):\n    {way_out}\n", space)
    verdict = judge(SOFTMAX, space["softmax"])
    assert verdict.stage == "raised"
    assert "ends the program" in verdict.message
    assert not sys.stdin.closed


def test_the_exit_of_a_notebook_is_left_alone_afterwards():
    class AsksTheKernel:
        def __call__(self):
            raise AssertionError("the kernel was asked to end")

    own = AsksTheKernel()
    space = {"exit": own, "quit": own}
    exec("def softmax(scores):\n    exit()\n", space)
    assert "ends the program" in judge(SOFTMAX, space["softmax"]).message
    assert space["exit"] is own and space["quit"] is own


# --- printing ------------------------------------------------------------------------------------


def test_what_it_prints_is_shown_below_a_failure(capsys):
    def softmax(scores):
        print("shape", scores.shape)
        return scores

    verdict = judge(SOFTMAX, softmax)
    assert verdict.printed == "shape (4, 6)"
    assert "It printed:\n    shape (4, 6)" in str(verdict)
    assert "<pre>shape (4, 6)</pre>" in verdict._repr_html_()
    assert capsys.readouterr().out == ""


def test_a_flood_of_printing_is_counted_and_not_kept(capsys):
    def softmax(scores):
        for _ in range(1000):
            print("x" * 1000)
        return scores

    verdict = judge(SOFTMAX, softmax)
    assert "1,001,000 characters in all" in verdict.printed
    assert len(str(verdict)) < 1000 and capsys.readouterr().out == ""


def test_a_function_that_passes_prints_nothing(capsys):
    def softmax(scores):
        print("here")
        return right(scores)

    assert judge(SOFTMAX, softmax).printed == ""
    assert capsys.readouterr() == ("", "")


def test_stdout_replaced_or_closed():
    out = sys.stdout

    def softmax(scores):
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
        sys.stdout.close()
        return right(scores)

    assert judge(SOFTMAX, softmax).passed
    assert sys.stdout is out


# --- NumPy's settings and functions --------------------------------------------------------------


def test_settings_of_numpy_and_python_are_as_before():
    def softmax(scores):
        np.seterr(all="raise")
        np.seterrcall(print)
        np.set_printoptions(precision=1)
        np.setbufsize(1024)
        np.random.seed(5)
        random.seed(5)
        warnings.simplefilter("error")
        return right(scores - 0)

    before = _settings()
    judge(SOFTMAX, softmax)
    assert _settings() == before


def _settings():
    return (
        np.geterr(), np.geterrcall(), np.getbufsize(), str(np.get_printoptions()),
        str(np.random.get_state()), random.getstate(), list(warnings.filters),
    )  # fmt: skip


def test_a_notebook_that_raises_on_overflow_is_judged_alike():
    def overflows(scores):
        return np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)

    before = np.seterr(all="raise")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert judge(SOFTMAX, right).passed
            assert judge(SOFTMAX, overflows).mistake == "no maximum taken off"
        assert np.geterr()["over"] == "raise"
    finally:
        np.seterr(**before)


def test_warnings_of_a_learners_function_are_not_shown(capsys):
    def softmax(scores):
        warnings.warn("look", stacklevel=1)
        return right(scores) + 0 * np.log(scores * 0)

    judge(SOFTMAX, softmax)
    assert capsys.readouterr().err == ""


def test_a_replaced_function_of_numpy_is_put_back():
    own = np.exp
    try:
        np.exp = lambda scores: scores * 0 + 1
        verdict = judge(SOFTMAX, right)
    finally:
        replaced, np.exp = np.exp, own
    assert replaced is own
    assert verdict.passed
    assert "np.exp had been replaced, and is NumPy's own again." in str(verdict)


def test_replacing_a_function_of_numpy_on_the_way():
    own = np.exp, np.linalg.norm, np.random.default_rng

    def softmax(scores):
        weights = right(scores)
        np.exp = np.sum = np.linalg.norm = np.random.default_rng = len
        return weights

    assert judge(SOFTMAX, softmax).passed
    assert (np.exp, np.linalg.norm, np.random.default_rng) == own


def test_a_deleted_function_of_numpy_is_put_back():
    own = np.einsum

    def softmax(scores):
        del np.einsum
        return right(scores)

    judge(SOFTMAX, softmax)
    assert np.einsum is own


def test_what_was_replaced_before_the_first_check_is_put_back():
    """In a process of its own: nothing of the cases has been made yet."""
    code = (
        "import sys, numpy as np\nfrom helpers import check\n"
        "def softmax(scores):\n"
        "    e = own(scores - scores.max(axis=-1, keepdims=True))\n"
        "    return e / e.sum(axis=-1, keepdims=True)\n"
        "own = np.exp\n"
        "exec(f'np.{sys.argv[1]} = 0')\n"
        "check(softmax)\n"
    )
    for name in ("random.default_rng", "linalg", "errstate", "array", "asarray", "exp", "ndarray"):
        done = subprocess.run(
            [sys.executable, "-c", code, name], cwd=ROOT, capture_output=True, text=True,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", "ATTENTION_PROGRESS": ":memory:"},
        )  # fmt: skip
        assert done.stdout.startswith("✔ softmax: "), f"{name}: {done.stdout}{done.stderr}"
        assert f"np.{name} had been replaced" in done.stdout


# --- what belongs to Python ----------------------------------------------------------------------


def test_builtins_folder_environment_and_recursion_limit_are_as_before(tmp_path):
    def softmax(scores):
        weights = right(scores)
        os.chdir(tmp_path)
        os.environ["OF_THE_LEARNERS_OWN"] = "1"
        os.environ.pop("PATH", None)
        sys.setrecursionlimit(sys.getrecursionlimit() + 7)
        builtins.isinstance = builtins.print = builtins.next = builtins.BaseException = None
        builtins.of_the_learners_own = 1
        del builtins.sorted
        return weights

    def state():
        return dict(vars(builtins)), os.getcwd(), dict(os.environ), sys.getrecursionlimit()

    before = state()
    assert judge(SOFTMAX, softmax).passed
    assert state() == before


def test_builtins_are_as_before_after_an_error_and_a_stop():
    def raises(scores):
        builtins.len = None
        raise ValueError("after that")

    def loops(scores):
        builtins.len = None
        while True:
            pass

    own = builtins.len
    assert judge(SOFTMAX, raises).stage == "raised" and builtins.len is own
    if ALARM:
        assert judge(SOFTMAX, loops, seconds=0.1).stage == "too slow" and builtins.len is own


# --- results that are not what they seem ---------------------------------------------------------


def test_a_result_that_changes_later():
    """Each result is read at once."""
    kept = []

    def softmax(scores):
        for old in kept:
            old[...] = 0
        kept.append(right(scores))
        return kept[-1]

    assert judge(SOFTMAX, softmax).passed


def test_an_object_that_pretends_to_be_an_array():
    class Pretender:
        def __array__(self, dtype=None, copy=None):
            raise RuntimeError("no")

        def __eq__(self, other):
            raise RuntimeError("no")

        __hash__ = None

    verdict = judge(SOFTMAX, lambda scores: Pretender())
    assert verdict.stage == "type" and "returned a Pretender" in verdict.message


def test_random_results_are_no_answer():
    rng = np.random.default_rng(0)
    assert not judge(SOFTMAX, lambda s: right(s + rng.normal(size=s.shape))).passed


def test_right_once_and_wrong_ever_after():
    calls = []

    def softmax(scores):
        calls.append(1)
        return right(scores) if len(calls) < 4 else scores * 0

    assert not judge(SOFTMAX, softmax).passed


def test_an_empty_result():
    assert judge(SOFTMAX, lambda s: np.array([])).stage == "shape"
    assert judge(SOFTMAX, lambda s: []).stage == "type"
    assert judge(named("project"), lambda *a: ()).stage == "type"


def test_a_check_takes_few_calls():
    """What a check costs is calls of the learner's function: a slow one should still be quick."""
    for name in ("softmax", "scaled_dot_product_attention", "row_means"):
        declared = named(name)
        calls = []

        def counted(*args, declared=declared, calls=calls):
            calls.append(1)
            return declared.reference(*args)

        assert judge(declared, counted).passed
        assert len(calls) <= 80, f"{name}: {len(calls)} calls"
