"""What CI runs, part by part: .ci/run calls this from a bare clone.

    python3 -m tools.ci             the everyday run
    python3 -m tools.ci --all       whatever is slow too, and every notebook in each condition

Every part runs, also after one has failed. Then comes a table of parts, results and seconds, and,
as the last line, the sum of what pytest counted. Standard library only: there is no environment
yet when this begins.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
# What the mechanism and the pretrained models are held against. This PyTorch is a CPU build; a
# bare `torch` may bring gigabytes of CUDA.
PEERS = ("torch==2.13.0", "transformers==5.24.0", "safetensors==0.8.0", "gguf==0.19.0")
# Other conditions tell most where a lesson rounds, trains or prints much.
OFFLINE, OTHER_BLAS, OTHER_NUMPY = ("00", "02"), ("01", "06"), ("02", "04")
BLAS_KERNELS = ("Nehalem", "Haswell", "ARMV8", "NEOVERSEN1")


class Skipped(Exception):
    """A part that cannot run here; its text says why."""


class Parts:
    """Runs parts and remembers what came of each."""

    def __init__(self, everything):
        self.everything = everything
        self.rows = []
        self.sum = Counter()
        self._counts = Path(tempfile.mkdtemp())

    def run(self, name, *steps):
        """Run functions or commands in order until one fails. Returns whether all went well."""
        print(f"\n=== {name}", flush=True)
        began, before = time.monotonic(), Counter(self.sum)
        try:
            well = all(self._step(step) for step in steps)
            result = "ok" if well else "FAILED"
        except Skipped as reason:
            well, result = True, f"skipped: {reason}"
            self.sum["skipped"] += 1
        counted = self.sum - before
        if not well and not counted["failed"]:
            self.sum["failed"] += 1
        words = ", ".join(f"{counted[kind]} {kind}" for kind in ("passed", "failed", "skipped"))
        if counted and not result.startswith("skipped"):
            result += f": {words}"
        self.rows.append((name, result, time.monotonic() - began))
        return well

    def _step(self, step):
        return step() if callable(step) else run(step) == 0

    def pytest(self, command, arguments, **environment):
        """A step that runs pytest and counts what it counted."""

        def step():
            report = self._counts / f"{len(list(self._counts.iterdir()))}.xml"
            more = [*(["--all"] if self.everything else []), f"--junitxml={report}"]
            code = run([*command, *arguments, *more], **environment)
            if report.exists():
                for suite in ElementTree.parse(report).getroot():
                    number = {kind: int(suite.get(kind, 0)) for kind in _KINDS}
                    failed = number["failures"] + number["errors"]
                    self.sum["failed"] += failed
                    self.sum["skipped"] += number["skipped"]
                    self.sum["passed"] += number["tests"] - failed - number["skipped"]
            return code == 0

        return step

    def close(self, began):
        """Print the table and the count. Returns the exit code."""
        print("\n=== Parts\n")
        for name, result, seconds in self.rows:
            print(f"{name:36s} {result:48s} {seconds:5.0f} s")
        print(f"\n{time.monotonic() - began:.0f} seconds in all on {os.cpu_count()} cores")
        print(", ".join(f"{self.sum[kind]} {kind}" for kind in ("passed", "failed", "skipped")))
        return 0 if self.sum["passed"] and not self.sum["failed"] else 1


_KINDS = ("tests", "failures", "errors", "skipped")


def run(command, **environment):
    """Run a command with its output on the page. Returns its exit code."""
    done = subprocess.run(
        list(map(str, command)), cwd=ROOT, stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )  # fmt: skip
    return done.returncode


def asked(code, **environment):
    """What a line of Python prints in the course's environment."""
    return subprocess.run(
        [PYTHON, "-c", code], cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, **environment},
    ).stdout.strip()  # fmt: skip


# --- what the machine must have ----------------------------------------------------------------


def system_packages():
    """Chromium and iproute2, where this is a Debian and we may install."""
    missing = [
        package
        for package, program in (("chromium", "chromium"), ("iproute2", "ip"))
        if shutil.which(program) is None
    ]
    if not missing:
        print("chromium and ip are there.")
        return True
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        print(f"Install these by hand: {', '.join(missing)}")
        return False
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
    return run(["apt-get", "update", "-qq"], **quiet) == 0 and run(install, **quiet) == 0


def peers():
    """What tests compare with, where it is not there yet."""
    names = [peer.split("==")[0] for peer in PEERS]
    there = asked(
        "import importlib.metadata as m; print(*{d.metadata['Name'] for d in m.distributions()})"
    ).split()
    missing = [peer for peer, name in zip(PEERS, names, strict=True) if name not in there]
    if not missing:
        print("All peers are there.")
        return True
    if not _have_pip():
        return False
    install = [PYTHON, "-m", "pip", "install", "--quiet", "--constraint", "constraints.txt"]
    return run([*install, *missing]) == 0


def _have_pip():
    return asked("import pip; print(1)") == "1" or run([PYTHON, "-m", "ensurepip"]) == 0


# --- the solved notebooks under other conditions -----------------------------------------------


class Conditions:
    """Steps that run solved notebooks once more, where something else differs."""

    def __init__(self, parts):
        self._parts = parts

    def _notebooks(self, numbers):
        if self._parts.everything:
            return ["solutions"]
        return [path for number in numbers for path in (ROOT / "solutions").glob(f"{number}_*")]

    def _strict(self, numbers, *, prefix=(), workers=2, **environment):
        command = [*prefix, PYTHON, "-m", "pytest", "-q", "-n", workers, "--dist", "loadscope"]
        return self._parts.pytest(command, self._notebooks(numbers), **environment)()

    def offline(self):
        """A network namespace of its own that has nothing but loopback, which kernels need."""
        unshare = shutil.which("unshare")
        if unshare is None or subprocess.run([unshare, "--net", "true"]).returncode:
            raise Skipped("making a network namespace needs root")
        alone = (
            "ip link set lo up || exit; "
            'test "$(wc -l </proc/net/route)" -le 1 || { echo "There is a route out."; exit 1; }; '
            'exec "$@"'
        )
        return self._strict(OFFLINE, prefix=[unshare, "--net", "--", "sh", "-c", alone, "offline"])

    def other_blas(self):
        """Another BLAS kernel and thread count change the last digits; no output may show it."""
        now = _blas_kernel()
        prescribed = os.environ.get("OPENBLAS_CORETYPE")
        others = [prescribed] if prescribed else BLAS_KERNELS
        there = [kernel for kernel in others if _blas_kernel(OPENBLAS_CORETYPE=kernel) == kernel]
        kernel = next((kernel for kernel in there if prescribed or kernel != now), None)
        if kernel is None:
            print(f"No other BLAS kernel than {now} runs here.")
            return False
        print(f"BLAS kernel {kernel} with 2 threads instead of {now} with 1.", flush=True)
        # One notebook at a time: each of its products has two threads, and there are two cores.
        return self._strict(
            OTHER_BLAS, workers=1, OPENBLAS_CORETYPE=kernel, OPENBLAS_NUM_THREADS="2"
        )

    def other_numpy(self, wanted, folder):
        """An overlay: a folder with one NumPy that comes first on the path."""

        def step():
            overlay = ROOT / ".venv" / folder
            if not overlay.exists() and not _install_into(overlay, wanted):
                return False
            version = "import numpy; print(numpy.__version__)"
            here, there = asked(version), asked(version, PYTHONPATH=str(overlay))
            if here == there:
                raise Skipped(f"the newest for this Python is {here}, as in all parts above")
            print(f"NumPy {there} instead of {here}.", flush=True)
            return self._strict(OTHER_NUMPY, PYTHONPATH=str(overlay))

        return step


def _install_into(overlay, wanted):
    install = [PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", "--target", overlay]
    return _have_pip() and run([*install, wanted]) == 0


def _blas_kernel(**environment):
    return asked(
        "import numpy, threadpoolctl as t\n"
        'print(next(p["architecture"] for p in t.threadpool_info() if p["user_api"] == "blas"))',
        **environment,
    )


def main(arguments=None):
    """The command line. Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog=".ci/run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--all", action="store_true", help="the whole, for the night")
    options = parser.parse_args(arguments)
    began, parts = time.monotonic(), Parts(options.all)
    conditions = Conditions(parts)
    # The versions of constraints.txt, and tests that fail where they would be skipped at home.
    os.environ.setdefault("CI", "true")
    os.environ.update(PYTHONUNBUFFERED="1", PIP_DISABLE_PIP_VERSION_CHECK="1")
    start = [sys.executable, "start.py"]
    npm = ["npm", "install", "--prefix", "tests/browser", "--no-audit", "--no-fund"]

    parts.run("What the machine must have", system_packages, [*npm, "--no-package-lock"])
    if not parts.run("Set-up (start.py test --version)", [*start, "test", "--version"]):
        return parts.close(began)
    parts.run("The optional models, the peers", [*start, "models"], peers)
    everyday = ["test", "-q", "-rs", "--durations=10"]
    parts.run("The README's test command", parts.pytest(start, everyday))
    if not options.all:  # with --all, that command ran the browser too
        parts.run("Browser", parts.pytest(start, ["test", "tests/browser", "-q", "-rs", "-n", "0"]))
    parts.run("Solutions, network off", conditions.offline)
    parts.run("Solutions, other BLAS and threads", conditions.other_blas)
    parts.run("Solutions, oldest NumPy", conditions.other_numpy("numpy==2.0.*", "numpy-oldest"))
    parts.run("Solutions, newest NumPy", conditions.other_numpy("numpy", "numpy-newest"))
    if options.all:  # what a change has touched since the ledger was written, with two seeds
        parts.run("Claims run again", [PYTHON, "-m", "tools.replicate", "--seeds", "2"])
    return parts.close(began)


if __name__ == "__main__":
    sys.exit(main())
