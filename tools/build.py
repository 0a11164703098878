"""Build the notebooks from the lessons, or check that none is stale.

    python -m tools.build               what is stale
    python -m tools.build 02 03         these lessons, stale or not
    python -m tools.build --all         every lesson
    python -m tools.build --check       say which notebooks are stale, and change nothing

lessons/NN_name.md becomes solutions/NN_name.ipynb (exercises solved) and notebooks/NN_name.ipynb
(exercises open), both executed, outputs stored. A notebook is stale when its lesson has changed,
or a file of helpers that its cells use (tools/uses.py). Nobody edits those two: whoever did is told
so, and nothing is overwritten without --force.
"""

import argparse
import asyncio
import subprocess
import sys
from pathlib import Path

from tools.fresh import is_edited, lessons, load, orphans, product, staleness, text, write
from tools.lesson import KINDS, LessonError, both
from tools.uses import Helpers

ROOT = Path(__file__).resolve().parent.parent
COMMAND = "python -m tools.build"
AT_ONCE = 2
FRESH = "Every notebook is what its lesson and helpers make of it."


def check(root, wanted=()):
    """Print which notebooks are stale and how to rebuild them. Returns the exit code."""
    reasons = staleness(root, lessons(root, wanted) if wanted else None)
    for _, reason in reasons:
        print(f"stale: {reason}")
    if not reasons:
        count = len(lessons(root, wanted))
        print(f"{FRESH} ({count} {_plural('lesson', count)})")
        return 0
    numbers = _numbers([lesson for lesson, _ in reasons])
    print(f"\nTo rebuild:\n    {COMMAND} {' '.join(numbers)}".rstrip())
    return 1


def build(root, wanted=(), *, everything=False, force=False, bar=True):
    """Build the lessons that are wanted, or else those that are stale, or else everything.

    Returns the exit code; says what it did and what is left to do.
    """
    root = Path(root)
    paths = lessons(root, wanted)
    if not paths:
        raise LessonError(f"There is no lesson in {root / 'lessons'}.")
    if not wanted and not everything:
        stale = {lesson for lesson, _ in staleness(root)}
        paths = [path for path in paths if path.stem in stale]
    gone = [] if wanted else orphans(root)
    if not paths and not gone:
        print(FRESH)
        return 0
    targets = [product(root, kind, path.stem) for path in paths for kind in KINDS]
    edited = [path for path in [*targets, *gone] if is_edited(path)]
    if edited and not force:
        names = ", ".join(f"{path.parent.name}/{path.name}" for path in edited)
        again = " ".join([COMMAND, *wanted, "--force"])
        raise LessonError(
            f"Edited since the last build, and not overwritten: {names}.\n"
            "Work that is wanted belongs in lessons/*.md (the course) or in work/ (a learner's "
            f"own). Copy it there, then throw these away with:\n    {again}"
        )
    failures = asyncio.run(_build_all(root, paths, force=force, bar=bar))
    for path in gone:
        path.unlink()
        print(f"removed {path.parent.name}/{path.name}: its lesson is gone.")
    for failure in failures:
        print(f"\n✘ {failure}", file=sys.stderr)
    if wanted:
        rest = staleness(root)
        built = {path.stem for path in paths}
        others = _numbers([lesson for lesson, _ in rest if lesson not in built])
        if others:
            print(f"Also stale, and not built now: {', '.join(others)}. To rebuild those:")
            print(f"    {COMMAND} {' '.join(others)}")
    return 1 if failures else 0


async def _build_all(root, paths, *, force, bar):
    """Build lessons two at a time. Returns the messages of those that failed."""
    from tqdm import tqdm

    from tools.execute import environment

    # The first import of matplotlib prints a notice about its font cache; have it printed here.
    subprocess.run(
        [sys.executable, "-c", "import matplotlib.font_manager"],
        check=True,
        capture_output=True,
        env=environment(root),
    )
    pairs, failures, helpers = [], [], Helpers()
    for path in paths:
        try:
            pairs.append((path, both(path, helpers)))
        except LessonError as error:
            failures.append(str(error))
    cells = sum(len(notebook.cells) for _, pair in pairs for notebook in pair.values())
    slots = asyncio.Semaphore(AT_ONCE)
    with tqdm(total=cells, unit="cell", disable=not bar) as progress:
        jobs = [_build_one(root, path, pair, slots, progress, force) for path, pair in pairs]
        for failure in await asyncio.gather(*jobs):
            failures += failure
    return failures


async def _build_one(root, path, pair, slots, progress, force):
    """Build both notebooks of a lesson; write them only if both ran. Returns failures' messages."""
    from tools.execute import keep_measurements, run

    def count():
        progress.set_description(path.stem, refresh=False)
        progress.update()

    async def execute(kind, notebook):
        async with slots:
            await run(notebook, f"{kind}/{path.stem}", on_cell=count)

    results = await asyncio.gather(
        *(execute(kind, notebook) for kind, notebook in pair.items()), return_exceptions=True
    )
    failures = [result for result in results if isinstance(result, BaseException)]
    for failure in failures:
        if not isinstance(failure, LessonError):
            raise failure
    if not failures:
        for kind, notebook in pair.items():
            target = product(root, kind, path.stem)
            if not force:
                keep_measurements(notebook, load(target))
            write(target, text(notebook))
    return [str(failure) for failure in failures]


def _numbers(names):
    """The numbers of some lessons, each once, in order; None stands for no lesson."""
    return sorted({name.split("_")[0] for name in names if name})


def _plural(word, count):
    return word if count == 1 else word + "s"


def main(arguments=None, root=ROOT):
    """The command line. Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog=COMMAND, description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "lessons", nargs="*", metavar="NN", help="numbers of lessons; none: what is stale"
    )
    parser.add_argument("--all", action="store_true", help="every lesson, stale or not")
    parser.add_argument("--check", action="store_true", help="only say what is stale")
    parser.add_argument(
        "--force",
        action="store_true",
        help="overwrite notebooks that were edited by hand, and measure times anew",
    )
    options = parser.parse_args(arguments)
    try:
        if options.check:
            return check(root, options.lessons)
        return build(root, options.lessons, everything=options.all, force=options.force)
    except LessonError as error:
        print(f"✘ {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Notebooks that were not finished are as they were.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
