"""Run every claim again: with other seeds, and with other settings than the lesson's own.

    python -m tools.replicate                   what is missing of the full ledger
    python -m tools.replicate 03 05             of these lessons
    python -m tools.replicate --seeds 2         fewer seeds, for a first look or for the night
    python -m tools.replicate --dask tcp://…    on the workers of a Dask scheduler
    python -m tools.replicate --check           say which verdicts their replications contradict

Each solved lesson runs with other random numbers (every generator of the lesson) and once a
variation that its source declares (tools/variations.py). What was measured goes into
docs/replications.jsonl as soon as it is there: a run that is stopped goes on where it was, and
only what a change can have touched is run again.
"""

import argparse
import contextlib
import functools
import hashlib
import io
import json
import os
import platform
import sys
import time
import tomllib
from pathlib import Path

from tools import ledger
from tools.fresh import lessons
from tools.lesson import LessonError
from tools.uses import Helpers
from tools.variations import declared, reseeded, solved_sources

ROOT = Path(__file__).resolve().parent.parent
COMMAND = "python -m tools.replicate"
SEEDS, SEEDS_OF_TRAININGS, SEEDS_OF_VARIATIONS = 20, 8, 2
TRIES = 3  # of a run whose worker dies


def replicate(path, stamp, seed, variation=None):
    """Run a solved lesson once more. Returns: a ledger.Run; an error of the lesson is kept in it.

    path: a lessons/NN_name.md. seed: 0 for the lesson's own. variation: a Variation, or None.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ["ATTENTION_PROGRESS"] = ":memory:"
    began, found, error = time.perf_counter(), [], ""
    space = {"__name__": "__main__"}
    try:
        with contextlib.redirect_stdout(io.StringIO()), _claims_kept(found):
            for source in solved_sources(path, variation):
                exec(compile(reseeded(source, seed), path.stem, "exec"), space)
    except Exception as raised:
        error = f"{type(raised).__name__}: {raised}"[:300]
    return ledger.Run(
        path.stem, seed, str(variation or ""), stamp, found, error,
        round(time.perf_counter() - began, 1), _version(path.parent.parent), _machine(),
    )  # fmt: skip


@contextlib.contextmanager
def _claims_kept(found):
    """Whatever `claim` makes meanwhile is written down in `found`."""
    import helpers
    import helpers.claims as room

    own = room.claim

    def claim(*arguments, **options):
        made = own(*arguments, **options)
        found.append(
            {
                "statement": made.statement,
                "kind": made.kind,
                "verdict": made.verdict,
                "measured": made.measured,
            }
        )
        return made

    room.claim = helpers.claim = claim
    try:
        yield
    finally:
        room.claim = helpers.claim = own


def _version(root):
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "version"
    ]


def _machine():
    import numpy

    return f"{platform.machine()}, Python {platform.python_version()}, NumPy {numpy.__version__}"


def wanted(path, seeds=None):
    """The runs that a full ledger has of a lesson: list of (seed, Variation or None)."""
    most = SEEDS_OF_TRAININGS if "train(" in "\n".join(solved_sources(path)) else SEEDS
    own = [(seed, None) for seed in range(min(seeds or most, most))]
    others = range(min(seeds or SEEDS_OF_VARIATIONS, SEEDS_OF_VARIATIONS))
    # Every variation once before any a second time: a ledger that is stopped has seen each.
    return own + [(seed, variation) for seed in others for variation in declared(path)]


def missing(root, paths, seeds=None):
    """The runs that are not in the ledger yet, or of older sources: list of arguments."""
    runs, jobs = ledger.read(root / ledger.NAME), []
    for path in paths:
        stamp = stamp_of(root, path)
        for seed, variation in wanted(path, seeds):
            run = runs.get((path.stem, seed, str(variation or "")))
            if run is None or run.stamp != stamp or run.error:
                jobs.append((path, stamp, seed, variation))
    return jobs


def stamp_of(root, path):
    """What a lesson's verdicts come from now, as a hash: its code, and the helpers behind it.

    Its prose, what only draws, and what judges answers are left out: no verdict comes from them.
    """
    sources = solved_sources(path)
    used = _helpers(Path(root) / "helpers").uses(sources)
    counts = {
        name: of
        for name, of in used.items()
        if not name.startswith(("helpers/show/", "helpers/explore/", "helpers/exercises"))
    }
    return hashlib.sha256(
        json.dumps([sources, [*map(str, declared(path))], counts]).encode()
    ).hexdigest()[:16]


@functools.cache
def _helpers(folder):
    """Read once: a command is over before anybody changes a file."""
    return Helpers(folder)


def run_here(jobs, workers):
    """Yield the runs as they end, on this machine's cores; a job whose worker dies is tried again.

    Raises: RuntimeError where jobs kill their worker again and again.
    """
    from joblib import Parallel, delayed
    from joblib.externals.loky import get_reusable_executor
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    left = {_key(job): job for job in jobs}
    for _ in range(TRIES):
        pool = Parallel(n_jobs=workers, return_as="generator_unordered")
        try:
            for run in pool(delayed(replicate)(*job) for job in list(left.values())):
                left.pop(run.key, None)
                yield run
            get_reusable_executor().shutdown()  # joblib would keep its workers for later calls
            return
        except TerminatedWorkerError:
            print(f"\nA worker died. {len(left)} runs are left, and begin anew.", file=sys.stderr)
    raise RuntimeError(f"Workers died {TRIES} times; {len(left)} runs are left. Memory?")


def run_on_dask(jobs, address):
    """Yield the runs as they end, on the workers of a scheduler. What a dead one had, another does.

    The workers need this folder: start them in a copy of it.
    """
    from distributed import Client, as_completed

    with Client(address) as client:
        futures = [client.submit(replicate, *job, pure=False, retries=TRIES) for job in jobs]
        for future in as_completed(futures):
            yield future.result()


def _key(job):
    path, _, seed, variation = job
    return path.stem, seed, str(variation or "")


def verdicts_that_fall(root, paths):
    """Sentences on the printed verdicts that their replications contradict, or that have none."""
    from tools.claims import claims
    from tools.fresh import load

    runs = ledger.read(root / ledger.NAME).values()
    stamps = {path.stem: stamp_of(root, path) for path in paths}
    known, said = ledger.histories(runs, stamps), []
    for path in paths:
        for one in claims(load(root / "solutions" / f"{path.stem}.ipynb")):
            key = path.stem, one.statement
            said += ledger.contradictions(known.get(key, ledger.History(*key)), one.kind)
    return said


def main(arguments=None, root=ROOT):
    """The command line. Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog=COMMAND, description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("lessons", nargs="*", metavar="NN", help="numbers of lessons; none: all")
    parser.add_argument("--seeds", type=int, help=f"at most so many; {SEEDS} if not given")
    parser.add_argument("--workers", type=int, default=-1, help="processes; all cores if not given")
    parser.add_argument("--dask", metavar="ADDRESS", help="a scheduler, tcp://host:port")
    parser.add_argument("--check", action="store_true", help="only say which verdicts fall")
    options = parser.parse_args(arguments)
    root = Path(root)
    try:
        paths = lessons(root, options.lessons)
        if not options.check:
            _run(root, paths, options)
        fallen = verdicts_that_fall(root, paths)
    except LessonError as error:
        print(f"✘ {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. What was measured is kept; the same command goes on.", file=sys.stderr)
        return 130
    print("\n".join(fallen) or "Every verdict agrees with its replications.")
    return 1 if fallen else 0


def _run(root, paths, options):
    from tqdm import tqdm

    began, target = time.monotonic(), root / ledger.NAME
    jobs = missing(root, paths, options.seeds)
    runs = run_on_dask(jobs, options.dask) if options.dask else run_here(jobs, options.workers)
    failed = []
    for run in tqdm(runs, total=len(jobs), unit="run"):
        ledger.append(target, run)
        if run.error:
            failed.append(
                f"{run.lesson}, seed {run.seed}, {run.variation or 'as it is'}: {run.error}"
            )
    stamps = {path.stem: stamp_of(root, path) for path in lessons(root)}
    kept = [run for run in ledger.read(target).values() if run.stamp == stamps.get(run.lesson)]
    ledger.write(target, kept)
    print(f"{len(jobs)} runs in {(time.monotonic() - began) / 60:.1f} minutes.")
    for line in failed:
        print(f"✘ {line}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
