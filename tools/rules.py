"""What every lesson keeps to, as functions that complain.

A rule takes a Lesson and yields complaints: sentences that name the cell (number from 1, first
line) and say what to do. A lesson without a complaint is a lesson as the course means it.
"""

import ast
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tools.lesson import EXERCISE, code_lines, place, read

MOST_CODE, MOST_CODE_OF_FUNCTION, MOST_WORDS, MOST_COLUMNS = 12, 20, 80, 100
PLAYGROUND = "P"
OPENING = {
    "the question it answers": r"\*\*The question\b",
    "what you build": r"\*\*You build\b",
    "what you need": r"\*\*You need\b",
    "the minutes": r"\*\*Time\b.*\b\d+ minutes",
}
RULES = {}


@dataclass
class Lesson:
    """The cells of one lesson, and what the rules ask about them again and again."""

    name: str
    cells: list

    @classmethod
    def from_file(cls, path):
        """Read a lesson from its Markdown file."""
        return cls(Path(path).stem, read(Path(path)).cells)

    @property
    def number(self):
        """The two digits of the name, or P."""
        return self.name.split("_")[0]

    @property
    def is_playground(self):
        """The playground has an explorer and nothing to learn by heart: no exercise, no quiz."""
        return self.number == PLAYGROUND

    @cached_property
    def code(self):
        """(position, source) of the code cells."""
        return [(i, c.source) for i, c in enumerate(self.cells) if c.cell_type == "code"]

    @cached_property
    def prose(self):
        """(position, source) of the text cells."""
        return [(i, c.source) for i, c in enumerate(self.cells) if c.cell_type == "markdown"]

    @cached_property
    def headings(self):
        """(position, level, words) of all headings."""
        found = []
        for position, source in self.prose:
            for line in _without_fences(source).splitlines():
                match = re.match(r"(#{1,6})\s+(.*)", line)
                if match:
                    found.append((position, len(match[1]), match[2].strip()))
        return found

    def exercises(self):
        """(position, name of the function) of the exercises."""
        for position, cell in enumerate(self.cells):
            if EXERCISE in cell.metadata.get("tags", []):
                yield position, ast.parse(cell.source).body[0].name

    def section(self, title):
        """Positions of the cells from a heading to the next; None where there is no such one."""
        starts = [i for i, _, words in self.headings if words.lower().startswith(title.lower())]
        if not starts:
            return None
        ends = [i for i, _, _ in self.headings if i > starts[0]]
        return range(starts[0], ends[0] if ends else len(self.cells))

    def calls(self, name):
        """How often the code calls something, for instance "claim" or "explore."."""
        pattern = re.escape(name) + (r"\w+\(" if name.endswith(".") else r"\(")
        return sum(len(re.findall(rf"(?<![\w.]){pattern}", source)) for _, source in self.code)

    def at(self, position):
        """Where a cell is, in words, for messages."""
        return place(self.name, position, self.cells[position].source)


def rule(function):
    """Enter a rule under its name."""
    RULES[function.__name__] = function
    return function


def complaints(lesson):
    """All that is wrong with a lesson, by all rules."""
    return [said for check in RULES.values() for said in check(lesson)]


@rule
def code_cells_are_short(lesson):
    """At most 12 lines of code, 20 in a cell that is one function.

    Docstrings, comments and blank lines do not count: nobody has to keep them in mind.
    """
    for position, source in lesson.code:
        lines, most = code_lines(source), MOST_CODE
        if _is_one_function(source):
            most = MOST_CODE_OF_FUNCTION
        if lines > most:
            yield f"{lesson.at(position)}: {lines} lines of code; at most {most}. Split the cell."


@rule
def text_cells_are_short(lesson):
    """At most 80 words a text cell; fenced blocks and formulas count as one word each."""
    for position, source in lesson.prose:
        count = len(words(source))
        if count > MOST_WORDS:
            yield (
                f"{lesson.at(position)}: {count} words; at most {MOST_WORDS}. Cut it, or begin a "
                "new cell (two blank lines) where a new thought begins."
            )


@rule
def lines_are_short(lesson):
    """Code fits the width of a notebook: at most 100 characters a line."""
    for position, source in lesson.code:
        for line in source.splitlines():
            if len(line) > MOST_COLUMNS:
                yield (
                    f"{lesson.at(position)}: a line of {len(line)} characters; at most "
                    f"{MOST_COLUMNS}."
                )


@rule
def headings_go_step_by_step(lesson):
    """One H1, which is the first thing; no level skipped: screen readers move by headings."""
    titles = [words for _, level, words in lesson.headings if level == 1]
    if len(titles) != 1:
        yield f"{lesson.name}: {len(titles)} titles (# …); exactly one."
    if not lesson.cells or not lesson.cells[0].source.startswith("# "):
        yield f"{lesson.name}: the first cell begins with the title (# …)."
    before = 0
    for position, level, title in lesson.headings:
        if level > before + 1:
            yield f"{lesson.at(position)}: “{title}” goes from level {before} to {level}."
        before = level


@rule
def opening_says_what_to_expect(lesson):
    """The first cell: the question, what you build (no playground does), need, the minutes."""
    first = lesson.cells[0].source if lesson.cells else ""
    for part, pattern in OPENING.items():
        if lesson.is_playground and part == "what you build":
            continue
        if not re.search(pattern, first):
            yield f"{lesson.name}, cell 1: the opening lacks {part} ({pattern})."


@rule
def closing_sums_up(lesson):
    """A summary of three lines, a quiz of two or three questions to run, the next lesson.

    Not of the playground: it claims nothing, and nothing comes after it.
    """
    if lesson.is_playground:
        return
    summary = lesson.section("In three lines")
    if summary is None:
        yield f"{lesson.name}: no summary; close with “## In three lines”."
    else:
        items = re.findall(r"^(?:\d+\.|[-*]) ", lesson.cells[summary[0]].source, re.MULTILINE)
        if len(items) != 3:
            yield f"{lesson.at(summary[0])}: {len(items)} lines of summary; three."
    quiz = lesson.section("Quiz")
    if quiz is None:
        yield f"{lesson.name}: no quiz; close with “## Quiz”."
    else:
        yield from _quiz_complaints(lesson, quiz)
    last = lesson.cells[-1].source if lesson.cells else ""
    if lesson.number.isdigit() and (points_to(last) or "00") <= lesson.number:
        yield f"{lesson.at(len(lesson.cells) - 1)}: the last cell points to the next: “Next: **…”."


def _quiz_complaints(lesson, quiz):
    questions = 0
    for position in quiz:
        found = re.findall(r"^\*\*\d+\.\*\*", lesson.cells[position].source, re.MULTILINE)
        questions += len(found)
        follows = lesson.cells[position + 1 : position + 2]
        if found and (len(found) > 1 or not follows or follows[0].cell_type != "code"):
            yield f"{lesson.at(position)}: below each question stands the cell that answers it."
    if questions not in (2, 3):
        yield f"{lesson.at(quiz[0])}: {questions} questions (**1.** …); two or three."


def points_to(source):
    """The number of the lesson that a closing points to; "P" for the playground, None for none."""
    match = re.search(r"Next: \*\*(?:lesson (\d\d)|the (playground))\b", source)
    return match and (match[1] or "P")


@rule
def pictures_come_from_helpers(lesson):
    """No plotting and no widget code in a lesson: one call to `show` or `explore`."""
    for position, source in lesson.code:
        found = re.search(r"\b(matplotlib|ipywidgets|plt|pylab)\b", source)
        if found:
            yield f"{lesson.at(position)}: {found[1]} is for helpers/show and helpers/explore."


@rule
def there_is_something_to_move_to_claim_and_to_write(lesson):
    """A live widget, a measured claim, an exercise and something broken.

    In the playground everything is in the widget.
    """
    if not lesson.calls("explore."):
        yield f"{lesson.name}: no explore.… call; every lesson has something to move."
    if lesson.is_playground:
        return
    if not lesson.calls("claim"):
        yield f"{lesson.name}: no claim(…); every lesson measures one."
    if not list(lesson.exercises()):
        yield f"{lesson.name}: no exercise; every lesson has something to write."
    broken = lesson.section("Break it")
    if broken is None or not any(lesson.cells[i].cell_type == "code" for i in broken):
        yield f"{lesson.name}: no “Break it” section with a cell that breaks something."


@rule
def every_exercise_is_checked(lesson):
    """The cell below an exercise checks it."""
    for position, name in lesson.exercises():
        below = lesson.cells[position + 1 : position + 2]
        if not below or not re.search(rf"\bcheck\({name}\b", below[0].source):
            yield f"{lesson.at(position)}: the cell below it has to be check({name})."


@rule
def chance_is_passed_on(lesson):
    """Random numbers come from np.random.default_rng(0) and nothing else."""
    for position, source in lesson.code:
        for name, argument in re.findall(r"\brandom\.(\w+)\(([^)]*)\)", source):
            if (name, argument.strip()) != ("default_rng", "0"):
                yield (
                    f"{lesson.at(position)}: random.{name}({argument}); "
                    "use rng = np.random.default_rng(0) and pass it on."
                )


@rule
def helpers_come_before_numpy(lesson):
    """helpers sets the number of BLAS threads, which counts only before numpy is imported."""
    code = "\n".join(source for _, source in lesson.code)
    numpy, helpers = (re.search(rf"^(import|from) {name}\b", code, re.M) for name in
                      ("numpy", "helpers"))  # fmt: skip
    if numpy and (not helpers or helpers.start() > numpy.start()):
        yield f"{lesson.name}: import helpers before numpy."


def words(source):
    """The words of a text cell. A fenced block or a formula is one; marks of Markdown are none."""
    plain = re.sub(r"```.*?```", " block ", source, flags=re.DOTALL)
    plain = re.sub(r"\$\$.*?\$\$|\$[^$\n]+\$|`[^`\n]+`", " formula ", plain, flags=re.DOTALL)
    return [word for word in plain.split() if re.search(r"\w", word)]


def _without_fences(source):
    return re.sub(r"```.*?```", "", source, flags=re.DOTALL)


def _is_one_function(source):
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return False
    return len(body) == 1 and isinstance(body[0], ast.FunctionDef)
