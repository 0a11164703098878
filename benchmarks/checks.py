"""How well checks see: mistakes named in any spelling and in pairs, right answers passed, the time.

    python -m benchmarks.checks             every exercise
    python -m benchmarks.checks softmax     these

The peer is a check of the shape that courses publish: one case, sizes that are equal, a tolerance.
It is given the same wrong answers.
"""

import argparse
import ast
import importlib.util
import inspect
import pkgutil
import sys
import time
import types
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.spellings import NAMES, SPELLINGS, STYLES, respelled
from helpers.exercises.compare import alike, expected_trials
from helpers.exercises.declare import all_exercises
from helpers.exercises.judge import judge
from helpers.exercises.run import Outcome, copy_of, read_result

TESTS = Path(__file__).resolve().parent.parent / "tests" / "exercises"
PAIRS = 25  # of each exercise, drawn at random
GOALS = {  # smallest share that is enough, None where it is a count that must be 0
    "declared mistakes named": 1.0,
    "their rewritings named": 0.98,
    "pairs: the first one named": 0.95,
    "right answers passed": 1.0,
}
SECONDS = {"median": 0.060, "99th percentile": 0.300}  # of processor time, after the first check


@dataclass
class Tally:
    """What was counted. parts: name to Counter of "yes" and "no"; missed: name to what failed."""

    parts: dict = field(default_factory=lambda: defaultdict(Counter))
    missed: dict = field(default_factory=lambda: defaultdict(list))
    seconds: list = field(default_factory=list)

    def add(self, part, well, told):
        """Count one; `told` says which it was."""
        self.parts[part]["yes" if well else "no"] += 1
        if not well:
            self.missed[part].append(told)


def answers_to(name):
    """Of an exercise's kept wrong answers: the source, new names, and those right today."""
    path = TESTS / "named_mistakes" / f"{name}.py"
    sys.path.insert(0, str(TESTS))
    try:
        from named_mistakes.renamed import RENAMED, RIGHT
    finally:
        sys.path.remove(str(TESTS))
    return path.read_text(encoding="utf-8"), RENAMED.get(name, {}), RIGHT.get(name, ())


def loaded(source, name):
    """The answers that a module's source declares."""
    space = {"__name__": f"respelled_{name}", **NAMES}
    sys.path.insert(0, str(TESTS))
    try:
        exec(compile(source, f"<{name}>", "exec"), space)
    finally:
        sys.path.remove(str(TESTS))
    return space["answers"]


def timed(exercise, function, tally):
    """The verdict; its processor time is kept, but for the first of an exercise."""
    began = time.process_time()
    verdict = judge(exercise, function)
    tally.seconds.append(time.process_time() - began)
    return verdict


def declared_mistakes(exercise, tally):
    """Every declared mistake is named as itself."""
    for mistake in exercise.mistakes:
        found = timed(exercise, _of_a_learner(mistake.function), tally).mistake
        well = found in (mistake.name, mistake.same_as)
        tally.add("declared mistakes named", well, f"{exercise.name}, {mistake.name}: {found}")


def rewritings(exercise, tally):
    """The kept wrong answers, spelled in other ways, go by the same names."""
    source, renamed, right = answers_to(exercise.name)
    plain = _definitions(ast.unparse(ast.parse(source)))
    for spelling in SPELLINGS:
        other = respelled(source, spelling)
        touched = _touched(plain, _definitions(other))
        for number, (title, function) in enumerate(loaded(other, exercise.name).items()):
            if number not in touched or title in right:
                continue
            names = {title, loaded(source, exercise.name).same_as[title]}
            names |= {renamed.get(name) for name in list(names)}
            verdict = timed(exercise, function, tally)
            told = f"{exercise.name}, {title}, {spelling}: {verdict.mistake} ({verdict.message})"
            tally.add("their rewritings named", verdict.mistake in names - {None}, told)
            tally.add("wrongly accepted", not verdict.passed, told)


def _definitions(source):
    """(text of every answer in order, text of every other function by name)."""
    functions = [n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)]
    answers = [ast.unparse(node) for node in functions if node.decorator_list]
    return answers, {node.name: ast.unparse(node) for node in functions if not node.decorator_list}


def _touched(before, after):
    """The numbers of the answers that are written otherwise now, or call what is."""
    others = {name for name, text in after[1].items() if text != before[1][name]}
    while True:
        callers = {n for n, text in after[1].items() if any(f"{o}(" in text for o in others)}
        if callers <= others:
            break
        others |= callers
    return {
        number
        for number, (one, other) in enumerate(zip(before[0], after[0], strict=True))
        if one != other or any(name in other for name in others)
    }


def pairs(exercise, tally, rng):
    """Two wrong ways at once go by the name of the first, or of one that does the same alone."""
    chain = exercise.chain
    if chain is None:
        return
    ways = chain.ways()
    singles = [_outcomes(exercise, chain, [way]) for way in ways]
    tried = 0
    for _ in range(20 * PAIRS):
        if tried == PAIRS or len(ways) < 2:
            return
        first, second = sorted(rng.choice(len(ways), 2, replace=False))
        (i, one), (j, two) = ways[first], ways[second]
        if i == j:
            continue
        both = _outcomes(exercise, chain, [ways[first], ways[second]])
        if both is None or any(_same(exercise, both, single) for single in singles if single):
            continue  # it raises, or one of the two hides the other
        tried += 1
        verdict = timed(exercise, _pair(exercise, chain, (i, one), (j, two)), tally)
        told = f"{exercise.name}, {one.name} + {two.name}: {verdict.mistake}"
        tally.add("pairs: the first one named", verdict.mistake == one.name, told)


def _pair(exercise, chain, one, two):
    names = tuple(chain.parameters)

    def answer(*given):
        inputs = dict(zip(names, given, strict=False))
        return chain.run(inputs, [(number, way.function) for number, way in (one, two)])

    return _of_a_learner(answer)


def _outcomes(exercise, chain, choice):
    """What a choice of wrong ways gives on the first cases; None where it raises."""
    found = []
    for trial in expected_trials(exercise)[:3]:
        try:
            with np.errstate(all="ignore"):
                value = chain.run(_copies(trial.inputs), [(n, way.function) for n, way in choice])
        except Exception:
            return None
        found.append(Outcome(read_result(value, exercise.several)))
    return found


def _same(exercise, one, other):
    trials = expected_trials(exercise)
    return all(alike(a, b, t.dtype) for a, b, t in zip(one, other, trials, strict=False))


def right_answers(exercise, tally):
    """The solution in other spellings and styles passes."""
    source = inspect.getsource(exercise.reference)
    source = source[source.index("def ") :]
    own = dict(vars(sys.modules[exercise.reference.__module__])) | NAMES
    functions = {"as it is": _made(source, own, exercise.name)}
    for spelling in SPELLINGS:
        functions[spelling] = _made(respelled(source, spelling), own, exercise.name)
    for style, around in STYLES.items():
        functions[style] = _of_a_learner(around(functions["as it is"]))
    for title, function in functions.items():
        verdict = timed(exercise, function, tally)
        told = f"{exercise.name}, {title}: {verdict.message}"
        tally.add("right answers passed", verdict.passed, told)


def _made(source, names, name):
    space = dict(names)
    exec(compile(source, "<a learner's cell>", "exec"), space)
    return space[name]


def strangers(exercise, tally, wrong):
    """Wrong answers that nobody declared: rejected, and not taken for something else."""
    for title, function in wrong.get(exercise.name, {}).items():
        verdict = timed(exercise, _of_a_learner(function), tally)
        told = f"{exercise.name}, {title}: {verdict.mistake or verdict.message}"
        tally.add("wrongly accepted", not verdict.passed, told)
        tally.add("wrongly named", verdict.mistake is None, told)


def all_strangers():
    """What the tests keep of them: exercise name to functions by title."""
    found = defaultdict(dict)
    sys.path.insert(0, str(TESTS))
    try:
        for module in pkgutil.iter_modules([str(TESTS)]):
            if module.name.startswith("test_exercise"):
                path = TESTS / f"{module.name}.py"
                spec = importlib.util.spec_from_file_location(module.name, path)
                loaded_module = importlib.util.module_from_spec(spec)
                spec.loader.exec_module(loaded_module)
                wrong = getattr(loaded_module, "WRONG", {})
                for name, functions in wrong.items() if isinstance(wrong, dict) else ():
                    found[name] |= functions if isinstance(functions, dict) else {}
    finally:
        sys.path.remove(str(TESTS))
    return found


def one_case_of_equal_sizes(rng, n=4):
    """Inputs as published checks have them: every size is 4, one case, numbers of size one."""

    def numbers(*shape):
        return rng.normal(size=shape)

    table = dict(query=numbers(n, n), key=numbers(n, n), value=numbers(n, n))
    matrices = {f"w_{name}": numbers(n, n) for name in ("query", "key", "value")}
    return {
        "alignment_scores": dict(state=numbers(n), memory=numbers(n, n)),
        "context_vector": dict(weights=rng.dirichlet(np.ones(n)), memory=numbers(n, n)),
        "softmax": dict(scores=numbers(n, n)),
        "project": dict(x=numbers(n, n), **matrices),
        "attention_weights": dict(query=table["query"], key=table["key"]),
        "attend": table,
        "scaled_dot_product_attention": table,
        "self_attention": dict(x=numbers(n, n), **matrices),
        "cross_attention": dict(x=numbers(n, n), context=numbers(n, n), **matrices),
        "split_heads": dict(x=numbers(1, n, n), n_heads=2),
        "merge_heads": dict(x=numbers(1, 2, 2, 2)),
        "causal_mask": dict(n_queries=n, n_keys=n),
        "masked_softmax": dict(scores=numbers(n, n), mask=np.tri(n, dtype=bool)),
        "layer_norm": dict(x=numbers(n, n), gain=numbers(n), bias=numbers(n)),
        "feed_forward": dict(
            x=numbers(n, n), w_in=numbers(n, n), b_in=numbers(n), w_out=numbers(n, n),
            b_out=numbers(n),
        ),
    }  # fmt: skip


def published_shape(exercise, tally, inputs):
    """How many kept wrong answers pass one case of equal sizes, within 1e-6."""
    if exercise.name not in inputs:
        return
    given = inputs[exercise.name]
    expected = _values(exercise.reference(**_copies(given)))
    source, _, right = answers_to(exercise.name)
    for title, function in loaded(source, exercise.name).items():
        if title in right:
            continue
        try:
            with np.errstate(all="ignore"):
                came = _values(function(**_copies(given)))
            passes = len(came) == len(expected) and all(
                a.shape == b.shape and np.allclose(a, b, atol=1e-6)
                for a, b in zip(came, expected, strict=True)
            )
        except Exception:
            passes = False
        tally.add("rejected by one case of equal sizes", not passes, f"{exercise.name}, {title}")
        well = not judge(exercise, function).passed
        tally.add("the same, rejected here", well, f"{exercise.name}, {title}")


def _copies(inputs):
    return {name: copy_of(value) for name, value in inputs.items()}


def _values(result):
    return [np.asarray(part) for part in (result if isinstance(result, tuple) else (result,))]


def _of_a_learner(function):
    code = function.__code__.replace(co_filename="<a learner's cell>")
    return types.FunctionType(
        code, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )


def measure(exercises, tally=None):
    """Everything, for some exercises. Returns: a Tally."""
    tally = Tally() if tally is None else tally
    wrong, rng = all_strangers(), np.random.default_rng(0)
    inputs = one_case_of_equal_sizes(np.random.default_rng(1))
    for exercise in exercises:
        judge(exercise, lambda *given: None)  # what is kept once a process
        declared_mistakes(exercise, tally)
        if (TESTS / "named_mistakes" / f"{exercise.name}.py").exists():
            rewritings(exercise, tally)
            published_shape(exercise, tally, inputs)
        pairs(exercise, tally, rng)
        right_answers(exercise, tally)
        strangers(exercise, tally, wrong)
    return tally


def summary(tally):
    """The lines that are printed, and whether every goal is met."""
    lines, met = [], True
    for part, counts in tally.parts.items():
        total = sum(counts.values())
        share = counts["yes"] / total
        if part.startswith("wrongly"):
            met &= not counts["no"]
            lines.append(f"{part:36s} {counts['no']:5d} of {total:5d}        (goal 0)")
        else:
            goal = GOALS.get(part)
            met &= goal is None or share >= goal
            said = "" if goal is None else f"(goal {goal:.0%})"
            lines.append(f"{part:36s} {counts['yes']:5d} of {total:5d} {share:6.1%} {said}")
    spent = np.array(tally.seconds)
    for name, value in (
        ("median", np.median(spent)),
        ("99th percentile", np.percentile(spent, 99)),
    ):
        met &= value <= SECONDS[name]
        lines.append(
            f"{f'a check, {name}':36s} {value * 1e3:8.0f} ms processor time "
            f"(goal {SECONDS[name] * 1e3:.0f} ms)"
        )
    return lines, bool(met)


def main(arguments=None):
    """The command line. Returns 0 where every goal is met, else 1."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.checks", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("exercises", nargs="*", help="names; none: all")
    parser.add_argument("--missed", action="store_true", help="say which were missed")
    options = parser.parse_args(arguments)
    chosen = [e for e in all_exercises() if e.name in options.exercises or not options.exercises]
    tally = Tally()
    for exercise in chosen:
        print(f"{exercise.name} …", file=sys.stderr, flush=True)
        measure([exercise], tally)
    lines, met = summary(tally)
    print("\n".join(lines))
    if options.missed:
        for part, told in tally.missed.items():
            print("\n" + "\n".join([f"{part}:", *(f"  {line}" for line in told)]))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
