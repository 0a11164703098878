"""A training run says the same words under other BLAS kernels and thread counts.

A tenth of each lesson-size training; all of it with --all.
"""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
WHOLE = "ATTENTION_TEST_ALL" in os.environ
SHARE = "1" if WHOLE else "0.1"
# Kernels that an older x86 processor would get; a newer one runs them all.
KERNELS = ("Haswell", "Sandybridge", "Nehalem")
NAME_OF_KERNEL = (
    "import numpy; from threadpoolctl import threadpool_info; "
    "print(*[one['architecture'] for one in threadpool_info() if 'architecture' in one])"
)


def python(*arguments, **environment):
    """What a fresh Python prints under other variables."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def here():
    """The words of this machine's own kernel, one thread."""
    return python("tests/training_words.py", SHARE, OPENBLAS_NUM_THREADS="1")


def assert_same_words(here, there, where):
    pairs = zip(here.splitlines(), there.splitlines(), strict=True)
    differ = [f"{ours}\n{theirs}" for ours, theirs in pairs if ours != theirs]
    assert not differ, f"{where} trainings say something else:\n" + "\n".join(differ)


@pytest.mark.slow
@pytest.mark.parametrize("kernel", KERNELS)
def test_another_kernel_says_the_same(here, kernel):
    variables = under(kernel)
    there = python("tests/training_words.py", SHARE, **variables)
    assert_same_words(here, there, f"under the {kernel} kernel")


def under(kernel):
    """The variables that make NumPy use a kernel; skips the test where there is none of it."""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        pytest.skip("OPENBLAS_CORETYPE names x86 kernels, and this is another processor")
    variables = dict(OPENBLAS_CORETYPE=kernel, OPENBLAS_NUM_THREADS="1")
    used = python("-c", NAME_OF_KERNEL, **variables).strip()
    if used != kernel:
        pytest.skip(f"there is no {kernel} kernel here; NumPy multiplies with: {used or 'no BLAS'}")
    return variables


def test_the_first_steps_say_the_same_under_the_oldest_kernel():
    """Every day, for those above and below: a few steps of each training."""
    variables = under(KERNELS[-1])
    here = python("tests/training_words.py", "0.01", OPENBLAS_NUM_THREADS="1")
    there = python("tests/training_words.py", "0.01", **variables)
    assert_same_words(here, there, f"under the {KERNELS[-1]} kernel")


@pytest.mark.slow
def test_two_threads_say_the_same(here):
    there = python("tests/training_words.py", SHARE, OPENBLAS_NUM_THREADS="2")
    assert_same_words(here, there, "with two threads")
