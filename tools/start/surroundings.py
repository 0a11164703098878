"""What a user's own settings do to the course: variables that break it, a home that is locked."""

import os
import re
from pathlib import Path

_SUSPECTS = re.compile(r"PYTHON|LD_|DYLD_|MPL")
# A locale without UTF-8 cannot read where the course lies, if that has other letters than ASCII.
_LOCALES = ("LC_ALL", "LC_CTYPE", "LANG")
# Unbuffered output and the like break nothing, and asking costs a second each.
_INNOCENT = {"PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PYTHONIOENCODING", "PYTHONHASHSEED"}
_WRITTEN_AT_HOME = (".jupyter", ".ipython", ".local/share/jupyter/runtime", ".attention-measured")


def suspects(variables=None):
    """Names of the variables that can keep a sound Python from finding or reading its packages."""
    variables = os.environ if variables is None else variables
    names = {name for name in variables if _SUSPECTS.match(name)} - _INNOCENT
    names |= {name for name in _LOCALES if "utf" not in variables.get(name, "utf").lower()}
    return sorted(names)


def without(names, variables=None):
    """The variables without some of them."""
    variables = os.environ if variables is None else variables
    return {name: value for name, value in variables.items() if name not in names}


def culprits(works, variables=None):
    """The variables that are to blame where something works without them; else an empty list.

    works: function from a dictionary of variables to whether all is well with these.
    Returns: one name where leaving one out is enough, several where only together.
    """
    names = suspects(variables)
    if not names or not works(without(names, variables)):
        return []
    alone = next((name for name in names if works(without([name], variables))), None)
    return [alone] if alone else names


def with_a_home(root, variables=None, say=print):
    """The variables for JupyterLab: those that are, with another home where theirs is locked.

    Jupyter, IPython and the course's record of progress write in the home folder. Where they
    cannot, work/.home takes its place.
    """
    variables = dict(os.environ if variables is None else variables)
    name = "USERPROFILE" if os.name == "nt" else "HOME"
    home = variables.get(name) or _home_of_the_user()
    if home and all(_can_write(Path(home) / part) for part in _WRITTEN_AT_HOME):
        return variables
    own = Path(root) / "work" / ".home"
    own.mkdir(parents=True, exist_ok=True)
    reason = f"Your home folder ({home}) cannot be written" if home else "You have no home folder"
    say(f"{reason}; settings and progress are kept in {own}.")
    return {**variables, name: str(own)}


def _home_of_the_user():
    try:
        return str(Path.home())
    except RuntimeError:  # no variable, and no entry in the list of users
        return None


def _can_write(path):
    """Whether a file could be made in a folder that is there, or that would have to be made."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path.is_dir() and os.access(path, os.W_OK | os.X_OK)
