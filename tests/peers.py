"""What neither the course nor its tests need: libraries to compare with, pretrained models."""

import pytest

from helpers.models.pretrained import ModelMissing


def peer(module, package=None):
    """Import a peer, or skip with what would bring it.

    package: the one of `tools.ci.PEERS` that brings the module, where its name is another.
    """
    package = package or module
    return pytest.importorskip(module, reason=f"{package} is not installed; .ci/run installs it")


def installed(get, *arguments):
    """What `get(*arguments)` gives of an optional model, or skip with how to get the model."""
    try:
        return get(*arguments)
    except ModelMissing as error:
        pytest.skip(str(error))
