"""Does this machine have what the course needs? Answered in words, the same on every machine."""

import importlib.metadata
import re

_DISTRIBUTION = "attention-measured"
_REQUIREMENT = re.compile(r"([A-Za-z0-9_.-]+)\s*>=\s*([0-9.]+)")


def _numbers(version):
    """The leading numbers of a version, for comparison: "8.1.9rc1" gives (8, 1, 9)."""
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def missing(requirements, installed):
    """What is absent or too old, one sentence each.

    requirements: strings such as "numpy>=2.0"; others (markers, extras) are passed over.
    installed: function from a distribution's name to its version; raises PackageNotFoundError.
    Returns: list of str, empty where nothing is missing.
    """
    problems = []
    for requirement in requirements:
        match = _REQUIREMENT.match(requirement)
        if match is None:
            continue
        name, oldest = match.groups()
        try:
            found = installed(name)
        except importlib.metadata.PackageNotFoundError:
            problems.append(f"{name} is not installed; the course needs {oldest} or later.")
            continue
        if _numbers(found) < _numbers(oldest):
            problems.append(f"{name} is {found}; the course needs {oldest} or later.")
    return problems


def environment():
    """Print whether everything that the course needs is here, and what to do if not.

    The requirements are those of pyproject.toml, read from the installed distribution.
    """
    try:
        requirements = importlib.metadata.requires(_DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        print(
            "✘ The course's own package is not installed in this Python. "
            "Run `python start.py` in the course's folder: it sets everything up."
        )
        return
    problems = missing(requirements, importlib.metadata.version)
    for problem in problems:
        print(f"✘ {problem}")
    if problems:
        print("Close the notebook and run `python start.py` again: it installs what is missing.")
    else:
        print("✔ Everything that the course needs is here. Nothing will be downloaded later.")
