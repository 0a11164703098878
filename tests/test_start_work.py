"""A learner's copies: made, refreshed while nobody edited them, and never lost."""

import json

import pytest

from tools.start import work
from tools.start.problem import Problem

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


def test_an_edited_copy_stays_and_the_way_to_the_new_one_is_told_once(root, said):
    update(root, said)
    edit(copy_of(root))
    mine = copy_of(root).read_bytes()
    update(root, said)
    assert said == []
    renew(root)
    update(root, said)
    assert copy_of(root).read_bytes() == mine
    assert len(said) == 1 and "start.py reset 02" in said[0]
    update(root, said)
    assert said == [] and copy_of(root).read_bytes() == mine


def test_an_edited_copy_is_still_known_as_edited_after_a_second_renewal(root, said):
    update(root, said)
    edit(copy_of(root))
    mine = copy_of(root).read_bytes()
    for text in ("new", "newer"):
        renew(root, text)
        update(root, said)
        assert copy_of(root).read_bytes() == mine
        assert len(said) == 1


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"02_query_key_value.ipynb": 3}', "\x00\xff"])
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


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[1]", b'{"cells": [1]}'])
def test_a_copy_that_is_no_notebook_any_more_is_kept(root, said, content):
    update(root, said)
    copy_of(root).write_bytes(content)
    renew(root)
    update(root, said)
    assert copy_of(root).read_bytes() == content


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


WIDGET = "application/vnd.jupyter.widget-view+json"


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
    for text in ("{damaged", notebook("mine"), notebook("mine", output=only_widget)):
        copy_of(root).write_text(text, "utf-8")
        update(root, said)
        assert copy_of(root).read_text("utf-8") == text
