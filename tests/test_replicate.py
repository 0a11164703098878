"""Runs are kept as they end, gone on with, done again where they were lost, and believed."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tools import ledger, replicate
from tools.fresh import lessons
from tools.ledger import History, Run, contradictions, histories, merged

ROOT = Path(__file__).resolve().parent.parent
LESSON = """---
jupyter:
  kernelspec:
    display_name: Python 3
    name: python3
---

# 90 · Tiny

```python
from helpers import claim
import numpy as np
rng = np.random.default_rng(0)
```

```python vary={"share": {"share=0.5": ["share=0.9"]}}
share = 0.5
mean = (rng.random(10_000) < share).mean()
claim("At most six of ten.", holds=mean < 0.6, measured=f"{mean:.4f} of 10,000")
```
"""


@pytest.fixture
def course(tmp_path):
    """A course of one lesson that is not built: its ledger alone is looked at."""
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons" / "90_tiny.md").write_text(LESSON)
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1"\n')
    (tmp_path / "helpers").symlink_to(ROOT / "helpers")
    return tmp_path


def jobs(course, seeds=None):
    return replicate.missing(course, [course / "lessons" / "90_tiny.md"], seeds)


def test_a_run_has_its_own_numbers_and_keeps_what_was_claimed(course):
    own, other = (replicate.replicate(*job) for job in jobs(course)[:2])
    assert (own.seed, other.seed, own.error, other.error) == (0, 1, "", "")
    (claim,) = own.claims
    assert claim["statement"] == "At most six of ten." and claim["kind"] == "holds"
    assert claim["measured"] != other.claims[0]["measured"]


def test_a_variation_runs_with_its_setting(course):
    varied = [job for job in jobs(course) if job[3] is not None]
    assert [str(job[3]) for job in varied] == ["share 0.9", "share 0.9"]
    assert replicate.replicate(*varied[0]).claims[0]["kind"] == "does not hold"


def test_an_error_of_the_lesson_is_kept_and_tried_again(course):
    path = course / "lessons" / "90_tiny.md"
    path.write_text(LESSON.replace("mean =", "mean = 1 / 0 +"))
    run = replicate.replicate(*jobs(course)[0])
    assert "ZeroDivisionError" in run.error and run.claims == []
    ledger.append(course / ledger.NAME, run)
    assert len(jobs(course)) == len(replicate.wanted(path))


def test_what_is_there_is_not_run_again_unless_its_sources_changed(course):
    first, *_ = todo = jobs(course)
    ledger.append(course / ledger.NAME, replicate.replicate(*first))
    assert len(jobs(course)) == len(todo) - 1
    path = course / "lessons" / "90_tiny.md"
    path.write_text(LESSON.replace("# 90 · Tiny", "# 90 · Tiny\n\nOther prose."))
    assert len(jobs(course)) == len(todo) - 1, "prose changes no measurement"
    path.write_text(LESSON.replace("10_000", "20_000"))
    assert len(jobs(course)) == len(todo)


def test_a_line_that_was_cut_off_is_run_again(course):
    run = replicate.replicate(*jobs(course)[0])
    target = course / ledger.NAME
    ledger.append(target, run)
    target.write_text(target.read_text() + json.dumps(run.__dict__)[:40])
    assert list(ledger.read(target)) == [run.key]


def test_a_worker_that_dies_loses_nothing(course, tmp_path, monkeypatch):
    """The first try of one job kills its process."""
    marker = tmp_path / "died"
    (course / "lessons" / "90_tiny.md").write_text(
        LESSON.replace(
            "share = 0.5",
            "import os, pathlib\n"
            f"died = pathlib.Path({str(marker)!r})\n"
            "share = 0.5\n"
            "if not died.exists():\n"
            "    died.touch()\n"
            "    os._exit(9)",
        )
    )
    todo = jobs(course, seeds=2)
    found = {run.key for run in replicate.run_here(todo, 2)}
    assert marker.exists() and found == {replicate._key(job) for job in todo}


@pytest.mark.slow
def test_on_dask_with_two_workers_one_of_which_is_killed(course):
    import distributed

    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    def begin(*command):
        return subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    started = [begin("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0",
                     "--no-dashboard")]  # fmt: skip
    try:
        address = None
        while address is None:
            line = started[0].stdout.readline()
            assert line, "the scheduler ended"
            match = re.search(r"tcp://127\.0\.0\.1:\d+", line)
            address = match[0] if match else None
        for _ in range(2):
            started.append(begin("distributed.cli.dask_worker", address, "--nthreads", "1",
                                 "--no-nanny", "--no-dashboard"))  # fmt: skip
        with distributed.Client(address) as client:
            client.wait_for_workers(2, timeout=60)
        todo, runs = jobs(course), []
        for run in replicate.run_on_dask(todo, address):
            runs.append(run)
            if len(runs) == 2:
                started[1].send_signal(signal.SIGKILL)
        assert {run.key for run in runs} == {replicate._key(job) for job in todo}
        assert all(not run.error for run in runs)
    finally:
        for process in reversed(started):
            process.kill()
            process.communicate()


def history(**kinds):
    """A history by hand: the lesson's own kinds, then those of settings."""
    made = History("90_tiny", "It is so.")
    for setting, found in kinds.items():
        made.kinds["" if setting == "own" else setting] += found
    return made


AGREE = [
    ("holds", dict(own=["holds"] * 3, rate=["holds"] * 2)),
    ("holds, if", dict(own=["holds, if"] * 3, rate=["does not hold"] * 2)),
    ("does not hold", dict(own=["does not hold"] * 3)),
    ("undecided", dict(own=["undecided", "holds", "undecided"])),
]
FALL = [
    ("holds", dict(own=["holds", "does not hold"]), "came out as"),
    ("holds", dict(own=["holds"] * 3, rate=["does not hold"] * 2), "turns at: rate"),
    ("does not hold", dict(own=["does not hold"] * 3, rate=["holds"] * 2), "turns at: rate"),
    ("holds, if", dict(own=["holds, if", "does not hold", "does not hold"]), "came out as"),
    ("holds", {}, "never run again"),
]


@pytest.mark.parametrize(("kind", "runs"), AGREE)
def test_a_verdict_that_its_runs_bear_out_stands(kind, runs):
    assert contradictions(history(**runs), kind) == []


@pytest.mark.parametrize(("kind", "runs", "why"), FALL)
def test_a_verdict_that_its_runs_contradict_falls(kind, runs, why):
    (said,) = contradictions(history(**runs), kind)
    assert why in said


def test_no_lesson_prints_a_verdict_that_its_replications_contradict():
    """Of the course itself, as far as its claims were run again since they changed."""
    fallen = replicate.verdicts_that_fall(ROOT, lessons(ROOT))
    assert not [said for said in fallen if "never run again" not in said]


def test_numbers_become_ranges_and_other_sentences_do_not():
    assert (
        merged(["0.73 of 1,200 at d 64", "0.88 of 1,200 at d 64"]) == "0.73–0.88 of 1,200 at d 64"
    )
    assert merged(["-2 to 3", "-5 to 3"]) == "-5–-2 to 3"
    assert merged(["cat 0.5", "mat 0.5"]) == "cat 0.5"
    assert merged([]) == ""


def test_runs_of_other_sources_and_broken_ones_do_not_count():
    claims = [{"statement": "A.", "kind": "holds", "verdict": "holds", "measured": "1"}]
    runs = [
        Run("90_tiny", 0, "", "now", claims),
        Run("90_tiny", 1, "", "before", claims),
        Run("90_tiny", 2, "", "now", claims, error="ValueError: no"),
    ]
    (found,) = histories(runs, {"90_tiny": "now"}).values()
    assert found.runs == (1, 1)
