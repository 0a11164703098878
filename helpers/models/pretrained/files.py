"""Where the files of pretrained models lie on this machine, and whether they are the right ones.

The models come as optional Python packages. Only their files are used: the packages are looked
up and never imported, because importing them would ask for PyTorch or llama.cpp.
"""

import functools
import hashlib
import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path

HOW_TO_GET_THEM = "Get both models once (190 MB, no account) with: python start.py models"


class ModelMissing(RuntimeError):
    """A trained model is not installed. The message says, in a sentence, how to get it."""


class ModelDamaged(RuntimeError):
    """A model's file is there, and is not the file that this course was written for."""


@dataclass(frozen=True)
class Source:
    """A file of a model: the package that carries it, its place there, and its fingerprint."""

    name: str
    package: str
    file: str
    sha256: str


def find(source):
    """Path of the model's file, checked against its fingerprint.

    Raises ModelMissing if the package is not installed, ModelDamaged if its file is gone or is
    another one.
    """
    spec = importlib.util.find_spec(source.package)
    if spec is None or not spec.submodule_search_locations:
        raise ModelMissing(f"{source.name} is not installed. {HOW_TO_GET_THEM}")
    path = Path(spec.submodule_search_locations[0]) / source.file
    if not path.is_file():
        raise ModelDamaged(
            f"The package {source.package} is installed, but {source.file} is not in it. "
            "Install it again with: python start.py models"
        )
    verify(path, source)
    return path


def verify(path, source):
    """Raise ModelDamaged unless the file's SHA-256 is the one that is expected."""
    state = os.stat(path)
    found = _sha256(os.fspath(path), state.st_size, state.st_mtime_ns)
    if found != source.sha256:
        raise ModelDamaged(
            f"{path} is not the file this course was written for: {source.name} has SHA-256 "
            f"{source.sha256[:12]}..., and this file of {state.st_size:,} bytes has "
            f"{found[:12]}.... Install it again with: python start.py models"
        )


@functools.lru_cache(maxsize=16)
def _sha256(path, size, modified):
    """Fingerprint of a file. Size and time are in the signature so that a changed file is read
    again, and an unchanged one is not: reading 98 MB takes about a tenth of a second.
    """
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
