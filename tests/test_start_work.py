"""A learner's copies: made, refreshed while nobody edited them, and never lost."""

import json
import os

import pytest

from tools.start import work
from tools.start.problem import Problem

WIDGET = "application/vnd.jupyter.widget-view+json"
LESSONS = ("00_start_here", "02_query_key_value")


def notebook(*sources, output=None):
    cells = [
        {
            "cell_type": "code",
            "execution_count": 1,
            "id": f"c{i}",
            "metadata": {},
            "outputs": [output] if output else [],
            "source": source.splitlines(keepends=True),
        }
        for i, source in enumerate(sources)
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def root(tmp_path):
    (tmp_path / "notebooks").mkdir()
    for name in LESSONS:
        (tmp_path / "notebooks" / f"{name}.ipynb").write_text(notebook("1\n2", name), "utf-8")
    return tmp_path


@pytest.fixture
def said():
    return []


def update(root, said):
    said.clear()
    work.update(root, say=said.append)


def copy_of(root, name=LESSONS[1]):
    return root / "work" / f"{name}.ipynb"


def edit(path, text="mine"):
    path.write_text(notebook("1\n2", text), "utf-8")


def renew(root, text="new", name=LESSONS[1]):
    (root / "notebooks" / f"{name}.ipynb").write_text(notebook("1\n2", text), "utf-8")


def test_every_notebook_is_copied_once(root, said):
    update(root, said)
    for name in LESSONS:
        source = root / "notebooks" / f"{name}.ipynb"
        assert copy_of(root, name).read_bytes() == source.read_bytes()
    assert said == []


def test_an_unedited_copy_follows_the_course(root, said):
    update(root, said)
    renew(root)
    update(root, said)
    assert "new" in copy_of(root).read_text("utf-8")
    assert len(said) == 1 and "02_query_key_value.ipynb" in said[0]


def test_running_cells_is_no_edit(root, said):
    update(root, said)
    ran = notebook("1\n2", LESSONS[1], output={"output_type": "stream", "text": "3"})
    copy_of(root).write_text(ran, "utf-8")
    update(root, said)
    assert copy_of(root).read_text("utf-8") == ran, "nothing new: its outputs stay"
    renew(root)
    update(root, said)
    assert "new" in copy_of(root).read_text("utf-8")


def test_an_edited_copy_stays_and_the_way_to_the_new_one_is_told_until_it_is_taken(root, said):
    update(root, said)
    edit(copy_of(root))
    mine = copy_of(root).read_bytes()
    update(root, said)
    assert said == []
    renew(root)
    update(root, said)
    assert copy_of(root).read_bytes() == mine
    for _ in range(3):
        assert len(said) == 1 and "your edited copy stays" in said[0]
        assert "start.py reset 02" in said[0] and copy_of(root).read_bytes() == mine
        update(root, said)
    work.reset(root, "02", say=said.append)
    update(root, said)
    assert said == []


def test_an_edited_copy_is_still_known_as_edited_after_a_second_renewal(root, said):
    update(root, said)
    edit(copy_of(root))
    mine = copy_of(root).read_bytes()
    for text in ("new", "newer"):
        renew(root, text)
        update(root, said)
        assert copy_of(root).read_bytes() == mine
        assert len(said) == 1


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", '{"02_query_key_value.ipynb": 3, "": 1}', "\x00\xff", "[" * 20_000]
)
def test_a_damaged_manifest_loses_nothing(root, said, damage):
    update(root, said)
    edit(copy_of(root))
    mine = copy_of(root).read_bytes()
    (root / "work" / work.MANIFEST).write_text(damage, "latin-1")
    update(root, said)
    renew(root)
    renew(root, name=LESSONS[0])
    update(root, said)
    assert copy_of(root).read_bytes() == mine
    assert "new" in copy_of(root, LESSONS[0]).read_text("utf-8"), "unedited, so it follows"


NESTED = b'{"cells": ' + b"[" * 10_000 + b"]" * 10_000 + b"}"


def test_a_copy_that_is_no_notebook_any_more_is_kept_and_called_damaged(root, said):
    update(root, said)
    for content in (b"", b"{", b"\xff\xfe", b"[1]", b'{"cells": [1]}', NESTED, b"\x00" * 100):
        copy_of(root).write_bytes(content)
        for text in ("newer", content.hex()[:10]):
            renew(root, text)
            update(root, said)
            assert copy_of(root).read_bytes() == content
            assert len(said) == 1 and "cannot be read as a notebook" in said[0]
            assert "start.py reset 02" in said[0] and "edited" not in said[0]
    aside = work.reset(root, "02", say=said.append)
    assert aside.read_bytes() == content
    update(root, said)
    assert said == []


def test_what_is_no_file_in_the_place_of_a_copy_is_named_and_kept(root, said):
    update(root, said)
    copy_of(root).unlink()
    copy_of(root).mkdir()
    (copy_of(root) / "mine").write_text("mine", "utf-8")
    update(root, said)
    assert len(said) == 1 and "is not a file" in said[0]
    assert (copy_of(root) / "mine").exists()
    aside = work.reset(root, "02", say=said.append)
    assert (aside / "mine").exists() and copy_of(root).is_file()


@pytest.mark.skipif(os.name == "nt", reason="making links needs rights on Windows")
def test_a_link_to_nowhere_in_the_place_of_a_copy_is_named_and_kept(root, said):
    update(root, said)
    copy_of(root).unlink()
    copy_of(root).symlink_to(root / "gone")
    update(root, said)
    assert len(said) == 1 and "is not a file" in said[0] and copy_of(root).is_symlink()


def test_a_lesson_that_the_course_renamed_or_dropped_is_named_as_long_as_it_is_there(root, said):
    update(root, said)
    edit(copy_of(root))
    (root / "notebooks" / f"{LESSONS[1]}.ipynb").rename(root / "notebooks" / "02_softmax.ipynb")
    (root / "notebooks" / f"{LESSONS[0]}.ipynb").unlink()
    for _ in range(2):
        update(root, said)
        assert len(said) == 2
        assert "00_start_here.ipynb: the course has no such lesson any more" in said[0]
        assert "renamed this lesson to 02_softmax.ipynb; your copy stays" in said[1]
        assert "mine" in copy_of(root).read_text("utf-8") and copy_of(root, "02_softmax").exists()
    for name in LESSONS:
        copy_of(root, name).unlink()
    update(root, said)
    assert said == []


def test_what_a_running_lab_shows_is_left_alone(root, said):
    """JupyterLab would offer to load it anew, and what was typed and not saved would be lost."""
    update(root, said)
    edit(copy_of(root))
    shown = {"image/png": "aaaa", WIDGET: {"model_id": "alive"}}
    live = notebook("1\n2", LESSONS[0], output={"output_type": "x", "data": shown})
    copy_of(root, LESSONS[0]).write_text(live, "utf-8")
    for name in LESSONS:
        renew(root, f"new {name}", name)
    (root / "notebooks" / "03_new.ipynb").write_text(notebook("3"), "utf-8")
    before = {name: copy_of(root, name).stat().st_mtime_ns for name in LESSONS}
    said.clear()
    work.update(root, open_in=["http://127.0.0.1:8888/"], say=said.append)
    assert {name: copy_of(root, name).stat().st_mtime_ns for name in LESSONS} == before
    assert copy_of(root, "03_new").exists(), "nobody can have open what was not there"
    assert "while http://127.0.0.1:8888/ is open" in said[0] and "your edited copy" in said[1]
    update(root, said)
    assert "new 00" in copy_of(root, LESSONS[0]).read_text("utf-8"), "taken once the lab has ended"
    assert "mine" in copy_of(root).read_text("utf-8")


def test_other_files_of_the_learner_are_left_alone(root, said):
    update(root, said)
    own = root / "work" / "own.ipynb"
    edit(own)
    (root / "notebooks" / f"{LESSONS[0]}.ipynb").unlink()
    edit(copy_of(root, LESSONS[0]))
    before = own.read_bytes(), copy_of(root, LESSONS[0]).read_bytes()
    update(root, said)
    assert (own.read_bytes(), copy_of(root, LESSONS[0]).read_bytes()) == before


def test_a_removed_copy_is_made_again(root, said):
    update(root, said)
    copy_of(root).unlink()
    update(root, said)
    assert copy_of(root).exists()


def test_a_copy_edited_into_the_new_version_counts_as_unedited(root, said):
    update(root, said)
    renew(root, "same")
    edit(copy_of(root), "same")
    update(root, said)
    renew(root, "newest")
    update(root, said)
    assert "newest" in copy_of(root).read_text("utf-8")


@pytest.mark.parametrize("name", ["02", "2", "02_query_key_value", "work/02_query_key_value.ipynb"])
def test_reset_sets_the_edited_copy_aside(root, said, name):
    update(root, said)
    edit(copy_of(root))
    mine = copy_of(root).read_bytes()
    aside = work.reset(root, name, say=said.append)
    assert aside.name == "02_query_key_value-set-aside-1.ipynb"
    assert aside.read_bytes() == mine
    assert copy_of(root).read_bytes() == (root / "notebooks" / copy_of(root).name).read_bytes()
    assert "02_query_key_value-set-aside-1.ipynb" in said[0]


def test_reset_twice_keeps_both(root, said):
    update(root, said)
    for number, text in ((1, "first"), (2, "second")):
        edit(copy_of(root), text)
        aside = work.reset(root, "02", say=said.append)
        assert aside.name.endswith(f"-{number}.ipynb")
    kept = [path.read_text("utf-8") for path in sorted(root.glob("work/*set-aside*"))]
    assert "first" in kept[0] and "second" in kept[1]


def test_reset_of_an_unedited_copy_leaves_no_litter(root, said):
    update(root, said)
    assert work.reset(root, "02", say=said.append) is None
    assert not list(root.glob("work/*set-aside*"))


def test_reset_before_the_first_start_makes_a_copy(root, said):
    assert work.reset(root, "02", say=said.append) is None
    assert copy_of(root).exists()


def test_reset_of_no_lesson_names_those_that_are(root):
    with pytest.raises(Problem, match=r"no lesson '07'.*00_start_here, 02_query_key_value"):
        work.reset(root, "07")


def test_a_course_without_notebooks_says_so(tmp_path):
    with pytest.raises(Problem, match="no notebooks"):
        work.update(tmp_path)


def test_a_file_in_the_place_of_work_is_named(root):
    (root / "work").write_text("mine", "utf-8")
    with pytest.raises(Problem, match="file of that name"):
        work.update(root)
    assert (root / "work").read_text("utf-8") == "mine"


def test_a_copy_that_cannot_be_written_is_named_and_the_old_one_stays(root, said, monkeypatch):
    update(root, said)
    before = copy_of(root).read_bytes()
    renew(root)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(work.os, "replace", full)
    with pytest.raises(Problem, match=r"02_query_key_value.ipynb cannot be written \(No s"):
        update(root, said)
    assert copy_of(root).read_bytes() == before


def test_a_saved_explorer_shows_its_picture_when_the_course_is_opened_again(root, said):
    update(root, said)
    shown = {"image/png": "aaaa", "text/plain": "words", WIDGET: {"model_id": "gone"}}
    saved = notebook("explore.scaling()", "mine", output={"output_type": "x", "data": shown})
    copy_of(root).write_text(saved, "utf-8")
    update(root, said)
    cells = json.loads(copy_of(root).read_text("utf-8"))["cells"]
    assert [cell["source"] for cell in cells] == [["explore.scaling()"], ["mine"]]
    for cell in cells:
        assert cell["outputs"][0]["data"] == {"image/png": "aaaa", "text/plain": "words"}


def test_a_notebook_without_dead_widgets_keeps_every_byte(root, said):
    update(root, said)
    only_widget = {"output_type": "x", "data": {WIDGET: {"model_id": "gone"}}}
    for text in (
        "{damaged",
        NESTED.decode(),
        notebook("mine"),
        notebook("mine", output=only_widget),
    ):
        copy_of(root).write_text(text, "utf-8")
        update(root, said)
        assert copy_of(root).read_text("utf-8") == text
