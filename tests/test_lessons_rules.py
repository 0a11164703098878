"""Every lesson keeps to the rules of tools/rules.py, and every rule notices what it is for."""

import functools
import itertools
import json
from pathlib import Path

import nbformat
import pytest

from tools import output_rules, rules
from tools.fresh import KINDS, lessons, load, product
from tools.rules import RULES, Lesson

ROOT = Path(__file__).resolve().parent.parent
GOOD = ROOT / "tests" / "data" / "lessons" / "91_good.md"
LESSONS = lessons(ROOT)
BUILT = [product(ROOT, kind, path.stem) for path in LESSONS for kind in KINDS]
read = functools.cache(Lesson.from_file)


def numbered():
    """All lessons but the playground."""
    return [path for path in LESSONS if not read(path).is_playground]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_lesson_keeps_the_rules(path):
    said = []
    for rule in RULES.values():
        complaints = list(rule(read(path)))
        said += [rule.__doc__, *complaints] if complaints else []
    assert not said, "\n".join(said)


@pytest.mark.parametrize("path", BUILT, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_outputs_keep_the_rules(path):
    notebook = load(path)
    assert notebook is not None, f"{path.name} is missing: python -m tools.build"
    said = output_rules.complaints(notebook, f"{path.parent.name}/{path.stem}")
    assert not said, "\n".join(said)


def test_lesson_points_to_the_one_that_follows():
    for path, follower in itertools.pairwise(numbered()):
        points_to = rules.points_to(read(path).cells[-1].source)
        assert points_to == follower.stem.split("_")[0], f"{path.stem} points to {points_to}"


def test_only_the_last_lesson_points_to_the_playground():
    pointing = [
        path.stem
        for path in numbered()
        if rules.points_to(read(path).cells[-1].source) == rules.PLAYGROUND
    ]
    assert pointing in ([], [numbered()[-1].stem]), "the playground comes after all lessons"


PLAYGROUND = """# Playground

**The question.** What if?

**You need** nothing.

**Time** 5 minutes.

```python
from helpers import explore

explore.playground()
```
"""


def test_the_playground_needs_an_explorer_and_no_exercise_quiz_or_claim(tmp_path):
    for name, text, complaint in (
        ("P_play.md", PLAYGROUND, None),
        ("P_play.md", PLAYGROUND.replace("explore.playground()", "1"), "no explore"),
        ("P_play.md", PLAYGROUND.replace("**You need**", "Hm"), "lacks what you need"),
        ("93_play.md", PLAYGROUND, "no quiz"),
    ):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        said = rules.complaints(Lesson.from_file(path))
        if complaint is None:
            assert said == []
        else:
            assert any(complaint in line for line in said), said


def test_a_good_lesson_has_no_complaint():
    assert rules.complaints(Lesson.from_file(GOOD)) == []


# Each line: what to replace in the good lesson, by what, and a piece of the only complaint.
SPOILED = [
    ("print(rng.normal())", "\n".join(f"a{i} = {i}" for i in range(13)), "13 lines of code"),
    ("Its text is short.", "word " * 90, "words; at most 80"),
    ("print(rng.normal())", f"print('{'x' * 100}')", "a line of 109 characters"),
    ("## First", "### First", "from level 1 to 3"),
    ("## First", "# First", "2 titles"),
    ("# A good lesson", "A good lesson", "first cell begins with the title"),
    ("**The question.**", "Hm.", "lacks the question"),
    ("**You build**", "Hm", "lacks what you build"),
    ("**You need**", "Hm", "lacks what you need"),
    ("10 minutes", "a while", "lacks the minutes"),
    ("3. Three.", "", "2 lines of summary"),
    ("## In three lines", "## Summary", "no summary"),
    ("## Quiz", "## Questions", "no quiz"),
    ("**1.** One?", "One?", "1 questions"),
    ("```python\n2\n```", "", "below each question"),
    ("lesson 92", "lesson 90", "points to the next"),
    ("print(rng.normal())", "import matplotlib.pyplot", "matplotlib is for helpers"),
    ("print(rng.normal())", "plt.plot()", "plt is for helpers"),
    ("explore.scaling()", "1", "no explore"),
    ("claim(", "print(", "no claim"),
    ("## Break it", "## Mend it", "Break it"),
    ("check(row_means)", "row_means", "has to be check(row_means)"),
    (' tags=["exercise"]', "", "no exercise"),
    ("print(rng.normal())", "np.random.seed(0)", "random.seed(0)"),
    ("print(rng.normal())", "rng = np.random.default_rng(1)", "default_rng(1)"),
    ("print(rng.normal())", "rng = np.random.default_rng()", "default_rng()"),
    ("import numpy as np\n", "", None),
    ("from helpers import check, claim, explore\nimport numpy as np", "import numpy as np\nfrom "
     "helpers import check, claim, explore", "helpers before numpy"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "complaint"), SPOILED)
def test_a_rule_notices(tmp_path, old, new, complaint):
    text = GOOD.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / GOOD.name
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    said = rules.complaints(Lesson.from_file(path))
    if complaint is None:
        assert said == []
    else:
        assert any(complaint in line for line in said), said
        assert all("91_good" in line for line in said), "a complaint names its lesson"


def test_a_solution_has_at_most_20_lines():
    lesson = Lesson.from_file(GOOD)
    position = next(position for position, _ in lesson.exercises())
    lesson.cells[position].source += "\n    x = 1" * 20
    assert any("22 lines of code; at most 20" in line for line in rules.complaints(lesson))


def test_words_of_a_text_cell_leave_out_code_and_formulas():
    source = "One two.\n\n```\nfive more words in here\n```\n\n$$a b c$$ and `x = y + z` – end."
    assert len(rules.words(source)) == 7


def _notebook(*outputs):
    cell = nbformat.v4.new_code_cell("run()", execution_count=1, outputs=list(outputs))
    return nbformat.v4.new_notebook(cells=[cell])


def _png(metadata=None, **data):
    return nbformat.v4.new_output(
        "display_data", data={"image/png": "AAAA", **data}, metadata=metadata or {}
    )


ALT = {"image/png": {"alt": "A picture."}}
OUTPUTS = [
    (_png(ALT, **{"text/plain": "Picture"}), None),
    (_png(ALT), "without a text"),
    (_png(**{"text/plain": "Picture"}), "without alternative text"),
    (_png({"image/png": {"alt": " "}}, **{"text/plain": "Picture"}), "without alternative text"),
    (nbformat.v4.new_output("stream", name="stdout", text="3 / 4 of /work is fine"), None),
    (nbformat.v4.new_output("stream", name="stderr", text="Careful"), "stderr: 'Careful'"),
    (nbformat.v4.new_output("stream", name="stdout", text="in /home/me/x"), "a path"),
    (nbformat.v4.new_output("stream", name="stdout", text="in C:\\me"), "a path"),
    (nbformat.v4.new_output("stream", name="stdout", text="https://x.org"), "an address"),
    (nbformat.v4.new_output("stream", name="stdout", text="<f at 0x7f00aabbcc>"), "in memory"),
    (nbformat.v4.new_output("stream", name="stdout", text="x" * 100_001), "bytes; at most"),
    (nbformat.v4.new_output("error", ename="E", evalue="v", traceback=[]), "raised E: v"),
]


@pytest.mark.parametrize(("output", "complaint"), OUTPUTS)
def test_an_output_rule_notices(output, complaint):
    said = output_rules.complaints(_notebook(output), "n")
    if complaint is None:
        assert said == []
    else:
        assert len(said) == 1 and complaint in said[0] and "n, cell 1 (run())" in said[0], said


def test_a_cell_without_a_count_is_noticed():
    notebook = _notebook()
    notebook.cells[0].execution_count = None
    assert "not executed" in json.dumps(output_rules.complaints(notebook, "n"))
