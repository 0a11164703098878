"""How a check looks: shown once, coloured, with the words in it; printed outside of notebooks."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from helpers.exercises import Verdict, check

ROOT = Path(__file__).parents[2]
RIGHT = """\
def softmax(scores):
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
"""


def test_a_script_prints_the_words(capsys):
    def softmax(scores): ...

    check(softmax)
    assert capsys.readouterr().out == "○ softmax: not written yet.\n"


@pytest.mark.parametrize(
    ("stage", "sign"), [("passed", "✔"), ("value", "✘"), ("raised", "✘"), ("not written", "○")]
)
def test_html_holds_the_words_and_a_colour(stage, sign):
    verdict = Verdict("softmax", stage, "softmax: a < b. Why?", notes=["A note."])
    assert str(verdict) == f"{sign} softmax: a < b. Why?\n  A note."
    markup = verdict._repr_html_()
    assert "a &lt; b. Why?" in markup
    assert sign in markup and "A note." in markup and 'role="status"' in markup
    assert "color: #" in markup


def test_details_stand_below_the_sentence_in_html_alone():
    verdict = Verdict("softmax", "value", "softmax: wrong.", notes=["A note."], details="<b>x</b>")
    assert str(verdict) == "✘ softmax: wrong.\n  A note."
    assert verdict._repr_html_().endswith("A note.<b>x</b></div>")


def test_a_stage_that_there_is_not():
    with pytest.raises(ValueError, match="expected one of unknown, not written"):
        Verdict("softmax", "fine", "softmax: fine.")


def test_neither_matplotlib_nor_ipython_is_needed():
    """The checks run for a grader who has NumPy alone."""
    code = (
        "import sys\n"
        "for name in ('IPython', 'matplotlib', 'ipywidgets'): sys.modules[name] = None\n"
        "import numpy as np\nfrom helpers import check, hint, progress, yours\n" + RIGHT +
        "check(softmax); hint(softmax); yours(softmax)(np.zeros(2)); progress()\n"
    )  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "ATTENTION_PROGRESS": ":memory:"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("✔ softmax: 7 properties hold. Lesson 02: 1 of 4.\n")


CELLS = {
    "set up": "from helpers import check, hint, progress, yours\nimport numpy as np",
    "unwritten": "def softmax(scores):\n    ...\n\ncheck(softmax)",
    "kept": "verdict = check(softmax)",
    "shown again": "verdict",
    "twice": "check(softmax)\ncheck(softmax)",
    "yours": "softmax = yours(softmax)",
    "still unwritten": "check(softmax)",
    "exits": "def softmax(scores):\n    exit()\n\ncheck(softmax)",
    "replaces": "def softmax(scores):\n    np.exp = None\n    return scores\n\ncheck(softmax)",
    "loops": "def softmax(scores):\n    while True:\n        try:\n            scores.sum()\n"
    "        except:\n            pass\n\ncheck(softmax, time_limit=0.2)",
    "raises": "def softmax(scores):\n    return scores.nothing\n\ncheck(softmax)",
    "right": RIGHT + "\ncheck(softmax)",
    "goes on": "softmax = yours(softmax)",
    "alive": "print(float(np.exp(0)))",
    "hint": "hint(softmax)",
    "progress": "progress()",
}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """What a real kernel shows for each cell."""
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in CELLS.values()]
    folder = tmp_path_factory.mktemp("notebook")
    environment = {**os.environ, "ATTENTION_PROGRESS": str(folder / "progress.json")}
    client = NotebookClient(notebook, timeout=60, kernel_name="python3")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        client.execute(env=environment | {"PYTHONPATH": str(ROOT)}, cwd=str(folder))
    return dict(zip(CELLS, (cell.outputs for cell in notebook.cells), strict=True))


def words(outputs):
    return [output["data"]["text/plain"] for output in outputs]


def test_a_verdict_is_shown_once_in_text_and_html(outputs):
    (shown,) = outputs["unwritten"]
    assert shown["data"]["text/plain"] == "○ softmax: not written yet."
    assert "not written yet." in shown["data"]["text/html"]
    assert set(shown["data"]) == {"text/plain", "text/html"}


def test_a_verdict_kept_is_shown_at_once_and_when_asked(outputs):
    assert len(outputs["kept"]) == 1
    assert words(outputs["shown again"]) == ["○ softmax: not written yet."]


def test_two_checks_in_a_cell_show_both(outputs):
    assert len(outputs["twice"]) == 2


def test_yours_says_which_and_never_ticks(outputs):
    assert words(outputs["yours"]) == ["softmax is not written yet: going on with the course's."]
    assert words(outputs["still unwritten"]) == ["○ softmax: not written yet."]
    assert words(outputs["goes on"]) == ["Going on with your softmax."]


def test_the_notebook_survives(outputs):
    assert "ends the program" in words(outputs["exits"])[0]
    assert "np.exp had been replaced" in words(outputs["replaces"])[0]
    assert "gave no result within 0.2 seconds" in words(outputs["loops"])[0]
    assert outputs["alive"][0]["text"] == "1.0\n"
    assert words(outputs["right"]) == ["✔ softmax: 7 properties hold. Lesson 02: 1 of 4."]


def test_the_learners_line_is_found_in_a_cell(outputs):
    assert "It happened in this line: return scores.nothing" in words(outputs["raises"])[0]


def test_hint_and_progress_are_shown_once(outputs):
    assert words(outputs["hint"])[0].startswith("softmax, hint 1 of 4")
    assert words(outputs["progress"])[0].startswith("Progress: 1 of ")
    assert len(outputs["hint"]) == len(outputs["progress"]) == 1


def test_an_error_in_a_cell_is_none_of_these(outputs):
    assert all(output["output_type"] != "error" for cell in outputs.values() for output in cell)


def test_numpy_is_whole_after_all_that():
    assert np.exp(0) == 1
