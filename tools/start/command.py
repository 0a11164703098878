"""The command line of start.py."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from tools.start import app, lab, work
from tools.start.environment import Environment
from tools.start.problem import Problem

ROOT = Path(__file__).resolve().parent.parent.parent


def main(arguments, description, root=ROOT):
    """Do what the command line says. Returns the exit code."""
    own, for_pytest = _split(arguments)
    options = _parser(description).parse_args(own)
    # Lines appear when they are said, also where the output goes into a file.
    for output in (sys.stdout, sys.stderr):
        output.reconfigure(line_buffering=True, errors="replace")
    try:
        if options.command == "reset":
            work.reset(root, options.lesson)
            return 0
        pinned = options.constraints or os.environ.get("CI")
        environment = Environment(root, constraints=root / "constraints.txt" if pinned else None)
        if options.command == "models":
            environment.install_models()
            return 0
        if options.command == "test":
            return _test(environment, for_pytest)
        if options.command == "app":
            return _app(environment, options)
        return _open(environment, options)
    except Problem as problem:
        print(f"\n✘ {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. What was done so far is kept.", file=sys.stderr)
        return 130


def _split(arguments):
    """What is for start.py, and what, behind the word `test`, is for pytest."""
    if "test" in arguments:
        at = arguments.index("test") + 1
        return arguments[:at], arguments[at:]
    return arguments, []


def _parser(description):
    parser = argparse.ArgumentParser(
        prog="start.py",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--no-browser", action="store_true", help="print the address only")
    parser.add_argument("--port", type=int, default=lab.FIRST_PORT, help="the first port to try")
    parser.add_argument(
        "--constraints",
        action="store_true",
        help="install exactly the versions of constraints.txt (as CI does)",
    )
    commands = parser.add_subparsers(dest="command", metavar="test | reset | models | app")
    commands.add_parser("test", help="install what tests need and run all; options are pytest's")
    reset = commands.add_parser("reset", help="a fresh copy of a lesson; yours is set aside")
    reset.add_argument("lesson", help="its number, for example 02")
    commands.add_parser("models", help="install two pretrained models, 190 MB; optional")
    commands.add_parser("app", help="the playground as a page without code, on this machine")
    return parser


def _open(environment, options):
    environment.ensure()
    work.update(environment.root)
    lab.without_news(environment.folder)
    return lab.open_lab(
        environment.python,
        environment.root / "work",
        port=options.port,
        browser=not options.no_browser,
    )


def _app(environment, options):
    environment.ensure("app")
    return app.open_app(
        environment.python,
        environment.root / "notebooks" / app.NOTEBOOK,
        port=options.port,
        browser=not options.no_browser,
    )


def _test(environment, arguments):
    environment.ensure("test")
    command = [str(environment.python), "-m", "pytest", "-n", "auto", "--maxprocesses", "4"]
    command += ["--dist", "loadscope", *arguments]
    print("Running the tests …")
    return subprocess.run(command, cwd=environment.root).returncode
