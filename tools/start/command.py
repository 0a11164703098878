"""The command line of start.py."""

import argparse
import contextlib
import os
import subprocess
import sys
from pathlib import Path

from tools.start import app, lab, processes, server, surroundings, work
from tools.start.environment import Environment
from tools.start.problem import Problem
from tools.start.turn import turn

ROOT = Path(__file__).resolve().parent.parent.parent


def main(arguments, description, root=ROOT):
    """Do what the command line says. Returns the exit code."""
    own, for_pytest = _split(arguments)
    options = _parser(description).parse_args(own)
    # Lines appear when they are said, also where the output goes into a file.
    for output in (sys.stdout, sys.stderr):
        output.reconfigure(line_buffering=True, errors="replace")
    processes.listen_for_ctrl_c()
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


def _port(text):
    """A port as somebody types it; 0 is any that is free."""
    with contextlib.suppress(ValueError):
        if 0 <= int(text) <= server.LAST_PORT:
            return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port; they go from 1 to {server.LAST_PORT}")


def _options(**defaults):
    """The options that may stand before or behind a command."""
    options = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    options.add_argument("--no-browser", action="store_true", help="print the address only")
    options.add_argument("--port", type=_port, help="the first port to try; 0 takes any")
    options.add_argument(
        "--constraints",
        action="store_true",
        help="install exactly the versions of constraints.txt (as CI does)",
    )
    options.set_defaults(**defaults)
    return options


def _parser(description):
    parser = argparse.ArgumentParser(
        prog="start.py",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[_options(no_browser=False, port=server.FIRST_PORT, constraints=False)],
    )
    commands = parser.add_subparsers(dest="command", metavar="test | reset | models | app")
    commands.add_parser("test", help="install what tests need and run all; options are pytest's")
    behind = {"parents": [_options()]}
    reset = commands.add_parser("reset", help="a fresh copy of a lesson; yours is set aside")
    reset.add_argument("lesson", help="its number, for example 02")
    commands.add_parser("models", help="install two pretrained models, 190 MB; optional", **behind)
    commands.add_parser("app", help="the playground as a page, on this machine", **behind)
    return parser


def _open(environment, options, say=print):
    environment.ensure()
    copies = environment.root / "work"
    # The next start waits until this lab is open, and finds it.
    with turn(environment.root, say):
        variables = surroundings.with_a_home(environment.root, say=say)
        running = lab.running(environment.python, copies, variables)
        work.update(environment.root, open_in=[one.address for one in running], say=say)
        mine = [one for one in running if one.folder == copies.resolve()]
        if mine:
            say(f"JupyterLab is open already: {mine[0].url('lab')}")
            if not options.no_browser:
                mine[0].show()
            return 0
        lab.without_news(environment.folder)
        opened = lab.open_lab(
            environment.python,
            copies,
            port=options.port,
            browser=not options.no_browser,
            variables=variables,
        )
    return server.stay(opened, "Ended. Your work is in work/.", say)


def _app(environment, options):
    environment.ensure("app")
    opened = app.open_app(
        environment.python,
        environment.root / "notebooks" / app.NOTEBOOK,
        port=options.port,
        browser=not options.no_browser,
        variables=surroundings.with_a_home(environment.root),
    )
    return server.stay(opened, "Ended.")


def _test(environment, arguments):
    environment.ensure("test")
    command = [str(environment.python), "-m", "pytest", "-n", "auto", "--maxprocesses", "4"]
    command += ["--dist", "loadscope", *arguments]
    print("Running the tests …")
    process = subprocess.Popen(command, cwd=environment.root)
    try:
        return process.wait()
    except KeyboardInterrupt:
        with contextlib.suppress(KeyboardInterrupt, subprocess.TimeoutExpired):
            process.wait(10)  # Ctrl-C reached it, too, and it says how far it came
        processes.end(process)
        raise
