"""Begin a lesson: a template that keeps all rules, with one exercise, to be written over.

    python -m tools.new_lesson 12 my_title

makes lessons/12_my_title.md and helpers/exercises/lesson_12.py, which declares the exercise
`my_title`, and has the lesson before point to this one.
"""

import argparse
import re
import sys
from pathlib import Path

from helpers.exercises.declare import EXERCISES
from tools.fresh import lessons, write
from tools.lesson import LessonError

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = Path(__file__).resolve().parent / "template"
COMMAND = "python -m tools.new_lesson"
CLOSING = re.compile(r"^Next: \*\*.*", re.MULTILINE)


def begin(root, number, name):
    """Write lesson and declaration. Returns their paths, and that of the lesson before.

    number: int, 1 to 99. name: what the lesson's file and its exercise are called, an identifier.
    Raises: LessonError where the number or the name is taken, or cannot be one.
    """
    _must_be_free(root, number, name)
    title = name.replace("_", " ")
    lesson, declaration = (
        (TEMPLATE / file)
        .read_text(encoding="utf-8")
        .replace("my_exercise", name)
        .replace("my title", title)
        .replace("My title", title.capitalize())
        for file in ("lesson.md", "exercise.py")
    )
    lesson = lesson.replace("# 99 ·", f"# {number:02d} ·")
    declaration = declaration.replace("lesson=99", f"lesson={number}")
    before = [path for path in lessons(root) if path.stem[:2] < f"{number:02d}"][-1]
    text = before.read_text(encoding="utf-8")
    closing = CLOSING.findall(text)[-1]  # what came next before now comes after the new lesson
    lesson = lesson.replace(CLOSING.findall(lesson)[-1], closing)
    text = text.replace(closing, f"Next: **lesson {number:02d}, {title}.** What is it about?")
    made = (
        root / "lessons" / f"{number:02d}_{name}.md",
        root / "helpers" / "exercises" / f"lesson_{number:02d}.py",
    )
    for path, content in zip((*made, before), (lesson, declaration, text), strict=True):
        write(path, content)
    return *made, before


def _must_be_free(root, number, name):
    if not 1 <= number <= 99:
        raise LessonError(f"A lesson's number is 1 to 99; this one is {number}.")
    taken = [path.stem for path in lessons(root) if path.stem.startswith(f"{number:02d}_")]
    if taken:
        raise LessonError(f"Lesson {number:02d} is there already: {taken[0]}.")
    if not name.isidentifier() or name != name.lower():
        raise LessonError(
            f"{name!r} names the lesson's file and its exercise, so it is made of small letters, "
            "digits and _, for instance rotary_positions."
        )
    if name in EXERCISES:
        raise LessonError(f"There is an exercise {name} in lesson {EXERCISES[name].lesson:02d}.")


def main(arguments=None, root=ROOT):
    """The command line. Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog=COMMAND, description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("number", type=int, metavar="NN")
    parser.add_argument("name", help="of the lesson's file and its exercise, such as my_title")
    options = parser.parse_args(arguments)
    try:
        made = begin(Path(root), options.number, options.name)
    except LessonError as error:
        print(f"✘ {error}", file=sys.stderr)
        return 1
    lesson, declaration, before = (path.relative_to(root).as_posix() for path in made)
    print(
        f"{lesson} is the lesson, {declaration} its exercise: write over both.\n"
        f"{before} points to it: say there what it is about.\n"
        "Then:\n"
        "    python -m tools.build     makes the notebooks of what has changed\n"
        "    python -m tools.claims    enters its claims in docs/claims.md"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
