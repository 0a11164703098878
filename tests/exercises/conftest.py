import pytest

from helpers.exercises import progress_file


@pytest.fixture(autouse=True)
def progress_of_its_own(tmp_path, monkeypatch):
    """Every test keeps progress in a file of its own and starts a session of its own."""
    path = tmp_path / "progress.json"
    monkeypatch.setenv("ATTENTION_PROGRESS", str(path))
    monkeypatch.setattr(progress_file, "_session", {})
    monkeypatch.setattr(progress_file, "_told", set())
    return path
