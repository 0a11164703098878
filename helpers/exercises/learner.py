"""What a learner calls below a function: check, hint, reveal, yours, and progress."""

import html

from helpers.exercises import progress_file
from helpers.exercises.declare import UnknownExercise, all_exercises, find, name_of, of_lesson
from helpers.exercises.judge import judge, judge_apart
from helpers.exercises.verdict import CheckFailed, Notice, Verdict
from helpers.exercises.written import learners, stand_in
from helpers.tables import table

_STEPS = ("a nudge", "a pointer", "the way in words", "the solution")


def check(function, exercise=None, *, strict=False, time_limit=None, show=True):
    """Say whether a function does what its exercise asks, and if not, which mistake it makes.

    function: the learner's function itself, without parentheses behind it.
    exercise: the exercise's name, where the function's own name is another. Such a function is
        recorded if it passes; if not, it is taken for a demonstration.
    strict: for graders and CI: silent, no progress recorded, in a process of its own that can be
        killed; returns None where it passes and raises CheckFailed, which carries the verdict,
        where it does not.
    time_limit: seconds for all calls together; 10 if not given (environment variable
        ATTENTION_TIME_LIMIT). What it cannot stop, such as sum(itertools.count()), the reader
        has to: the square in the toolbar, or if that does not help, "Restart kernel".
    show: whether to put the verdict on the page, beside returning it.
    Returns: a Verdict, shown already unless show is False. Raises TypeError for what is no
    function, ValueError for a time limit that is none, and under strict ValueError for the name of
    no exercise.
    """
    _must_be_function(function)
    if strict:
        verdict = judge_apart(find(function, exercise), function, time_limit)
        if not verdict.passed:
            raise CheckFailed(verdict)
        return None
    try:
        declared = find(function, exercise)
    except UnknownExercise as unknown:
        return Verdict(name_of(function), "unknown", str(unknown)).show()
    verdict = judge(declared, function, time_limit)
    # A wrong function of another name is a demonstration, not an attempt: it leaves no trace.
    attempted = verdict.stage != "not written" and name_of(function) == declared.name
    if verdict.passed or attempted:
        entries, notes = progress_file.change(declared.name, _with(verdict))
        verdict.notes += notes
        if verdict.passed:
            verdict.message += f" {_how_far(declared.lesson, entries)}"
    return verdict.show() if show else verdict


def yours(function, exercise=None):
    """The learner's function once it passes its check, and the course's until then.

    Says which of the two it is, so that the rest of a lesson runs on what the learner wrote, and
    an untouched notebook runs to its end.
    function, exercise: as in `check`.
    Returns: the function. Of the course's, `check` and `report` know whose place it takes, and
    judge the learner's own.
    """
    _must_be_function(function)
    declared = find(function, exercise, call="yours")
    verdict = judge(declared, function)
    if verdict.passed:
        said, chosen = f"Going on with your {declared.name}.", learners(function)
    elif verdict.stage == "not written":
        said = f"{declared.name} is not written yet: going on with the course's."
        chosen = stand_in(declared, learners(function))
    else:
        said = f"{declared.name} does not pass yet: going on with the course's."
        chosen = stand_in(declared, learners(function))
    Notice(said).show()
    return chosen


def hint(function, exercise=None):
    """Show the next hint of an exercise: a nudge, a pointer, the way in words, the solution.

    function: the function, or the exercise's name as text. exercise: as in `check`.
    """
    try:
        declared = find(function, exercise, call="hint")
    except UnknownExercise as unknown:
        return Verdict(name_of(function), "unknown", str(unknown)).show()
    entries, notes = progress_file.change(declared.name, _one_more)
    step = entries[declared.name]["hints"]
    return _shown(declared, step, notes)


def reveal(function, exercise=None):
    """Show the solution of an exercise: the reference that the check compares with.

    function: the function, or the exercise's name as text. exercise: as in `check`.
    """
    try:
        declared = find(function, exercise, call="reveal")
    except UnknownExercise as unknown:
        return Verdict(name_of(function), "unknown", str(unknown)).show()
    _, notes = progress_file.change(declared.name, lambda entry: entry | {"hints": len(_STEPS)})
    return _shown(declared, len(_STEPS), notes)


def progress():
    """Show a table, one row a lesson: which of its exercises pass, and the hints asked for."""
    entries, notes = progress_file.read()
    lessons = {}
    for declared in all_exercises():
        lessons.setdefault(declared.lesson, []).append(declared.name)
    rows, passed = [], 0
    for lesson, names in lessons.items():
        own = [entries.get(name, {}) for name in names]
        done = sum(entry.get("passed", False) for entry in own)
        states = ", ".join(f"{_sign(entry)} {name}" for name, entry in zip(names, own, strict=True))
        hints = sum(entry.get("hints", 0) for entry in own)
        rows.append((f"{lesson:02d}", f"{done} of {len(names)}", states, str(hints)))
        passed += done
    caption = f"Progress: {passed} of {sum(map(len, lessons.values()))} exercises pass."
    legend = "✔ passes   ✘ tried   ○ not written yet"
    heads = ("Lesson", "Pass", "Exercises", "Hints")
    return _table(caption, heads, rows, [legend, *notes]).show()


def _with(verdict):
    """The change that a verdict makes to an exercise's entry: what was passed stays passed."""

    def edit(entry):
        mistakes = entry["mistakes"]
        if verdict.mistake is not None and verdict.mistake not in mistakes:
            mistakes = [*mistakes, verdict.mistake]
        return entry | {"passed": entry["passed"] or verdict.passed, "mistakes": mistakes}

    return edit


def _how_far(lesson, entries):
    names = [declared.name for declared in of_lesson(lesson)]
    passed = sum(entries.get(name, {}).get("passed", False) for name in names)
    return f"Lesson {lesson:02d}: {passed} of {len(names)}."


def _must_be_function(function):
    if isinstance(function, type):
        raise TypeError(
            f"{function.__name__} is a class, expected a function: "
            "pass the function that you wrote, without parentheses, as in check(softmax)."
        )
    if not callable(function):
        raise TypeError(
            f"expected a function, and got {type(function).__name__}: "
            "pass the function itself, without parentheses, as in check(softmax)."
        )


def _one_more(entry):
    return entry | {"hints": min(max(entry["hints"], 0) + 1, len(_STEPS))}


def _shown(declared, step, notes):
    title = f"{declared.name}, hint {step} of {len(_STEPS)}, {_STEPS[step - 1]}:"
    if step == len(_STEPS):
        plain = f"{title}\n\n{declared.solution}"
        body = f"<pre><code>{html.escape(declared.solution)}</code></pre>"
    else:
        plain = f"{title} {declared.words[step - 1]}"
        body = f"<p>{html.escape(declared.words[step - 1])}</p>"
    plain = "\n".join([plain, *notes])
    body += "".join(f"<p>{html.escape(note)}</p>" for note in notes)
    markup = f'<div class="hint"><p><strong>{html.escape(title)}</strong></p>{body}</div>'
    return Notice(plain, markup).show()


def _sign(entry):
    """The sign of an exercise, as the verdict of its check has it."""
    if not entry:
        return "○"
    return "✔" if entry["passed"] else "✘"


def _table(caption, heads, rows, notes):
    widths = [max(len(line[i]) for line in [heads, *rows]) for i in range(len(heads))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in [heads, *rows]
    ]
    below = "".join(f"<p>{html.escape(note)}</p>" for note in notes)
    markup = table(caption, heads, rows, kind="progress", left=True) + below
    return Notice("\n".join([caption, *lines, *notes]), markup)
