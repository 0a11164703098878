"""Problems that a person can solve, said in two sentences: what is wrong, what to do."""

import os
import re
import shutil


class Problem(Exception):
    """Something that the reader of the message can put right."""


class Unreachable(Problem):
    """The network is away: what is there already may do."""


def python():
    """The word that starts Python here, for messages."""
    return "python" if os.name == "nt" or shutil.which("python") else "python3"


def again(*arguments):
    """The command to type, for messages."""
    return " ".join([python(), "start.py", *arguments])


# What installers say, and what it means. The first that matches speaks.
_MEANINGS = [
    (
        r"No space left on device|Errno 28|not enough space|disk quota|os error 28|Errno 122",
        "The disk is full. Free about 1.5 GB",
    ),
    (
        r"ensurepip is not available|No module named '?(venv|ensurepip)|python3[\d.]*-venv",
        "This Python came without its venv module. On Debian and Ubuntu: "
        "sudo apt install python3-venv",
    ),
    (
        r"Permission denied|Access is denied|Errno 13|os error 13|Operation not permitted",
        "A file could not be written (see above). Close programs that use .venv, or copy the "
        "course to a folder of your own",
    ),
    (
        r"[Ll]ong [Pp]ath|path too long|os error 206|WinError 206",
        "The course lies too deep for Windows' limit of 260 characters. Move it to a shorter "
        r"path, for example C:\attention",
    ),
]

_NO_NETWORK = (
    r"name resolution|Name or service not known|getaddrinfo|nodename nor servname|"
    r"Could not resolve|dns error|Failed to establish a new connection|NewConnectionError|"
    r"[Nn]etwork is unreachable|[Cc]onnection refused|[Cc]onnection reset|ConnectTimeout|"
    r"[Tt]imed? ?out|ProxyError|error sending request|client error \(Connect\)|"
    r"from versions: none|CERTIFICATE_VERIFY_FAILED"
)


def explain(output, step, code):
    """A Problem that says in words why an installer failed.

    output: all that it printed. step: what it was to do, in words. code: its exit code.
    """
    for pattern, meaning in _MEANINGS:
        if re.search(pattern, output):
            return Problem(f"{step} did not work. {meaning}, then run again: {again()}")
    if re.search(_NO_NETWORK, output):
        return Unreachable(
            f"{step} did not work. The package index could not be reached. Connect to the network "
            f"(once: after that everything works offline), then run again: {again()}"
        )
    return Problem(
        f"{step} ended with code {code}; its last lines stand above. What was there before is "
        f"kept. See to what they say, then run again: {again()}"
    )
