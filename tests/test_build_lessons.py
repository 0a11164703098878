"""The lessons of the course as they are: built, fresh, and the same at each build."""

import shutil
from pathlib import Path

import pytest

from tools.build import main
from tools.fresh import lessons, staleness

ROOT = Path(__file__).resolve().parent.parent
LESSONS = lessons(ROOT)


def test_there_are_lessons():
    assert LESSONS, "lessons/ is empty"


def test_no_notebook_is_stale():
    reasons = [reason for _, reason in staleness(ROOT)]
    assert not reasons, "\n".join([*reasons, "python -m tools.build --check says how to rebuild"])


@pytest.mark.slow
def test_a_lesson_built_twice_from_nothing_is_the_same_bytes(tmp_path):
    """Pictures, widgets and checks included: the first lesson has them all."""
    built = []
    for number in (1, 2):
        root = tmp_path / str(number)
        (root / "lessons").mkdir(parents=True)
        shutil.copy(LESSONS[0], root / "lessons")
        assert main([], root=root) == 0
        built.append({path.parent.name: path.read_bytes() for path in root.rglob("*.ipynb")})
    assert set(built[0]) == {"notebooks", "solutions"}
    assert built[0] == built[1]
