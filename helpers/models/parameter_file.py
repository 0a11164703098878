"""Parameters to a file and back: .npz, by name, never pickle (a pickle can run any program)."""

import zipfile
import zlib

import numpy as np


def save(path, arrays):
    """Write a dictionary of arrays to `path`, exactly as named (no ".npz" is added)."""
    with open(path, "wb") as file:
        np.savez(file, **arrays)


def load(path, expected):
    """Read the arrays named in `expected` (name -> array of the shape it must have).

    Raises ValueError that names what does not fit: a file that is not .npz or is cut short, names
    that are missing or unknown, another shape, numbers that are not finite. FileNotFoundError if
    there is no such file.
    """
    with open(path, "rb") as file:
        try:
            archive = np.load(file, allow_pickle=False)
            if not isinstance(archive, np.lib.npyio.NpzFile):
                raise ValueError("it holds a single array")
            with archive:
                found = {name: archive[name] for name in archive.files}
        except (ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise ValueError(
                f"{path} cannot be read as .npz parameters ({error}). It is damaged, cut short or "
                "another kind of file: save the model again."
            ) from error
    missing = [name for name in expected if name not in found]
    unknown = [name for name in found if name not in expected]
    if missing or unknown:
        raise ValueError(
            f"{path} belongs to another model: missing {_some(missing)}; unknown {_some(unknown)}."
        )
    for name, array in expected.items():
        if found[name].shape != array.shape:
            raise ValueError(
                f"{path} belongs to a model of another size: {name} is {found[name].shape} in the "
                f"file and {array.shape} here. Build the model with the sizes it was saved with."
            )
        if found[name].dtype.kind != "f" or not np.isfinite(found[name]).all():
            raise ValueError(
                f"{path}: {name} holds values that are not finite numbers ({found[name].dtype}). "
                "The file is damaged, or the training that made it failed."
            )
    return found


def _some(names):
    """At most three names, and how many more there are."""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return (", ".join(names[:3]) + more) or "nothing"
