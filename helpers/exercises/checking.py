"""check and yours: what a learner calls below a function."""

from helpers.exercises import progress_file
from helpers.exercises.ladder import judge
from helpers.exercises.notice import Notice
from helpers.exercises.registry import find, name_of, of_lesson
from helpers.exercises.verdict import CheckFailed
from helpers.exercises.written import is_unwritten


def check(function, exercise=None, *, strict=False, time_limit=None):
    """Say whether a function does what its exercise asks, and if not, which mistake it makes.

    function: the learner's function itself, without parentheses behind it.
    exercise: the exercise's name, where the function's own name is another. Such a function is
        recorded if it passes; if not, it is taken for a demonstration.
    strict: for graders and CI: silent, no progress recorded; returns None where it passes and
        raises CheckFailed, which carries the verdict, where it does not.
    time_limit: seconds for all calls together; 10 if not given (environment variable
        ATTENTION_TIME_LIMIT).
    Returns: a Verdict, already shown. Raises TypeError for what is no function, and ValueError,
    with the names that are close, for an exercise that there is not.
    """
    _must_be_function(function)
    declared = find(function, exercise)
    verdict = judge(declared, function, time_limit)
    if strict:
        if not verdict.passed:
            raise CheckFailed(verdict)
        return None
    # A wrong function of another name is a demonstration, not an attempt: it leaves no trace.
    attempted = verdict.stage != "not written" and name_of(function) == declared.name
    if verdict.passed or attempted:
        entries, notes = progress_file.change(declared.name, _with(verdict))
        verdict.notes += notes
        if verdict.passed:
            verdict.message += f" {_how_far(declared.lesson, entries)}"
    return verdict.show()


def yours(function, exercise=None):
    """The learner's function once it passes its check, and the course's until then.

    Says which of the two it is, so that the rest of a lesson runs on what the learner wrote, and
    an untouched notebook runs to its end.
    function, exercise: as in `check`.
    """
    _must_be_function(function)
    declared = find(function, exercise)
    if is_unwritten(function):
        said, chosen = f"{declared.name} is not written yet: going on with the course's.", None
    elif judge(declared, function).passed:
        said, chosen = f"Going on with your {declared.name}.", function
    else:
        said, chosen = f"{declared.name} does not pass yet: going on with the course's.", None
    Notice(said).show()
    return declared.reference if chosen is None else chosen


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
