"""What the course's environment holds, told by its own Python: the last line printed is JSON.

    python -P examine.py '{"requirements": ["numpy>=2.0"], "modules": ["numpy"]}'

Every installed package lists its files with their sizes and hashes (RECORD), so what went missing
or was cut short after the installation is found without asking anybody: 14,000 files in a quarter
of a second. Needs the standard library and `packaging`, which JupyterLab brings.
"""

import base64
import csv
import hashlib
import importlib
import importlib.metadata
import json
import os
import sys


def examine(requirements, modules=(), pinned=(), home=None, follow=True, hashes=False, path=None):
    """Look at what is installed.

    requirements: lines such as "numpy>=2.0"; pinned: lines such as "numpy==2.4.1", which count for
    what is installed anyway. modules: names to import. home: the folder that the module `helpers`
    has to come from. follow: whether the requirements of the requirements count. hashes: compare
    content, too. path: folders to look in, instead of sys.path.
    Returns: {"missing": sentences, "damaged": {distribution: files}, "failing": sentences}
    """
    failing = _failing(modules, home)
    try:
        from packaging.requirements import Requirement
        from packaging.utils import canonicalize_name
    except ImportError as error:
        return {"missing": [f"packaging ({error})"], "damaged": {}, "failing": failing}

    options = {} if path is None else {"path": path}

    def find(name):
        return next(iter(importlib.metadata.distributions(name=name, **options)), None)

    missing, damaged, seen = [], {}, set()
    todo = [(Requirement(line), "the course") for line in requirements]
    exact = {canonicalize_name(line.name): line for line in map(Requirement, pinned)
             if line.marker is None or line.marker.evaluate()}  # fmt: skip
    while todo:
        wanted, by = todo.pop()
        name = canonicalize_name(wanted.name)
        found = find(wanted.name)
        if found is None or not found.version:
            missing.append(f"{name} is not installed ({by} needs it)")
            continue
        rules = [(wanted, by), *([(exact[name], "constraints.txt")] if name in exact else [])]
        for rule, asking in rules:
            if not rule.specifier.contains(found.version, prereleases=True):
                missing.append(f"{name} is {found.version} ({asking} asks for {rule.specifier})")
        if (name, *sorted(wanted.extras)) in seen:
            continue
        seen.add((name, *sorted(wanted.extras)))
        if files := _damaged(found, hashes):
            damaged[f"{name}=={found.version}"] = files
        for line in found.requires or [] if follow else []:
            need = Requirement(line)
            extras = ["", *wanted.extras]
            if not need.marker or any(need.marker.evaluate({"extra": one}) for one in extras):
                todo.append((need, name))
    return {"missing": sorted(set(missing)), "damaged": damaged, "failing": failing}


def _damaged(distribution, hashes):
    """The files of a distribution that are gone or not as they were installed."""
    listed = distribution.read_text("RECORD")
    if not listed:
        return ["its list of files (RECORD)"]
    bad = []
    for name, digest, size in csv.reader(listed.splitlines()):
        if not size or name.endswith(".pyc"):
            continue
        path = str(distribution.locate_file(name))
        try:
            whole = os.stat(path).st_size == int(size) and (not hashes or _fits(path, digest))
        except OSError:
            whole = False
        if not whole:
            bad.append(name)
    return bad


def _fits(path, digest):
    kind, _, wanted = digest.partition("=")
    with open(path, "rb") as file:
        found = hashlib.file_digest(file, kind).digest()
    return base64.urlsafe_b64encode(found).rstrip(b"=").decode() == wanted


def _failing(modules, home):
    found = []
    for name in modules:
        try:
            module = importlib.import_module(name)
            if name == "helpers" and home:
                place = os.path.dirname(os.path.dirname(module.__file__))
                # As bytes: another encoding of names must not make two folders of one.
                if os.fsencode(os.path.realpath(place)) != os.fsencode(os.path.realpath(home)):
                    found.append(f"helpers come from another folder, {place}")
        except (Exception, SystemExit) as error:
            first = (str(error).strip().splitlines() or [""])[0]
            found.append(f"{name} cannot be imported ({type(error).__name__}: {first})")
    return found


if __name__ == "__main__":
    print("\n" + json.dumps(examine(**json.loads(sys.argv[1]))))
