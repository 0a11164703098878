"""The bar in a notebook: what is stored is the same on every machine, and nbval agrees."""

import subprocess
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

ROOT = Path(__file__).resolve().parent.parent

TRAIN = """\
import sys
sys.path[:0] = [{root!r}, {tests!r}]
import numpy as np
from layer_cases import small_models
from helpers.models import train, training_bar
training_bar.SECONDS_BETWEEN = 0
class Picture:
    words = "a picture"
    def png(self): return b"\\x89PNG"
model, batch = small_models(np.random.default_rng(0))["tiny GPT"]
history = train(model, lambda: batch, 40, every=10, callback=lambda step, model: Picture())
"""
INTERRUPT = """\
import signal
def batches():
    if len(done) == 12:
        signal.raise_signal(signal.SIGINT)
    done.append(1)
    return batch
done = []
history = train(model, batches, 40)
"""


def test_the_stored_state_of_the_bar_is_a_line_that_nbval_finds_again(tmp_path):
    cells = [
        new_code_cell(TRAIN.format(root=str(ROOT), tests=str(ROOT / "tests"))),
        new_code_cell(INTERRUPT),
    ]
    notebook = new_notebook(cells=cells)
    updates = []
    client = NotebookClient(notebook, timeout=120, record_timing=False)
    process = client.process_message

    def listen(message, cell, cell_index):
        if message["msg_type"] == "update_display_data":
            updates.append(message["content"]["data"])
        return process(message, cell, cell_index)

    client.process_message = listen
    client.execute()

    shown, said = cells[0].outputs
    assert shown.data == {"text/plain": "Training: tiny GPT, 40 steps."}
    assert said.text.startswith("tiny GPT: 40 steps, loss ")
    assert "stopped after 12 of 40 steps" in cells[1].outputs[-1].text

    live = [data["text/html"] for data in updates if "text/html" in data]
    assert any("step 10 of 40, loss" in page and "<progress" in page for page in live)
    assert any('<img alt="a picture"' in page for page in live)

    path = tmp_path / "training.ipynb"
    nbformat.write(notebook, path)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--nbval", "--nbval-current-env", "-c", "/dev/null",
         "--rootdir", str(tmp_path), "-p", "no:cacheprovider", str(path)],
        cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
