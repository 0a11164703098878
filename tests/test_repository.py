"""What lies around the course is what people expect there, can be read, and names what exists."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml

from tools import hook

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
SKIPPED = {".venv", "work", "node_modules", ".git"}
LINK = re.compile(r"\]\(([^)\s]+)\)")


def files(*patterns):
    """Files of the repository that match, without those that a machine makes for itself."""
    found = {path for pattern in patterns for path in ROOT.glob(pattern)}
    return sorted(p for p in found if not SKIPPED & set(p.relative_to(ROOT).parts))


def text(name):
    return (ROOT / name).read_text("utf-8")


def test_what_is_written_for_machines_can_be_read():
    for path in files("**/*.yml", "**/*.yaml", "**/*.cff", ".github/**/*.yml"):
        assert isinstance(yaml.safe_load(path.read_text("utf-8")), dict), path
    for path in files("*.json", "tools/**/*.json", ".devcontainer/*.json", "tests/**/*.json"):
        json.loads(path.read_text("utf-8"))
    there = {path.relative_to(ROOT).as_posix() for path in files("**/*.yml", "**/*.yaml")}
    assert {".github/workflows/test.yml", ".pre-commit-config.yaml", "environment.yml"} <= there


def test_every_relative_link_leads_somewhere():
    broken, count = [], 0
    for path in files("**/*.md"):
        # A lesson is read as a notebook, from where notebooks lie.
        base = ROOT / "notebooks" if path.parent == ROOT / "lessons" else path.parent
        prose = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text("utf-8"), flags=re.DOTALL)
        for target in LINK.findall(prose):
            if re.match(r"[a-z]+:|#", target):
                continue
            count += 1
            if not (base / target.partition("#")[0]).exists():
                broken.append(f"{path.relative_to(ROOT)}: {target}")
    assert not broken and count > 20, "\n".join(broken)


def test_the_readme_links_every_lesson_in_its_table():
    linked = re.findall(r"^\| \w+ \| \[[^\]]+\]\((notebooks/[^)]+)\)", text("README.md"), re.M)
    assert linked == [f"notebooks/{path.name}" for path in files("notebooks/*.ipynb")]


def test_the_readme_leads_to_every_page_about_the_repository():
    for name in ("CONTRIBUTING", "ARCHITECTURE", "CHANGELOG", "SECURITY", "CODE_OF_CONDUCT"):
        assert f"({name}.md)" in text("README.md"), name


def test_the_changelog_knows_the_version():
    version = tomllib.loads(text("pyproject.toml"))["project"]["version"]
    headings = re.findall(r"^## (.+)$", text("CHANGELOG.md"), re.MULTILINE)
    assert version in headings and yaml.safe_load(text("CITATION.cff"))["version"] == version


# --- ARCHITECTURE.md ---------------------------------------------------------------------------


def test_every_path_of_the_architecture_exists():
    page = text("ARCHITECTURE.md")
    blocks = re.findall(r"^```\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    named = [line.split()[0] for block in blocks[:2] for line in block.splitlines()]
    prose = re.sub(r"^```\n.*?^```", "", page, flags=re.MULTILINE | re.DOTALL)
    named += re.findall(r"`([\w.]+/[\w./]*|\w+\.(?:py|toml|md))`", prose)
    named += re.findall(r"(?<=[ (])(?:tools|tests|docs)/[\w./]+", page)
    assert len(named) > 40
    made_later = {"work/"}
    for name in set(named) - made_later:
        pattern = name.rstrip("/").replace("NN_name", "*").replace("NN", "*")
        assert list(ROOT.glob(pattern)), f"ARCHITECTURE.md names {name}"


def test_the_architecture_names_every_room_of_helpers():
    rooms = {p.name for p in files("helpers/*") if p.suffix in ("", ".py")}
    rooms -= {"__pycache__", "__init__.py", "_lazy.py"}
    missing = {room for room in rooms if f"helpers/{room}" not in text("ARCHITECTURE.md")}
    assert not missing, f"ARCHITECTURE.md says nothing of {missing}"


def test_the_arrows_of_the_architecture_are_those_of_the_contract():
    (layers,) = (one["layers"] for one in CONTRACTS["contracts"] if one["type"] == "layers")
    drawn = re.findall(r"^```\n(explore.*?)^```", text("ARCHITECTURE.md"), re.M | re.DOTALL)
    assert drawn == ["\n".join(layers) + "\n"]


# --- forms, hooks, workflows -------------------------------------------------------------------


def test_issue_forms_are_forms_and_ask_for_what_settles_the_matter():
    kinds = {"markdown", "input", "textarea", "dropdown", "checkboxes"}
    required = {}
    for path in files(".github/ISSUE_TEMPLATE/*.yml"):
        form = yaml.safe_load(path.read_text("utf-8"))
        if path.name == "config.yml":
            assert set(form) == {"blank_issues_enabled"}
            continue
        assert {"name", "description", "title", "labels", "body"} == set(form), path.name
        fields = [field for field in form["body"] if field["type"] != "markdown"]
        assert {field["type"] for field in form["body"]} <= kinds
        assert len({field["id"] for field in fields}) == len(fields)
        assert all("label" in field["attributes"] for field in fields)
        must = (f["id"] for f in fields if f.get("validations", {}).get("required"))
        required[path.stem] = set(must)
    assert required == {
        "claim": {"where", "measured"},
        "exercise": {"exercise", "answer", "said", "kind"},
    }


def test_the_workflow_runs_the_readmes_commands_on_three_systems():
    jobs = yaml.safe_load(text(".github/workflows/test.yml"))["jobs"]
    systems = jobs["everyday"]["strategy"]["matrix"]["system"]
    assert {name.split("-")[0] for name in systems} == {"ubuntu", "macos", "windows"}
    oldest = tomllib.loads(text("pyproject.toml"))["project"]["requires-python"].strip(">=")
    assert oldest in jobs["everyday"]["strategy"]["matrix"]["python"]
    for job in jobs.values():
        (command,) = (step["run"] for step in job["steps"] if "run" in step)
        assert command.removeprefix("bash ") in text("README.md"), command
    assert "untried" in text(".github/workflows/test.yml").lower() and "untried" in text(
        "CONTRIBUTING.md"
    )


def test_hooks_come_from_the_environment_and_from_nowhere_else():
    (repository,) = yaml.safe_load(text(".pre-commit-config.yaml"))["repos"]
    assert repository["repo"] == "local"
    called = set()
    for entry in repository["hooks"]:
        assert entry["language"] == "system" and "additional_dependencies" not in entry
        start, module, *rest = re.split(r"(?<=tools\.hook) | ", entry["entry"].split("-m ", 1)[1])
        assert start == "tools.hook"
        called.add((module, rest[0]))
    assert called == {("ruff", "check"), ("ruff", "format"), ("tools.build", "--check")}


def test_a_hook_runs_in_the_courses_python_or_says_how_to_make_it(tmp_path, capsys, monkeypatch):
    assert hook.main(["ruff", "check"], root=tmp_path) == 1
    assert "start.py test --version" in capsys.readouterr().err
    monkeypatch.setattr(hook.Environment, "python", Path(sys.executable))
    for code in (0, 3):
        (tmp_path / "ends.py").write_text(f"raise SystemExit({code})", "utf-8")
        assert hook.main(["ends"], root=tmp_path) == code


def test_the_container_sets_up_by_the_readmes_command():
    container = json.loads(text(".devcontainer/devcontainer.json"))
    assert container["postCreateCommand"].startswith("python start.py test")
    assert container["forwardPorts"] == [8888]


def test_no_file_around_the_course_asks_a_registry_or_a_machine_of_ours():
    tracked = subprocess.run(
        ["git", "ls-files", ".github", ".devcontainer", ".pre-commit-config.yaml"],
        cwd=ROOT, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    for name in tracked:
        assert not re.search(r"index-url|pypi\.org|file:///", text(name)), name
