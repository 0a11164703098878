"""What is missing, old, damaged or not to be imported is found by looking, without a network."""

import base64
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tools.start.environment import _EXAMINE, Condition
from tools.start.inside.examine import examine


def install(folder, name, version="1.0", requires=(), files=("code.py", "static/index.html")):
    """Put a distribution into a folder as an installer does."""
    records = []
    for relative in files:
        path = folder / name / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"of {name}", "utf-8")
        digest = base64.urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest())
        hashed = digest.rstrip(b"=").decode()
        records.append(f"{name}/{relative},sha256={hashed},{path.stat().st_size}")
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir()
    lines = [f"Name: {name}", f"Version: {version}", *[f"Requires-Dist: {one}" for one in requires]]
    (info / "METADATA").write_text("\n".join(["Metadata-Version: 2.1", *lines, ""]), "utf-8")
    records += [f"{info.name}/RECORD,,", f"{name}/__pycache__/code.pyc,,"]
    (info / "RECORD").write_text("\n".join(records) + "\n", "utf-8")


@pytest.fixture
def site(tmp_path):
    install(tmp_path, "lab", requires=["kernel>=1", "windows-only ; sys_platform == 'never'"])
    install(tmp_path, "kernel", "2.0", requires=["lab", "extra-thing ; extra == 'all'"])
    return tmp_path


def look(site, requirements=("lab>=1",), **options):
    return Condition(**examine(requirements, path=[str(site)], **options))


def test_what_is_whole_is_whole(site):
    assert look(site).whole
    assert look(site, hashes=True, pinned=["kernel==2.0", "absent==3"]).whole


def test_what_is_missing_is_said_with_who_needs_it(site):
    for name in ("kernel/code.py", "kernel/static/index.html"):
        (site / name).unlink()
    for path in (site / "kernel-2.0.dist-info").iterdir():
        path.unlink()
    (site / "kernel-2.0.dist-info").rmdir()
    assert look(site).missing == ["kernel is not installed (lab needs it)"]
    assert look(site, follow=False).whole
    assert look(site, ["absent"]).missing == ["absent is not installed (the course needs it)"]


def test_versions_and_extras_count(site):
    cases = {
        ("lab>=2",): "lab is 1.0 (the course asks for >=2)",
        ("lab", "kernel[all]"): "extra-thing is not installed (kernel needs it)",
    }
    for requirements, sentence in cases.items():
        assert look(site, requirements).missing == [sentence]
    pinned = look(site, pinned=["kernel==1.9", "lab==3 ; python_version < '3'"])
    assert pinned.missing == ["kernel is 2.0 (constraints.txt asks for ==1.9)"]


def test_every_kind_of_damage_is_found(site):
    path = site / "kernel" / "static" / "index.html"
    for content, hashes in ((None, False), (b"", False), (b"of kernel, longer", False),
                            (b"of k\x00rnel", True)):  # fmt: skip
        path.unlink() if content is None else path.write_bytes(content)
        found = look(site, hashes=hashes)
        assert found.damaged == {"kernel==2.0": ["kernel/static/index.html"]}, content
        path.write_bytes(b"of kernel")
    assert look(site, hashes=True).whole
    (site / "kernel-2.0.dist-info" / "RECORD").unlink()
    assert list(look(site).damaged) == ["kernel==2.0"]


def test_what_cannot_be_imported_is_said_with_the_reason(site, monkeypatch):
    monkeypatch.syspath_prepend(site)
    (site / "fails.py").write_text("raise RuntimeError('no such library\\nmore')", "utf-8")
    (site / "leaves.py").write_text("raise SystemExit(0)", "utf-8")
    assert look(site, modules=["json", "fails", "leaves"]).failing == [
        "fails cannot be imported (RuntimeError: no such library)",
        "leaves cannot be imported (SystemExit: 0)",
    ]


def test_the_course_has_to_come_from_its_own_folder(site):
    here = Path(__file__).resolve().parent.parent
    assert look(site, modules=["helpers"], home=str(here)).whole
    assert "from another folder" in look(site, modules=["helpers"], home=str(site)).failing[0]


def test_it_answers_in_json_as_its_last_line():
    question = {"requirements": ["packaging"], "modules": ["this"]}  # `import this` prints a poem
    done = subprocess.run(
        [sys.executable, "-P", str(_EXAMINE), json.dumps(question)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert Condition(**json.loads(done.stdout.splitlines()[-1])).whole


def test_a_long_list_of_troubles_is_cut():
    many = Condition([f"p{i} is missing" for i in range(9)], {"a==1": ["x", "y", "z"]}, [])
    assert str(many).startswith("a==1 is damaged: x and 2 more; p0 is missing")
    assert str(many).endswith("p3 is missing; and 5 more")
