"""Other libraries that results are compared with: not needed by the course, nor by its tests."""

import pytest


def peer(module, package=None):
    """Import a peer, or skip with what would bring it.

    package: the one of `tools.ci.PEERS` that brings the module, where its name is another.
    """
    package = package or module
    return pytest.importorskip(module, reason=f"{package} is not installed; .ci/run installs it")
