"""Take the README's picture: a wrong softmax in JupyterLab, and the check that names the mistake.

    python -m tools.readme_picture

Needs the test group and Chromium (see tests/browser). The picture is of the real thing: run this
again when the words of a check, or its looks, have changed.
"""

import shutil
import sys
import tempfile
from pathlib import Path

import nbformat

REPOSITORY = Path(__file__).resolve().parents[1]
PICTURE = REPOSITORY / "docs" / "images" / "check.png"
SETUP = "from helpers import check\nimport numpy as np"
MISTAKE = '''def softmax(scores):
    """Turn every row of scores into shares.

    scores: (..., n).
    Returns: the same shape; every row of the last axis sums to 1.
    """
    exponentials = np.exp(scores - scores.max())
    return exponentials / exponentials.sum(axis=0)'''


def notebook():
    """A notebook in which somebody sums over the wrong axis and asks for a check."""
    cells = [nbformat.v4.new_code_cell(source) for source in (SETUP, MISTAKE, "check(softmax)")]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def take(picture):
    """Run the notebook in JupyterLab and save its last two cells as a PNG file."""
    sys.path.insert(0, str(REPOSITORY / "tests" / "browser"))
    from lab import Lab, Server, browser

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("The picture needs Chromium: install it and run this again.")
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            server.wait()
            nbformat.write(notebook(), server.workspace / "picture.ipynb")
            with browser(chromium) as program:
                size = {"width": 1000, "height": 900}
                page = Lab(server, program.new_context(viewport=size, device_scale_factor=2))
                page.open("picture.ipynb")
                page.run_all()
                first, last = page.cell(1).bounding_box(), page.cell(2).bounding_box()
                bottom = last["y"] + last["height"]
                clip = {key: first[key] for key in ("x", "y", "width")}
                clip["width"] = min(clip["width"], 860)
                page.page.screenshot(
                    path=str(picture), clip={**clip, "height": bottom - first["y"]}
                )
        finally:
            server.stop()


if __name__ == "__main__":
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    take(PICTURE)
    print(f"Wrote {PICTURE.relative_to(REPOSITORY)}.")
