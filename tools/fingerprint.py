"""A hash of what a person can edit in a notebook. Standard library only: start.py uses it too."""

import hashlib
import json


def fingerprint(notebook):
    """A hash of the kind and text of every cell. Outputs, counts and metadata are left out.

    notebook: a dictionary of notebook format 4, or a notebook node.
    Raises: KeyError, TypeError or AttributeError where it is no such notebook.
    """
    digest = hashlib.sha256()
    for cell in notebook["cells"]:
        source = cell["source"]
        text = source if isinstance(source, str) else "".join(source)
        digest.update(f"{cell['cell_type']}\0{text}\0".encode())
    return digest.hexdigest()


def fingerprint_of_file(path):
    """The same of a file; None where it holds no notebook that can be read."""
    try:
        return fingerprint(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
