"""Run the benchmarks that time something and print one table; benchmarks.checks runs alone."""

import argparse
import importlib
import pkgutil
import sys

import benchmarks

HEAD = ("what", "ours", "peer", "ours / peer", "quartiles", "goal")


_OTHERS = ("__main__", "checks", "llama", "measure", "spellings")


def names():
    """The modules of this package that are benchmarks: those with `run`."""
    found = [module.name for module in pkgutil.iter_modules(benchmarks.__path__)]
    return sorted(name for name in found if name not in _OTHERS)


def table(rows):
    """Rows as lines of text, columns aligned, notes below."""
    notes = list(dict.fromkeys(row.note for row in rows if row.note))
    lines = [HEAD]
    for row in rows:
        verdict = {None: "", True: " ✔", False: " ✘ missed"}[row.met]
        lines.append(
            (
                f"{row.what} [{notes.index(row.note) + 1}]" if row.note else row.what,
                row.ours,
                row.peer,
                f"{row.ratio:.2f}",
                f"{row.spread[0]:.2f} to {row.spread[1]:.2f}",
                row.goal + verdict,
            )
        )
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = ["  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) for line in lines]
    text.insert(1, "  ".join("-" * width for width in widths))
    below = [f"[{number}] {note}" for number, note in enumerate(notes, start=1)]
    return "\n".join(line.rstrip() for line in [*text, "", *below])


def main(arguments=None):
    """Run the named benchmarks, or all; the number of goals that were missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(names())}")
    chosen = parser.parse_args(arguments).names or names()
    unknown = sorted(set(chosen) - set(names()))
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}. There are: {', '.join(names())}.")
    rows, left_out = [], []
    for name in chosen:
        print(f"{name} …", file=sys.stderr, flush=True)
        try:
            rows += importlib.import_module(f"benchmarks.{name}").run()
        except ModuleNotFoundError as error:
            left_out.append(f"{name} was left out: it needs {error.name}, which is not installed.")
    print(table(rows))
    print("\n".join(left_out))
    return sum(row.met is False for row in rows)


if __name__ == "__main__":
    sys.exit(min(main(), 1))
