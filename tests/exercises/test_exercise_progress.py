"""Progress: kept whole, shared between notebooks, and never in the way of a check."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from helpers.exercises import check, hint, progress, progress_file, report

ROOT = Path(__file__).parents[2]


def softmax(scores):
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def project(x, w_query, w_key, w_value):
    return x @ w_query, x @ w_key, x @ w_value


def over_the_queries(scores):
    return np.exp(scores - scores.max(0)) / np.exp(scores - scores.max(0)).sum(axis=0)


def test_a_passed_check_is_kept(progress_of_its_own):
    check(softmax)
    kept = json.loads(progress_of_its_own.read_text())
    assert kept["exercises"]["softmax"] == {"passed": True, "mistakes": [], "hints": 0}


def named(name, function):
    """The function as a learner of the exercise `name` would have called it."""
    function.__name__ = name
    return function


def test_what_passed_stays_passed_and_mistakes_are_remembered_once(progress_of_its_own):
    wrong = named("softmax", lambda scores: over_the_queries(scores))
    for function in (wrong, wrong, softmax, wrong):
        check(function)
    entry = progress_file.read()[0]["softmax"]
    assert entry == {"passed": True, "mistakes": ["over the queries"], "hints": 0}


def test_a_wrong_function_of_another_name_is_a_demonstration(progress_of_its_own):
    assert not check(over_the_queries, "softmax").passed
    assert not progress_of_its_own.exists()
    assert check(named("my_own", lambda scores: softmax(scores)), "softmax").passed
    assert progress_file.read()[0]["softmax"]["passed"]


def test_an_unwritten_function_leaves_no_trace(progress_of_its_own):
    def softmax(scores): ...

    check(softmax)
    assert not progress_of_its_own.exists()


def test_nothing_but_the_lock_is_left_beside_it(progress_of_its_own):
    check(softmax)
    hint("softmax")
    progress_of_its_own.with_name("progress.json.new").write_text("of a killed writer")
    hint("softmax")
    left = {path.name for path in progress_of_its_own.parent.iterdir()}
    assert left - {"progress.json.lock"} == {"progress.json"}


def test_a_symbolic_link_stays_one(tmp_path, progress_of_its_own):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    kept = elsewhere / "kept.json"
    progress_of_its_own.symlink_to(kept)
    check(softmax)
    hint("softmax")
    assert progress_of_its_own.is_symlink()
    assert json.loads(kept.read_text())["exercises"]["softmax"]["hints"] == 1


def test_a_byte_order_mark_is_no_damage(progress_of_its_own):
    check(softmax)
    progress_of_its_own.write_text(progress_of_its_own.read_text(), encoding="utf-8-sig")
    assert "damaged" not in str(progress())
    assert "2 of 4" in check(named("project", project)).message
    assert report(progress_of_its_own)[0].passed


def test_without_a_home_folder_progress_is_kept_in_the_session():
    code = (
        "import os, pwd\n"
        "def nobody(uid): raise KeyError(uid)\n"
        "pwd.getpwuid = nobody\n"
        "import numpy as np\nfrom helpers import check, hint, progress\n"
        "def softmax(scores):\n"
        "    e = np.exp(scores - scores.max(axis=-1, keepdims=True))\n"
        "    return e / e.sum(axis=-1, keepdims=True)\n"
        "check(softmax)\nhint(softmax)\nprogress()\n"
    )
    surroundings = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    for name in ("HOME", "ATTENTION_PROGRESS"):
        surroundings.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=surroundings, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Nobody knows your home folder, so progress is kept for this") == 1
    assert "Progress: 1 of " in done.stdout


@pytest.mark.parametrize(
    "damage",
    [
        b"", b"{", b"not json", b"[]", b"null", b'{"exercises": 3}', b"\xff\xfe\x00 rubbish",
        b'{"exercises": {"softmax": {"passed": "yes", "hints": 0, "mistakes": []}}}',
        b'{"exercises": {"softmax": {"passed": true, "hints": "1", "mistakes": []}}}',
        b'{"exercises": {"softmax": {"passed": true, "hints": 1, "mistakes": [3]}}}',
        b'{"exercises": {"softmax": {}}}', b'{"exercises": {"softmax": null}}', b"[" * 100_000,
    ],
    ids=lambda damage: repr(damage[:20]),
)  # fmt: skip
def test_a_damaged_file_is_set_aside_and_named(progress_of_its_own, damage):
    progress_of_its_own.write_bytes(damage)
    verdict = check(softmax)
    assert verdict.passed
    assert "It is kept as progress.json.damaged-1, and a new one begins." in str(verdict)
    aside = progress_of_its_own.with_name("progress.json.damaged-1")
    assert aside.read_bytes() == damage
    assert "damaged" not in str(check(softmax))


def test_every_damaged_file_is_kept(progress_of_its_own):
    for number in (1, 2, 3):
        progress_of_its_own.write_text("rubbish")
        assert f"damaged-{number}" in str(check(softmax))
    assert "damaged-4" not in str(progress())


def test_progress_alone_sets_a_damaged_file_aside(progress_of_its_own):
    progress_of_its_own.write_text("rubbish")
    assert "damaged-1" in str(progress())


def test_a_folder_that_cannot_be_written_is_said_once(tmp_path, monkeypatch):
    blocked = tmp_path / "a file, not a folder"
    blocked.write_text("")
    monkeypatch.setenv("ATTENTION_PROGRESS", str(blocked / "progress.json"))
    first, second = check(softmax), check(softmax)
    assert first.passed and "1 of 4" in first.message
    assert "progress is kept for this session only" in str(first)
    assert "session only" not in str(second)
    assert "✔ softmax" in str(progress())


def test_a_folder_in_place_of_the_file(progress_of_its_own):
    progress_of_its_own.mkdir()
    verdict = check(softmax)
    assert verdict.passed and "session only" in str(verdict)


def test_in_memory(monkeypatch, progress_of_its_own):
    monkeypatch.setenv("ATTENTION_PROGRESS", ":memory:")
    assert "1 of 4" in check(softmax).message
    assert "✔ softmax" in str(progress()) and not progress_of_its_own.exists()


def test_the_default_is_in_the_home_folder(monkeypatch):
    monkeypatch.delenv("ATTENTION_PROGRESS")
    assert progress_file.location() == Path.home() / ".attention-measured" / "progress.json"


def test_exercises_of_a_later_version_are_kept(progress_of_its_own):
    later = {"a_later_exercise": {"passed": True, "mistakes": [], "hints": 2}}
    progress_of_its_own.write_text(json.dumps({"version": 1, "exercises": later}))
    check(softmax)
    assert json.loads(progress_of_its_own.read_text())["exercises"].keys() == {
        "a_later_exercise", "softmax",
    }  # fmt: skip
    assert "a_later_exercise" not in str(progress())


def test_a_lock_left_behind_locks_nothing(progress_of_its_own):
    progress_of_its_own.with_name("progress.json.lock").write_text("")
    verdict = check(softmax)
    assert "1 of 4" in verdict.message and not verdict.notes


def test_a_lock_that_is_held_is_respected_and_named(progress_of_its_own, monkeypatch):
    monkeypatch.setattr(progress_file, "_LOCK_SECONDS", 0.05)
    with FileLock(progress_of_its_own.with_name("progress.json.lock")):
        verdict = check(softmax)
    assert "1 of 4" in verdict.message and "another notebook holds its lock" in str(verdict)
    assert not progress_of_its_own.exists()


def test_a_kill_at_any_moment_loses_nothing(progress_of_its_own):
    """Writers that are killed in the midst of it, one after the other."""
    writer = (
        "from helpers.exercises import progress_file\n"
        "print('begins', flush=True)\n"
        "while True:\n"
        "    progress_file.change('a', lambda entry: entry | {'hints': entry['hints'] + 1})\n"
        "    print('wrote', flush=True)\n"
    )
    total = 0
    for number in range(6):
        with subprocess.Popen(
            [sys.executable, "-c", writer], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout.readline() == "begins\n"
            for _ in range(8):
                process.stdout.readline()
            time.sleep(number * 0.0007)
            process.kill()
            told = 8 + process.stdout.read().count("wrote\n")
        kept = progress_file.read()[0]["a"]["hints"]
        assert total + told <= kept <= total + told + 1  # the last may not have been told
        total = kept
    check(softmax)
    assert not list(progress_of_its_own.parent.glob("*.damaged*"))


def test_two_notebooks_at_once_lose_nothing(progress_of_its_own):
    """Two processes write a hundred exercises each, at the same time, into one file."""
    writer = (
        "import sys\n"
        "from helpers.exercises import progress_file\n"
        "for n in range(100):\n"
        "    progress_file.change(f'{sys.argv[1]}{n}', lambda entry: entry | {'passed': True})\n"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", writer, name], cwd=ROOT) for name in ("a", "b")
    ]
    assert [process.wait(60) for process in started] == [0, 0]
    entries = progress_file.read()[0]
    assert sorted(entries) == sorted(f"{name}{n}" for name in "ab" for n in range(100))


def test_the_table(progress_of_its_own):
    check(softmax)
    check(named("entropy", lambda weights: weights))
    hint("entropy")
    shown = progress()
    lines = str(shown).splitlines()
    assert lines[0].startswith("Progress: 1 of ")
    assert lines[1].split() == ["Lesson", "Pass", "Exercises", "Hints"]
    rows = {line.split()[0]: line.split() for line in lines[2:-1]}
    assert rows["00"] == ["00", "0", "of", "1", "○", "row_means", "0"]
    assert rows["02"][:6] == ["02", "1", "of", "4", "✔", "softmax,"] and rows["02"][-1] == "0"
    assert "✘ entropy" in " ".join(rows["03"]) and rows["03"][-1] == "1"
    assert lines[-1] == "✔ passes   ✘ tried   ○ not written yet"
    markup = shown._repr_html_()
    assert markup.startswith('<table class="progress"><caption')
    assert 'scope="col"' in markup and ">Lesson</th>" in markup
    assert 'scope="row"' in markup and ">02</th>" in markup
    assert str(progress()) == str(shown)


# --- report --------------------------------------------------------------------------------------


def test_report_on_a_namespace(capsys, progress_of_its_own):
    def entropy(weights): ...

    rows = report({"softmax": over_the_queries, "entropy": entropy, "attend": 3, "other": len})
    found = {row.exercise: row for row in rows}
    assert list(found) == ["softmax", "entropy"]
    assert found["softmax"][:6] == (
        "", 2, "softmax", False, "mistake", "over the queries",
    )  # fmt: skip
    assert found["softmax"].message.startswith("softmax: each column sums to 1")
    assert found["entropy"].stage == "not written"
    assert capsys.readouterr().out == "" and not progress_of_its_own.exists()


def test_report_on_a_progress_file_and_a_folder(progress_of_its_own):
    check(named("softmax", lambda scores: over_the_queries(scores)))
    check(softmax)
    folder = progress_of_its_own.parent
    folder.joinpath("b.json").write_text(progress_of_its_own.read_text())
    (row,) = report(progress_of_its_own)
    assert row == ("progress", 2, "softmax", True, None, "over the queries", None)
    assert [row.learner for row in report(folder)] == ["b", "progress"]


def test_report_on_what_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match="expected a progress file or a folder"):
        report(tmp_path / "nobody.json")
    tmp_path.joinpath("odd.json").write_text("odd")
    with pytest.raises(ValueError, match="is not a progress file"):
        report(tmp_path / "odd.json")
