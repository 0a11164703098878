"""Names of a package that are loaded when somebody asks for them (PEP 562)."""

import importlib
import sys


def lazy(package, homes, rooms):
    """The `__getattr__` and `__dir__` of a package whose public names are loaded on demand.

    package: its name. homes: dict name -> module, in full, that holds the name. rooms: dict name ->
    module that is the name. Returns: the two functions. The first raises AttributeError for
    other names, and says which there are.
    """

    def find(name):
        if name in homes:
            value = getattr(importlib.import_module(homes[name]), name)
        elif name in rooms:
            value = importlib.import_module(rooms[name])
        else:
            there = ", ".join(sorted({*homes, *rooms}))
            raise AttributeError(f"{package} has no {name!r}. It has: {there}.")
        setattr(sys.modules[package], name, value)  # asked for once
        return value

    def names():
        return sorted({*vars(sys.modules[package]), *homes, *rooms})

    return find, names
